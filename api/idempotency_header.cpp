#include "api/idempotency_header.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "api/auth.hpp"
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

// A body may hold a passcode, which is soon guessed from a plain hash. The API key is a secret that
// the database does not have, and whoever repeats the request sends it again.
std::array<std::uint8_t, 32> fingerprint(const Call& call) {
  const http::RequestHead& head = call.request.head;
  std::string asked = std::string(head.path) + '?' + std::string(head.query) + '\n';
  asked += call.body();
  const std::string_view secret = bearer_secret(head.headers).value_or("");
  return core::hmac_sha256(core::bytes_of(secret), core::bytes_of(asked));
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
  return core::IdempotencyKey{std::string(key), fingerprint(call)};
}

}  // namespace vitrine::api
