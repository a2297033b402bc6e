// What of a recording a clip of one second, from 10 s to 11 s, lets through.
#include <catch2/catch.hpp>

#include "tests/support/test_service.hpp"

using namespace vitrine;
using core::PanelKind;
using test::TestService;

namespace {

struct Clipped {
  Clipped() {
    service.given_recording("r", test::a_recording());
    share = service.shares.create(service.me, everything());
    clip("10000", "11000");
  }

  static core::ShareDraft everything() {
    core::ShareDraft draft = test::a_share_of("r");
    for (const core::Flag flag : core::kFlags) {
      draft.visibility.emplace_back(flag, true);
    }
    return draft;
  }

  void clip(const std::string& start, const std::string& end) {
    service.database.run("UPDATE share SET clip_start_ms = " + start + ", clip_end_ms = " + end);
  }

  // What is left of the panel.
  std::string left_of(PanelKind kind, const std::string& document) {
    core::RecordingDraft draft = test::a_recording();
    draft.panels = {{kind, document}};
    service.given_recording("r", draft);
    return std::string(service.resolve(*share).share.value().panels.at(0).json);
  }

  // Which of the items, each with a name, are left: "a c".
  std::string names(PanelKind kind, const std::string& list, const std::string& items) {
    const std::string left = left_of(kind, "{\"" + list + "\":[" + items + "]}");
    std::string found;
    for (std::size_t at = left.find("\"n\":\""); at != std::string::npos;
         at = left.find("\"n\":\"", at + 1)) {
      found += (found.empty() ? "" : " ") + left.substr(at + 5, 1);
    }
    return found;
  }

  TestService service;
  std::optional<core::Share> share;
};

std::string span(const char* name, int start, int end) {
  return R"({"n":")" + std::string(name) + R"(","start_ms":)" + std::to_string(start) +
         R"(,"end_ms":)" + std::to_string(end) + R"(,"text":"x"})";
}

std::string entry(const char* name, int at, const std::string& more = "") {
  return R"({"n":")" + std::string(name) + R"(","at_ms":)" + std::to_string(at) + more + "}";
}

std::string lasting(int duration) { return R"(,"duration_ms":)" + std::to_string(duration); }

}  // namespace

TEST_CASE("of a transcript the segments are left that overlap the clip") {
  Clipped share;
  const auto left = [&](const std::string& segments) {
    return share.names(PanelKind::transcript, "segments", segments);
  };
  // Touching is no overlap, except at the beginning of one without length.
  CHECK(left(span("a", 9000, 9999) + "," + span("b", 9000, 10000) + "," + span("c", 9000, 10001) +
             "," + span("d", 10999, 12000) + "," + span("e", 11000, 12000)) == "c d");
  CHECK(left(span("a", 10000, 11000) + "," + span("b", 10400, 10600) + "," + span("c", 0, 20000)) ==
        "a b c");
  CHECK(left(span("a", 9999, 9999) + "," + span("b", 10000, 10000) + "," + span("c", 10999, 10999) +
             "," + span("d", 11000, 11000)) == "b c");
  CHECK(left("").empty());
}

TEST_CASE("of console and actions the entries within the clip are left, its end excluded") {
  Clipped share;
  for (const PanelKind kind : {PanelKind::console, PanelKind::actions}) {
    CHECK(share.names(kind, "entries",
                      entry("a", 9999) + "," + entry("b", 10000) + "," + entry("c", 10999) + "," +
                          entry("d", 11000)) == "b c");
    CHECK(share.names(kind, "entries", entry("a", 9000, lasting(5000))).empty());
  }
}

TEST_CASE("of the network the requests are left that were under way within the clip") {
  Clipped share;
  const auto left = [&](const std::string& entries) {
    return share.names(PanelKind::network, "entries", entries);
  };
  CHECK(left(entry("a", 9000, lasting(1000)) + "," + entry("b", 9000, lasting(1001)) + "," +
             entry("c", 9999) + "," + entry("d", 10000) + "," + entry("e", 10999, lasting(9)) +
             "," + entry("f", 11000, lasting(9))) == "b d e");
  CHECK(left(entry("a", 0, lasting(99999)) + "," + entry("b", 10000, lasting(0))) == "a b");
}

