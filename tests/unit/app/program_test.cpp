#include "app/commands/program.hpp"

#include <catch2/catch.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/temporary_folder.hpp"
#include "tests/unit/app/environment.hpp"

using Catch::Matchers::Contains;
using vitrine::test::Environment;
using vitrine::test::TemporaryFolder;

namespace {

struct Outcome {
  int exit_code;
  std::string out, err;
};

Outcome run(std::vector<const char*> arguments, const Environment& environment = Environment()) {
  arguments.insert(arguments.begin(), "vitrine");
  std::ostringstream out;
  std::ostringstream err;
  const int code = vitrine::app::run_program(static_cast<int>(arguments.size()), arguments.data(),
                                             {environment.get(), out, err});
  return {code, out.str(), err.str()};
}

}  // namespace

TEST_CASE("arguments that make no sense end with 2 and say why") {
  CHECK(run({}).exit_code == 2);
  CHECK(run({"fly"}).exit_code == 2);
  CHECK(run({"serve", "--fast"}).exit_code == 2);
  CHECK(run({"workspace"}).exit_code == 2);
  CHECK(run({"workspace", "create", ""}).exit_code == 2);
  CHECK(run({"workspace", "create", "a\tb"}).exit_code == 2);
  CHECK(run({"workspace", "create", "\xff"}).exit_code == 2);
  CHECK(run({"workspace", "create", "a", "--preset", ""}).exit_code == 2);
  CHECK_THAT(run({"workspace", "create", "a", "--preset", "Speakr"}).err,
             Contains("speakr") && Contains("userplane") && Contains("salesloft"));
  CHECK(run({"link-keys", "retire", "file", "256"}).exit_code == 2);
  const Outcome outcome = run({"key", "create", "--name", "n"});
  CHECK(outcome.exit_code == 2);
  CHECK(outcome.out.empty());
  CHECK_THAT(outcome.err, Contains("required"));
}

TEST_CASE("help is no misuse, and lists every setting of serve") {
  CHECK(run({"--help"}).exit_code == 0);
  const Outcome outcome = run({"serve", "--help"});
  CHECK(outcome.exit_code == 0);
  CHECK_THAT(outcome.out, Contains("VITRINE_DATABASE_URL") && Contains("VITRINE_LOG_LEVEL"));
}

TEST_CASE("version and routes need no settings") {
  const Environment none = Environment().with("VITRINE_LISTEN", "nonsense");
  CHECK_THAT(run({"version"}, none).out, Catch::Matchers::StartsWith("vitrine "));
  CHECK_THAT(run({"routes"}, none).out, Contains("POST /v1/resolve resolveLink public\n"));
}

TEST_CASE("a command that lacks a setting names it and ends with 1") {
  const Environment none = Environment().without("VITRINE_DATABASE_URL");
  const Outcome outcome = run({"migrate"}, none);
  CHECK(outcome.exit_code == 1);
  CHECK_THAT(outcome.err, Contains("VITRINE_DATABASE_URL is not set"));
}

TEST_CASE("what an operator mistypes is named before the database is asked") {
  CHECK_THAT(run({"key", "create", "--workspace", "w", "--name", "n", "--scopes", "a:b"}).err,
             Contains("'w' is no workspace id"));
  CHECK_THAT(run({"key", "revoke", "k"}).err, Contains("'k' is no key id"));
  const char* const workspace = "wsp_00000000000000000000000000";
  CHECK_THAT(run({"key", "create", "--workspace", workspace, "--name", "n", "--scopes", "a:b"}).err,
             Contains("'a:b' is no scope; there are: recordings:read"));
  const Outcome outcome = run({"key", "create", "--workspace", workspace, "--name", "n", "--scopes",
                               "shares:read", "--expires-at", "soon"});
  CHECK_THAT(outcome.err, Contains("'soon' is no time"));
}

TEST_CASE("the configuration can be checked without a database") {
  const TemporaryFolder folder;
  const std::string keys = folder.file("keys");
  CHECK(run({"link-keys", "init", keys.c_str()}).exit_code == 0);
  Environment environment;
  environment.with("VITRINE_LINK_KEYS_FILE", keys)
      .with("VITRINE_MEDIA_STORE", "local:" + folder.file(""));
  const Outcome good = run({"serve", "--check-config"}, environment);
  CHECK(good.exit_code == 0);
  CHECK_THAT(good.out, Contains("VITRINE_DATABASE_URL=(secret, not shown)"));

  SECTION("which finds a media folder that is not there") {
    environment.with("VITRINE_MEDIA_STORE", "local:/no/such/folder");
    const Outcome outcome = run({"serve", "--check-config"}, environment);
    CHECK(outcome.exit_code == 1);
    CHECK_THAT(outcome.err, Contains("/no/such/folder"));
  }
  SECTION("and link keys that everybody may read") {
    ::chmod(keys.c_str(), 0644);
    const Outcome outcome = run({"serve", "--check-config"}, environment);
    CHECK(outcome.exit_code == 1);
    CHECK_THAT(outcome.err, Contains("chmod o-rwx"));
  }
}

TEST_CASE("where nothing listens nothing is healthy") {
  const Outcome outcome =
      run({"healthcheck"}, Environment().with("VITRINE_ADMIN_LISTEN", "127.0.0.1:1"));
  CHECK(outcome.exit_code == 1);
  CHECK_THAT(outcome.err, Contains("takes no connection"));
}
