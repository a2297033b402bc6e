#include "service/store/policy_store.hpp"

#include <stdexcept>

#include "service/store/session.hpp"
#include "service/store/terms_columns.hpp"

namespace vitrine::store::policy_store {
namespace {

std::optional<std::int64_t> count_of(const std::optional<std::chrono::seconds>& duration) {
  return duration ? std::optional<std::int64_t>(duration->count()) : std::nullopt;
}

core::Policy policy_of(const pqxx::row& row) {
  const auto days = if_present(row["retention_days"], integer_of);
  return {.default_ttl = if_present(row["default_ttl_seconds"], seconds_of),
          .max_ttl = if_present(row["max_ttl_seconds"], seconds_of),
          .expired_is_final = flag_of(row["expired_is_final"]),
          .allow_public = flag_of(row["allow_public"]),
          .require_recipient = flag_of(row["require_recipient"]),
          .require_passcode = flag_of(row["require_passcode"]),
          .default_visibility = visibility_of(row["default_visibility"]),
          .allowed_visibility = visibility_of(row["allowed_visibility"]),
          .default_tracking = tracking_of(row["default_tracking"]),
          .tracking_max = tracking_of(row["tracking_max"]),
          .disclose_state = flag_of(row["disclose_state"]),
          .require_enforced_clip = flag_of(row["require_enforced_clip"]),
          .link_url_template = if_present(row["link_url_template"], text_of),
          .retention_days = days ? std::optional(static_cast<int>(*days)) : std::nullopt};
}

Row row_of(const pqxx::result& rows) {
  if (rows.empty()) {
    throw std::logic_error("a workspace without a policy");
  }
  return {policy_of(rows[0]), integer_of(rows[0]["version"]), instant_of(rows[0]["updated_at"]),
          instant_of(rows[0]["now"])};
}

}  // namespace

constexpr auto kInsert = R"sql(/* policy_store.insert */
INSERT INTO policy (workspace_id) VALUES ($1))sql";

void insert(Transaction& transaction, const core::WorkspaceId& workspace,
            const core::Policy& policy) {
  transaction.run(kInsert, {workspace});
  if (policy != core::Policy()) {
    update(transaction, workspace, policy);
  }
}

constexpr auto kFind = R"sql(/* policy_store.find */
SELECT default_ttl_seconds, max_ttl_seconds, expired_is_final, allow_public, require_recipient,
       require_passcode, default_visibility, allowed_visibility, default_tracking, tracking_max,
       disclose_state, require_enforced_clip, link_url_template, retention_days, updated_at,
       version, now() AS now
  FROM policy
 WHERE workspace_id = $1)sql";

Row find(Transaction& transaction, const core::WorkspaceId& workspace) {
  return row_of(transaction.run_prepared("policy_store.find", kFind, {workspace}));
}

constexpr auto kLock = R"sql(/* policy_store.lock */
SELECT workspace_id FROM policy WHERE workspace_id = $1 FOR UPDATE)sql";

Row lock(Transaction& transaction, const core::WorkspaceId& workspace) {
  transaction.run(kLock, {workspace});
  return find(transaction, workspace);
}

constexpr auto kUpdate = R"sql(/* policy_store.update */
UPDATE policy
   SET default_ttl_seconds = $2, max_ttl_seconds = $3, expired_is_final = $4, allow_public = $5,
       require_recipient = $6, require_passcode = $7, default_visibility = $8,
       allowed_visibility = $9, default_tracking = $10, tracking_max = $11, disclose_state = $12,
       require_enforced_clip = $13, link_url_template = $14, retention_days = $15,
       updated_at = now(), version = version + 1
 WHERE workspace_id = $1)sql";

void update(Transaction& transaction, const core::WorkspaceId& workspace,
            const core::Policy& policy) {
  transaction.run(
      kUpdate, {workspace, count_of(policy.default_ttl), count_of(policy.max_ttl),
                policy.expired_is_final, policy.allow_public, policy.require_recipient,
                policy.require_passcode, visibility_text(policy.default_visibility),
                visibility_text(policy.allowed_visibility), core::to_text(policy.default_tracking),
                core::to_text(policy.tracking_max), policy.disclose_state,
                policy.require_enforced_clip, policy.link_url_template, policy.retention_days});
}

}  // namespace vitrine::store::policy_store
