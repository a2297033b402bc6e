#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "api/http/server.hpp"

namespace vitrine::edge_test {

// Threads that are not the edge's, so that answers come from elsewhere.
class OtherThreads {
 public:
  explicit OtherThreads(int count);
  ~OtherThreads();
  void run(std::function<void()> task);

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

// The routes that the suite needs; each answer echoes X-Request-Id and names its target, so that an
// answer that reaches the wrong client is recognized.
class EdgeApplication final : public http::Application {
 public:
  Admission admit(const http::RequestHead& head) override;
  void handle(http::Request request, http::Reply reply) override;
  http::Response refuse(core::ErrorCode code, std::string_view detail,
                        const http::RequestHead* head) override;

  void watch(const http::Server& server) { server_ = &server; }

 private:
  struct Waiting {
    http::Request request;
    http::Reply reply;
  };

  http::Response answer(const http::Request& request);
  void answer_together(Waiting waiting);

  const http::Server* server_ = nullptr;
  std::atomic<int> unwanted_ = 0;  // slow answers that nobody waited for when they were ready
  std::mutex mutex_;
  std::vector<Waiting> gathered_;  // protected by mutex_
  OtherThreads others_{3};
};

}  // namespace vitrine::edge_test
