#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "service/core/ids.hpp"
#include "service/core/instant.hpp"
#include "service/core/secret_box.hpp"

namespace vitrine {

// What whoever opened a link has earned for a while: it need not show the passcode again, and takes
// no second view. It says nothing about the state of the link, which is always judged anew.
struct ViewingSession {
  std::int64_t epoch = 0;  // of the share; any other one makes it void
  std::int64_t id = 0;     // random, of nobody; kept while the session is renewed
  bool passcode_passed = false;
  bool view_taken = false;
  bool member = false;  // of the workspace when it last resolved; lets nobody in, but reports opens
  core::Instant started_at = {};
  core::Instant expires_at = {};
  bool operator==(const ViewingSession&) const = default;
};

// Turns viewing sessions into texts that only this service reads, and only for the link they were
// made for. Nothing is stored. Immutable; thread-safe.
class ViewingSessions {
 public:
  // `lifetime` from one resolve to the next.
  ViewingSessions(const core::LinkKeys& keys, std::chrono::seconds lifetime);

  // When a session that began at `started_at` ends, unless it is shown again before: after its
  // lifetime, but never more than 12 hours after it began.
  core::Instant end(core::Instant started_at, core::Instant now) const;

  // When it ends however often it is shown.
  static core::Instant longest_end(core::Instant started_at);

  static std::int64_t new_id();

  std::string seal(const core::LinkId& link, const ViewingSession& session) const;

  // Nothing for a text that is not genuine or was made for another link. Whether the session is
  // over, or of another epoch, the database's clock and row decide.
  std::optional<ViewingSession> open(const core::LinkId& link, std::string_view sealed) const;

 private:
  core::SecretBox box_;
  std::chrono::seconds lifetime_;
};

}  // namespace vitrine
