// The known answer was computed with Python's hmac, base64 and urllib.parse.quote.
#include <catch2/catch.hpp>
#include <string>

#include "service/core/error.hpp"
#include "service/media/local_store.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace vitrine;
using core::ErrorCode;
using core::Instant;
using core::KeyState;
using media::Grant;
using media::LocalStore;
using std::chrono::seconds;

namespace {

core::SecretKey counting() {
  core::SecretKey secret;
  for (std::size_t i = 0; i < secret.size(); ++i) {
    secret[i] = static_cast<std::uint8_t>(i);
  }
  return secret;
}

LocalStore a_store(std::vector<core::LinkKey> keys = {{7, KeyState::active, counting()}}) {
  const test::TemporaryFolder folder;  // signing never touches it
  return LocalStore(folder.path(), "https://media.example",
                    std::make_shared<core::LinkKeys>(std::move(keys)));
}

const Instant kNow{seconds(1'795'238'577)};

Grant a_grant(const std::string& key, std::optional<std::string> download = std::nullopt) {
  return {core::MediaKey::parse(key).value(), "audio/mpeg", std::move(download),
          kNow + seconds(300)};
}

struct Parts {
  std::string path, query;
};

Parts parts_of(const std::string& url) {
  const std::string base = "https://media.example/media/";
  REQUIRE(url.starts_with(base));
  const auto mark = url.find('?');
  return {url.substr(base.size(), mark - base.size()), url.substr(mark + 1)};
}

// The code a request is refused with, or "granted".
std::string verdict(const LocalStore& store, const std::string& path, const std::string& query,
                    Instant now = kNow) {
  try {
    store.verify(path, query, now);
    return "granted";
  } catch (const core::Error& error) {
    return error.code() == ErrorCode::media_signature_invalid ? "invalid"
           : error.code() == ErrorCode::media_url_expired     ? "expired"
                                                              : "other";
  }
}

}  // namespace

TEST_CASE("a signed URL is the one computed independently", "[media][sign]") {
  CHECK(a_store().sign(a_grant("a b/caf\xc3\xa9.mp3", "Weekly & more.mp3")) ==
        "https://media.example/media/a%20b/caf%C3%A9.mp3?type=audio%2Fmpeg"
        "&download=Weekly%20%26%20more.mp3&expires=1795238877&kid=7&signature="
        "pmsxAdCjEDlMOKFF2G3ijlIyjy2V80fEI3MJIfC7RF8");
}

TEST_CASE("what was signed is what is granted", "[media][sign]") {
  const LocalStore store = a_store();
  const std::string key = GENERATE(values<std::string>(
      {"demo.mp3", "a b/c+d/e%20f.mp3", "\xe4\xbc\x9a\xe8\xad\xb0/\xf0\x9f\x8e\x99.mp3",
       "q?r#s&t=u;v&signature=w", "x&kid=1&expires=2&download=3"}));
  const auto download = GENERATE(values<std::optional<std::string>>(
      {std::nullopt, "", "r\xc3\xa9union & \"notes\".mp3", "&expires=99999999999&kid=7"}));
  const Grant given = a_grant(key, download);
  const Parts url = parts_of(store.sign(given));
  const Grant granted = store.verify(url.path, url.query, kNow);

  CHECK(granted.key == given.key);
  CHECK(granted.content_type == given.content_type);
  CHECK(granted.download_name == given.download_name);
  CHECK(granted.expires_at == given.expires_at);
}

TEST_CASE("a URL with any one byte changed, added or left out is refused", "[media][sign]") {
  const LocalStore store = a_store();
  const Parts url = parts_of(store.sign(a_grant("a b/demo.mp3", "Name.mp3")));
  REQUIRE(verdict(store, url.path, url.query) == "granted");

  const auto refuses_changes = [&](const std::string& whole, const auto& judge) {
    for (std::size_t i = 0; i < whole.size(); ++i) {
      for (const char c : {'0', 'A', 'z', '-', '%', '&', '=', '/', '\0'}) {
        std::string changed = whole;
        changed[i] = c;
        if (changed != whole) {
          REQUIRE(judge(changed) == "invalid");
        }
        std::string longer = whole;
        longer.insert(i, 1, c);
        REQUIRE(judge(longer) == "invalid");
      }
      std::string shorter = whole;
      shorter.erase(i, 1);
      REQUIRE(judge(shorter) == "invalid");
    }
  };
  refuses_changes(url.path,
                  [&](const std::string& path) { return verdict(store, path, url.query); });
  refuses_changes(url.query,
                  [&](const std::string& query) { return verdict(store, url.path, query); });
}

TEST_CASE("a URL in another order, spelling or with more parameters is refused", "[media][sign]") {
  const LocalStore store = a_store();
  const Parts url = parts_of(store.sign(a_grant("a b.mp3")));
  const auto signature = url.query.substr(url.query.find("&signature="));
  const auto rest = url.query.substr(0, url.query.find("&signature="));

  CHECK(verdict(store, url.path, "") == "invalid");
  CHECK(verdict(store, url.path, rest) == "invalid");
  CHECK(verdict(store, url.path, signature.substr(1) + "&" + rest) == "invalid");
  CHECK(verdict(store, url.path, url.query + "&x=1") == "invalid");
  CHECK(verdict(store, url.path, "x=1&" + url.query) == "invalid");
  CHECK(verdict(store, url.path, url.query + signature) == "invalid");
  CHECK(verdict(store, url.path, url.query + "=") == "invalid");
  CHECK(verdict(store, "a+b.mp3", url.query) == "invalid");
  CHECK(verdict(store, "a%20b%2emp3", url.query) == "invalid");
  CHECK(verdict(store, "./" + url.path, url.query) == "invalid");
  CHECK(verdict(store, "../" + url.path, url.query) == "invalid");
}

TEST_CASE("a URL ends at the second it names, and never after what it was made for",
          "[media][sign]") {
  const LocalStore store = a_store();
  Grant grant = a_grant("demo.mp3");
  grant.expires_at = kNow + std::chrono::milliseconds(1'900);
  const Parts url = parts_of(store.sign(grant));

  CHECK(verdict(store, url.path, url.query, kNow + std::chrono::milliseconds(999)) == "granted");
  CHECK(verdict(store, url.path, url.query, kNow + seconds(1)) == "expired");
  CHECK(verdict(store, url.path, url.query, kNow + seconds(9999)) == "expired");
}

TEST_CASE("a forged URL is told so, expired or not", "[media][sign]") {
  const LocalStore store = a_store();
  const Parts url = parts_of(store.sign(a_grant("demo.mp3")));
  CHECK(verdict(store, "other.mp3", url.query, kNow + seconds(9999)) == "invalid");
}

TEST_CASE("URLs outlive a rotation and end with the key", "[media][sign]") {
  core::SecretKey next = counting();
  next[0] = 99;
  const Parts url = parts_of(a_store().sign(a_grant("demo.mp3")));
  const LocalStore rotated =
      a_store({{7, KeyState::verify_only, counting()}, {8, KeyState::active, next}});
  const LocalStore retired =
      a_store({{7, KeyState::retired, counting()}, {8, KeyState::active, next}});

  CHECK(verdict(rotated, url.path, url.query) == "granted");
  CHECK(rotated.sign(a_grant("demo.mp3")).find("&kid=8&") != std::string::npos);
  CHECK(verdict(retired, url.path, url.query) == "invalid");
}

TEST_CASE("a link token's key signs no media: the purposes have different keys", "[media][sign]") {
  const core::LinkKeys keys({{7, KeyState::active, counting()}});
  const LocalStore store = a_store();
  const Parts url = parts_of(store.sign(a_grant("demo.mp3")));
  const std::string token = keys.mint(core::LinkId(core::Uuid{}), 7);
  const auto rest = url.query.substr(0, url.query.find("&signature="));
  CHECK(verdict(store, url.path, rest + "&signature=" + token.substr(0, 43)) == "invalid");
}
