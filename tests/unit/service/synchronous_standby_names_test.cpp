#include "service/store/synchronous_standby_names.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using vitrine::store::parse_synchronous_standby_names;
using Names = std::vector<std::string>;

TEST_CASE("every form of synchronous_standby_names is read", "[standbys]") {
  const auto [text, count, names] = GENERATE(table<std::string, int, Names>({
      {"a", 1, {"a"}},
      {"a, b", 1, {"a", "b"}},
      {"2 (a, b)", 2, {"a", "b"}},
      {"2(a,b)", 2, {"a", "b"}},
      {"FIRST 2 (a, b)", 2, {"a", "b"}},
      {"first 1 ( a )", 1, {"a"}},
      {"ANY 2 (a, b, c)", 2, {"a", "b", "c"}},
      {"\tany\n1 (a)", 1, {"a"}},
      {"*", 1, {"*"}},
      {"2 (*)", 2, {"*"}},
      {"\"with space\"", 1, {"with space"}},
      {"1 (\"say \"\"any\"\"\")", 1, {"say \"any\""}},
      {"\"first\", \"any\"", 1, {"first", "any"}},
      {"17, b", 1, {"17", "b"}},
      {"2 (17, 18)", 2, {"17", "18"}},
      {"_a$1, \xc3\xa9t\xc3\xa9", 1, {"_a$1", "\xc3\xa9t\xc3\xa9"}},
      {"firsts", 1, {"firsts"}},
  }));
  CAPTURE(text);
  const auto read = parse_synchronous_standby_names(text);
  REQUIRE(read);
  CHECK(read->waited_for == count);
  CHECK(read->names == names);
}

TEST_CASE("what PostgreSQL would not take names no standbys", "[standbys]") {
  const std::string text =
      GENERATE("", " ", ",", "a,", ",a", "a b", "2 a", "2 ()", "2 (a", "2 (a,)", "2 (a) b", "0 (a)",
               "FIRST (a)", "FIRST a", "FIRST 2", "ANY", "any, b", "a-b", "\"a", "(a)",
               "99999999999 (a)", "FIRST x (a)", "2 (a), b", "1.5 (a)");
  CAPTURE(text);
  CHECK_FALSE(parse_synchronous_standby_names(text));
}

TEST_CASE("only a setting without wildcard, spare or repeated name waits for all", "[standbys]") {
  const auto [text, all] = GENERATE(table<std::string, bool>({
      {"a", true},
      {"1 (a)", true},
      {"2 (a, b)", true},
      {"FIRST 2 (a, b)", true},
      {"ANY 3 (a, b, c)", true},
      {"a, b", false},
      {"FIRST 1 (a, b)", false},
      {"ANY 2 (a, b, c)", false},
      {"3 (a, b)", false},
      {"*", false},
      {"\"*\"", false},
      {"2 (a, *)", false},
      {"2 (a, A)", false},
  }));
  CAPTURE(text);
  CHECK(parse_synchronous_standby_names(text)->waits_for_all() == all);
}

TEST_CASE("standby names are compared without regard to case", "[standbys]") {
  const auto read = parse_synchronous_standby_names("2 (Left, right)");
  CHECK(read->names_standby("left"));
  CHECK(read->names_standby("RIGHT"));
  CHECK_FALSE(read->names_standby("righ"));
}
