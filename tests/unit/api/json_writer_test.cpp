#include "api/json_writer.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "api/json_reader.hpp"

using namespace vitrine::api;

TEST_CASE("commas stand between values and nowhere else", "[api][json]") {
  JsonWriter json;
  json.open_object()
      .member("a", 1)
      .member("b", std::optional<std::string>())
      .name("c")
      .open_array()
      .value("x")
      .open_object()
      .close_object()
      .close_array()
      .member("d", true)
      .name("e")
      .raw("{\"f\" : 1.10}")
      .close_object();
  CHECK(json.take() == R"({"a":1,"b":null,"c":["x",{}],"d":true,"e":{"f" : 1.10}})");
}

TEST_CASE("any text comes back as it was, and none looks like HTML", "[api][json]") {
  const std::string text =
      std::string("\0\x01\x1f\x7f", 4) + "\"\\/\b\f\n\r\té😀</script><!-- ${x} {{y}} ' OR 1=1";
  JsonWriter json;
  json.open_object().member("t", text).close_object();
  const std::string written = json.take();
  CHECK(written.find('<') == std::string::npos);
  CHECK(nlohmann::json::parse(written)["t"] == text);
}
