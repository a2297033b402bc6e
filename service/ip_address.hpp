#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vitrine {

// An IPv4 or IPv6 address. IPv4 that was mapped into IPv6 (`::ffff:192.0.2.1`, as a socket for both
// shows it) is IPv4, so an address has one form.
class IpAddress {
 public:
  IpAddress() = default;  // `::`, which is nobody's

  // The textual form alone: no port, no brackets, no zone.
  static std::optional<IpAddress> parse(std::string_view text);
  std::string text() const;

  bool is_v4() const;

  // What limits count by: the address, or the /64 of an IPv6 one, all of which one household has.
  std::string limit_key() const;

  // As IPv6; IPv4 is mapped.
  const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }

  auto operator<=>(const IpAddress&) const = default;  // NOLINT(modernize-use-nullptr)

 private:
  std::array<std::uint8_t, 16> bytes_{};
};

// The addresses that begin with the same bits.
class IpNetwork {
 public:
  // `10.0.0.0/8`, `2001:db8::/32`, or one address. None is wider than mapped IPv4 and named by it.
  static std::optional<IpNetwork> parse(std::string_view text);
  std::string text() const;  // always with its length

  // No IPv6 network holds an IPv4 address, not even `::/0`.
  bool holds(const IpAddress& address) const;

 private:
  IpAddress address_;
  int bits_ = 0;  // of the 16 bytes
};

}  // namespace vitrine
