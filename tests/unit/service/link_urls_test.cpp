#include "service/link_urls.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <random>
#include <stdexcept>
#include <string>

#include "service/core/error.hpp"

using namespace vitrine;
using core::KeyState;

namespace {

std::shared_ptr<const core::LinkKeys> keys() {
  core::SecretKey secret;
  for (std::size_t i = 0; i < secret.size(); ++i) {
    secret[i] = static_cast<std::uint8_t>(i);
  }
  return std::make_shared<core::LinkKeys>(
      std::vector<core::LinkKey>{{1, KeyState::active, secret}, {9, KeyState::retired, secret}});
}

core::Link link(std::uint8_t kid = 1) {
  return {core::LinkId(core::Uuid::parse("0188bac7-dbf8-7cab-8db3-d0bf0e1e2a5f").value()), kid};
}

const std::string kToken = "AQGIusfb-HyrjbPQvw4eKl_uuif1-K1-aFma9VxPkzW8";

}  // namespace

TEST_CASE("a link's URL is the template with the token in its place", "[service][link_urls]") {
  CHECK(LinkUrls("https://app.example.com/shared#{token}", false, keys()).url_of(link(), {}) ==
        "https://app.example.com/shared#" + kToken);
  CHECK(LinkUrls("https://a.example/s/{token}/view?x=1", false, keys()).url_of(link(), {}) ==
        "https://a.example/s/" + kToken + "/view?x=1");
}

TEST_CASE("a revoked link, and one whose key is retired, have no URL", "[service][link_urls]") {
  const LinkUrls urls("https://a.example/{token}", false, keys());
  core::Link revoked = link();
  revoked.revoked_at = core::Instant{};
  CHECK_FALSE(urls.url_of(revoked, {}));
  CHECK_FALSE(urls.url_of(link(9), {}));
  CHECK_FALSE(urls.url_of(link(77), {}));
}

TEST_CASE("links are made for https only, unless development is switched on",
          "[service][link_urls]") {
  CHECK_NOTHROW(LinkUrls("https://a.example/{token}", false, keys()).require_https({}));
  CHECK_NOTHROW(LinkUrls("HTTPS://a.example/{token}", false, keys()).require_https({}));
  CHECK_NOTHROW(LinkUrls("http://127.0.0.1:8080/#{token}", true, keys()).require_https({}));

  const LinkUrls plain("http://a.example/{token}", false, keys());
  try {
    plain.require_https({});
    FAIL("links over plain http were allowed");
  } catch (const core::Error& error) {
    CHECK(error.code() == core::ErrorCode::https_required);
    CHECK_THAT(error.what(), Catch::Contains("VITRINE_LINK_URL_TEMPLATE"));
  }
}

TEST_CASE("a workspace's own template is used instead of the service's", "[service][link_urls]") {
  const LinkUrls urls("https://app.example.com/shared#{token}", false, keys());
  core::Policy policy;
  policy.link_url_template = "https://demo.customer.example/{token}";
  CHECK(urls.url_of(link(), policy) == "https://demo.customer.example/" + kToken);
  CHECK_NOTHROW(urls.require_https(policy));

  policy.link_url_template = "http://demo.customer.example/{token}";
  try {
    urls.require_https(policy);
    FAIL("links over plain http were allowed");
  } catch (const core::Error& error) {
    CHECK(error.code() == core::ErrorCode::https_required);
    CHECK_THAT(error.what(), Catch::Contains("link_url_template"));
  }
}

TEST_CASE("a workspace's own template is judged by the rules of the service",
          "[service][link_urls]") {
  const LinkUrls strict("https://app.example.com/shared#{token}", false, keys());
  CHECK_FALSE(strict.fault_of_template("https://a.example:8443/s?t={token}&x=%20"));
  CHECK_FALSE(strict.fault_of_template("https://[2001:db8::1]:8443/{token}"));
  CHECK(strict.fault_of_template("http://a.example/{token}") == "must begin with https://");
  CHECK(strict.fault_of_template("https://a.example/") == "must hold {token} exactly once");
  CHECK(strict.fault_of_template("https://a.example/{token}" + std::string(1975, 'x')) ==
        std::nullopt);
  CHECK(strict.fault_of_template("https://a.example/{token}" + std::string(1976, 'x')) ==
        "must have at most 2000 bytes");

  const LinkUrls lenient("https://app.example.com/shared#{token}", true, keys());
  CHECK_FALSE(lenient.fault_of_template("http://a.example/{token}"));
}

TEST_CASE("whatever template is accepted, the token stays behind the host it names",
          "[service][link_urls]") {
  constexpr std::array<std::string_view, 22> kPieces = {
      "https://", "HTTPS://", "http://", "{token}", "a.example", "b.example", "@", ":",
      "443",      "/",        "?",       "#",       "\\",        "[::1]",     "]", "%40",
      "{",        "}",        " ",       "\r\n",    "\xc3\xa9",  "."};
  const LinkUrls strict("https://app.example.com/shared#{token}", false, keys());
  std::mt19937 random(20261121);
  int accepted = 0;
  for (int round = 0; round < 200'000; ++round) {
    core::Policy policy;
    std::string text = round % 2 == 0 ? "https://a.example" : "";
    for (auto pieces = random() % 6; pieces > 0; --pieces) {
      text += kPieces[random() % kPieces.size()];
    }
    if (strict.fault_of_template(text)) {
      continue;
    }
    ++accepted;
    policy.link_url_template = text;
    const std::string url = strict.url_of(link(), policy).value();
    const std::size_t host = std::string("https://").size();
    const std::string authority = text.substr(host, text.find_first_of("/?#", host) - host);
    INFO(text);
    REQUIRE(authority.find_first_of("@\\{}% \r\n") == std::string::npos);
    REQUIRE(url.substr(host, url.find_first_of("/?#", host) - host) == authority);
    REQUIRE(url.find(kToken) > host + authority.size());
    REQUIRE(url.find_first_of("{}\\ \r\n") == std::string::npos);
  }
  CHECK(accepted > 1000);
}

TEST_CASE("a template that cannot make a working link is refused with a sentence",
          "[service][link_urls]") {
  const std::string url_template = GENERATE(values<std::string>({
      "",
      "https://a.example/",
      "https://a.example/{Token}",
      "https://a.example/{token}/{token}",
      "https://{token}/",
      "https://{token}.example/",
      "https:///{token}",
      "https://#{token}",
      "app.example.com/{token}",
      "javascript:{token}",
      "ftp://a.example/{token}",
      "https://a.example/ {token}",
      "https://a.example/\r\n{token}",
      "https://caf\xc3\xa9.example/{token}",
      "https://user@a.example/{token}",
      "https://user:password@a.example/{token}",
      "https://a.example\\@b.example/{token}",
      "https://a.example:x/{token}",
      "https://a.example:443:443/{token}",
      "https://[::1/{token}",
      "https://a.example/{token}\"onclick=x",
      "https://a.example/<{token}>",
      "https://a.example/{other}/{token}",
  }));
  INFO(url_template);
  CHECK_THROWS_AS(LinkUrls(url_template, true, keys()), std::invalid_argument);
}
