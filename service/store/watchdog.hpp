#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

namespace vitrine::store {

// Ends sessions whose server does not answer. `statement_timeout` is the server's own promise: a
// server that is frozen, or a COMMIT that waits for a standby, does not keep it, and libpq has no
// limit for reading an answer. Shutting down the socket ends the wait. Thread-safe.
class Watchdog {
 public:
  // A wait of more than `limit` is ended, unless the session has a limit of its own. 0: no limit.
  explicit Watchdog(std::chrono::milliseconds limit);
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // One session, watched for as long as this lives, which must be less than its socket does.
  class Session {
   public:
    Session(Watchdog& watchdog, int socket);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    // Holds from the next wait on.
    void set_limit(std::chrono::milliseconds limit) { limit_ = limit; }
    void lift() { lifted_ = true; }  // this lease may take as long as it needs: a migration
    void lease_ended() { lifted_ = false; }
    bool given_up() const { return given_up_; }  // no answer came in time

   private:
    friend class Watchdog;
    Watchdog& watchdog_;
    const int socket_;
    std::chrono::milliseconds limit_;
    bool lifted_ = false;                                // of the thread that has the lease
    std::atomic<std::chrono::nanoseconds::rep> due_{0};  // on the steady clock; 0: nobody waits
    std::atomic<bool> given_up_{false};
  };

  // The time during which an answer is awaited.
  class Wait {
   public:
    explicit Wait(Session& session);
    ~Wait();
    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;

   private:
    Session& session_;
  };

 private:
  void run();
  void end_overdue(std::chrono::nanoseconds::rep now);

  const std::chrono::milliseconds limit_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stopping_ = false;        // protected by mutex_
  std::set<Session*> sessions_;  // protected by mutex_
  std::thread thread_;
};

}  // namespace vitrine::store
