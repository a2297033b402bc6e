#include "api/request_id.hpp"

#include <algorithm>
#include <string_view>

#include "service/clock.hpp"
#include "service/core/ids.hpp"

namespace vitrine::api {
namespace {

constexpr std::size_t kMaxLength = 64;

bool is_allowed(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' ||
         c == '_' || c == '-';
}

}  // namespace

std::string request_id(const http::Headers& headers) {
  const auto given = headers.get("X-Request-Id");
  const bool usable = given && !given->empty() && given->size() <= kMaxLength &&
                      headers.count("X-Request-Id") == 1 &&
                      std::all_of(given->begin(), given->end(), is_allowed);
  return usable ? std::string(*given) : core::base32_encode(new_uuid());
}

}  // namespace vitrine::api
