#include "api/panel_document.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/api/failure.hpp"

using namespace vitrine;
using namespace vitrine::api;
using core::PanelKind;

namespace {

Faulty faults_in(PanelKind kind, const std::string& body) {
  return faults_of(failure_of([&] { read_panel(kind, body); }));
}

struct Panel {
  PanelKind kind;
  std::string body;
};

}  // namespace

TEST_CASE("a panel is kept byte for byte, members of the caller's own included", "[api][panels]") {
  const auto panel = GENERATE(values<Panel>({
      {PanelKind::transcript,
       " {\"segments\": "
       "[{\"start_ms\":0,\"end_ms\":0,\"speaker\":null,\"text\":\"\",\"words\":[1e2]}],"
       " \"language\":\"en\"}\n"},
      {PanelKind::summary, R"({"markdown":"x","by":"y"})"},
      {PanelKind::notes, R"({"markdown":""})"},
      {PanelKind::console, R"({"entries":[{"at_ms":1,"level":"log","message":"m","n":1.50}]})"},
      {PanelKind::network,
       R"({"entries":[{"at_ms":1,"method":"GET","url":"u","status":0,"duration_ms":3,
                       "request":{"headers":{}},"response":null}]})"},
      {PanelKind::actions, R"({"entries":[{"at_ms":1,"type":"click","target":"#b"}]})"},
      {PanelKind::info, R"({"system":{"os":"Debian"},"requester":"r","more":[]})"},
      {PanelKind::info, "{}"},
  }));
  CHECK(read_panel(panel.kind, panel.body).json == panel.body);
}

TEST_CASE("what a viewer could not rely on is pointed at", "[api][panels]") {
  CHECK(faults_in(PanelKind::transcript, "{}") == Faulty{"/segments required"});
  CHECK(faults_in(PanelKind::transcript, R"({"segments":{}})") == Faulty{"/segments wrong_type"});
  CHECK(faults_in(PanelKind::transcript,
                  R"({"segments":[{"start_ms":-1,"end_ms":2.5,"speaker":1,"text":null}]})") ==
        Faulty{"/segments/0/start_ms out_of_range", "/segments/0/end_ms wrong_type",
               "/segments/0/speaker wrong_type", "/segments/0/text wrong_type"});
  CHECK(faults_in(PanelKind::summary, R"({"markdown":["x"]})") == Faulty{"/markdown wrong_type"});
  CHECK(faults_in(PanelKind::console,
                  R"({"entries":[{"at_ms":1,"level":"fatal","message":"m"},null]})") ==
        Faulty{"/entries/0/level invalid_format", "/entries/1 wrong_type"});
  CHECK(
      faults_in(PanelKind::network, R"({"entries":[{"at_ms":1,"method":"GET","request":"r"}]})") ==
      Faulty{"/entries/0/url required", "/entries/0/request wrong_type"});
  CHECK(faults_in(PanelKind::actions, R"({"entries":[{}]})") ==
        Faulty{"/entries/0/at_ms required", "/entries/0/type required"});
  CHECK(faults_in(PanelKind::info, R"({"link":1})") == Faulty{"/link wrong_type"});
}

TEST_CASE("U+0000 in a panel is refused, in members of the caller's own too", "[api][panels]") {
  CHECK(faults_in(PanelKind::summary, R"({"markdown":"x","own":{"a":["\u0000"]}})") ==
        Faulty{"/own/a/0 invalid_format"});
}
