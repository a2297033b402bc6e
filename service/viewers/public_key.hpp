#pragma once

#include "service/core/crypto.hpp"
#include "service/viewers/jwk_set.hpp"

namespace vitrine::viewers {

// Whether OpenSSL takes the key, and finds nothing wrong with it.
bool is_sound(const Jwk& key);

// Whether `signature`, in the form that JWS gives it (RFC 7518 section 3, RFC 8037), is the key's
// over `content`, by the one algorithm that belongs to the key's type.
bool verifies(const Jwk& key, core::Bytes content, core::Bytes signature);

}  // namespace vitrine::viewers
