#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "service/core/error.hpp"
#include "service/core/policy.hpp"

namespace vitrine::core {

// Who shares: named in mails, told of opens, in whose zone times are written. What is not said is
// as the recording's owner has it.
struct Sender {
  std::optional<std::string> name, email, time_zone;
  bool operator==(const Sender&) const = default;
};

// The mails that a share sends by itself, and in whose name.
struct Correspondence {
  Sender sender;
  bool notify_on_open = false;  // the sender is told when a link is first opened
  std::optional<std::chrono::seconds> remind_before;  // the sender is told so long before the end
  bool operator==(const Correspondence&) const = default;
};

// Whether somebody is to be told something, and so needs an address and a mail server.
bool tells_sender(const Correspondence& correspondence);

// A change. Outer optional: named at all; inner: a value, or null to clear it.
struct SenderPatch {
  std::optional<std::optional<std::string>> name, email, time_zone;
};
struct CorrespondencePatch {
  std::optional<std::optional<SenderPatch>> sender;
  std::optional<bool> notify_on_open;
  std::optional<std::optional<std::chrono::seconds>> remind_before;
};
Correspondence patched(const Correspondence& before, const CorrespondencePatch& patch);

// What is to be kept about viewers, as asked for by name or else by default, so that opens are seen
// when they are to be told: `notify_on_open` alone asks for a count. Adds what stands against it.
Tracking tracking_for(const Correspondence& correspondence, std::optional<Tracking> named,
                      Tracking otherwise, const Policy& policy, std::vector<Violation>& faults);

void require_address(const Correspondence& correspondence, bool owner_has_email,
                     std::vector<Violation>& faults);

}  // namespace vitrine::core
