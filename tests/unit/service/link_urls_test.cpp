#include "service/link_urls.hpp"

#include <catch2/catch.hpp>
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
  CHECK(LinkUrls("https://app.example.com/shared#{token}", false, keys()).url_of(link()) ==
        "https://app.example.com/shared#" + kToken);
  CHECK(LinkUrls("https://a.example/s/{token}/view?x=1", false, keys()).url_of(link()) ==
        "https://a.example/s/" + kToken + "/view?x=1");
}

TEST_CASE("a revoked link, and one whose key is retired, have no URL", "[service][link_urls]") {
  const LinkUrls urls("https://a.example/{token}", false, keys());
  core::Link revoked = link();
  revoked.revoked_at = core::Instant{};
  CHECK_FALSE(urls.url_of(revoked));
  CHECK_FALSE(urls.url_of(link(9)));
  CHECK_FALSE(urls.url_of(link(77)));
}

TEST_CASE("links are made for https only, unless development is switched on",
          "[service][link_urls]") {
  CHECK_NOTHROW(LinkUrls("https://a.example/{token}", false, keys()).require_https());
  CHECK_NOTHROW(LinkUrls("HTTPS://a.example/{token}", false, keys()).require_https());
  CHECK_NOTHROW(LinkUrls("http://127.0.0.1:8080/#{token}", true, keys()).require_https());

  const LinkUrls plain("http://a.example/{token}", false, keys());
  try {
    plain.require_https();
    FAIL("links over plain http were allowed");
  } catch (const core::Error& error) {
    CHECK(error.code() == core::ErrorCode::https_required);
    CHECK_THAT(error.what(), Catch::Contains("VITRINE_LINK_URL_TEMPLATE"));
  }
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
  }));
  INFO(url_template);
  CHECK_THROWS_AS(LinkUrls(url_template, true, keys()), std::invalid_argument);
}
