#include "tests/strictness/trial.hpp"

#include <algorithm>
#include <utility>

namespace vitrine::strictness {

Link::Link(std::string token_text, const State& state)
    : token(std::move(token_text)), passcode(state.passcode) {
  const Time begin = now();
  versions.push_back({state, begin, begin});
}

Session Link::session() {
  const std::lock_guard lock(mutex_);
  return session_;
}

void Link::keep(const Session& session) {
  const std::lock_guard lock(mutex_);
  if (session.passcode >= session_.passcode) {
    session_ = session;
  }
}

Trial::Trial(Settings settings_given)
    : settings(std::move(settings_given)),
      places(static_cast<std::size_t>(settings.shares)),
      deadline_(now() + settings.deadline_seconds * Time{1'000'000'000}) {}

void Trial::add_link(Place& place, std::string token) {
  const std::lock_guard lock(mutex_);
  Link& link = links_.emplace_back(std::move(token), place.state);
  place.former = place.link.exchange(&link);
}

void Trial::just_changed(Link& link) { changed_[changed_next_++ % changed_.size()] = &link; }

Link* Trial::recently_changed(Random& random) const {
  return random() % 2 == 0 ? nullptr : changed_[random() % changed_.size()].load();
}

Link& Trial::any_link(Random& random) {
  if (Link* link = recently_changed(random)) {
    return *link;
  }
  const Place& place = places[random() % places.size()];
  Link* former = random() % 8 == 0 ? place.former.load() : nullptr;
  return former != nullptr ? *former : *place.link.load();
}

bool Trial::take_change() {
  const bool due = changes_taken_ * settings.resolves <= resolves_done_ * settings.changes;
  return due && changes_taken_ < settings.changes && changes_taken_++ < settings.changes;
}

bool Trial::take_resolve() {
  const long lead = std::max(settings.changes / 50, 20L);
  const bool due = resolves_taken_ * settings.changes < (changes_done_ + lead) * settings.resolves;
  return due && !over() && ++resolves_taken_ > 0;
}

bool Trial::over() const {
  const bool complete = resolves_done_ >= settings.resolves && changes_done_ >= settings.changes;
  return complete || failed_ || now() > deadline_;
}

void Trial::fail(const std::string& why) {
  const std::lock_guard lock(mutex_);
  failure_ = why;
  failed_ = true;
}

std::string Trial::failure() {
  const std::lock_guard lock(mutex_);
  return failure_;
}

}  // namespace vitrine::strictness
