#include "api/http/host_field.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <string>

#include "api/http/characters.hpp"

namespace vitrine::http {
namespace {

constexpr std::size_t kLongestName = 255;

bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// RFC 3986 section 3.2.2.
bool is_registered_name(std::string_view name) {
  if (name.empty() || name.size() > kLongestName)
    return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '%') {
      if (i + 2 >= name.size() || !is_hex(name[i + 1]) || !is_hex(name[i + 2]))
        return false;
      i += 2;
    } else if (!is_digit(name[i]) && !is_letter(name[i]) &&
               std::string_view("-._~!$&'()*+,;=").find(name[i]) == std::string_view::npos) {
      return false;
    }
  }
  return true;
}

bool is_address_literal(std::string_view literal) {
  in6_addr address{};
  return literal.size() <= kLongestName &&
         ::inet_pton(AF_INET6, std::string(literal).c_str(), &address) == 1;
}

bool is_port(std::string_view port) {
  if (port.empty())
    return true;
  unsigned number = 0;
  const char* end = port.data() + port.size();
  const auto [last, error] = std::from_chars(port.data(), end, number);
  return error == std::errc() && last == end && number <= 65535;
}

}  // namespace

bool is_valid_host(std::string_view value) {
  if (!value.starts_with('[')) {
    const std::size_t colon = std::min(value.find(':'), value.size());
    return is_registered_name(value.substr(0, colon)) &&
           (colon == value.size() || is_port(value.substr(colon + 1)));
  }
  const std::size_t end = value.find(']');
  if (end == std::string_view::npos)
    return false;
  const std::string_view rest = value.substr(end + 1);
  return is_address_literal(value.substr(1, end - 1)) &&
         (rest.empty() || (rest.front() == ':' && is_port(rest.substr(1))));
}

}  // namespace vitrine::http
