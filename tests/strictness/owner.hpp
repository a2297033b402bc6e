#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/edge/client_socket.hpp"

namespace vitrine::strictness {

using edge_test::Answer;

struct Request {
  std::string method;
  std::string target;
  std::string body = {};
  std::string etag = {};             // becomes If-Match
  std::string idempotency_key = {};  // becomes Idempotency-Key
};

// Calls the services in turn, as the owner of the shares. One thread at a time.
class Owner {
 public:
  Owner(std::vector<int> ports, std::string key);

  // Repeats a request until its outcome is known; nothing when it is not within 30 seconds. The
  // request must be one that is not done twice: because it says which version it changes, because
  // it has an idempotency key, or because it is final. Where the first attempt turns out to have
  // been done the answer is a 412. Throws when the service refuses it.
  std::optional<Answer> settle(const Request& request);

  long repeated = 0;  // requests that were not settled by their first attempt

  // The version of a document; throws when it is not there.
  std::string etag_of(const std::string& target);

 private:
  std::optional<Answer> ask(const Request& request);
  std::string text_of(const Request& request) const;

  const std::vector<int> ports_;
  const std::string key_;
  std::vector<std::unique_ptr<edge_test::ClientSocket>> sockets_;
  std::size_t turn_ = 0;
};

}  // namespace vitrine::strictness
