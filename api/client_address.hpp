#pragma once

#include <vector>

#include "api/http/message.hpp"
#include "service/ip_address.hpp"

namespace vitrine::api {

// Who is at the far end of a request: the peer of the connection or, when that is one of our own
// proxies, the right-most address of X-Forwarded-For that is none of them. Every proxy appends whom
// it was asked by, so what stands left of that address anybody may have made up; it is not read.
// Where a trusted proxy vouches for nothing that is an address, it is itself the client.
IpAddress client_address(const http::RequestHead& head,
                         const std::vector<IpNetwork>& trusted_proxies);

}  // namespace vitrine::api
