#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace vitrine::store {
class Pool;
}

namespace vitrine::app {

// Asks the database again and again, on a thread of its own, whether it is there, has the schema
// this program needs, and what time it is; so nobody who wants to know has to wait. Thread-safe.
class DatabaseWatch {
 public:
  explicit DatabaseWatch(store::Pool& pool) : pool_(pool) {}
  ~DatabaseWatch() { stop(); }

  void start();
  void stop();  // waits for the question that is under way

  struct Finding {
    bool answered_once = false;  // the database was reached at least once
    std::string fault;           // why it cannot be reached now; empty when it can
    std::string schema_fault;    // why its schema does not fit; empty when it does, or is unknown
  };
  Finding last() const;

 private:
  void run();
  std::string ask();
  void record_answer(const std::string& schema_fault);
  void record_silence(const std::string& fault, const std::string& reason);

  store::Pool& pool_;
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable stopped_;
  bool stopping_ = false;
  Finding last_;
  std::thread thread_;
};

}  // namespace vitrine::app
