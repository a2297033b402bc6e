#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "service/core/uuid.hpp"

namespace vitrine::core {

// The 26 characters of a TypeID suffix: Crockford base32 in lower case, as
// https://github.com/jetify-com/typeid (specification 0.3) has it.
std::string base32_encode(const Uuid& uuid);
std::optional<Uuid> base32_decode(std::string_view text);

// A TypeID: `shr_01h455vb4pex5vsknk084sn02q`. The noun makes a share's id and a link's id different
// types, so that neither can be passed for the other.
template <class Noun>
class Id {
 public:
  explicit Id(const Uuid& uuid) : uuid_(uuid) {}

  const Uuid& uuid() const noexcept { return uuid_; }
  std::string text() const { return std::string(Noun::prefix) + '_' + base32_encode(uuid_); }

  // Nothing for any other prefix, length or alphabet; upper case is not accepted.
  static std::optional<Id> parse(std::string_view text) {
    constexpr std::string_view prefix = Noun::prefix;
    if (!text.starts_with(prefix) || text.size() <= prefix.size() || text[prefix.size()] != '_') {
      return std::nullopt;
    }
    const auto uuid = base32_decode(text.substr(prefix.size() + 1));
    return uuid ? std::optional<Id>(Id(*uuid)) : std::nullopt;
  }

  auto operator<=>(const Id&) const = default;  // NOLINT(modernize-use-nullptr): its literal 0

 private:
  Uuid uuid_;
};

struct WorkspaceNoun {
  static constexpr std::string_view prefix = "wsp";
};
struct KeyNoun {
  static constexpr std::string_view prefix = "key";
};
struct ShareNoun {
  static constexpr std::string_view prefix = "shr";
};
struct LinkNoun {
  static constexpr std::string_view prefix = "lnk";
};
struct CommentNoun {
  static constexpr std::string_view prefix = "cmt";
};
struct EventNoun {
  static constexpr std::string_view prefix = "evt";
};
struct WebhookNoun {
  static constexpr std::string_view prefix = "whk";
};
struct DeliveryNoun {
  static constexpr std::string_view prefix = "dlv";
};
struct ViewNoun {
  static constexpr std::string_view prefix = "viw";
};
struct MailNoun {
  static constexpr std::string_view prefix = "mail";
};

using WorkspaceId = Id<WorkspaceNoun>;
using KeyId = Id<KeyNoun>;
using ShareId = Id<ShareNoun>;
using LinkId = Id<LinkNoun>;
using CommentId = Id<CommentNoun>;
using EventId = Id<EventNoun>;
using WebhookId = Id<WebhookNoun>;
using DeliveryId = Id<DeliveryNoun>;
using ViewId = Id<ViewNoun>;
using MailId = Id<MailNoun>;

// A recording's id is the caller's own: 1 to 128 characters of [A-Za-z0-9._~:-].
class RecordingId {
 public:
  static std::optional<RecordingId> parse(std::string_view text);
  const std::string& text() const noexcept { return text_; }
  auto operator<=>(const RecordingId&) const = default;  // NOLINT(modernize-use-nullptr)

 private:
  explicit RecordingId(std::string_view text) : text_(text) {}
  std::string text_;
};

}  // namespace vitrine::core
