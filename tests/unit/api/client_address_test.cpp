#include "api/client_address.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace vitrine;
using namespace vitrine::api;

namespace {

using Fields = std::vector<std::string>;

// The client's address when 127.0.0.1, ::1 and 10.0.0.0/8 are ours.
std::string seen(const std::string& peer, const Fields& forwarded_for) {
  std::vector<IpNetwork> ours;
  for (const std::string_view network : {"127.0.0.1", "::1", "10.0.0.0/8"}) {
    ours.push_back(IpNetwork::parse(network).value());
  }
  http::RequestHead head;
  head.peer_address = peer;
  for (const std::string& value : forwarded_for) {
    head.headers.add("x-forwarded-FOR", value);
  }
  return client_address(head, ours).text();
}

}  // namespace

TEST_CASE("who is no proxy of ours is the client, whatever it claims", "[api][client_address]") {
  CHECK(seen("203.0.113.9", {}) == "203.0.113.9");
  CHECK(seen("203.0.113.9", {"198.51.100.1"}) == "203.0.113.9");
  CHECK(seen("203.0.113.9", {"10.0.0.1, 127.0.0.1"}) == "203.0.113.9");
  CHECK(seen("2001:db8::9", {"198.51.100.1"}) == "2001:db8::9");
}

TEST_CASE("without proxies of ours the header is not read at all", "[api][client_address]") {
  http::RequestHead head;
  head.peer_address = "127.0.0.1";
  head.headers.add("X-Forwarded-For", "198.51.100.1");
  CHECK(client_address(head, {}).text() == "127.0.0.1");
}

TEST_CASE("a proxy of ours tells who the client is", "[api][client_address]") {
  CHECK(seen("127.0.0.1", {"203.0.113.9"}) == "203.0.113.9");
  CHECK(seen("::ffff:127.0.0.1", {"203.0.113.9"}) == "203.0.113.9");
  CHECK(seen("::1", {"2001:db8::9"}) == "2001:db8::9");
  CHECK(seen("10.1.2.3", {"203.0.113.9, 10.0.0.7"}) == "203.0.113.9");
}

TEST_CASE("a proxy of ours that tells nothing is the client", "[api][client_address]") {
  CHECK(seen("127.0.0.1", {}) == "127.0.0.1");
  CHECK(seen("127.0.0.1", {""}) == "127.0.0.1");
  CHECK(seen("127.0.0.1", {" , ,"}) == "127.0.0.1");
  CHECK(seen("127.0.0.1", {"10.0.0.7, 10.0.0.8"}) == "10.0.0.7");
}

TEST_CASE("what a client wrote itself, left of its address, is not believed",
          "[api][client_address]") {
  CHECK(seen("127.0.0.1", {"198.51.100.1, 203.0.113.9"}) == "203.0.113.9");
  CHECK(seen("127.0.0.1", {"127.0.0.1, 203.0.113.9, 10.0.0.7"}) == "203.0.113.9");
  CHECK(seen("127.0.0.1", {"garbage, 203.0.113.9"}) == "203.0.113.9");
  CHECK(seen("127.0.0.1", {"198.51.100.1", "203.0.113.9"}) == "203.0.113.9");
  CHECK(seen("127.0.0.1", {"198.51.100.1", "203.0.113.9, 10.0.0.7", "10.0.0.8"}) == "203.0.113.9");
}

TEST_CASE("what is no address ends the chain at whom it was told by", "[api][client_address]") {
  for (const std::string bad :
       {"unknown", "_hidden", "203.0.113.9:port", "203.0.113.9:", "[2001:db8::9", "[2001:db8::9]x",
        "[2001:db8::9]:", "203.0.113.256", "203.0.113.9:123456", "\"203.0.113.9\"", "localhost",
        "203.0.113.9 198.51.100.1", "203.0.113.9;198.51.100.1"}) {
    INFO(bad);
    CHECK(seen("127.0.0.1", {bad}) == "127.0.0.1");
    CHECK(seen("127.0.0.1", {"198.51.100.1, " + bad + ", 10.0.0.7"}) == "10.0.0.7");
  }
}

TEST_CASE("ports, brackets, tabs and empty elements are proxies' habits", "[api][client_address]") {
  CHECK(seen("127.0.0.1", {"203.0.113.9:4711"}) == "203.0.113.9");
  CHECK(seen("127.0.0.1", {"[2001:db8::9]"}) == "2001:db8::9");
  CHECK(seen("127.0.0.1", {"[2001:db8::9]:4711"}) == "2001:db8::9");
  CHECK(seen("127.0.0.1", {"::ffff:203.0.113.9"}) == "203.0.113.9");
  CHECK(seen("127.0.0.1", {"\t203.0.113.9 ,, "}) == "203.0.113.9");
}

TEST_CASE("a peer in a zone keeps its address", "[api][client_address]") {
  CHECK(seen("fe80::1%eth0", {"203.0.113.9"}) == "fe80::1");
}
