#include "api/page_token.hpp"

#include <algorithm>

#include "service/core/error.hpp"

namespace vitrine::api {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kPayloadSize = 1 + 16;
constexpr std::size_t kTokenSize = kPayloadSize + 16;
constexpr int kDefaultPageSize = 50;
constexpr int kMaxPageSize = 200;

// Lengths first, so that no two scopes give the same bytes.
void append(std::string& data, std::string_view part) {
  data += std::to_string(part.size());
  data += ':';
  data += part;
}

int page_size(std::string_view text) {
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

std::string PageTokens::seal(const PageScope& scope, const core::Uuid& after) const {
  std::array<std::uint8_t, kTokenSize> token{kVersion};
  std::copy(after.bytes.begin(), after.bytes.end(), token.begin() + 1);
  const auto tag = mac(scope, core::Bytes(token).first(kPayloadSize));
  std::copy(tag.begin(), tag.end(), token.begin() + kPayloadSize);
  return core::base64url_encode(token);
}

core::Uuid PageTokens::open(const PageScope& scope, std::string_view token) const {
  const auto bytes = core::base64url_decode(token);
  if (!bytes || bytes->size() != kTokenSize ||
      !core::equal_in_constant_time(mac(scope, core::Bytes(*bytes).first(kPayloadSize)),
                                    core::Bytes(*bytes).subspan(kPayloadSize)) ||
      bytes->front() != kVersion) {
    throw core::Error(core::ErrorCode::invalid_page_token,
                      "The page token does not belong to this list; begin again without one.");
  }
  core::Uuid after;
  std::copy_n(bytes->begin() + 1, after.bytes.size(), after.bytes.begin());
  return after;
}

core::PageRequest PageTokens::read(const PageScope& scope, const Query& query) const {
  core::PageRequest page{.size = kDefaultPageSize, .after = std::nullopt};
  if (const auto size = query.get("page_size")) {
    page.size = page_size(*size);
  }
  if (const auto token = query.get("page_token")) {
    page.after = open(scope, *token);
  }
  return page;
}

}  // namespace vitrine::api
