#pragma once

#include <optional>
#include <string_view>

#include "api/http/message.hpp"
#include "service/core/scope.hpp"
#include "service/keys.hpp"

namespace vitrine::api {

// The secret in `Authorization: Bearer ...`; nothing when there is no such credential. Throws
// malformed_request when the field is given twice.
std::optional<std::string_view> bearer_secret(const http::Headers& headers);

// Throws unauthenticated when no key can be meant: none, or one whose checksum is wrong. Asks no
// database, so that a stranger's megabytes need not be read to refuse them.
void require_key(const http::Headers& headers);

// Who makes this call. Blocking. Throws unauthenticated, always in the same words.
core::Principal authenticate(const http::Headers& headers, Keys& keys);

// Throws forbidden when the caller's key lacks the scope.
void require_scope(const core::Principal& caller, core::Scope needed);

}  // namespace vitrine::api
