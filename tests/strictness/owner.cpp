#include "tests/strictness/owner.hpp"

#include <chrono>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

namespace vitrine::strictness {

using namespace std::chrono_literals;
using edge_test::ClientSocket;

namespace {

constexpr auto kPatience = 10s;
constexpr auto kSettling = 30s;
constexpr auto kPause = 20ms;

bool is_done(const Answer& answer) { return answer.status / 100 == 2; }

// What a second attempt may bring to an end: the outcome is not known, or it was too early.
bool may_be_repeated(const Answer& answer) {
  return answer.status >= 500 || answer.status == 429 ||
         answer.body.find("idempotency_in_progress") != std::string::npos;
}

}  // namespace

Owner::Owner(std::vector<int> ports, std::string key)
    : ports_(std::move(ports)), key_(std::move(key)), sockets_(ports_.size()) {}

std::string Owner::text_of(const Request& request) const {
  std::string text = request.method + ' ' + request.target + " HTTP/1.1\r\nHost: localhost\r\n";
  text += "Authorization: Bearer " + key_ + "\r\n";
  if (!request.etag.empty()) {
    text += "If-Match: " + request.etag + "\r\n";
  }
  if (!request.idempotency_key.empty()) {
    text += "Idempotency-Key: " + request.idempotency_key + "\r\n";
  }
  if (!request.body.empty()) {
    text += "Content-Type: application/json\r\n";
  }
  text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n\r\n";
  return text + request.body;
}

// Nothing when the connection is lost before the answer: what became of it is not known.
std::optional<Answer> Owner::ask(const Request& request) {
  const std::size_t turn = turn_++ % ports_.size();
  auto& socket = sockets_[turn];
  try {
    if (!socket) {
      socket = std::make_unique<ClientSocket>(ports_[turn]);
    }
    const bool sent = socket->send(text_of(request));
    auto answer = sent ? socket->receive(kPatience) : std::nullopt;
    if (!answer || answer->header("Connection") == "close") {
      socket.reset();
    }
    return answer;
  } catch (const std::system_error&) {
    return std::nullopt;  // nobody listens
  }
}

std::optional<Answer> Owner::settle(const Request& request) {
  const auto deadline = std::chrono::steady_clock::now() + kSettling;
  for (int tries = 1; std::chrono::steady_clock::now() < deadline; ++tries) {
    auto answer = ask(request);
    if (answer && (is_done(*answer) || (answer->status == 412 && tries > 1))) {
      return answer;
    }
    if (answer && !may_be_repeated(*answer)) {
      throw std::runtime_error(request.method + ' ' + request.target + ": " + answer->head +
                               answer->body);
    }
    repeated += tries == 1 ? 1 : 0;
    std::this_thread::sleep_for(kPause);
  }
  return std::nullopt;
}

std::string Owner::etag_of(const std::string& target) {
  const auto answer = settle({"GET", target});
  if (!answer) {
    throw std::runtime_error("no answer to GET " + target);
  }
  return answer->header("ETag");
}

}  // namespace vitrine::strictness
