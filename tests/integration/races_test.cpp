// Many threads against one share on real PostgreSQL. Catch2 v2's assertions are not thread-safe, so
// threads only count and the assertions run after the join.
#include <catch2/catch.hpp>

#include "tests/support/test_service.hpp"

using namespace vitrine;
using core::Verdict;
using test::TestService;

namespace {

core::SharePatch a_patch_of(std::int64_t version, const std::string& title) {
  return {.title = std::optional<std::string>(title),
          .label = {},
          .metadata = {},
          .visibility = {},
          .window = {},
          .expected_version = version};
}

}  // namespace

// Each round has a share of its own: viewers resolve all the time, and remember whether the revoke
// had returned before they began.
TEST_CASE("no resolve that begins after a revoke has returned is open", "[threads]") {
  TestService service(8);
  service.given_recording("r");
  std::atomic<int> open_before{0}, open_after{0}, closed_after{0};
  int failures = 0;
  for (int round = 0; round < 20; ++round) {
    const core::Share share = service.given_share_of("r");
    std::atomic<bool> revoked{false};
    failures += test::failures_together(5, [&](int number) {
      if (number == 0) {
        service.shares.revoke(service.me, share.id, std::nullopt);
        revoked = true;
        return;
      }
      for (int tries = 0, tries_late = 0; tries < 5000 && tries_late < 3; ++tries) {
        const bool late = revoked;
        const bool open = service.verdict_of(share) == Verdict::open;
        ++(open ? (late ? open_after : open_before) : closed_after);
        tries_late += late ? 1 : 0;
      }
    });
  }
  CHECK(failures == 0);
  CHECK(open_after == 0);
  CHECK(closed_after > 0);
}

// One thread switches and checks; the others resolve and switch shares of their own meanwhile.
TEST_CASE("whoever switches a share sees it switched, among many who do", "[threads]") {
  TestService service(8);
  service.given_recording("r");
  std::vector<core::Share> shares;
  shares.reserve(6);
  for (int i = 0; i < 6; ++i) {
    shares.push_back(service.given_share_of("r"));
  }
  std::atomic<int> wrong{0};
  const int failures = test::failures_together(6, [&](int number) {
    const core::Share& share = shares[static_cast<std::size_t>(number)];
    for (int i = 0; i < 25; ++i) {
      service.shares.disable(service.me, share.id, std::nullopt);
      wrong += service.verdict_of(share) == Verdict::link_disabled ? 0 : 1;
      service.shares.enable(service.me, share.id, std::nullopt);
      wrong += service.verdict_of(share) == Verdict::open ? 0 : 1;
    }
  });
  CHECK(failures == 0);
  CHECK(wrong == 0);
  CHECK(service.shares.get(service.me, shares[0].id).version == 51);
}

TEST_CASE("of many changes to one version exactly one is made", "[threads]") {
  TestService service(8);
  const core::Share share = service.given_share_of("r");
  for (int version = 1; version <= 10; ++version) {
    std::atomic<int> made{0}, refused{0};
    const int failures = test::failures_together(8, [&](int number) {
      const auto patch =
          a_patch_of(version, std::to_string(version) + "/" + std::to_string(number));
      const auto fault =
          test::fault_of([&] { service.shares.update(service.me, share.id, patch); });
      ++(fault == core::ErrorCode::etag_mismatch ? refused : made);
    });
    CHECK(failures == 0);
    CHECK(made == 1);
    CHECK(refused == 7);
  }
  CHECK(service.shares.get(service.me, share.id).version == 11);
}

// Each thread switches on one flag of its own: a read-then-write would lose some.
TEST_CASE("changes to different members of one share are all kept", "[threads]") {
  TestService service(8);
  const core::Share share = service.given_share_of("r");
  const int failures = test::failures_together(9, [&](int number) {
    core::SharePatch patch = a_patch_of(0, "t");
    patch.title.reset();
    patch.expected_version.reset();
    patch.visibility = {{core::kFlags[static_cast<std::size_t>(number)], true}};
    service.shares.update(service.me, share.id, patch);
  });
  CHECK(failures == 0);
  const core::Share after = service.shares.get(service.me, share.id);
  for (const core::Flag flag : core::kFlags) {
    CHECK(after.granted.visibility.shows(flag));
  }
  CHECK(after.version == 8);  // transcript and comments were on already
}

TEST_CASE("a recording registered many times at once is one recording", "[threads]") {
  TestService service(8);
  std::atomic<int> created{0};
  const int failures = test::failures_together(8, [&](int number) {
    core::RecordingDraft draft = test::a_recording(std::to_string(number));
    draft.media = {test::an_audio("m" + std::to_string(number), "a.ogg")};
    draft.panels = {{core::PanelKind::notes, std::to_string(number)}};
    created += service.recordings.put(service.me, test::recording_id("r"), draft).created ? 1 : 0;
  });
  CHECK(failures == 0);
  CHECK(created == 1);
  const auto recording = service.recordings.get(service.me, test::recording_id("r"));
  CHECK(recording.version == 8);
  // All of one writer, never a mixture.
  REQUIRE(recording.media.size() == 1);
  CHECK(recording.media[0].id == "m" + recording.title);
  CHECK(service.recordings.get_panel(service.me, recording.id, core::PanelKind::notes).json ==
        recording.title);
}

TEST_CASE("readers never see the title of one version with the media of another", "[threads]") {
  TestService service(6);
  service.given_recording("r");
  const core::Share share = service.given_share_of("r");
  const auto id = test::recording_id("r");
  std::atomic<bool> written{false};
  std::atomic<int> torn{0};
  const int failures = test::failures_together(4, [&](int number) {
    for (int i = 0; number == 0 && i < 60; ++i) {
      core::RecordingDraft draft = test::a_recording(std::to_string(i));
      draft.media = {test::an_audio("m", std::to_string(i))};
      service.recordings.put(service.me, id, draft);
    }
    if (number == 0) {
      written = true;
      return;
    }
    for (int tries = 0; tries < 5000 && !written; ++tries) {
      const auto seen = service.resolve(share).share.value();
      const bool fits = seen.media.empty() ||
                        seen.media[0].url.starts_with("signed:" + seen.recording_title + "?");
      const auto read = service.recordings.get(service.me, id);
      const bool also = read.media.empty() || read.media[0].key.text() == read.title;
      torn += fits && also ? 0 : 1;
    }
  });
  CHECK(failures == 0);
  CHECK(torn == 0);
}
