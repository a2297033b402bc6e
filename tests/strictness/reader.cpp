#include "tests/strictness/reader.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <chrono>
#include <system_error>
#include <utility>

#include "tests/strictness/answer.hpp"

namespace vitrine::strictness {
namespace {

using namespace std::chrono_literals;
using edge_test::ClientSocket;

constexpr auto kPatience = 10s;
constexpr Time kGivenUp = 10'000'000'000;
constexpr Time kRest = 20'000'000;

// Passcodes are tried from ever new addresses: wrong ones are counted by address.
std::string fresh_address(std::uint32_t number) {
  return "198." + std::to_string(18 + number / 65536 % 2) + '.' +
         std::to_string(number / 256 % 256) + '.' + std::to_string(number % 256);
}

std::string request_text(const std::string& body, const std::string& more = {}) {
  return "POST /v1/resolve HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" +
         more + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace

// A connection and the resolve that is on its way on it.
struct Reader::Visit {
  int port = 0;
  std::unique_ptr<ClientSocket> socket = {};
  Link* link = nullptr;  // none: nothing is on its way
  Proof proof = {};
  Time sent = 0;
  Time rests_until = 0;  // after it was not answered
};

Reader::Reader(Trial& trial, int number)
    : trial_(trial),
      random_(trial.settings.seed * 104729 + static_cast<unsigned>(number)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  const auto& ports = trial.settings.ports;
  for (int i = 0; i < trial.settings.connections; ++i) {
    visits_.push_back(std::make_unique<Visit>());
    visits_.back()->port = ports[static_cast<std::size_t>(i) % ports.size()];
  }
}

Reader::~Reader() { ::close(epoll_); }

void Reader::run() {
  Time last_answer = now();
  while (!trial_.over() || waiting_ > 0) {
    begin_idle();
    std::array<epoll_event, 64> events;
    const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 1);
    for (int i = 0; i < count; ++i) {
      finish(*static_cast<Visit*>(events[static_cast<std::size_t>(i)].data.ptr));
      last_answer = now();
    }
    if (trial_.over() && now() - last_answer > kGivenUp) {
      unanswered += std::exchange(waiting_, 0);
    }
  }
}

void Reader::begin_idle() {
  const Time time = now();
  for (const auto& visit : visits_) {
    const bool ready = visit->link == nullptr && visit->rests_until <= time;
    if (ready && (visit->socket || connect(*visit)) && trial_.take_resolve()) {
      begin(*visit);
    }
  }
}

// False when nobody listens there for now.
bool Reader::connect(Visit& visit) {
  try {
    visit.socket = std::make_unique<ClientSocket>(visit.port);
  } catch (const std::system_error&) {
    return false;
  }
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = &visit;
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, visit.socket->fd(), &event);
  return true;
}

Proof Reader::proof_for(Link& link, std::string& session_text) {
  const std::uint32_t passcode = link.passcode;
  const Session session = link.session();
  if (passcode != 0 && passcode != session.passcode && !link.trying.exchange(true)) {
    const std::uint32_t former = link.former_passcode.exchange(0);
    return {Proof::Kind::passcode, former != 0 ? former : passcode};
  }
  if (session.passcode != 0 && random_() % 2 == 0) {
    session_text = session.text;
    return {Proof::Kind::session, session.passcode};
  }
  return {};
}

void Reader::begin(Visit& visit) {
  visit.link = &trial_.any_link(random_);
  std::string session, body = R"({"token":")" + visit.link->token + '"', more;
  visit.proof = proof_for(*visit.link, session);
  if (visit.proof.kind == Proof::Kind::session) {
    body += R"(,"session":")" + session + '"';
  } else if (visit.proof.kind == Proof::Kind::passcode) {
    body += R"(,"passcode":"passcode )" + std::to_string(visit.proof.passcode) + '"';
    more = "X-Forwarded-For: " + fresh_address(trial_.next_number()) + "\r\n";
  }
  const std::string text = request_text(body + '}', more);
  ++waiting_;
  visit.sent = now();
  visit.socket->send(text);  // a connection that is lost shows when the answer is read
}

void Reader::finish(Visit& visit) {
  const auto answer = visit.link != nullptr ? visit.socket->receive(kPatience) : std::nullopt;
  const Time answered = now();
  if (visit.link != nullptr) {
    --waiting_;
    const auto what = answer ? seen_in(answer->status, answer->body) : std::nullopt;
    if (what) {
      record(visit, *what, answered, answer->body);
    } else {
      ++unanswered;
      visit.rests_until = answered + kRest;
      trial_.resolve_unanswered();
    }
    if (visit.proof.kind == Proof::Kind::passcode) {
      visit.link->trying = false;
    }
    visit.link = nullptr;
  }
  if (!answer || answer->header("Connection") == "close") {
    visit.socket.reset();
  }
}

void Reader::record(Visit& visit, const Seen& what, Time answered, std::string_view body) {
  seen.push_back({visit.link, {visit.sent, answered, visit.proof, what}});
  ++outcomes[static_cast<std::size_t>(what.outcome)];
  const bool with_session = visit.proof.kind == Proof::Kind::session;
  void_sessions += with_session && what.outcome == Outcome::passcode_required ? 1 : 0;
  trial_.resolve_done();
  if (what.session && visit.proof.passcode != 0) {
    visit.link->keep({visit.proof.passcode, std::string(session_in(body))});
  }
}

}  // namespace vitrine::strictness
