#pragma once

#include <pqxx/pqxx>

#include "service/core/decision.hpp"
#include "service/store/columns.hpp"
#include "service/store/terms_columns.hpp"

// How what is known of a link is read, once for every statement that decides or explains. Only the
// stores include this.
namespace vitrine::store {

// In the order in which facts_of() reads them; of link l, share s, recording r and policy p.
inline constexpr auto kFactColumns = R"sql(
l.revoked_at IS NOT NULL, l.retires_at, l.recipient_key IS NOT NULL, l.views,
s.revoked_at IS NOT NULL, s.disabled_at IS NOT NULL, s.audience, s.visible, s.starts_at,
s.expires_at, s.tracking, s.passcode_hash IS NOT NULL, s.clip_start_ms IS NOT NULL, s.max_views,
r.deleted_at IS NOT NULL, r.expires_at, p.max_ttl_seconds, p.allow_public, p.require_recipient,
p.require_passcode, p.allowed_visibility, p.tracking_max, p.disclose_state,
p.require_enforced_clip, now()
)sql";

// What of a link decides, whichever statement picks it.
inline constexpr auto kLinkWithShare = R"sql(
  JOIN share s ON s.share_id = l.share_id
  JOIN recording r ON r.recording_uid = s.recording_uid
  JOIN policy p ON p.workspace_id = s.workspace_id
)sql";

// The fields of one row in text, from left to right: what BinaryFields are in binary.
class TextFields {
 public:
  explicit TextFields(const pqxx::row& row) : row_(row) {}

  pqxx::field next() { return row_[next_++]; }
  bool flag() { return flag_of(next()); }
  std::int64_t integer() { return integer_of(next()); }
  core::Instant instant() { return instant_of(next()); }
  std::string text() { return text_of(next()); }
  core::Visibility visibility() { return visibility_of(next()); }
  std::optional<std::int64_t> maybe_integer() { return if_present(next(), integer_of); }
  std::optional<core::Instant> maybe_instant() { return if_present(next(), instant_of); }

 private:
  const pqxx::row& row_;
  pqxx::row::size_type next_ = 0;
};

// As much of the policy as the decision asks for.
template <class Fields>
core::Policy policy_in(Fields& fields) {
  core::Policy policy;
  if (const auto seconds = fields.maybe_integer()) {
    policy.max_ttl = std::chrono::seconds(*seconds);
  }
  policy.allow_public = fields.flag();
  policy.require_recipient = fields.flag();
  policy.require_passcode = fields.flag();
  policy.allowed_visibility = fields.visibility();
  policy.tracking_max = core::tracking(fields.text()).value();
  policy.disclose_state = fields.flag();
  policy.require_enforced_clip = fields.flag();
  return policy;
}

template <class Fields>
core::Terms granted_in(Fields& fields) {
  core::Terms terms;
  terms.audience = core::audience(fields.text()).value();
  terms.visibility = fields.visibility();
  terms.window.starts_at = fields.instant();
  terms.window.expires_at = fields.maybe_instant();
  terms.tracking = core::tracking(fields.text()).value();
  return terms;
}

// Takes the kFactColumns from the front of what is left of `fields`.
template <class Fields>
core::LinkFacts facts_in(Fields& fields) {
  core::LinkFacts facts;
  facts.link_revoked = fields.flag();
  facts.retires_at = fields.maybe_instant();
  facts.has_recipient = fields.flag();
  facts.views = fields.integer();
  facts.share_revoked = fields.flag();
  facts.share_disabled = fields.flag();
  facts.granted = granted_in(fields);
  facts.has_passcode = fields.flag();
  facts.has_clip = fields.flag();
  facts.max_views = fields.maybe_integer();
  facts.recording_deleted = fields.flag();
  facts.recording_expires_at = fields.maybe_instant();
  facts.policy = policy_in(fields);
  facts.now = fields.instant();
  return facts;
}

}  // namespace vitrine::store
