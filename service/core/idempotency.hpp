#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace vitrine::core {

// What a caller sent so that a repeated request is not done twice
// (draft-ietf-httpapi-idempotency-key-header). The fingerprint stands for what was asked for:
// a key that comes with another one was used before for something else.
struct IdempotencyKey {
  std::string key;
  std::array<std::uint8_t, 32> fingerprint;
};

}  // namespace vitrine::core
