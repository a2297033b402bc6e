#include "service/viewers/jwk_set.hpp"

#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>

#include "service/core/crypto.hpp"
#include "service/viewers/issuer.hpp"
#include "service/viewers/public_key.hpp"
#include "tests/unit/viewers/signer.hpp"

using namespace vitrine;
using test::Signer;
using viewers::Algorithm;
using viewers::parse_jwk_set;

namespace {

std::string fault_of(const std::string& text, Algorithm algorithm) {
  try {
    parse_jwk_set(text, algorithm);
    return "";
  } catch (const std::invalid_argument& fault) {
    return fault.what();
  }
}

std::string only(const std::string& key) { return R"({"keys":[)" + key + "]}"; }

// Whether a JWS of an RFC is its key's.
bool verifies(const std::string& jwk, Algorithm algorithm, const std::string& jws) {
  const auto set = parse_jwk_set(only(jwk), algorithm);
  const auto dot = jws.rfind('.');
  return viewers::verifies(set.keys.at(0), core::bytes_of(std::string_view(jws).substr(0, dot)),
                           core::base64url_decode(jws.substr(dot + 1)).value());
}

const std::string kClaims =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl"
    "fQ";

}  // namespace

TEST_CASE("the examples of RFC 7515 and RFC 8037 verify", "[viewers][jwk]") {
  CHECK(verifies(
      R"({"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4q)"
      R"(PCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0)"
      R"(LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo)"
      R"(5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyu)"
      R"(XpoQ","e":"AQAB"})",
      Algorithm::rs256,
      "eyJhbGciOiJSUzI1NiJ9." + kClaims +
          ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8"
          "W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvk"
          "SjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCn"
          "vWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"));
  CHECK(verifies(
      R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
      R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})",
      Algorithm::es256,
      "eyJhbGciOiJFUzI1NiJ9." + kClaims +
          ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1"
          "Q"));
  CHECK(verifies(
      R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})",
      Algorithm::eddsa,
      "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcv"
      "Mg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"));
}

TEST_CASE("a set reads back as it was written, with the keys and nothing else", "[viewers][jwk]") {
  const auto algorithm = GENERATE(Algorithm::rs256, Algorithm::es256, Algorithm::eddsa);
  const std::string name(to_text(algorithm));
  const Signer one(algorithm);
  const Signer two(algorithm);
  const auto set =
      parse_jwk_set(only(one.jwk(R"("kid":"a","use":"sig","key_ops":["verify"],"alg":")" + name +
                                 R"(","x5u":"http://127.0.0.1:1/",)") +
                         "," + two.jwk(R"("kid":"b",)")),
                    algorithm);
  const std::string written = to_json(set);
  CHECK_THAT(written, !Catch::Contains("x5u") && !Catch::Contains("use"));
  const auto again = parse_jwk_set(written, algorithm);
  REQUIRE(again.keys.size() == 2);
  CHECK(to_json(again) == written);
  CHECK(algorithm_of(*again.select("b")) == algorithm);
  CHECK(again.select("c") == nullptr);
  CHECK(again.select(std::nullopt) == nullptr);
}

