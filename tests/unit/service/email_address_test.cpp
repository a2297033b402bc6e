#include "service/email_address.hpp"

#include <catch2/catch.hpp>
#include <utility>

using namespace vitrine;
using Catch::Matchers::Contains;

namespace {

std::string key_of(const std::string& text) {
  const EmailReading reading = read_email_address(text);
  INFO(text << ": " << reading.fault);
  CHECK(reading.fault.empty());
  return reading.key;
}

std::string fault_of(const std::string& text) {
  const EmailReading reading = read_email_address(text);
  INFO(text);
  CHECK(reading.key.empty());
  CHECK_FALSE(reading.fault.empty());
  return reading.fault;
}

std::string times(int count, const std::string& text) {
  std::string all;
  for (int i = 0; i < count; ++i) {
    all += text;
  }
  return all;
}

}  // namespace

TEST_CASE("the key of a plain address is the address in lower case") {
  CHECK(key_of("ann@example.com") == "ann@example.com");
  CHECK(key_of("Ann.Lee+Tag@Example.COM") == "ann.lee+tag@example.com");
  CHECK(key_of("!#$%&'*+-/=?^_`{|}~@example.com") == "!#$%&'*+-/=?^_`{|}~@example.com");
  CHECK(key_of("a@b.co") == "a@b.co");
  CHECK(key_of("a@1.example") == "a@1.example");
}

TEST_CASE("every spelling of an international domain has one key") {
  const std::string key = "info@xn--bcher-kva.example";
  CHECK(key_of("info@b\u00fccher.example") == key);   // NFC
  CHECK(key_of("info@bu\u0308cher.example") == key);  // NFD
  CHECK(key_of("INFO@B\u00dcCHER.Example") == key);
  CHECK(key_of("info@xn--bcher-kva.example") == key);
  CHECK(key_of("info@XN--BCHER-KVA.EXAMPLE") == key);
  CHECK(key_of("info@b\u00fccher\u3002example") == key);  // ideographic full stop
  CHECK(key_of("a@stra\u00dfe.example") == "a@xn--strae-oqa.example");
  CHECK(key_of("a@\u4f8b\u3048.\u30c6\u30b9\u30c8") == "a@xn--r8jz45g.xn--zckzah");
}

TEST_CASE("what would make two addresses or another header of one is refused") {
  CHECK_THAT(fault_of("ann@example.com\r\nBcc: eve@example.com"), Contains("line breaks"));
  CHECK_THAT(fault_of("ann@example.com\n"), Contains("line breaks"));
  CHECK_THAT(fault_of(" ann@example.com"), Contains("spaces"));
  CHECK_THAT(fault_of("ann@example.com "), Contains("spaces"));
  CHECK_THAT(fault_of("ann@exam\tple.com"), Contains("control"));
  CHECK_THAT(fault_of(std::string("ann@example.com\0.org", 20)), Contains("control"));
  CHECK_THAT(fault_of("a@b.c,d@e.f"), Contains("one address"));
  CHECK_THAT(fault_of("a@b,c@d"), Contains("one address"));
  CHECK_THAT(fault_of("a@b.c;d@e.f"), Contains("one address"));
  CHECK_THAT(fault_of("ann@boss.example@example.com"), Contains("exactly one @"));
}

TEST_CASE("a display name is no part of an address") {
  CHECK_THAT(fault_of("Ann<ann@example.com>"), Contains("angle brackets"));
  CHECK_THAT(fault_of("<ann@example.com>"), Contains("angle brackets"));
  CHECK_THAT(fault_of("boss@example.com<eve@example.net>"), Contains("angle brackets"));
  CHECK_THAT(fault_of("Ann <ann@example.com>"), Contains("spaces"));
  CHECK_THAT(fault_of("ann@example.com(Boss)"), Contains("domain of letters"));
}

