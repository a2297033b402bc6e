#include "service/public_address.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace vitrine {
namespace {

// IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890), and multicast.
constexpr std::string_view kSpecial[] = {
    "0.0.0.0/8",        // this network, RFC 791
    "10.0.0.0/8",       // private, RFC 1918
    "100.64.0.0/10",    // shared by carriers, RFC 6598
    "127.0.0.0/8",      // loopback
    "169.254.0.0/16",   // link-local, and the metadata service of most clouds
    "172.16.0.0/12",    // private
    "192.0.0.0/24",     // protocol assignments, RFC 6890
    "192.0.2.0/24",     // documentation, RFC 5737
    "192.88.99.0/24",   // 6to4 relays, RFC 7526
    "192.168.0.0/16",   // private
    "198.18.0.0/15",    // benchmarks, RFC 2544
    "198.51.100.0/24",  // documentation
    "203.0.113.0/24",   // documentation
    "224.0.0.0/4",      // multicast
    "240.0.0.0/4",      // reserved, and broadcast
    "2001::/23",        // protocol assignments: Teredo, benchmarks, ORCHID
    "2001:db8::/32",    // documentation, RFC 3849
    "2002::/16",        // 6to4: leads to any IPv4 address
    "3fff::/20",        // documentation, RFC 9637
};

const std::vector<IpNetwork>& special() {
  static const std::vector<IpNetwork> networks = [] {
    std::vector<IpNetwork> parsed;
    for (const std::string_view text : kSpecial) {
      parsed.push_back(IpNetwork::parse(text).value());
    }
    return parsed;
  }();
  return networks;
}

// Given out by IANA for use as global unicast (RFC 4291 section 2.4). Outside of it lie `::`,
// `::1`, IPv4-compatible addresses, 64:ff9b::/96 and 64:ff9b:1::/48 (NAT64), 100::/64 (discard),
// 5f00::/16 (segment routing), fc00::/7, fe80::/10, fec0::/10 and ff00::/8.
bool is_global_unicast(const IpAddress& address) { return address.bytes()[0] >> 5 == 1; }

}  // namespace

bool is_public(const IpAddress& address) {
  return (address.is_v4() || is_global_unicast(address)) &&
         std::ranges::none_of(special(),
                              [&](const auto& network) { return network.holds(address); });
}

}  // namespace vitrine