TEST_CASE("a file with a private key is refused by that name", "[viewers][jwk]") {
  const Signer signer(Algorithm::rs256);
  const char* const name = GENERATE("d", "p", "q", "dp", "dq", "qi", "oth", "k");
  CHECK_THAT(fault_of(signer.jwks('"' + std::string(name) + R"(":"AQAB",)"), Algorithm::rs256),
             Catch::Contains("this file holds a private key"));
  CHECK_THAT(fault_of(R"({"keys":[{"kty":"oct","k":"AAAA"}]})", Algorithm::rs256),
             Catch::Contains("this file holds a private key"));
}

TEST_CASE("a key that is not for this algorithm or for verifying is refused with a sentence",
          "[viewers][jwk]") {
  const Signer rsa(Algorithm::rs256);
  const Signer ec(Algorithm::es256);
  CHECK_THAT(fault_of(rsa.jwks(), Algorithm::es256), Catch::Contains("does not fit ES256"));
  CHECK_THAT(fault_of(ec.jwks(), Algorithm::rs256), Catch::Contains("does not fit RS256"));
  CHECK_THAT(fault_of(ec.jwks(), Algorithm::eddsa), Catch::Contains("does not fit EdDSA"));
  CHECK_THAT(fault_of(rsa.jwks(), Algorithm::hs256), Catch::Contains("does not fit HS256"));
  const auto fault = [&](const char* more) { return fault_of(rsa.jwks(more), Algorithm::rs256); };
  CHECK_THAT(fault(R"("use":"enc",)"), Catch::Contains("'use'"));
  CHECK_THAT(fault(R"("key_ops":["encrypt"],)"), Catch::Contains("'key_ops'"));
  CHECK_THAT(fault(R"("alg":"PS256",)"), Catch::Contains("another 'alg'"));
  CHECK_THAT(fault(R"("kid":7,)"), Catch::Contains("'kid' that is no string"));
  CHECK_THAT(fault(R"("kid":"",)"), Catch::Contains("'kid'"));
}

TEST_CASE("a weak or broken key is refused", "[viewers][jwk]") {
  CHECK_THAT(fault_of(Signer(Algorithm::rs256, 1024).jwks(), Algorithm::rs256),
             Catch::Contains("1024 bits"));
  const std::string modulus(344, 'z');  // 2,064 bits
  const auto rsa = [&](const char* exponent) {
    return fault_of(only(R"({"kty":"RSA","n":")" + modulus + R"(","e":")" + exponent + R"("})"),
                    Algorithm::rs256);
  };
  CHECK_THAT(rsa("AQ"), Catch::Contains("exponent"));
  CHECK_THAT(rsa("AQAA"), Catch::Contains("exponent"));
  CHECK_THAT(rsa(""), Catch::Contains("exponent"));
  CHECK_THAT(rsa("AQAB="), Catch::Contains("base64url"));
  const std::string zero(43, 'A');
  CHECK_THAT(
      fault_of(only(R"({"kty":"EC","crv":"P-256","x":")" + zero + R"(","y":")" + zero + R"("})"),
               Algorithm::es256),
      Catch::Contains("no valid public key"));
  CHECK_THAT(fault_of(R"({"keys":[{"kty":"OKP","crv":"Ed25519","x":"AAAA"}]})", Algorithm::eddsa),
             Catch::Contains("32 bytes"));
  CHECK_THAT(fault_of(R"({"keys":[{"kty":"OKP","crv":"X25519","x":")" + zero + R"("}]})",
                      Algorithm::eddsa),
             Catch::Contains("does not fit EdDSA"));
}

TEST_CASE("what is no JWK set is refused with a sentence", "[viewers][jwk]") {
  const Signer signer(Algorithm::eddsa);
  const std::string text = GENERATE_COPY(values<std::string>({
      "",
      "[]",
      "{}",
      R"({"keys":[]})",
      R"({"keys":{}})",
      R"({"keys":[7]})",
      signer.jwk(),
      R"({"keys":[],"keys":[)" + signer.jwk() + "]}",
      signer.jwks() + "x",
      only(signer.jwk() + "," + signer.jwk()),
      only(signer.jwk(R"("kid":"a",)") + "," + signer.jwk(R"("kid":"a",)")),
      only(signer.jwk(R"("kid":"a",)") + "," + signer.jwk()),
  }));
  INFO(text);
  CHECK_FALSE(fault_of(text, Algorithm::eddsa).empty());
}

TEST_CASE("an HS256 secret is 32 random bytes or more, and no key file", "[viewers]") {
  using viewers::parse_hmac_secret;
  CHECK(parse_hmac_secret(std::string(32, 'x')).bytes.size() == 32);
  CHECK(parse_hmac_secret(std::string(32, 'x') + "\n").bytes.size() == 32);
  CHECK(parse_hmac_secret(std::string(32, 'x') + "\r\n").bytes.size() == 32);
  CHECK(parse_hmac_secret(std::string(1'024, '\0')).bytes.size() == 1'024);
  for (const std::string& bad :
       {std::string(), std::string(31, 'x'), std::string(31, 'x') + "\n", std::string(1'025, 'x'),
        "-----BEGIN PUBLIC KEY-----\n" + std::string(64, 'x'), Signer(Algorithm::eddsa).jwks()}) {
    CHECK_THROWS_AS(parse_hmac_secret(bad), std::invalid_argument);
  }
}
