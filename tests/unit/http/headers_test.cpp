// What a set of header fields holds, and how it travels.
#include "api/http/headers.hpp"

#include <catch2/catch.hpp>
#include <string>

using vitrine::http::Header;
using vitrine::http::Headers;

TEST_CASE("fields travel in the order they came") {
  Headers headers;
  headers.add("B", "1");
  headers.add("A", "");
  headers.add("B", "2");
  CHECK(headers.text() == "B: 1\r\nA: \r\nB: 2\r\n");
  CHECK(headers.size() == 3);
  CHECK(headers.get("b") == "1");
  CHECK(headers.get("a") == "");
  CHECK_FALSE(headers.get("C").has_value());
  CHECK(headers.count("b") == 2);
}

TEST_CASE("a field that is set replaces all of its name, and no other moves") {
  Headers headers;
  for (const std::string name : {"A", "B", "a", "C"}) {
    headers.add(name, name + "-value");
  }
  headers.set("A", "new");
  CHECK(headers.text() == "B: B-value\r\nC: C-value\r\nA: new\r\n");
  std::string seen;
  for (const Header field : headers) {
    seen.append(field.name).append("=").append(field.value).append(" ");
  }
  CHECK(seen == "B=B-value C=C-value A=new ");
}

TEST_CASE("the fields of another set are added as they are") {
  Headers more;
  more.add("B", "2");
  more.add("C", "3");
  Headers headers;
  headers.add("A", "1");
  headers.add(more);
  CHECK(headers.text() == "A: 1\r\nB: 2\r\nC: 3\r\n");
  CHECK(headers.get("C") == "3");
}

TEST_CASE("no byte of a value ends its field, wherever it stands") {
  for (std::size_t place = 0; place < 20; ++place) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string value(20, 'v');
      value[place] = static_cast<char>(byte);
      Headers headers;
      headers.add("A", value);
      const bool control = (byte < 0x20 && byte != '\t') || byte == 0x7f;
      std::string expected = value;
      expected[place] = control ? ' ' : value[place];
      if (headers.get("A") != expected) {
        FAIL("byte " << byte << " at " << place);
      }
    }
  }
}

TEST_CASE("a name that is no token is left out") {
  Headers headers;
  for (const std::string name : {"", "A B", "A:", "A\r\nB", "\xc3\xa9", "A\t"}) {
    CHECK_FALSE(headers.add(name, "v"));
  }
  CHECK(headers.size() == 0);
  CHECK(headers.text().empty());
}
