#pragma once

#include "service/ip_address.hpp"

namespace vitrine {

// Whether an address is of the public internet: the only ones to which a caller may send us. What
// IANA's special-purpose registries set apart is not, nor IPv6 outside of 2000::/3, of which
// nothing has been given out, nor an address that leads to an IPv4 one by translation or tunnel.
bool is_public(const IpAddress& address);

}  // namespace vitrine
