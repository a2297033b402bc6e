#include <catch2/catch.hpp>
#include <set>

#include "tests/support/test_service.hpp"

using namespace vitrine;
using test::recording_id;
using test::TestService;

namespace {

std::string name_of(int number) { return "r" + std::to_string(number); }

// Walks all pages; `between` runs after each one.
template <class List, class KeyOf>
std::vector<std::string> walk(List list, KeyOf key_of, const std::function<void()>& between) {
  std::vector<std::string> seen;
  core::PageRequest request{.size = 7, .after = std::nullopt};
  for (;;) {
    const auto page = list(request);
    for (const auto& item : page.items) {
      seen.push_back(key_of(item));
    }
    if (!page.next) {
      return seen;
    }
    request.after = page.next;
    between();
  }
}

}  // namespace

TEST_CASE("pages of recordings hold each one once, newest first") {
  TestService service;
  std::vector<std::string> expected;
  for (int i = 0; i < 21; ++i) {
    service.given_recording(name_of(i));
    expected.insert(expected.begin(), name_of(i));
  }
  const auto list = [&](const core::PageRequest& request) {
    return service.recordings.list(service.me, request);
  };
  // Ids of one millisecond are in no order, so only the set is compared.
  auto seen = walk(
      list, [](const auto& item) { return item.id.text(); }, [] {});
  std::ranges::sort(seen);
  std::ranges::sort(expected);
  CHECK(seen == expected);
}

TEST_CASE("a page that is exactly full and the last one has no next page") {
  TestService service;
  for (int i = 0; i < 7; ++i) {
    service.given_recording(name_of(i));
  }
  const auto page = service.recordings.list(service.me, {.size = 7, .after = std::nullopt});
  CHECK(page.items.size() == 7);
  CHECK_FALSE(page.next);
  CHECK(service.recordings.list(service.me, {.size = 6, .after = std::nullopt}).next);
}

TEST_CASE("a walk through recordings that come and go shows every one that stays, once") {
  TestService service;
  for (int i = 0; i < 40; ++i) {
    service.given_recording(name_of(i));
  }
  int step = 0;
  const auto seen = walk(
      [&](const core::PageRequest& request) {
        return service.recordings.list(service.me, request);
      },
      [](const auto& item) { return item.id.text(); },
      [&] {
        service.given_recording("new" + std::to_string(step));
        service.recordings.remove(service.me, recording_id(name_of(step * 2)));
        ++step;
      });
  const std::set<std::string> distinct(seen.begin(), seen.end());
  CHECK(distinct.size() == seen.size());
  for (int i = 1; i < 40; i += 2) {
    CHECK(distinct.contains(name_of(i)));
  }
}

TEST_CASE("a walk through shares that come and change shows every old one once") {
  TestService service;
  std::set<std::string> old;
  for (int i = 0; i < 30; ++i) {
    old.insert(service.given_share_of(i % 2 == 0 ? "even" : "odd").id.text());
  }
  const auto seen = walk(
      [&](const core::PageRequest& request) {
        return service.shares.list(service.me, request, {});
      },
      [](const auto& item) { return item.id.text(); },
      [&] {
        const core::Share made = service.given_share_of("even");
        service.shares.revoke(service.me, made.id, std::nullopt);
      });
  CHECK(std::set<std::string>(seen.begin(), seen.end()) == old);
  CHECK(seen.size() == old.size());
}

TEST_CASE("the list of one recording's shares holds those and no other") {
  TestService service;
  std::set<std::string> even;
  for (int i = 0; i < 20; ++i) {
    const core::Share share = service.given_share_of(i % 2 == 0 ? "even" : "odd");
    if (i % 2 == 0) {
      even.insert(share.id.text());
    }
  }
  const auto seen = walk(
      [&](const core::PageRequest& request) {
        return service.shares.list(service.me, request, {.recording = recording_id("even")});
      },
      [](const auto& item) { return item.id.text(); }, [] {});
  CHECK(std::set<std::string>(seen.begin(), seen.end()) == even);
  CHECK(service.shares.list(service.me, {}, {.recording = recording_id("nobody")}).items.empty());
}
