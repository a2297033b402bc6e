#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vitrine::core {

// A UUID in network byte order (RFC 9562).
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  // Version 7 (RFC 9562 section 5.7): 48 bits of Unix milliseconds, then random bits. Pure: the
  // caller brings time and randomness.
  static Uuid v7(std::int64_t unix_ms, const std::array<std::uint8_t, 10>& random);

  // Hyphenated lower-case form, as PostgreSQL prints it.
  static std::optional<Uuid> parse(std::string_view text);
  std::string text() const;

  auto operator<=>(const Uuid&) const = default;  // NOLINT(modernize-use-nullptr): its literal 0
};

}  // namespace vitrine::core
