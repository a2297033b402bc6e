#include "service/viewers/viewer_token.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "service/core/crypto.hpp"
#include "tests/unit/viewers/signer.hpp"

using namespace vitrine;
using namespace std::chrono_literals;
using test::Signer;
using viewers::Algorithm;
using viewers::Issuer;
using viewers::ViewerCheck;
using viewers::ViewerToken;

namespace {

const core::Instant kNow = core::parse_rfc3339("2026-11-21T12:00:00Z").value();
const std::string kSecret = "correct horse battery staple, at length";
const std::string kOurs = "wsp_01m7w77j50ftar8grd2t6y41g2";
const std::string kTheirs = "wsp_01m7w77j50ftar8grd2t6y41g3";
const std::string kHeader = R"({"alg":"HS256","typ":"JWT"})";

std::string at(std::chrono::seconds from_now) {
  return std::to_string(
      std::chrono::floor<std::chrono::seconds>(kNow + from_now).time_since_epoch().count());
}

// Claims that are good but for what is given: `"exp":1` replaces the good one, `"exp":` leaves it
// out, other members are added.
std::string claims(const std::vector<std::string>& changes = {}) {
  std::vector<std::string> members = {
      R"("iss":"https://app.example.com")", R"("aud":"vitrine")",   R"("sub":"user-7")",
      R"("workspace":")" + kOurs + '"',     R"("exp":)" + at(300s),
  };
  for (const std::string& change : changes) {
    const std::string name = change.substr(0, change.find(':') + 1);
    std::erase_if(members, [&](const std::string& member) { return member.starts_with(name); });
    if (change != name) {
      members.push_back(change);
    }
  }
  std::string text;
  for (const std::string& member : members) {
    text += (text.empty() ? "{" : ",") + member;
  }
  return text + "}";
}

Issuer issuer_with(Algorithm algorithm, std::variant<viewers::HmacSecret, viewers::JwkSet> keys) {
  return {"https://app.example.com", "vitrine", std::move(keys), algorithm};
}

Issuer secret_issuer() {
  return issuer_with(Algorithm::hs256, viewers::parse_hmac_secret(kSecret));
}

Issuer issuer_of(const Signer& signer, const std::string& jwks) {
  return issuer_with(signer.algorithm(), viewers::parse_jwk_set(jwks, signer.algorithm()));
}

ViewerCheck check(const Issuer& issuer, std::string_view jwt) {
  const auto token = ViewerToken::read(jwt);
  return token ? token->check(issuer, core::WorkspaceId::parse(kOurs).value(), kNow)
               : ViewerCheck::invalid;
}

ViewerCheck check(const std::vector<std::string>& changes) {
  return check(secret_issuer(), test::hs256(kSecret, kHeader, claims(changes)));
}

ViewerCheck check_header(const std::string& header) {
  return check(secret_issuer(), test::hs256(kSecret, header, claims()));
}

std::string header_of(Algorithm algorithm, const std::string& more = "") {
  return R"({"alg":")" + std::string(to_text(algorithm)) + '"' + more + "}";
}

}  // namespace

TEST_CASE("a token of the pinned issuer, key and audience makes a member", "[viewers]") {
  CHECK(check({}) == ViewerCheck::member);
  const auto algorithm = GENERATE(Algorithm::rs256, Algorithm::es256, Algorithm::eddsa);
  const Signer signer(algorithm);
  const std::string jwt = signer.sign(header_of(algorithm), claims());
  CHECK(check(issuer_of(signer, signer.jwks()), jwt) == ViewerCheck::member);
  CHECK(ViewerToken::read(jwt)->issuer() == "https://app.example.com");
}

TEST_CASE("a genuine token for another workspace is told apart, and nothing else is", "[viewers]") {
  const std::string other = R"("workspace":")" + kTheirs + '"';
  CHECK(check({other}) == ViewerCheck::other_workspace);
  CHECK(check({other, R"("aud":"else")"}) == ViewerCheck::invalid);
  CHECK(check({other, R"("exp":)" + at(-1s)}) == ViewerCheck::invalid);
  CHECK(check(secret_issuer(), test::hs256(kSecret + "x", kHeader, claims({other}))) ==
        ViewerCheck::invalid);
}

