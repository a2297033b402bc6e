#include "service/resolver/resolver.hpp"

#include <pthread.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "service/core/error.hpp"
#include "service/resolver/link_reader.hpp"
#include "service/resolver/visit.hpp"

namespace vitrine {
namespace {

using store::resolve_store::Asked;
using store::resolve_store::Found;
using store::resolve_store::Proof;

// Wrong passcodes of one address, whatever the link.
constexpr RateLimit kWrongPasscodes{20, std::chrono::minutes(10)};

// So long an unanswered visit waits to be asked for; whoever sent it has given up by then.
constexpr std::chrono::seconds kPatience{2};

// The more are asked for together the less each costs, but not much less beyond some dozens, and
// the first waits for the last. Panels larger than this go one by one, so that neither the memory
// nor the time of a set is theirs.
constexpr std::size_t kMostAtOnce = 128;
constexpr std::int32_t kLargestPanel = 128 << 10;
constexpr std::int32_t kAnyPanel = std::numeric_limits<std::int32_t>::max();

Proof proof_of(const std::optional<ViewingSession>& session) {
  if (!session) {
    return {};
  }
  return {.epoch = session->epoch,
          .passcode_passed = session->passcode_passed,
          .view_taken = session->view_taken,
          .until = session->expires_at};
}

// Whether what a link leads to may be at fault, and not the database as a whole: those that were
// asked for together with it must not fail for its sake.
bool is_of_one_link(const std::exception& fault) {
  const auto* const error = dynamic_cast<const core::Error*>(&fault);
  return error == nullptr || error->code() == core::ErrorCode::internal;
}

}  // namespace

std::exception_ptr too_many_visits() {
  return std::make_exception_ptr(
      core::Error(core::ErrorCode::overloaded, "Too many requests wait already. Try again.")
          .retry_after(std::chrono::seconds(1)));
}

Resolver::Resolver(ResolverTools tools)
    : tools_(std::move(tools)), wrong_passcodes_(kWrongPasscodes) {
  const std::size_t most_waiting =
      std::max<std::size_t>(tools_.most_waiting / static_cast<std::size_t>(tools_.threads), 1);
  for (int number = 0; number < tools_.threads; ++number) {
    usual_.push_back(std::make_unique<Lane>(most_waiting, kMostAtOnce, kLargestPanel));
    large_.push_back(std::make_unique<Lane>(most_waiting, 1, kAnyPanel));
    threads_.emplace_back([this, number, &lane = *usual_.back()] { work(lane, number); });
    threads_.emplace_back([this, number, &lane = *large_.back()] { work(lane, number); });
  }
}

Resolver::~Resolver() { stop(); }

void Resolver::stop() {
  for (const Lanes* const lanes : {&usual_, &large_}) {
    for (const auto& lane : *lanes) lane->queue.close();
  }
  for (std::thread& thread : threads_) {
    thread.join();
  }
  threads_.clear();
}

void Resolver::resolve(ResolveQuery query, Done done, Failed failed) {
  Asked asked{query.token.link, query.token.kid, std::move(query.include)};
  const auto visit = std::make_shared<Visit>(Visit{.asked = std::move(asked),
                                                   .query = std::move(query),
                                                   .done = std::move(done),
                                                   .failed = std::move(failed)});
  if (visit->query.session) {
    visit->session = tools_.sessions.open(visit->asked.link, *visit->query.session);
    visit->asked.proof = proof_of(visit->session);
  }
  look_soon(visit, usual_);
}

Resolver::Stats Resolver::stats() const {
  std::size_t waiting = 0;
  for (const Lanes* const lanes : {&usual_, &large_}) {
    for (const auto& lane : *lanes) waiting += lane->queue.size();
  }
  return {waiting, sets_, visits_, dropped_};
}

// A link has its number, and so the server that is read from, by its id alone: a standby may show a
// change that waits for another one, and who asked both would see it come and go.
void Resolver::look_soon(const Shared& visit, const Lanes& lanes) {
  visit->queued_at = std::chrono::steady_clock::now();
  const std::size_t number = visit->asked.link.uuid().bytes.back() % lanes.size();
  if (!lanes[number]->queue.push(visit)) {
    visit->failed(too_many_visits());
  }
}

void Resolver::work(Lane& lane, int number) {
  pthread_setname_np(pthread_self(), "resolver");
  LinkReader reader(tools_.hosts, number);
  for (;;) {
    std::vector<Shared> visits = lane.queue.take(lane.most);
    if (visits.empty()) {
      return;
    }
    work_off(lane, reader, still_wanted(std::move(visits)));
  }
}

// Without those whose client has gone, or has waited too long.
std::vector<Resolver::Shared> Resolver::still_wanted(std::vector<Shared> visits) {
  const auto oldest = std::chrono::steady_clock::now() - kPatience;
  std::erase_if(visits, [&](const Shared& visit) {
    const bool wanted = !visit->query.wanted || visit->query.wanted();
    if (wanted && visit->queued_at >= oldest) {
      return false;
    }
    ++dropped_;
    visit->failed(too_many_visits());
    return true;
  });
  return visits;
}

// Whoever asks the same is answered by the same row.
void Resolver::work_off(Lane& lane, LinkReader& reader, std::vector<Shared> visits) {
  std::vector<Asked> questions;
  std::vector<Answered> answers;
  std::vector<std::size_t> places;
  for (const Shared& visit : visits) {
    const auto same = std::ranges::find(questions, visit->asked);
    places.push_back(static_cast<std::size_t>(same - questions.begin()));
    if (same == questions.end()) {
      questions.push_back(visit->asked);
      answers.emplace_back();
    }
    ++answers[places.back()].visits;
  }
  if (questions.empty()) {
    return;
  }
  ++sets_;
  visits_ += visits.size();
  try {
    auto found = reader.read(questions, lane.largest_panel);
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (found[i]) {
        answers[i].found = std::make_shared<const Found>(std::move(*found[i]));
      }
    }
  } catch (const std::exception& fault) {
    if (visits.size() == 1 || !is_of_one_link(fault)) {
      for (const Shared& visit : visits) {
        visit->failed(std::current_exception());
      }
      return;
    }
    for (const Shared& visit : visits) {
      work_off(lane, reader, {visit});
    }
    return;
  }
  tools_.hand_over([&] {
    for (std::size_t i = 0; i < visits.size(); ++i) {
      judge(visits[i], answers[places[i]]);
    }
  });
}

}  // namespace vitrine
