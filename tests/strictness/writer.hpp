#pragma once

#include <array>
#include <string_view>

#include "tests/strictness/owner.hpp"
#include "tests/strictness/trial.hpp"

namespace vitrine::strictness {

// The kinds of change that a writer makes.
enum class Kind {
  disable,
  enable,
  summary,   // shown or hidden
  notes,     // shown or hidden
  title,     // another one
  text,      // another one in the summary, by way of the recording
  passcode,  // set, replaced or removed
  revoke_share,
  delete_share,
  revoke_link,
  rotate_link,
};

constexpr std::array<std::string_view, 11> kKindNames = {
    "disable",  "enable",       "summary",      "notes",       "title",      "text",
    "passcode", "revoke_share", "delete_share", "revoke_link", "rotate_link"};

// A thread that changes shares, one at a time, and writes down when.
class Writer {
 public:
  Writer(Trial& trial, int number);

  void furnish(Place& place);  // with a recording and its first share
  void run();                  // until enough changes were made

  std::array<long, kKindNames.size()> made{};        // changes that were acknowledged
  long unsettled = 0;                                // changes whose outcome never became known
  long repeated() const { return owner_.repeated; }  // requests, until their outcome was known

 private:
  struct Change;

  Place& hold_one();
  Kind choose(const State& state);
  Change planned(Kind kind, const Place& place);
  Change patch(const Place& place, const std::string& body, const State& next);
  Change to_another_passcode(const Place& place);
  bool change(Place& place);
  void follow(Place& place, Kind kind, const Answer& answer);
  void make_share(Place& place);
  Answer made_once(const std::string& target, const std::string& body);
  std::string idempotency_key();

  Trial& trial_;
  Owner owner_;
  Random random_;
};

}  // namespace vitrine::strictness
