#include "service/ip_address.hpp"

#include <catch2/catch.hpp>

using namespace vitrine;

namespace {

IpAddress address(std::string_view text) { return IpAddress::parse(text).value(); }
IpNetwork network(std::string_view text) { return IpNetwork::parse(text).value(); }

}  // namespace

TEST_CASE("an address has one form, however it is written", "[service][ip_address]") {
  CHECK(address("192.0.2.1").text() == "192.0.2.1");
  CHECK(address("::ffff:192.0.2.1").text() == "192.0.2.1");
  CHECK(address("::FFFF:c000:0201") == address("192.0.2.1"));
  CHECK(address("2001:DB8:0:0:0:0:0:1").text() == "2001:db8::1");
  CHECK(address("::").text() == "::");
  CHECK(address("192.0.2.1").is_v4());
  CHECK_FALSE(address("::1").is_v4());
}

TEST_CASE("what is no address alone is none", "[service][ip_address]") {
  for (const std::string_view text :
       {"", " ", "localhost", "192.0.2", "192.0.2.256", "192.0.2.1 ", " 192.0.2.1", "0x7f.0.0.1",
        "3221225985", "192.0.2.1:80", "[::1]", "fe80::1%eth0", "1::2::3", ":::", "192.0.2.1/32"}) {
    INFO(text);
    CHECK_FALSE(IpAddress::parse(text));
  }
  CHECK_FALSE(IpAddress::parse(std::string_view("192.0.2.1\0", 10)));
}

TEST_CASE("limits count IPv4 by address and IPv6 by /64", "[service][ip_address]") {
  CHECK(address("192.0.2.1").limit_key() == "192.0.2.1");
  CHECK(address("192.0.2.1").limit_key() != address("192.0.2.2").limit_key());
  CHECK(address("2001:db8:1:2:3:4:5:6").limit_key() == "2001:db8:1:2::/64");
  CHECK(address("2001:db8:1:2::").limit_key() == "2001:db8:1:2::/64");
  CHECK(address("2001:db8:1:3::").limit_key() != "2001:db8:1:2::/64");
  CHECK(address("::ffff:192.0.2.1").limit_key() == "192.0.2.1");
}

TEST_CASE("a network holds what begins with its bits", "[service][ip_address]") {
  CHECK(network("10.0.0.0/8").holds(address("10.255.0.1")));
  CHECK_FALSE(network("10.0.0.0/8").holds(address("11.0.0.0")));
  CHECK(network("192.0.2.128/25").holds(address("192.0.2.200")));
  CHECK_FALSE(network("192.0.2.128/25").holds(address("192.0.2.127")));
  CHECK(network("192.0.2.1").holds(address("::ffff:192.0.2.1")));
  CHECK_FALSE(network("192.0.2.1").holds(address("192.0.2.2")));
  CHECK(network("2001:db8::/33").holds(address("2001:db8:7fff::1")));
  CHECK_FALSE(network("2001:db8::/33").holds(address("2001:db8:8000::1")));
  CHECK(network("0.0.0.0/0").holds(address("203.0.113.9")));
  CHECK_FALSE(network("0.0.0.0/0").holds(address("::1")));
  CHECK(network("::/0").holds(address("::1")));
  CHECK_FALSE(network("::/0").holds(address("203.0.113.9")));
}

TEST_CASE("a network shows its length", "[service][ip_address]") {
  CHECK(network("10.0.0.0/8").text() == "10.0.0.0/8");
  CHECK(network("127.0.0.1").text() == "127.0.0.1/32");
  CHECK(network("::1").text() == "::1/128");
  CHECK(network("::ffff:10.0.0.0/104").text() == "10.0.0.0/8");
  CHECK(network("2001:db8::/32").text() == "2001:db8::/32");
}

TEST_CASE("what is no network is none", "[service][ip_address]") {
  for (const std::string_view text :
       {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "::ffff:10.0.0.0/95",
        "10.0.0.0/8 ", "10.0.0.0/8/8", "::/129", "10.0.0.0/0x8", "10/8", "10.0.0.0/255.0.0.0"}) {
    INFO(text);
    CHECK_FALSE(IpNetwork::parse(text));
  }
}
