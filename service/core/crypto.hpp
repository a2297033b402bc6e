#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The few primitives the product needs, on OpenSSL. Failures of OpenSSL itself throw
// std::runtime_error; they are never a caller's fault.
namespace vitrine::core {

using Bytes = std::span<const std::uint8_t>;

inline Bytes bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::array<std::uint8_t, 32> sha256(Bytes data);
std::array<std::uint8_t, 32> hmac_sha256(Bytes key, Bytes data);
std::array<std::uint8_t, 32> hkdf_sha256(Bytes key, std::string_view info);

// Compares without revealing by its duration where two values differ; sizes are public.
bool equal_in_constant_time(Bytes a, Bytes b);

// From the operating system's generator.
void fill_random(std::span<std::uint8_t> out);

// RFC 4648 section 5, without padding. Decoding is strict: no padding, no whitespace, and the
// unused bits of the last character must be zero, so that a value has exactly one spelling.
std::string base64url_encode(Bytes data);
std::optional<std::vector<std::uint8_t>> base64url_decode(std::string_view text);

// RFC 4648 section 4, padded. Decoding is as strict.
std::string base64_encode(Bytes data);
std::optional<std::vector<std::uint8_t>> base64_decode(std::string_view text);

std::string hex_encode(Bytes data);

}  // namespace vitrine::core
