#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "service/core/instant.hpp"

namespace vitrine::core {

// To the recipient: here is your link. To the sender: your link was opened; your share is about to
// expire.
enum class MailKind { shared, opened, expiring };
std::string_view to_text(MailKind kind);
std::optional<MailKind> mail_kind(std::string_view text);

enum class MailState {
  queued,     // nobody has tried yet
  sent,       // a mail server has it
  deferred,   // it did not work, and is tried again
  refused,    // it never will
  cancelled,  // there was nothing to tell any more
};
std::string_view to_text(MailState state);
std::optional<MailState> mail_state(std::string_view text);

// What became of a mail.
struct MailStatus {
  MailState state;
  std::optional<std::string> reason = {};  // a sentence, or what the mail server said
  Instant at = {};                         // since when
  std::int64_t attempts = 0;
  bool operator==(const MailStatus&) const = default;
};

}  // namespace vitrine::core