TEST_CASE("a claim that is missing, of another type or for another is refused", "[viewers]") {
  const std::string change = GENERATE_COPY(values<std::string>({
      R"("iss":)",
      R"("iss":"https://app.example.com/")",
      R"("iss":"HTTPS://app.example.com")",
      R"("iss":["https://app.example.com"])",
      R"("iss":"")",
      R"("iss":"https://app.example.com\u0000")",
      R"("aud":)",
      R"("aud":null)",
      R"("aud":"Vitrine")",
      R"("aud":"vitrine ")",
      R"("aud":[])",
      R"("aud":["someone","else"])",
      R"("aud":["vitrine",7])",
      R"("aud":{"vitrine":true})",
      R"("sub":)",
      R"("sub":"")",
      R"("sub":7)",
      R"("sub":")" + std::string(256, 'x') + '"',
      R"("workspace":)",
      R"("workspace":null)",
      R"("workspace":"")",
      R"("workspace":["wsp_01m7w77j50ftar8grd2t6y41g2"])",
      R"("workspace":"WSP_01M7W77J50FTAR8GRD2T6Y41G2")",
      R"("workspace":"key_01m7w77j50ftar8grd2t6y41g2")",
      R"("exp":)",
      R"("exp":null)",
      R"("exp":true)",
      R"("exp":")" + at(300s) + '"',
      R"("exp":1e30)",
      R"("exp":1e400)",
      R"("exp":-1)",
      R"("exp":0)",
      R"("exp":)" + at(0s),
      R"("exp":)" + at(-1s),
      R"("exp":)" + at(24h + 1s),
      R"("nbf":)" + at(61s),
      R"("nbf":"now")",
      R"("iat":)" + at(61s),
      R"("iat":)" + at(-24h),
      R"("iat":[])",
  }));
  INFO(change);
  CHECK(check({change}) == ViewerCheck::invalid);
}

TEST_CASE("every form of a claim that the RFCs allow is taken", "[viewers]") {
  const std::string change = GENERATE_COPY(values<std::string>({
      R"("aud":["else","vitrine"])",
      R"("sub":")" + std::string(255, 'x') + '"',
      R"("exp":)" + at(1s),
      R"("exp":)" + at(1s) + ".5",
      R"("exp":)" + at(300s) + "e0",
      R"("exp":)" + at(24h),
      R"("nbf":)" + at(60s),
      R"("nbf":)" + at(-1s),
      R"("iat":)" + at(60s),
      R"("name":{"given":["Ada"]})",
  }));
  INFO(change);
  CHECK(check({change}) == ViewerCheck::member);
}

TEST_CASE("a header that asks for anything else than the pinned algorithm is refused",
          "[viewers]") {
  const std::string header = GENERATE(values<std::string>({
      R"({"typ":"JWT"})",
      R"({"alg":null})",
      R"({"alg":["HS256"]})",
      R"({"alg":"none"})",
      R"({"alg":"None"})",
      R"({"alg":"NONE"})",
      R"({"alg":"nOnE"})",
      R"({"alg":""})",
      R"({"alg":"hs256"})",
      R"({"alg":"HS256 "})",
      R"({"alg":"HS384"})",
      R"({"alg":"RS256"})",
      R"({"alg":"none","alg":"HS256"})",
      R"({"alg":"HS256","\u0061lg":"HS256"})",
      R"({"alg":"HS256","crit":["exp"]})",
      R"({"alg":"HS256","crit":[]})",
      R"({"alg":"HS256","b64":false,"crit":["b64"]})",
      R"({"alg":"HS256","b64":true})",
      R"({"alg":"HS256","typ":"at+jwt"})",
      R"({"alg":"HS256","typ":"JWE"})",
      R"({"alg":"HS256","typ":7})",
      R"({"alg":"HS256","kid":7})",
      R"({"alg":"HS256","kid":{"a":1}})",
      R"(["HS256"])",
      R"("HS256")",
      R"({"alg":"HS256"}{})",
      R"({"alg":"HS256",})",
      R"({"alg":"HS256"} // x)",
      "\xEF\xBB\xBF{\"alg\":\"HS256\"}",
      "{\"alg\":\"HS256\",\"x\":\"\xff\"}",
      std::string("{\"alg\":\"HS256\"}\0x", 17),
      R"({"alg":"HS256","x":[[[[[[[[[[[[[[[[[[0]]]]]]]]]]]]]]]]]]})",
  }));
  INFO(header);
  CHECK(check_header(header) == ViewerCheck::invalid);
}

