#include "api/page_token.hpp"

#include <algorithm>
#include <vector>

#include "service/core/error.hpp"

namespace vitrine::api {
namespace {

constexpr std::uint8_t kByKey = 1;
constexpr std::uint8_t kByTime = 2;
constexpr std::size_t kKeyEnd = 1 + 16;
constexpr std::size_t kTimeEnd = kKeyEnd + 8;
constexpr std::size_t kTagSize = 16;
constexpr int kDefaultPageSize = 50;
constexpr int kMaxPageSize = 200;

// Lengths first, so that no two scopes give the same bytes.
void append(std::string& data, std::string_view part) {
  data += std::to_string(part.size());
  data += ':';
  data += part;
}

void append(std::vector<std::uint8_t>& bytes, std::int64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(number) >> shift));
  }
}

core::Instant instant_of(core::Bytes bytes) {
  std::uint64_t number = 0;
  for (const std::uint8_t byte : bytes) {
    number = number << 8 | byte;
  }
  return core::Instant(std::chrono::microseconds(static_cast<std::int64_t>(number)));
}

int size_of(std::string_view text) {
  const bool digits =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
  if (!digits || text.empty()) {
    throw core::Error(core::ErrorCode::invalid_parameter,
                      "page_size must be a whole number of at least 1.");
  }
  return text.size() > 3 ? kMaxPageSize : std::min(std::stoi(std::string(text)), kMaxPageSize);
}

}  // namespace

int page_size(const Query& query) {
  const auto size = query.get("page_size");
  return size ? size_of(*size) : kDefaultPageSize;
}

std::array<std::uint8_t, 16> PageTokens::mac(const PageScope& scope, core::Bytes payload) const {
  std::string data = "vitrine/page/1";
  append(data, scope.workspace.text());
  append(data, scope.operation);
  append(data, scope.filters);
  data.append(payload.begin(), payload.end());
  const auto full = core::hmac_sha256(key_, core::bytes_of(data));
  std::array<std::uint8_t, 16> half{};
  std::copy_n(full.begin(), half.size(), half.begin());
  return half;
}

std::string PageTokens::seal(const PageScope& scope, const PagePosition& position) const {
  std::vector<std::uint8_t> token{position.time ? kByTime : kByKey};
  token.insert(token.end(), position.after.bytes.begin(), position.after.bytes.end());
  if (position.time) {
    append(token, position.time->time_since_epoch().count());
  }
  const auto tag = mac(scope, token);
  token.insert(token.end(), tag.begin(), tag.end());
  return core::base64url_encode(token);
}

PagePosition PageTokens::open(const PageScope& scope, std::string_view token) const {
  const auto bytes = core::base64url_decode(token);
  const std::size_t size = bytes ? bytes->size() : 0;
  const bool by_time = size == kTimeEnd + kTagSize;
  if ((!by_time && size != kKeyEnd + kTagSize) ||
      !core::equal_in_constant_time(mac(scope, core::Bytes(*bytes).first(size - kTagSize)),
                                    core::Bytes(*bytes).last(kTagSize)) ||
      bytes->front() != (by_time ? kByTime : kByKey)) {
    throw core::Error(core::ErrorCode::invalid_page_token,
                      "The page token does not belong to this list; begin again without one.");
  }
  PagePosition position{};
  std::copy_n(bytes->begin() + 1, position.after.bytes.size(), position.after.bytes.begin());
  if (by_time) {
    position.time = instant_of(core::Bytes(*bytes).subspan(kKeyEnd, kTimeEnd - kKeyEnd));
  }
  return position;
}

core::PageRequest PageTokens::read(const PageScope& scope, const Query& query) const {
  core::PageRequest page{.size = page_size(query), .after = std::nullopt, .after_time = {}};
  if (const auto token = query.get("page_token")) {
    const PagePosition position = open(scope, *token);
    page.after = position.after;
    page.after_time = position.time;
  }
  return page;
}

}  // namespace vitrine::api