TEST_CASE("what has no place in time is left as it was given") {
  Clipped share;
  const std::string text = R"({ "markdown" : "10:00 – all of it" })";
  CHECK(share.left_of(PanelKind::summary, text) == text);
  CHECK(share.left_of(PanelKind::notes, text) == text);
  const std::string info = R"({ "link":"x", "metadata":{"start_ms":1} })";
  CHECK(share.left_of(PanelKind::info, info) == info);
}

TEST_CASE("what stands beside the list, and within an item, stays as it was given") {
  Clipped share;
  const std::string left =
      share.left_of(PanelKind::transcript,
                    R"({"language":"en","more":{"a":[1.10,2]},"segments":[)"
                    R"({"start_ms":10000,"end_ms":10500,"text":"caf\u00e9 </b>","x":1.10}]})");
  CHECK_THAT(left,
             Catch::Matchers::Contains(R"("en")") &&
                 Catch::Matchers::Contains(R"({"a":[1.10,2]})") &&
                 Catch::Matchers::Contains(
                     R"({"start_ms":10000,"end_ms":10500,"text":"caf\u00e9 </b>","x":1.10})"));
}

TEST_CASE("without a clip every panel is left as it was given") {
  Clipped share;
  share.clip("NULL", "NULL");
  const std::string text = R"({ "segments": [{"start_ms":1,"end_ms":2,"text":"x"}] })";
  CHECK(share.left_of(PanelKind::transcript, text) == text);
}

TEST_CASE("of comments those within the clip are left, and those without a place") {
  Clipped share;
  const auto comment = [&](const std::string& body, std::optional<std::int64_t> at) {
    share.service.comments.create(
        share.service.me, share.share->id,
        {.body = body, .at_ms = at, .author = std::nullopt, .link_id = std::nullopt}, {});
  };
  comment("nowhere 1", std::nullopt);
  comment("end", 11000);
  comment("last", 10999);
  comment("first", 10000);
  comment("before", 9999);
  comment("nowhere 2", std::nullopt);
  comment("also first", 10000);
  const auto bodies = [&] {
    std::vector<std::string> found;
    const Resolution resolution = share.service.resolve(*share.share);
    for (const auto& shown : resolution.share.value().comments.value()) {
      found.push_back(shown.body);
    }
    return found;
  };
  CHECK(bodies() ==
        std::vector<std::string>{"first", "also first", "last", "nowhere 1", "nowhere 2"});
  share.clip("NULL", "NULL");
  CHECK(bodies() == std::vector<std::string>{"before", "first", "also first", "last", "end",
                                             "nowhere 1", "nowhere 2"});
}

TEST_CASE("the URLs of what plays name the clip, those of other media do not") {
  Clipped share;
  core::RecordingDraft draft = test::a_recording();
  const auto object = [](const char* id, core::MediaRole role) {
    return core::MediaObject{id, role, "x/y", core::MediaKey::parse("a/b").value(), 1};
  };
  using enum core::MediaRole;
  draft.media = {object("a", video), object("b", audio), object("c", hls), object("d", captions),
                 object("e", thumbnail)};
  share.service.given_recording("r", draft);
  const auto fragments = [&] {
    std::vector<std::string> found;
    const Resolution resolution = share.service.resolve(*share.share);
    for (const auto& media : resolution.share.value().media) {
      const auto at = media.url.find('#');
      found.push_back(at == std::string::npos ? "" : media.url.substr(at));
    }
    return found;
  };
  using Fragments = std::vector<std::string>;
  CHECK(fragments() == Fragments{"#t=10,11", "#t=10,11", "#t=10,11", "", ""});
  share.clip("12500", "18000");
  CHECK(fragments()[0] == "#t=12.5,18");
  share.clip("0", "1");
  CHECK(fragments()[0] == "#t=0,0.001");
  share.clip("7050", "3600010");
  CHECK(fragments()[0] == "#t=7.05,3600.01");
  share.clip("NULL", "NULL");
  CHECK(fragments() == Fragments{"", "", "", "", ""});
}
