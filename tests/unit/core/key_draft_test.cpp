#include "service/core/key_draft.hpp"

#include <catch2/catch.hpp>

#include "service/core/error.hpp"

using namespace vitrine::core;

namespace {

const Instant kNow = parse_rfc3339("2026-11-21T12:00:00Z").value();

Scopes of(std::initializer_list<Scope> some) {
  Scopes scopes;
  for (const Scope scope : some) {
    scopes.add(scope);
  }
  return scopes;
}

KeyDraft named(const std::string& name) { return {name, of({Scope::shares_read}), std::nullopt}; }

KeyDraft until(std::optional<Instant> end) { return {"x", of({Scope::shares_read}), end}; }

// Where the fault is, or nothing.
template <class Call>
std::string place_of_fault(Call call) {
  try {
    call();
    return "";
  } catch (const Error& error) {
    return error.violations().empty() ? "no violation" : error.violations().front().pointer;
  }
}

}  // namespace

TEST_CASE("a key has a name that a terminal can show, and a scope", "[core][key]") {
  const auto place = [](const KeyDraft& draft) {
    return place_of_fault([&] { require_sound(draft); });
  };
  std::string longest;
  for (int i = 0; i < 200; ++i) {
    longest += "\xc3\xa9";
  }
  CHECK(place(named("CI")).empty());
  CHECK(place(named(longest)).empty());
  for (const std::string& bad :
       {std::string(), longest + "x", std::string("a\nb"), std::string("a\x1b[2J"),
        std::string("\x7f"), std::string("\xc2\x9b"), std::string("\xff")}) {
    CHECK(place(named(bad)) == "/name");
  }
  CHECK(place({"x", {}, std::nullopt}) == "/scopes");
}

TEST_CASE("a key grants what it has, and the refusal names what it lacks", "[core][key]") {
  const Scopes mine = of({Scope::shares_read, Scope::keys_admin});
  CHECK_NOTHROW(require_grantable(mine, mine));
  CHECK_NOTHROW(require_grantable(of({Scope::shares_read}), mine));
  try {
    require_grantable(of({Scope::shares_read, Scope::shares_write, Scope::policy_write}), mine);
    FAIL("granted what it lacks");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::forbidden);
    CHECK_THAT(error.what(),
               Catch::Contains("shares:write, policy:write") && !Catch::Contains("shares:read"));
  }
}

TEST_CASE("a key ends in the future, and not after the one that makes it", "[core][key]") {
  using std::chrono::seconds;
  const auto place = [](std::optional<Instant> end, std::optional<Instant> of_maker) {
    return place_of_fault([&] { require_end(until(end), of_maker, kNow); });
  };
  const Instant later = kNow + seconds(10);
  CHECK(place(std::nullopt, std::nullopt).empty());
  CHECK(place(later, std::nullopt).empty());
  CHECK(place(later, later).empty());
  CHECK(place(kNow + seconds(1), later).empty());
  CHECK(place(kNow, std::nullopt) == "/expires_at");
  CHECK(place(kNow - seconds(1), std::nullopt) == "/expires_at");
  CHECK(place(std::nullopt, later) == "/expires_at");
  CHECK(place(later + seconds(1), later) == "/expires_at");
}
