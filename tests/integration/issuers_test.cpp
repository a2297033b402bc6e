#include <catch2/catch.hpp>
#include <stdexcept>

#include "service/clock.hpp"
#include "service/core/crypto.hpp"
#include "service/issuers.hpp"
#include "tests/support/test_service.hpp"

using namespace vitrine;
using core::ErrorCode;
using test::fault_of;
using viewers::Algorithm;
using viewers::ViewerCheck;

namespace {

const std::string kSecret = "correct horse battery staple, at length";
const std::string kIssuer = "https://app.example.com";

core::LinkKeys keys_with(std::uint8_t active, std::optional<std::uint8_t> retired = std::nullopt) {
  const auto key = [](std::uint8_t kid, core::KeyState state) {
    core::LinkKey made{.kid = kid, .state = state};
    made.secret.fill(kid);
    return made;
  };
  std::vector keys{key(active, core::KeyState::active)};
  if (retired) {
    keys.push_back(key(*retired, core::KeyState::retired));
  }
  return core::LinkKeys(std::move(keys));
}

viewers::Issuer an_issuer(const std::string& secret = kSecret, const std::string& name = kIssuer) {
  return {name, "vitrine", viewers::parse_hmac_secret(secret), Algorithm::hs256};
}

// The public key of RFC 8037 appendix A.
viewers::Issuer a_public_issuer() {
  return {kIssuer, "vitrine",
          viewers::parse_jwk_set(R"({"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":")"
                                 R"(11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})",
                                 Algorithm::eddsa),
          Algorithm::eddsa};
}

std::string token_for(const core::WorkspaceId& workspace, const std::string& secret = kSecret) {
  const auto expires_at =
      std::chrono::floor<std::chrono::seconds>(wall_clock_now()) + std::chrono::minutes(5);
  const std::string claims = R"({"iss":")" + kIssuer +
                             R"(","aud":"vitrine","sub":"user-7","workspace":")" +
                             workspace.text() + R"(","exp":)" +
                             std::to_string(expires_at.time_since_epoch().count()) + "}";
  const std::string content = core::base64url_encode(core::bytes_of(R"({"alg":"HS256"})")) + "." +
                              core::base64url_encode(core::bytes_of(claims));
  return content + "." +
         core::base64url_encode(core::hmac_sha256(core::bytes_of(secret), core::bytes_of(content)));
}

ViewerCheck check(test::TestService& service, const Issuers& issuers,
                  const core::WorkspaceId& workspace, const std::string& token) {
  return store::single_read(service.pool, [&](store::Transaction& transaction) {
    return issuers.check(transaction, workspace, token, wall_clock_now());
  });
}

}  // namespace

TEST_CASE("a workspace believes the issuers it was given, and no others") {
  test::TestService service;
  Issuers issuers(service.pool, keys_with(1));
  const auto mine = service.me.workspace;
  const auto theirs = service.new_principal("theirs").workspace;
  CHECK(check(service, issuers, mine, token_for(mine)) == ViewerCheck::invalid);
  CHECK_FALSE(issuers.put(mine, an_issuer()));
  CHECK(check(service, issuers, mine, token_for(mine)) == ViewerCheck::member);
  CHECK(check(service, issuers, mine, token_for(theirs)) == ViewerCheck::other_workspace);
  CHECK(check(service, issuers, theirs, token_for(theirs)) == ViewerCheck::invalid);
  CHECK(check(service, issuers, mine, "x.y.z") == ViewerCheck::invalid);

  issuers.remove(mine, kIssuer);
  CHECK(check(service, issuers, mine, token_for(mine)) == ViewerCheck::invalid);
  CHECK(fault_of([&] { issuers.remove(mine, kIssuer); }) == ErrorCode::not_found);
}

TEST_CASE("adding an issuer again replaces its keys, at once and wholly") {
  test::TestService service;
  Issuers issuers(service.pool, keys_with(1));
  const auto mine = service.me.workspace;
  const std::string other = kSecret + "!";
  issuers.put(mine, an_issuer());
  CHECK(issuers.put(mine, an_issuer(other)));
  CHECK(check(service, issuers, mine, token_for(mine)) == ViewerCheck::invalid);
  CHECK(check(service, issuers, mine, token_for(mine, other)) == ViewerCheck::member);
  CHECK(issuers.put(mine, a_public_issuer()));
  CHECK(check(service, issuers, mine, token_for(mine, other)) == ViewerCheck::invalid);
  CHECK(issuers.put(mine, an_issuer()));
  CHECK(check(service, issuers, mine, token_for(mine)) == ViewerCheck::member);
  REQUIRE(issuers.list(mine).size() == 1);
  CHECK(issuers.list(mine)[0].algorithm == "HS256");
}

TEST_CASE("an issuer's secret is sealed, outlives the link key, and opens in its place only") {
  test::TestService service;
  const auto mine = service.me.workspace;
  const auto theirs = service.new_principal("theirs").workspace;
  Issuers(service.pool, keys_with(1)).put(mine, an_issuer());
  CHECK(service.database.count("SELECT count(*) FROM viewer_issuer v WHERE "
                               "convert_from(sealed_secret, 'UTF8') LIKE '%horse%' OR v::text LIKE "
                               "'%horse%'") == 0);
  CHECK(service.database.count("SELECT count(*) FROM viewer_issuer") == 1);

  const Issuers rotated(service.pool, keys_with(2, 1));
  CHECK(check(service, rotated, mine, token_for(mine)) == ViewerCheck::member);
  CHECK_THROWS_AS(check(service, Issuers(service.pool, keys_with(2)), mine, token_for(mine)),
                  std::runtime_error);
  service.database.run("UPDATE viewer_issuer SET workspace_id = '" + theirs.uuid().text() + "'");
  CHECK_THROWS_AS(check(service, rotated, theirs, token_for(theirs)), std::runtime_error);
}

TEST_CASE("issuers belong to one workspace, which must exist") {
  test::TestService service;
  Issuers issuers(service.pool, keys_with(1));
  const auto theirs = service.new_principal("theirs").workspace;
  issuers.put(service.me.workspace, an_issuer());
  issuers.put(service.me.workspace, an_issuer(kSecret, "https://a.example.com"));
  CHECK(issuers.list(service.me.workspace).front().issuer == "https://a.example.com");
  CHECK(issuers.list(theirs).empty());
  CHECK(fault_of([&] { issuers.remove(theirs, kIssuer); }) == ErrorCode::not_found);
  CHECK(fault_of([&] { issuers.put(new_id<core::WorkspaceId>(), an_issuer()); }) ==
        ErrorCode::not_found);
  for (const std::string& name : {std::string(), std::string("a b"), std::string(256, 'x')}) {
    CHECK(fault_of([&] { issuers.put(theirs, an_issuer(kSecret, name)); }) ==
          ErrorCode::validation_failed);
  }
}
