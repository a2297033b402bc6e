#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "service/jobs/smtp_server.hpp"

namespace vitrine::jobs {

// What became of one attempt to hand a message to a mail server (RFC 5321).
struct SmtpResult {
  enum class Kind {
    sent,      // the server has said that it is answerable for it
    deferred,  // it has not: whether it has the message may be unknown
    refused,   // the server will not take it, now or later
    given_up,  // the service is stopping, and the server cannot have it
  } kind;
  std::string reason;  // what the server said, or a sentence of ours; empty when sent
};

struct SmtpLimits {
  std::chrono::milliseconds connect{10'000};
  std::chrono::milliseconds total{60'000};
};

// Hands over messages, one recipient each, and keeps its connection for the next one. One thread at
// a time.
class SmtpClient {
 public:
  // `stopping` may become true at any time: what the server cannot have yet is then given up, and
  // what it may have is waited for.
  SmtpClient(const SmtpServer& server, const std::atomic<bool>& stopping, SmtpLimits limits = {});
  ~SmtpClient();

  // Addresses are bare and ASCII; the message is whole, with lines that end in CRLF.
  SmtpResult send(const std::string& from, const std::string& to, const std::string& message);

 private:
  class Conversation;
  std::unique_ptr<Conversation> conversation_;
};

}  // namespace vitrine::jobs
