#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/edge/client_socket.hpp"
#include "tests/strictness/trial.hpp"

namespace vitrine::strictness {

constexpr std::array<std::string_view, 6> kOutcomeNames = {
    "open", "revoked", "disabled", "passcode_required", "passcode_invalid", "unreadable"};

// A thread that resolves links over many connections, one resolve at a time on each, and writes
// down what it saw and when.
class Reader {
 public:
  Reader(Trial& trial, int number);
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  void run();  // until the trial is over

  struct Observation {
    const Link* link;
    Resolve resolve;
  };
  std::vector<Observation> seen;
  std::array<long, kOutcomeNames.size()> outcomes{};
  long void_sessions = 0;  // that did not open a link, because its passcode was another one
  long unanswered = 0;     // a 5xx, a 429 or a lost connection

 private:
  struct Visit;

  void begin_idle();
  void begin(Visit& visit);
  void finish(Visit& visit);
  void record(Visit& visit, const Seen& what, Time answered, std::string_view body);
  Proof proof_for(Link& link, std::string& session);
  bool connect(Visit& visit);

  Trial& trial_;
  Random random_;
  const int epoll_;
  std::vector<std::unique_ptr<Visit>> visits_;
  int waiting_ = 0;  // visits that wait for an answer
};

}  // namespace vitrine::strictness
