#include "api/policy_dto.hpp"

#include <chrono>
#include <utility>
#include <vector>

#include "api/json_reader.hpp"
#include "api/json_writer.hpp"
#include "api/object_reader.hpp"

namespace vitrine::api {
namespace {

using std::chrono::seconds;

constexpr std::int64_t kMaxRetentionDays = 36'500;

template <class Value>
using Change = std::optional<std::optional<Value>>;

// What a merge patch says about a member that may be null: nothing, that it be cleared, or its new
// value. One that is not understood is as if it were not named; the fault is on record.
template <class Value>
Change<Value> read_number(ObjectReader& policy, std::string_view name, std::int64_t max) {
  const auto number = policy.integer(name, Need::nullable, {.min = 1, .max = max});
  if (number) {
    return std::make_optional(std::optional<Value>(static_cast<Value>(*number)));
  }
  return policy.names_null(name) ? Change<Value>(std::optional<Value>()) : std::nullopt;
}

Change<std::string> read_template(ObjectReader& policy, const LinkUrls& urls) {
  constexpr std::string_view kName = "link_url_template";
  auto text = policy.string(kName, Need::nullable);
  if (!text) {
    return policy.names_null(kName) ? Change<std::string>(std::optional<std::string>())
                                    : std::nullopt;
  }
  if (const auto fault = urls.fault_of_template(*text)) {
    policy.refuse(kName, "invalid_format",
                  "It " + *fault + "; for example https://app.example.com/shared#{token}");
    return std::nullopt;
  }
  return std::make_optional(std::move(text));
}

std::vector<std::pair<core::Flag, bool>> read_flags(ObjectReader& policy, std::string_view name) {
  std::vector<std::pair<core::Flag, bool>> named;
  const Json* value = policy.object(name, Need::optional);
  if (value == nullptr) {
    return named;
  }
  ObjectReader flags(*value, policy.faults(), policy.place().member(name));
  for (const core::Flag flag : core::kFlags) {
    if (const auto on = flags.boolean(core::to_text(flag), Need::optional)) {
      named.emplace_back(flag, *on);
    }
  }
  flags.refuse_unknown();
  return named;
}

std::optional<core::Tracking> read_tracking(ObjectReader& policy, std::string_view name) {
  return policy.parsed<core::Tracking>(name, Need::optional, core::tracking,
                                       "none, count or identified");
}

const core::PolicyPreset* read_preset(ObjectReader& policy) {
  const auto find = [](std::string_view name) {
    const core::PolicyPreset* preset = core::policy_preset(name);
    return preset ? std::optional(preset) : std::nullopt;
  };
  return policy
      .parsed<const core::PolicyPreset*>("preset", Need::optional, find,
                                         "the name of a preset; GET /v1/presets lists them")
      .value_or(nullptr);
}

core::PolicyPatch read_members(ObjectReader& policy, const LinkUrls& urls) {
  const auto flag = [&](std::string_view name) { return policy.boolean(name, Need::optional); };
  constexpr std::int64_t kMaxTtl = core::kMaxLifetime.count();
  return {.preset = read_preset(policy),
          .default_ttl = read_number<seconds>(policy, "default_ttl_seconds", kMaxTtl),
          .max_ttl = read_number<seconds>(policy, "max_ttl_seconds", kMaxTtl),
          .expired_is_final = flag("expired_is_final"),
          .allow_public = flag("allow_public"),
          .require_recipient = flag("require_recipient"),
          .require_passcode = flag("require_passcode"),
          .disclose_state = flag("disclose_state"),
          .require_enforced_clip = flag("require_enforced_clip"),
          .default_visibility = read_flags(policy, "default_visibility"),
          .allowed_visibility = read_flags(policy, "allowed_visibility"),
          .default_tracking = read_tracking(policy, "default_tracking"),
          .tracking_max = read_tracking(policy, "tracking_max"),
          .link_url_template = read_template(policy, urls),
          .retention_days = read_number<int>(policy, "retention_days", kMaxRetentionDays)};
}

std::optional<std::int64_t> count_of(const std::optional<seconds>& lifetime) {
  return lifetime ? std::optional<std::int64_t>(lifetime->count()) : std::nullopt;
}

void write(JsonWriter& json, const core::Visibility& visibility) {
  json.open_object();
  for (const core::Flag flag : core::kFlags) {
    json.member(core::to_text(flag), visibility.shows(flag));
  }
  json.close_object();
}

void write_members(JsonWriter& json, const core::Policy& policy) {
  json.member("default_ttl_seconds", count_of(policy.default_ttl))
      .member("max_ttl_seconds", count_of(policy.max_ttl))
      .member("expired_is_final", policy.expired_is_final)
      .member("allow_public", policy.allow_public)
      .member("require_recipient", policy.require_recipient)
      .member("require_passcode", policy.require_passcode);
  json.name("default_visibility");
  write(json, policy.default_visibility);
  json.name("allowed_visibility");
  write(json, policy.allowed_visibility);
  json.member("default_tracking", core::to_text(policy.default_tracking))
      .member("tracking_max", core::to_text(policy.tracking_max))
      .member("disclose_state", policy.disclose_state)
      .member("require_enforced_clip", policy.require_enforced_clip)
      .member("link_url_template", policy.link_url_template)
      .member("retention_days", policy.retention_days);
}

// What the share's member of this name shows.
void write_shown(JsonWriter& json, std::string_view field, const core::ShareUnderPolicy& share) {
  if (field == "audience") {
    json.value(core::to_text(share.terms.audience));
  } else if (field == "visibility") {
    write(json, share.terms.visibility);
  } else if (field == "expires_at") {
    json.value(share.terms.window.expires_at);
  } else if (field == "tracking") {
    json.value(core::to_text(share.terms.tracking));
  } else if (field == "state") {
    json.value(core::to_text(share.state));
  } else {
    json.open_array();
    for (const core::PolicyRule rule : share.blocked_by) {
      json.value(core::to_text(rule));
    }
    json.close_array();
  }
}

void write(JsonWriter& json, const Policies::Affected& affected) {
  json.open_object().member("share_id", affected.share.text()).name("changes").open_array();
  for (const core::PolicyEffect& change : affected.effects.changes) {
    json.open_object().member("field", change.field).member("rule", core::to_text(change.rule));
    json.name("from");
    write_shown(json, change.field, affected.effects.before);
    json.name("to");
    write_shown(json, change.field, affected.effects.after);
    json.close_object();
  }
  json.close_array().close_object();
}

}  // namespace

core::PolicyPatch read_policy_patch(std::string_view body, const LinkUrls& urls) {
  const JsonDocument document = JsonDocument::read(body);
  Faults faults(document.faults());
  ObjectReader policy(document.root(), faults);
  core::PolicyPatch patch = read_members(policy, urls);
  policy.ignore({"updated_at", "version"});
  policy.refuse_unknown();
  for (core::Violation& fault : core::contradictions(patch)) {
    policy.refuse(std::string_view(fault.pointer).substr(1), fault.code, std::move(fault.detail));
  }
  faults.raise();
  return patch;
}

std::string canonical_patch(std::string_view body) {
  return nlohmann::json(JsonDocument::read(body).root()).dump();  // members in order of their names
}

std::string to_json(const Policies::Current& current) {
  JsonWriter json;
  json.open_object();
  write_members(json, current.policy);
  json.member("updated_at", current.updated_at).member("version", current.version).close_object();
  return json.take();
}

std::string to_json(const Policies::Simulation& simulation, const PageScope& scope,
                    const PageTokens& tokens) {
  JsonWriter json;
  json.open_object()
      .member("examined", simulation.examined)
      .member("affected", simulation.affected.size());
  json.name("items").open_array();
  for (const Policies::Affected& affected : simulation.affected) {
    write(json, affected);
  }
  json.close_array().name("next_page_token");
  if (simulation.next) {
    json.value(tokens.seal(scope, {*simulation.next}));
  } else {
    json.null();
  }
  json.close_object();
  return json.take();
}

std::string presets_json() {
  JsonWriter json;
  json.open_object().name("items").open_array();
  for (const core::PolicyPreset& preset : core::policy_presets()) {
    json.open_object()
        .member("name", preset.name)
        .member("description", preset.description)
        .name("policy")
        .open_object();
    write_members(json, preset.policy);
    json.close_object().close_object();
  }
  json.close_array().close_object();
  return json.take();
}

}  // namespace vitrine::api
