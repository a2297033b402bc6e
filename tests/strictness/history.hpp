#pragma once

#include <cstdint>
#include <limits>
#include <vector>

namespace vitrine::strictness {

// Nanoseconds of one steady clock of one process: all times can be compared.
using Time = std::int64_t;
constexpr Time kNever = std::numeric_limits<Time>::max();

// A document that a link shows, or would show. Each text has a number of its own.
struct Panel {
  bool visible = false;
  std::uint32_t text = 0;
};

// All that a viewer can tell about a link. Titles and passcodes are numbered over all links, so a
// title gives away an answer that belongs to another one.
struct State {
  bool revoked = false;
  bool disabled = false;
  std::uint32_t passcode = 0;  // 0: none
  std::uint32_t title = 0;
  Panel summary = {}, notes = {};
};

// The state that a change made, and when the change was on its way. Changes of one link never
// overlap. One whose outcome is not known is never acknowledged, and no other comes after it.
struct Version {
  State state;
  Time sent = 0;
  Time acknowledged = kNever;
};

// What a viewer shows beside the link.
struct Proof {
  enum class Kind : std::uint8_t { none, session, passcode };
  Kind kind = Kind::none;
  std::uint32_t passcode = 0;  // the one that is shown, or that the session was given for
};

enum class Outcome : std::uint8_t {
  open,
  revoked,
  disabled,
  passcode_required,
  passcode_invalid,
  unreadable,  // none of these, and no answer that says "not now" either
};

// What the answer said. Of a link that is not open it says nothing more.
struct Seen {
  Outcome outcome = Outcome::unreadable;
  bool session = false;  // given only where there is a passcode
  std::uint32_t title = 0;
  std::uint32_t summary = 0, notes = 0;  // the text's number, or 0: not there
};

struct Resolve {
  Time sent = 0;
  Time answered = 0;
  Proof proof = {};
  Seen seen = {};
};

// One link, from the answer that gave it on. The first version is the one it began with.
struct History {
  std::vector<Version> versions;
  std::vector<Resolve> resolves;  // in any order
};

}  // namespace vitrine::strictness
