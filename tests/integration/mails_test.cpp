#include "service/mails.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "service/store/mail_letter_store.hpp"
#include "service/store/mail_store.hpp"
#include "tests/support/test_service.hpp"

using namespace vitrine;
using core::ErrorCode;
using core::MailState;
using store::Transaction;
using test::fault_of;
using test::TestService;
namespace mail_store = store::mail_store;
using std::chrono::seconds;

namespace {

core::Recipient recipient(int number) {
  const std::string address = "r" + std::to_string(number) + "@example.org";
  return {{}, address, address};
}

struct World : TestService {
  // A share of which each of so many recipients is to get a link.
  core::Share given_mails(const core::Principal& owner, int count) {
    core::ShareDraft draft = test::a_share_of("meeting");
    for (int i = 0; i < count; ++i) {
      draft.recipients.push_back(recipient(i));
    }
    recordings.put(owner, draft.recording_id, test::a_recording());
    core::Share share = shares.create(owner, draft);
    mails.send(owner, share.id, {}, {});
    return share;
  }

  std::vector<mail_store::Leased> lease(int limit) {
    return store::in_transaction(pool, [&](Transaction& transaction) {
      return mail_store::lease(transaction, limit, seconds(60));
    });
  }

  void finish(const mail_store::Leased& mail, MailState state) {
    store::in_transaction(pool, [&](Transaction& transaction) {
      mail_store::finish(transaction, mail, state, std::nullopt);
    });
  }

  MailState state_of(const core::Share& share) {
    return shares.get(me, share.id).links.at(0).email.value().state;
  }

  Mails mails{pool, true};
};

}  // namespace

TEST_CASE("each mail that is due is taken once, by however many") {
  World world;
  world.given_mails(world.me, 40);
  std::mutex mutex;
  std::set<core::MailId> taken;
  std::atomic<int> count = 0;
  CHECK(test::failures_together(4, [&](int) {
          for (int i = 0; i < 12; ++i) {
            for (const auto& mail : world.lease(1)) {
              const std::lock_guard lock(mutex);
              taken.insert(mail.id);
              ++count;
            }
          }
        }) == 0);
  CHECK(taken.size() == static_cast<std::size_t>(count));
  while (!world.lease(10).empty()) {
  }
  CHECK(world.lease(10).empty());
}

TEST_CASE("a workspace with much to send holds up no other") {
  World world;
  const core::Principal other = world.new_principal("other");
  world.given_mails(world.me, 200);
  world.given_mails(other, 1);
  const auto taken = world.lease(2);
  REQUIRE(taken.size() == 2);
  CHECK(taken[0].workspace != taken[1].workspace);
}

TEST_CASE("whoever finishes too late changes nothing") {
  World world;
  const core::Share share = world.given_mails(world.me, 1);
  const auto first = world.lease(1);
  REQUIRE(first.size() == 1);
  mail_store::Leased late = first[0];
  late.attempts = 0;
  world.finish(late, MailState::refused);
  CHECK(world.state_of(share) == MailState::queued);
  world.finish(first[0], MailState::sent);
  CHECK(world.state_of(share) == MailState::sent);
  world.finish(first[0], MailState::refused);
  CHECK(world.state_of(share) == MailState::sent);
}

TEST_CASE("many who send one share at once send each mail once") {
  World world;
  const core::Share share = world.given_mails(world.me, 3);
  CHECK(test::failures_together(8, [&](int) {
          world.mails.send(world.me, share.id, {.links = {}, .again = true}, {});
        }) == 0);
  CHECK(world.lease(100).size() == 3);
}

TEST_CASE("a mail of another workspace's share is put down by nobody") {
  World world;
  const core::Share share = world.given_mails(world.me, 1);
  const core::Principal other = world.new_principal("other");
  CHECK(fault_of([&] { world.mails.send(other, share.id, {}, {}); }) == ErrorCode::not_found);
  CHECK(fault_of([&] { world.mails.send_link(other, share.id, share.links.at(0).id, true, {}); }) ==
        ErrorCode::not_found);
}
