#include "api/idempotency_header.hpp"

#include <algorithm>
#include <string>

#include "api/header_values.hpp"
#include "service/core/crypto.hpp"
#include "service/core/error.hpp"

namespace vitrine::api {
namespace {

constexpr std::string_view kName = "Idempotency-Key";
constexpr std::size_t kMaxLength = 255;

bool is_visible(char c) { return c > ' ' && c < 0x7f && c != '"' && c != '\\'; }

// The draft writes it as a quoted string (RFC 8941 section 3.3.3); most clients send it bare.
std::string_view without_quotes(std::string_view text) {
  const bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  return quoted ? text.substr(1, text.size() - 2) : text;
}

}  // namespace

std::optional<core::IdempotencyKey> idempotency_key(const Call& call) {
  const http::RequestHead& head = call.request.head;
  const auto value = head.headers.get(kName);
  if (!value) {
    return std::nullopt;
  }
  const std::string_view key = without_quotes(without_spaces_around(*value));
  if (head.headers.count(kName) > 1 || key.empty() || key.size() > kMaxLength ||
      !std::ranges::all_of(key, is_visible)) {
    throw core::Error(core::ErrorCode::idempotency_key_invalid,
                      "Send one Idempotency-Key of 1 to 255 visible ASCII characters.");
  }
  std::string asked = std::string(head.path) + '?' + std::string(head.query) + '\n';
  asked += call.body();
  return core::IdempotencyKey{std::string(key), core::sha256(core::bytes_of(asked))};
}

}  // namespace vitrine::api
