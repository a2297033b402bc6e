#include "service/domain_name.hpp"

#include <catch2/catch.hpp>

using namespace vitrine;

TEST_CASE("a name of any script has one form in the DNS", "[service][domain_name]") {
  CHECK(dns_form("Example.COM") == "example.com");
  CHECK(dns_form("bücher.example") == "xn--bcher-kva.example");
  CHECK(dns_form("BÜCHER.example") == "xn--bcher-kva.example");
  CHECK(dns_form("１２７.0.0.1") == "127.0.0.1");
  CHECK(dns_form("example。com") == "example.com");
  CHECK_FALSE(dns_form("xn--a"));
}

TEST_CASE("a host's name is labels of letters, digits and inner hyphens",
          "[service][domain_name]") {
  CHECK(is_host_name("a.example-1.com"));
  CHECK(is_host_name("localhost"));
  for (const std::string_view text : {"", ".", "a.", ".a", "a..b", "-a.b", "a-.b", "a_b.c", "a b",
                                      "a:1", "[::1]", "b\xC3\xBC.de"}) {
    INFO(text);
    CHECK_FALSE(is_host_name(text));
  }
  CHECK(is_host_name(std::string(63, 'a')));
  CHECK_FALSE(is_host_name(std::string(64, 'a')));
  std::string longest;
  while (longest.size() < 252) longest += "a.";
  CHECK(is_host_name(longest + "a"));
  CHECK_FALSE(is_host_name(longest + "aa"));
}

TEST_CASE("what ends in a number is no domain", "[service][domain_name]") {
  CHECK(ends_in_number("1.2.3.4"));
  CHECK(ends_in_number("a.7"));
  CHECK(ends_in_number("2130706433"));
  CHECK_FALSE(ends_in_number("7.a"));
  CHECK_FALSE(ends_in_number("a.7b"));
  CHECK_FALSE(ends_in_number(""));
  CHECK_FALSE(ends_in_number("7."));
}
