#include "service/public_address.hpp"

#include <catch2/catch.hpp>

using namespace vitrine;

namespace {

bool is_public_text(std::string_view text) { return is_public(IpAddress::parse(text).value()); }

}  // namespace

TEST_CASE("addresses of the internet are public, up to the edges of what is not",
          "[service][public_address]") {
  for (const std::string_view text : {"1.1.1.1",
                                      "8.8.8.8",
                                      "1.0.0.0",
                                      "9.255.255.255",
                                      "11.0.0.0",
                                      "100.63.255.255",
                                      "100.128.0.0",
                                      "126.255.255.255",
                                      "128.0.0.0",
                                      "169.253.255.255",
                                      "169.255.0.0",
                                      "172.15.255.255",
                                      "172.32.0.0",
                                      "192.0.1.0",
                                      "192.0.1.255",
                                      "192.0.3.0",
                                      "192.88.98.255",
                                      "192.88.100.0",
                                      "192.167.255.255",
                                      "192.169.0.0",
                                      "198.17.255.255",
                                      "198.20.0.0",
                                      "198.51.99.255",
                                      "198.51.101.0",
                                      "203.0.112.255",
                                      "203.0.114.0",
                                      "223.255.255.255",
                                      "::ffff:8.8.8.8",
                                      "2000::1",
                                      "2001:200::1",
                                      "2001:4860:4860::8888",
                                      "2001:db7::1",
                                      "2001:db9::1",
                                      "2003::1",
                                      "2606:4700:4700::1111",
                                      "3ffe::1",
                                      "3fff:1000::1"}) {
    INFO(text);
    CHECK(is_public_text(text));
  }
}

TEST_CASE("private and special IPv4 addresses are not public", "[service][public_address]") {
  for (const std::string_view text :
       {"0.0.0.0",         "0.1.2.3",         "10.0.0.0",        "10.255.255.255",
        "100.64.0.0",      "100.127.255.255", "127.0.0.0",       "127.0.0.1",
        "127.255.255.255", "169.254.0.0",     "169.254.169.254", "169.254.255.255",
        "172.16.0.0",      "172.31.255.255",  "192.0.0.0",       "192.0.0.192",
        "192.0.0.255",     "192.0.2.1",       "192.88.99.1",     "192.168.0.0",
        "192.168.255.255", "198.18.0.0",      "198.19.255.255",  "198.51.100.7",
        "203.0.113.7",     "224.0.0.1",       "239.255.255.255", "240.0.0.1",
        "255.255.255.254", "255.255.255.255"}) {
    INFO(text);
    CHECK_FALSE(is_public_text(text));
    CHECK_FALSE(is_public_text("::ffff:" + std::string(text)));
    CHECK_FALSE(is_public_text("::" + std::string(text)));           // IPv4-compatible
    CHECK_FALSE(is_public_text("64:ff9b::" + std::string(text)));    // NAT64
    CHECK_FALSE(is_public_text("64:ff9b:1::" + std::string(text)));  // NAT64 of a local prefix
  }
}

TEST_CASE("private and special IPv6 addresses are not public", "[service][public_address]") {
  for (const std::string_view text : {"::",
                                      "::1",
                                      "::2",
                                      "::8.8.8.8",
                                      "64:ff9b::8.8.8.8",
                                      "64:ff9b:1::1",
                                      "100::1",
                                      "100::ffff:ffff:ffff:ffff",
                                      "2001::1",
                                      "2001:0:4136:e378:8000:63bf:3fff:fdd2",
                                      "2001:2::1",
                                      "2001:10::1",
                                      "2001:1ff:ffff::",
                                      "2001:db8::1",
                                      "2001:db8:ffff::1",
                                      "2002::1",
                                      "2002:7f00:1::",
                                      "2002:c0a8:101::1",
                                      "3fff::1",
                                      "3fff:fff:ffff::",
                                      "4000::1",
                                      "5f00::1",
                                      "8000::1",
                                      "fbff::1",
                                      "fc00::1",
                                      "fd00:ec2::254",
                                      "fdff:ffff::1",
                                      "fe00::1",
                                      "fe80::1",
                                      "febf::1",
                                      "fec0::1",
                                      "feff::1",
                                      "ff00::",
                                      "ff02::1",
                                      "ffff::1"}) {
    INFO(text);
    CHECK_FALSE(is_public_text(text));
  }
}