TEST_CASE("the part before the @ is a dot-atom in ASCII of at most 64 characters") {
  CHECK_THAT(fault_of("@example.com"), Contains("before the @"));
  CHECK_THAT(fault_of("gr\u00fc\u00dfe@b\u00fccher.example"), Contains("ASCII"));
  CHECK_THAT(fault_of("\"ann\"@example.com"), Contains("unquoted"));
  CHECK_THAT(fault_of("\"a@b\"@example.com"), Contains("exactly one @"));
  CHECK_THAT(fault_of("an(x)n@example.com"), Contains("before the @"));
  CHECK_THAT(fault_of(".ann@example.com"), Contains("dot"));
  CHECK_THAT(fault_of("ann.@example.com"), Contains("dot"));
  CHECK_THAT(fault_of("an..n@example.com"), Contains("dot"));
  CHECK(key_of(times(64, "a") + "@example.com").size() == 76);
  CHECK_THAT(fault_of(times(65, "a") + "@example.com"), Contains("1 to 64"));
}

TEST_CASE("the domain is the name of a host, with a dot and no address of the network") {
  CHECK_THAT(fault_of("ann@"), Contains("dot"));
  CHECK_THAT(fault_of("ann@localhost"), Contains("dot"));
  CHECK_THAT(fault_of("ann@example.com."), Contains("end with a dot"));
  CHECK_THAT(fault_of("ann@.example.com"), Contains("begin"));
  CHECK_THAT(fault_of("ann@example..com"), Contains("two in a row"));
  CHECK_THAT(fault_of("ann@b\u00fccher\u3002\u3002example"), Contains("domain"));
  CHECK_THAT(fault_of("ann@[192.0.2.1]"), Contains("IP address"));
  CHECK_THAT(fault_of("ann@[IPv6:2001:db8::1]"), Contains("IP address"));
  CHECK_THAT(fault_of("ann@192.0.2.1"), Contains("IP address"));
  CHECK_THAT(fault_of("ann@\uff11\uff19\uff12.0.2.\uff11"), Contains("IP address"));
  for (const char* domain : {"my_host.example", "-a.example", "a-.example", "a!b.example",
                             "xn--a.example", "a.example:25", "a/b.example", "\u2603\u0301.\u0300a",
                             "\xf0\x9f\x92\xa9\xef\xbc\x8f.example"}) {
    CHECK_THAT(fault_of(std::string("ann@") + domain), Contains("domain"));
  }
}

TEST_CASE("characters that cannot be seen or turn the text around are refused") {
  for (const char* character :
       {"\u200b", "\u200c", "\u200d", "\u00ad", "\ufeff", "\u2060", "\ufe0f", "\u034f"}) {
    CHECK_THAT(fault_of(std::string("ann@exam") + character + "ple.com"), Contains("seen"));
    CHECK_THAT(fault_of(std::string("an") + character + "n@example.com"), Contains("ASCII"));
  }
  for (const char* character : {"\u202e", "\u2066", "\u200f", "\u061c", "\u2028", "\u0085"}) {
    CHECK_THAT(fault_of(std::string("ann@exam") + character + "ple.com"), Contains("control"));
    CHECK_THAT(fault_of(std::string("an") + character + "n@example.com"), Contains("control"));
  }
  CHECK_THAT(fault_of("ann@exam\xffple.com"), Contains("control"));
}

TEST_CASE("an address has at most 254 bytes, as given and as its key") {
  const std::string label = times(63, "a") + ".";
  const std::string longest = "ann@" + label + label + label + times(58, "b");
  REQUIRE(longest.size() == 254);
  CHECK(key_of(longest) == longest);
  CHECK_THAT(fault_of(longest + "b"), Contains("254"));
  CHECK_THAT(fault_of("ann@" + times(64, "a") + ".example"), Contains("domain"));
  // Seventy characters, and too many for one label of the DNS.
  CHECK_THAT(fault_of("ann@" + times(35, "\u00fc\u4f8b") + ".example"), Contains("domain"));
}

TEST_CASE("what is no address at all is refused, whatever its size") {
  CHECK_THAT(fault_of(""), Contains("empty"));
  CHECK_THAT(fault_of("ann"), Contains("exactly one @"));
  CHECK_THAT(fault_of("@"), Contains("before the @"));
  CHECK_THAT(fault_of(times(1'000'000, "a") + "@example.com"), Contains("254"));
}
