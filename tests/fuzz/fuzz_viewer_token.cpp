// Input: text that is taken for a viewer token and for a JWK set, and bytes that change a token.
#include <stdexcept>
#include <string>

#include "service/core/crypto.hpp"
#include "service/viewers/viewer_token.hpp"
#include "tests/fuzz/property.hpp"

using namespace vitrine;
using fuzz::hold;
using viewers::Algorithm;
using viewers::ViewerCheck;
using viewers::ViewerToken;

namespace {

const core::Instant kNow = core::parse_rfc3339("2026-11-21T12:00:00Z").value();
const std::string kSecret = "correct horse battery staple, at length";

const viewers::Issuer& issuer() {
  static const viewers::Issuer issuer{"https://app.example.com", "vitrine",
                                      viewers::parse_hmac_secret(kSecret), Algorithm::hs256};
  return issuer;
}

core::WorkspaceId workspace() {
  return core::WorkspaceId::parse("wsp_01m7w77j50ftar8grd2t6y41g2").value();
}

std::string encoded(std::string_view text) { return core::base64url_encode(core::bytes_of(text)); }

std::string signed_token(std::string_view header, std::string_view claims) {
  const std::string content = encoded(header) + "." + encoded(claims);
  return content + "." +
         core::base64url_encode(
             core::hmac_sha256(core::bytes_of(kSecret), core::bytes_of(content)));
}

ViewerCheck check(std::string_view jwt) {
  const auto token = ViewerToken::read(jwt);
  return token ? token->check(issuer(), workspace(), kNow) : ViewerCheck::invalid;
}

const std::string& genuine() {
  static const std::string token =
      signed_token(R"({"alg":"HS256","typ":"JWT"})",
                   R"({"iss":"https://app.example.com","aud":"vitrine","sub":"a","exp":1795262700,)"
                   R"("workspace":"wsp_01m7w77j50ftar8grd2t6y41g2"})");
  return token;
}

void check_set(std::string_view text) {
  for (const Algorithm algorithm : {Algorithm::rs256, Algorithm::es256, Algorithm::eddsa}) {
    try {
      const std::string written = to_json(viewers::parse_jwk_set(text, algorithm));
      hold(to_json(viewers::parse_jwk_set(written, algorithm)) == written,
           "a JWK set reads back as it was written");
    } catch (const std::invalid_argument&) {
      continue;  // told to the operator
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = fuzz::text_of(data, size);
  hold(check(genuine()) == ViewerCheck::member, "a genuine token is good");
  hold(check(text) == ViewerCheck::invalid, "nobody without the secret makes a token");
  const std::string changed = fuzz::with_one_byte_changed(genuine(), text);
  hold(changed == genuine() || check(changed) == ViewerCheck::invalid, "a changed token is bad");
  check_set(text);
  const std::string_view header = fuzz::take_line(text);
  check(signed_token(header, text));  // reaches what stands behind the signature
  return 0;
}
