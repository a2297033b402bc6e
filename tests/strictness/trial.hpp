#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <mutex>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/strictness/history.hpp"

namespace vitrine::strictness {

using Random = std::minstd_rand;

inline Time now() { return std::chrono::steady_clock::now().time_since_epoch().count(); }

struct Settings {
  std::vector<int> ports;  // of the services, on 127.0.0.1
  std::string key;         // an API key with all scopes for recordings and shares
  long resolves = 1'000'000;
  long changes = 10'000;
  int shares = 200;
  int readers = 2;       // threads
  int connections = 64;  // of each reader
  int writers = 4;       // threads with a connection to each service
  unsigned seed = 1;
  int deadline_seconds = 600;
};

struct Session {
  std::uint32_t passcode = 0;  // that it was given for
  std::string text;
};

// A link under test. It begins when a share or a link is made and stays after its revocation.
class Link {
 public:
  Link(std::string token, const State& state);

  const std::string token;
  std::vector<Version> versions;  // of the writer who holds its place; of everybody at the end

  // What viewers know.
  std::atomic<std::uint32_t> passcode;            // as it was acknowledged
  std::atomic<std::uint32_t> former_passcode{0};  // that must not open it any more; tried once
  std::atomic<bool> trying{false};  // one passcode at a time, so that wrong ones never add up
  Session session();
  void keep(const Session& session);

 private:
  std::mutex mutex_;
  Session session_;
};

// Where a share stands, and another one when it was revoked: always the same recording.
struct Place {
  std::atomic<bool> held{false};  // by the writer that changes it; for good, if that fails

  // Of whoever holds it.
  State state;
  std::string recording, recording_etag;
  std::string share, share_etag, link_id;

  // The link that opens it, and the one before.
  std::atomic<Link*> link{nullptr};
  std::atomic<Link*> former{nullptr};
};

// What the threads of one run share: places, links and how far it has come.
class Trial {
 public:
  explicit Trial(Settings settings);

  const Settings settings;
  std::vector<Place> places;

  // A number that no title, text or passcode has had.
  std::uint32_t next_number() { return ++numbers_; }

  // Gives the place a new link.
  void add_link(Place& place, std::string token);
  // Half of the resolves go to links that were just changed, where a fault would show.
  void just_changed(Link& link);
  Link& any_link(Random& random);

  // Changes are spread evenly over the resolves, and neither gets far ahead. True: the caller makes
  // one now.
  bool take_change();
  bool take_resolve();
  void resolve_done() { ++resolves_done_; }
  void resolve_unanswered() { --resolves_taken_; }
  void change_done() { ++changes_done_; }
  bool over() const;
  void fail(const std::string& why);  // ends the run

  std::deque<Link>& links() { return links_; }  // once the threads have ended
  std::string failure();

 private:
  Link* recently_changed(Random& random) const;

  std::mutex mutex_;
  std::deque<Link> links_;
  std::string failure_;
  std::array<std::atomic<Link*>, 16> changed_{};
  std::atomic<std::size_t> changed_next_{0};
  std::atomic<std::uint32_t> numbers_{0};
  std::atomic<long> resolves_taken_{0}, resolves_done_{0}, changes_taken_{0}, changes_done_{0};
  std::atomic<bool> failed_{false};
  const Time deadline_;
};

}  // namespace vitrine::strictness
