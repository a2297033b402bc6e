#include "service/ip_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace vitrine {
namespace {

constexpr int kAllBits = 128;
constexpr int kMappedBits = 96;  // of ::ffff:0:0, under which IPv4 lies
constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string terminated(text);
  IpAddress address;
  std::uint8_t* const bytes = address.bytes_.data();
  if (text.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  if (inet_pton(AF_INET6, terminated.c_str(), bytes) == 1) {
    return address;
  }
  std::copy(kMapped.begin(), kMapped.end(), bytes);
  if (inet_pton(AF_INET, terminated.c_str(), bytes + kMapped.size()) == 1) {
    return address;
  }
  return std::nullopt;
}

std::string IpAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (is_v4()) {
    inet_ntop(AF_INET, bytes_.data() + kMapped.size(), text.data(), text.size());
  } else {
    inet_ntop(AF_INET6, bytes_.data(), text.data(), text.size());
  }
  return text.data();
}

bool IpAddress::is_v4() const { return std::equal(kMapped.begin(), kMapped.end(), bytes_.begin()); }

std::string IpAddress::limit_key() const {
  if (is_v4()) {
    return text();
  }
  IpAddress network = *this;
  std::fill(network.bytes_.begin() + 8, network.bytes_.end(), std::uint8_t{0});
  return network.text() + "/64";
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) {
    return std::nullopt;
  }
  IpNetwork network;
  network.address_ = *address;
  network.bits_ = kAllBits;
  if (slash == std::string_view::npos) {
    return network;
  }
  const std::string_view length = text.substr(slash + 1);
  const int above = text.substr(0, slash).find(':') == std::string_view::npos ? kMappedBits : 0;
  int bits = -1;
  const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), bits);
  if (error != std::errc() || end != length.data() + length.size() || bits < 0 ||
      bits + above > kAllBits || (address->is_v4() && bits + above < kMappedBits)) {
    return std::nullopt;
  }
  network.bits_ = bits + above;
  return network;
}

std::string IpNetwork::text() const {
  return address_.text() + '/' + std::to_string(address_.is_v4() ? bits_ - kMappedBits : bits_);
}

bool IpNetwork::holds(const IpAddress& address) const {
  if (address.is_v4() && bits_ < kMappedBits) {
    return false;
  }
  const auto& mine = address_.bytes();
  const auto& theirs = address.bytes();
  const int whole = bits_ / 8;
  if (!std::equal(mine.begin(), mine.begin() + whole, theirs.begin())) {
    return false;
  }
  const int rest = bits_ % 8;
  const auto place = static_cast<std::size_t>(whole);
  return rest == 0 || ((mine[place] ^ theirs[place]) >> (8 - rest)) == 0;
}

}  // namespace vitrine
