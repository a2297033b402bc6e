#pragma once

#include <optional>
#include <string>
#include <string_view>

// Names of hosts and domains as the DNS has them.
namespace vitrine {

// The ASCII form in lower case (IDNA 2008, with the mapping of UTS 46); nothing when there can be
// none. It may hold more than a host name may: see is_host_name.
std::optional<std::string> dns_form(const std::string& domain);

// Labels of letters, digits and inner hyphens, at most 253 characters in all.
bool is_host_name(std::string_view name);

// Whether a text of valid UTF-8 holds what UTS 46 maps to nothing, or a joiner: two domains that
// look the same must not differ.
bool has_unseen(std::string_view text);

// Whether the last label is of digits alone, as in an IPv4 address and in no domain.
bool ends_in_number(std::string_view name);

}  // namespace vitrine
