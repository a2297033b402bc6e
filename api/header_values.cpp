#include "api/header_values.hpp"

#include <algorithm>

namespace vitrine::api {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view without_spaces_around(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  text.remove_prefix(begin);
  text.remove_suffix(text.size() - (text.find_last_not_of(" \t") + 1));
  return text;
}

std::string joined_values(const http::Headers& headers, std::string_view name) {
  std::string joined;
  bool first = true;
  for (const http::Header header : headers) {
    if (equals_ignoring_case(header.name, name)) {
      joined.append(first ? "" : ", ").append(header.value);
      first = false;
    }
  }
  return joined;
}

}  // namespace vitrine::api
