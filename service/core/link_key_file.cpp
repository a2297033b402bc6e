#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "service/core/crypto.hpp"
#include "service/core/link_token.hpp"

namespace vitrine::core {
namespace {

constexpr std::string_view kHeader =
    "# Vitrine link keys: kid, state (active, verify_only, retired), base64 of 32 random bytes.\n"
    "# Whoever reads this file can open every link: keep it secret, and keep a copy.\n";
constexpr std::string_view kBlank = " \t\r";

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

// Cuts the next blank-separated word off `rest`.
std::string_view next_word(std::string_view& rest) {
  rest = trim(rest);
  const auto end = std::min(rest.find_first_of(kBlank), rest.size());
  const std::string_view word = rest.substr(0, end);
  rest = trim(rest.substr(end));
  return word;
}

[[noreturn]] void refuse(int line, const std::string& what) {
  throw std::invalid_argument("link keys, line " + std::to_string(line) + ": " + what);
}

std::uint8_t read_kid(std::string_view word, int line) {
  int kid = -1;
  const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), kid);
  if (failure != std::errc() || end != word.data() + word.size() || kid < 0 || kid > 255) {
    refuse(line, "the kid must be a number, 0 to 255");
  }
  return static_cast<std::uint8_t>(kid);
}

// As `openssl rand -base64 32` prints it.
SecretKey read_secret(std::string_view word, int line) {
  const auto bytes = base64_decode(word);
  SecretKey secret;
  if (!bytes || bytes->size() != secret.size()) {
    refuse(line, "the secret must be base64 of exactly 32 bytes (openssl rand -base64 32)");
  }
  std::ranges::copy(*bytes, secret.begin());
  return secret;
}

LinkKey read_key(std::string_view content, int line) {
  std::string_view rest = content;
  LinkKey key;
  key.kid = read_kid(next_word(rest), line);
  const auto state = key_state(next_word(rest));
  if (!state) {
    refuse(line, "the state must be active, verify_only or retired");
  }
  key.state = *state;
  key.secret = read_secret(next_word(rest), line);
  if (!rest.empty()) {
    refuse(line, "nothing may follow the secret");
  }
  return key;
}

}  // namespace

std::vector<LinkKey> parse_link_keys(std::string_view text) {
  std::vector<LinkKey> keys;
  for (int line = 1; !text.empty(); ++line) {
    const auto end = std::min(text.find('\n'), text.size());
    const std::string_view whole = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string_view content = trim(whole.substr(0, whole.find('#')));
    if (!content.empty()) {
      keys.push_back(read_key(content, line));
    }
  }
  return keys;
}

std::string format_link_keys(const std::vector<LinkKey>& keys) {
  std::string text(kHeader);
  for (const LinkKey& key : keys) {
    text += std::to_string(key.kid) + ' ';
    text += to_text(key.state);
    text += ' ' + base64_encode(key.secret) + '\n';
  }
  return text;
}

}  // namespace vitrine::core
