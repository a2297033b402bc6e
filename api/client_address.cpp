#include "api/client_address.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "api/header_values.hpp"

namespace vitrine::api {
namespace {

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:80`, as proxies
// write them.
std::optional<IpAddress> forwarded_address(std::string_view entry) {
  if (entry.starts_with('[')) {
    const std::size_t bracket = entry.find(']');
    if (bracket == std::string_view::npos) {
      return std::nullopt;
    }
    const std::string_view rest = entry.substr(bracket + 1);
    const bool sound = rest.empty() || (rest.front() == ':' && is_port(rest.substr(1)));
    return sound ? IpAddress::parse(entry.substr(1, bracket - 1)) : std::nullopt;
  }
  const std::size_t colon = entry.find(':');
  const bool one_colon = colon != std::string_view::npos && colon == entry.rfind(':');
  if (!one_colon) {
    return IpAddress::parse(entry);
  }
  return is_port(entry.substr(colon + 1)) ? IpAddress::parse(entry.substr(0, colon)) : std::nullopt;
}

}  // namespace

IpAddress client_address(const http::RequestHead& head,
                         const std::vector<IpNetwork>& trusted_proxies) {
  const auto is_trusted = [&](const IpAddress& address) {
    return std::any_of(trusted_proxies.begin(), trusted_proxies.end(),
                       [&](const IpNetwork& network) { return network.holds(address); });
  };
  // A link-local peer is shown with its zone, which is no part of the address.
  const std::string_view peer = head.peer_address;
  IpAddress client = IpAddress::parse(peer.substr(0, peer.find('%'))).value_or(IpAddress());
  if (!is_trusted(client)) {
    return client;
  }
  const std::string chain = joined_values(head.headers, "X-Forwarded-For");
  std::string_view left = chain;
  while (!left.empty() && is_trusted(client)) {
    const std::size_t comma = left.rfind(',');
    const bool last = comma == std::string_view::npos;
    const std::string_view entry = without_spaces_around(last ? left : left.substr(comma + 1));
    left = last ? std::string_view() : left.substr(0, comma);
    if (entry.empty()) {
      continue;  // a list may hold empty elements (RFC 9110 section 5.6.1)
    }
    const auto address = forwarded_address(entry);
    if (!address) {
      break;
    }
    client = *address;
  }
  return client;
}

}  // namespace vitrine::api