TEST_CASE("what a header says of keys and addresses means nothing", "[viewers]") {
  CHECK(
      check_header(R"({"alg":"HS256","jku":"http://127.0.0.1:1/","x5u":"http://127.0.0.1:1/"})") ==
      ViewerCheck::member);
  CHECK(check_header(R"({"alg":"HS256","kid":"../../dev/null"})") == ViewerCheck::member);

  const auto algorithm = GENERATE(Algorithm::rs256, Algorithm::es256, Algorithm::eddsa);
  const Signer ours(algorithm);
  const Signer forger(algorithm);
  const std::string header = header_of(algorithm, R"(,"jwk":)" + forger.jwk());
  CHECK(check(issuer_of(ours, ours.jwks()), forger.sign(header, claims())) == ViewerCheck::invalid);
  CHECK(check(issuer_of(ours, ours.jwks()), ours.sign(header, claims())) == ViewerCheck::member);
}

TEST_CASE("a public key is never a secret", "[viewers]") {
  const Signer signer(Algorithm::rs256);
  const Issuer issuer = issuer_of(signer, signer.jwks());
  for (const std::string& secret : {signer.jwk(), signer.jwks(), std::string()}) {
    CHECK(check(issuer, test::hs256(secret, kHeader, claims())) == ViewerCheck::invalid);
    CHECK(check(issuer, test::hs256(secret, header_of(Algorithm::rs256), claims())) ==
          ViewerCheck::invalid);
  }
}

TEST_CASE("an algorithm is bound to its kind of key", "[viewers]") {
  const Signer rsa(Algorithm::rs256);
  const Signer ed(Algorithm::eddsa);
  const auto rsa_keys = viewers::parse_jwk_set(rsa.jwks(), Algorithm::rs256);
  CHECK(check(issuer_with(Algorithm::eddsa, rsa_keys),
              ed.sign(header_of(Algorithm::eddsa), claims())) == ViewerCheck::invalid);
  CHECK(check(issuer_with(Algorithm::rs256, viewers::parse_hmac_secret(kSecret)),
              test::hs256(kSecret, header_of(Algorithm::rs256), claims())) == ViewerCheck::invalid);
  CHECK(check(issuer_with(Algorithm::hs256, rsa_keys), test::hs256("", kHeader, claims())) ==
        ViewerCheck::invalid);
}

TEST_CASE("with several keys a token names one; an unknown name is refused", "[viewers]") {
  const auto algorithm = GENERATE(Algorithm::rs256, Algorithm::es256, Algorithm::eddsa);
  const Signer old_key(algorithm);
  const Signer new_key(algorithm);
  const Issuer both = issuer_of(old_key, R"({"keys":[)" + old_key.jwk(R"("kid":"old",)") + "," +
                                             new_key.jwk(R"("kid":"new",)") + "]}");
  const auto signed_by = [&](const Signer& signer, const std::string& more) {
    return check(both, signer.sign(header_of(algorithm, more), claims()));
  };
  CHECK(signed_by(old_key, R"(,"kid":"old")") == ViewerCheck::member);
  CHECK(signed_by(new_key, R"(,"kid":"new")") == ViewerCheck::member);
  CHECK(signed_by(new_key, R"(,"kid":"old")") == ViewerCheck::invalid);
  CHECK(signed_by(old_key, "") == ViewerCheck::invalid);
  CHECK(signed_by(old_key, R"(,"kid":"")") == ViewerCheck::invalid);
  CHECK(signed_by(old_key, R"(,"kid":"old' OR '1'='1")") == ViewerCheck::invalid);
  CHECK(signed_by(old_key, R"(,"kid":"../old")") == ViewerCheck::invalid);

  const Issuer one = issuer_of(old_key, old_key.jwks(R"("kid":"old",)"));
  CHECK(check(one, old_key.sign(header_of(algorithm), claims())) == ViewerCheck::member);
  CHECK(check(one, old_key.sign(header_of(algorithm, R"(,"kid":"x")"), claims())) ==
        ViewerCheck::invalid);
}

TEST_CASE("a token has three parts in strict base64url, and no more than 8 KiB", "[viewers]") {
  const std::string good = test::hs256(kSecret, kHeader, claims());
  const std::string unsigned_part = good.substr(0, good.rfind('.'));
  const std::string jwt = GENERATE_COPY(values<std::string>({
      "",
      ".",
      "..",
      unsigned_part,
      unsigned_part + ".",
      good + ".",
      good + ".x",
      "." + good,
      good + "=",
      good + " ",
      " " + good,
      good + "\n",
      "Bearer " + good,
      unsigned_part + "=" + good.substr(good.rfind('.')),
      good.substr(0, good.size() - 1),
      good + "A",
      test::hs256(kSecret, kHeader, claims({R"("x":")" + std::string(8'192, 'x') + '"'})),
      test::hs256(kSecret, R"({"alg":"HS256","x":")" + std::string(4'096, 'x') + R"("})", claims()),
  }));
  INFO(jwt);
  CHECK(check(secret_issuer(), jwt) == ViewerCheck::invalid);
}

TEST_CASE("no token is good with one of its characters changed", "[viewers]") {
  const std::string good = test::hs256(kSecret, kHeader, claims());
  for (std::size_t place = 0; place < good.size(); ++place) {
    std::string changed = good;
    changed[place] = changed[place] == 'A' ? 'B' : 'A';
    CHECK(check(secret_issuer(), changed) == ViewerCheck::invalid);
  }
}

TEST_CASE("an ES256 signature is r and s, 64 bytes, and never zero", "[viewers]") {
  const Signer signer(Algorithm::es256);
  const Issuer issuer = issuer_of(signer, signer.jwks());
  const std::string content = test::unsigned_token(header_of(Algorithm::es256), claims());
  const auto with = [&](const viewers::Octets& signature) {
    return check(issuer, content + "." + core::base64url_encode(signature));
  };
  CHECK(with(viewers::Octets(64, 0)) == ViewerCheck::invalid);
  CHECK(with(viewers::Octets(64, 0xff)) == ViewerCheck::invalid);
  CHECK(with({0x30, 0x06, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00}) == ViewerCheck::invalid);
  const std::string good = signer.sign(header_of(Algorithm::es256), claims());
  auto bytes = core::base64url_decode(good.substr(good.rfind('.') + 1)).value();
  REQUIRE(check(issuer, good) == ViewerCheck::member);
  bytes.push_back(0);
  CHECK(check(issuer, good.substr(0, good.rfind('.') + 1) + core::base64url_encode(bytes)) ==
        ViewerCheck::invalid);
}

TEST_CASE("another issuer's key signs nothing here", "[viewers]") {
  const auto algorithm = GENERATE(Algorithm::rs256, Algorithm::es256, Algorithm::eddsa);
  const Signer ours(algorithm);
  const Signer theirs(algorithm);
  CHECK(check(issuer_of(ours, ours.jwks()), theirs.sign(header_of(algorithm), claims())) ==
        ViewerCheck::invalid);
}
