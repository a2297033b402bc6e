#include "api/key_dto.hpp"

#include "api/json_reader.hpp"
#include "api/json_writer.hpp"
#include "api/object_reader.hpp"
#include "api/page_json.hpp"

namespace vitrine::api {
namespace {

constexpr StringRule kName{.max = 200, .min = 1, .not_blank = true};

std::string all_scopes() {
  std::string names;
  for (const core::Scope scope : core::kScopes) {
    names.append(names.empty() ? "" : " ").append(core::to_text(scope));
  }
  return names;
}

core::Scopes read_scopes(ObjectReader& key) {
  core::Scopes scopes;
  const Json* const named = key.array("scopes", Need::required, core::kScopes.size());
  if (named == nullptr) {
    return scopes;
  }
  const Place place = key.place().member("scopes");
  for (std::size_t index = 0; index < named->size(); ++index) {
    const Json& one = (*named)[index];
    const auto scope =
        one.is_string() ? core::scope_of(one.get_ref<const std::string&>()) : std::nullopt;
    if (!scope) {
      key.faults().add(place.item(index), one.is_string() ? "invalid_format" : "wrong_type",
                       "Must be one of " + all_scopes() + ".");
    } else if (scopes.allows(*scope)) {
      key.faults().add(place.item(index), "duplicate", "Name each scope once.");
    } else {
      scopes.add(*scope);
    }
  }
  if (named->empty()) {
    key.refuse("scopes", "out_of_range", "Give the key at least one scope.");
  }
  return scopes;
}

void write_members(JsonWriter& json, const Keys::Listed& key) {
  json.member("id", key.id.text()).member("name", key.name).name("scopes").open_array();
  for (const core::Scope scope : core::kScopes) {
    if (key.scopes.allows(scope)) {
      json.value(core::to_text(scope));
    }
  }
  json.close_array()
      .member("created_at", key.created_at)
      .member("expires_at", key.expires_at)
      .member("revoked_at", key.revoked_at);
}

}  // namespace

core::KeyDraft read_key_draft(std::string_view body) {
  const JsonDocument document = JsonDocument::read(body);
  Faults faults(document.faults());
  ObjectReader key(document.root(), faults);
  auto name = key.string("name", Need::required, kName);
  const core::Scopes scopes = read_scopes(key);
  const auto expires_at = key.instant("expires_at", Need::nullable);
  key.read_only("secret", "Is made here, and shown this once.");
  key.ignore({"id", "created_at", "revoked_at"});
  key.refuse_unknown();
  faults.raise();
  return {*std::move(name), scopes, expires_at};
}

std::string to_json(const KeyAdmin::Created& made) {
  JsonWriter json;
  json.open_object();
  write_members(json, made.key);
  json.member("secret", made.secret).close_object();
  return json.take();
}

std::string to_json(const core::Page<Keys::Listed>& page, const PageScope& scope,
                    const PageTokens& tokens) {
  return page_json(page, scope, tokens, [](JsonWriter& json, const Keys::Listed& key) {
    json.open_object();
    write_members(json, key);
    json.close_object();
  });
}

}  // namespace vitrine::api
