#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>

#include "service/resolver/resolver.hpp"

// What stands behind resolver.hpp.
namespace vitrine {

// One resolve on its way. One thread at a time.
struct Resolver::Visit {
  store::resolve_store::Asked asked;  // with what the next look can count on
  ResolveQuery query;
  Done done;
  Failed failed;
  std::optional<ViewingSession> session = {};       // as it was presented
  std::optional<core::Instant> member_until = {};   // the end of its viewer token
  std::optional<core::ViewerEvidence> viewer = {};  // what its token turned out to be
  core::PasscodeEvidence passcode = core::PasscodeEvidence::none;  // what became of the one sent
  std::optional<std::chrono::seconds> pause = {};                  // when it was throttled
  // The passcode that is to be hashed, and where its try is counted.
  std::string passcode_hash = {};
  std::optional<core::WorkspaceId> workspace = {};
  int looks = 0;
  std::chrono::steady_clock::time_point queued_at = {};
};

// Visits that are asked for together.
struct Resolver::Lane {
  Lane(std::size_t most_waiting, std::size_t most_at_once, std::int32_t largest)
      : queue(most_waiting), most(most_at_once), largest_panel(largest) {}

  SetQueue<Shared> queue;
  const std::size_t most;            // in one statement
  const std::int32_t largest_panel;  // bytes; a visit with a larger one goes to another lane
};

// What a question of a set was answered.
struct Resolver::Answered {
  SharedFound found = {};
  int visits = 0;                               // that ask it
  std::optional<Resolution> empty_handed = {};  // what those are told, once one of them was
};

// To be told to a visitor for whom there is no room now.
std::exception_ptr too_many_visits();

}  // namespace vitrine
