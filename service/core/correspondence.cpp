#include "service/core/correspondence.hpp"

#include <algorithm>

namespace vitrine::core {

bool tells_sender(const Correspondence& correspondence) {
  return correspondence.notify_on_open || correspondence.remind_before.has_value();
}

Correspondence patched(const Correspondence& before, const CorrespondencePatch& patch) {
  Correspondence after = before;
  if (patch.sender) {
    const SenderPatch cleared{.name = std::optional<std::string>(),
                              .email = std::optional<std::string>(),
                              .time_zone = std::optional<std::string>()};
    const SenderPatch& sender = *patch.sender ? **patch.sender : cleared;
    after.sender = {sender.name.value_or(before.sender.name),
                    sender.email.value_or(before.sender.email),
                    sender.time_zone.value_or(before.sender.time_zone)};
  }
  after.notify_on_open = patch.notify_on_open.value_or(before.notify_on_open);
  after.remind_before = patch.remind_before.value_or(before.remind_before);
  return after;
}

Tracking tracking_for(const Correspondence& correspondence, std::optional<Tracking> named,
                      Tracking otherwise, const Policy& policy, std::vector<Violation>& faults) {
  const Tracking asked = named.value_or(otherwise);
  if (!correspondence.notify_on_open) {
    return asked;
  }
  if (named == Tracking::none) {
    faults.push_back({"/tracking", "conflicting_fields",
                      "Nothing is known of opens without tracking: choose count or identified, or "
                      "leave notify_on_open off."});
  } else if (policy.tracking_max == Tracking::none) {
    faults.push_back({"/notify_on_open", "policy_violation",
                      "The workspace's policy lets nothing be kept of viewers (tracking_max), so "
                      "nobody can be told of opens."});
  }
  return std::max(asked, Tracking::count);
}

void require_address(const Correspondence& correspondence, bool owner_has_email,
                     std::vector<Violation>& faults) {
  if (tells_sender(correspondence) && !correspondence.sender.email && !owner_has_email) {
    faults.push_back({"/sender/email", "required",
                      "Nobody has an address to be told at: name the sender's, or register the "
                      "recording with its owner's."});
  }
}

}  // namespace vitrine::core
