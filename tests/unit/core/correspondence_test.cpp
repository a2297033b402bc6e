#include "service/core/correspondence.hpp"

#include <catch2/catch.hpp>

using namespace vitrine::core;
using std::chrono::seconds;
using Text = std::optional<std::string>;

namespace {

std::vector<std::string> faults_of(const Correspondence& mails, std::optional<Tracking> named,
                                   Tracking max = Tracking::identified) {
  Policy policy;
  policy.tracking_max = max;
  std::vector<Violation> faults;
  tracking_for(mails, named, Tracking::none, policy, faults);
  std::vector<std::string> texts;
  texts.reserve(faults.size());
  for (const Violation& fault : faults) {
    texts.push_back(fault.pointer + ' ' + fault.code);
  }
  return texts;
}

Tracking tracking(const Correspondence& mails, std::optional<Tracking> named) {
  std::vector<Violation> faults;
  return tracking_for(mails, named, Tracking::none, Policy(), faults);
}

}  // namespace

TEST_CASE("a change of the sender keeps what it does not name", "[core][mail]") {
  const Correspondence before{{"Ann", "ann@example.com", "Europe/Berlin"}, true, seconds(60)};
  CHECK(patched(before, {}) == before);
  SenderPatch sender;
  sender.name = Text();
  sender.time_zone = Text("UTC");
  CorrespondencePatch patch;
  patch.sender = std::optional(sender);
  CHECK(patched(before, patch).sender == Sender{{}, "ann@example.com", "UTC"});
  patch.sender = std::optional<SenderPatch>();
  patch.notify_on_open = false;
  patch.remind_before = std::optional<seconds>();
  CHECK(patched(before, patch) == Correspondence());
}

TEST_CASE("opens that are to be told are counted", "[core][mail]") {
  const Correspondence told{.sender = {}, .notify_on_open = true, .remind_before = {}};
  CHECK(tracking({}, {}) == Tracking::none);
  CHECK(tracking(told, {}) == Tracking::count);
  CHECK(tracking(told, Tracking::identified) == Tracking::identified);
  CHECK(faults_of(told, Tracking::none) ==
        std::vector<std::string>{"/tracking conflicting_fields"});
  CHECK(faults_of(told, {}, Tracking::none) ==
        std::vector<std::string>{"/notify_on_open policy_violation"});
  CHECK(faults_of({}, Tracking::none, Tracking::none).empty());
}

TEST_CASE("whoever is to be told has an address", "[core][mail]") {
  const auto missing = [](const Correspondence& mails, bool owner_has_email) {
    std::vector<Violation> faults;
    require_address(mails, owner_has_email, faults);
    return !faults.empty();
  };
  const Correspondence told{.sender = {}, .notify_on_open = true, .remind_before = {}};
  CHECK(missing(told, false));
  CHECK_FALSE(missing(told, true));
  CHECK_FALSE(missing({}, false));
  CHECK_FALSE(missing({{{}, "ann@example.com", {}}, false, seconds(60)}, false));
}
