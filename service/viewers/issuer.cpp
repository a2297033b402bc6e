#include "service/viewers/issuer.hpp"

#include <stdexcept>

#include "service/core/crypto.hpp"

namespace vitrine::viewers {

HmacSecret parse_hmac_secret(std::string_view text) {
  constexpr std::size_t kMinBytes = 32;  // RFC 7518 section 3.2
  constexpr std::size_t kMaxBytes = 1'024;
  if (text.ends_with('\n')) {
    text.remove_suffix(text.ends_with("\r\n") ? 2 : 1);
  }
  const bool is_json = text.starts_with('{') && text.ends_with('}');
  if (is_json || text.find("-----BEGIN") != std::string_view::npos) {
    throw std::invalid_argument(
        "an HS256 secret is random bytes, and this is a key file. Make one with: openssl rand "
        "-base64 48");
  }
  if (text.size() < kMinBytes || text.size() > kMaxBytes) {
    throw std::invalid_argument(
        "an HS256 secret has 32 to 1024 bytes, random ones. Make one with: openssl rand -base64 "
        "48");
  }
  const core::Bytes bytes = core::bytes_of(text);
  return {{bytes.begin(), bytes.end()}};
}

}  // namespace vitrine::viewers
