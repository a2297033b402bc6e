#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/query.hpp"
#include "service/core/crypto.hpp"
#include "service/core/ids.hpp"
#include "service/core/instant.hpp"
#include "service/core/link_token.hpp"
#include "service/core/page.hpp"

namespace vitrine::api {

// What a page token belongs to. A token given for one list opens no other.
struct PageScope {
  core::WorkspaceId workspace;
  std::string_view operation;  // operationId
  std::string filters;         // the filters that were in force, as text
};

// Where a page ended: the last item's key and, in a list ordered by a time, that item's time.
struct PagePosition {
  core::Uuid after;
  std::optional<core::Instant> time = {};
  bool operator==(const PagePosition&) const = default;
};

// 50, or what the query asks for, up to 200. Throws invalid_parameter.
int page_size(const Query& query);

// Seals and opens the cursors of keyset pages: base64url( version[1] | key[16] | HMAC[16] ), where
// version 2 has a time of 8 bytes before the HMAC. A token authorises nothing and needs no storage;
// it stays good until the key changes. Immutable; thread-safe.
class PageTokens {
 public:
  explicit PageTokens(core::SecretKey key) : key_(key) {}

  std::string seal(const PageScope& scope, const PagePosition& position) const;

  // Throws invalid_page_token for one that is forged, truncated or made for another scope.
  PagePosition open(const PageScope& scope, std::string_view token) const;

  // Reads `page_size` (default 50, at most 200) and `page_token`. Throws invalid_parameter too.
  core::PageRequest read(const PageScope& scope, const Query& query) const;

 private:
  std::array<std::uint8_t, 16> mac(const PageScope& scope, core::Bytes payload) const;
  core::SecretKey key_;
};

}  // namespace vitrine::api
