#include "api/page_token.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/api/failure.hpp"

using namespace vitrine;
using namespace vitrine::api;
using core::ErrorCode;

namespace {

core::Uuid uuid(std::uint8_t seed) {
  core::Uuid made;
  made.bytes.fill(seed);
  return made;
}

const PageTokens kTokens(core::SecretKey{1, 2, 3});
const PageScope kScope{core::WorkspaceId(uuid(1)), "listShares", ""};

Query query(const std::string& raw) {
  static constexpr std::array<std::string_view, 2> kNames = {"page_size", "page_token"};
  return {raw, kNames};
}

ErrorCode refused(const PageScope& scope, const std::string& token) {
  return failure_of([&] { kTokens.open(scope, token); }).code();
}

}  // namespace

TEST_CASE("a page token leads back to where the page ended", "[api][page]") {
  const core::Instant time(std::chrono::microseconds(-7));
  for (const PagePosition& position :
       {PagePosition{uuid(7)}, PagePosition{uuid(7), time}, PagePosition{uuid(7), core::kNever}}) {
    CHECK(kTokens.open(kScope, kTokens.seal(kScope, position)) == position);
  }
}

TEST_CASE("a page token opens no other list", "[api][page]") {
  const std::string token = kTokens.seal(kScope, {uuid(7)});
  const auto other = GENERATE(values<PageScope>({
      {core::WorkspaceId(uuid(2)), "listShares", ""},
      {core::WorkspaceId(uuid(1)), "listRecordings", ""},
      {core::WorkspaceId(uuid(1)), "listShares", "recording_id=r"},
  }));
  CHECK(refused(other, token) == ErrorCode::invalid_page_token);
}

TEST_CASE("a page token that was altered is refused, whichever character", "[api][page]") {
  const std::string token = kTokens.seal(kScope, {uuid(7)});
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string altered = token;
    altered[i] = altered[i] == 'A' ? 'B' : 'A';
    CHECK(refused(kScope, altered) == ErrorCode::invalid_page_token);
  }
  for (const std::string& garbage :
       {std::string("x"), token.substr(1), token + "A", token + "=", token + " "}) {
    CHECK(refused(kScope, garbage) == ErrorCode::invalid_page_token);
  }
}

TEST_CASE("another key opens nothing", "[api][page]") {
  const std::string token = PageTokens(core::SecretKey{9}).seal(kScope, {uuid(7)});
  CHECK(refused(kScope, token) == ErrorCode::invalid_page_token);
}

TEST_CASE("a page has 50 items unless it is told otherwise, and never more than 200",
          "[api][page]") {
  const auto size = [](const std::string& raw) { return kTokens.read(kScope, query(raw)).size; };
  CHECK(size("") == 50);
  CHECK(size("page_size=") == 50);
  CHECK(size("page_size=1") == 1);
  CHECK(size("page_size=0200") == 200);
  CHECK(size("page_size=201") == 200);
  CHECK(size("page_size=1000000000") == 200);
  CHECK(size("page_size=99999999999999999999999") == 200);
}

TEST_CASE("a page size that is no number of at least one is refused", "[api][page]") {
  for (const std::string raw : {"-1", "0", "00", "abc", "1.0", "1e2", "%2B5", "0x10", "5%20"}) {
    INFO(raw);
    CHECK(failure_of([&] { kTokens.read(kScope, query("page_size=" + raw)); }).code() ==
          ErrorCode::invalid_parameter);
  }
}
