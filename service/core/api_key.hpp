#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vitrine::core {

using Sha256 = std::array<std::uint8_t, 32>;

// `vtk_` + 43 base62 characters (256 random bits, most significant first) + 6 base62 characters of
// the CRC-32 (ISO-HDLC) over all that stands before it. The checksum lets a mistyped or truncated
// key be refused, and a leaked one be recognised by scanners, without a database.
std::string make_api_key(const std::array<std::uint8_t, 32>& random);

// SHA-256 of the whole key text, which is all that the database keeps; nothing when the format or
// the checksum is wrong. SHA-256 without salt is enough for 256 random bits.
std::optional<Sha256> api_key_digest(std::string_view key);

}  // namespace vitrine::core
