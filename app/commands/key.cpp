#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/json_writer.hpp"
#include "app/commands/arguments.hpp"
#include "app/commands/commands.hpp"
#include "app/commands/operator_pool.hpp"
#include "app/operator_error.hpp"
#include "service/keys.hpp"

namespace vitrine::app {

namespace {

struct CreateArguments {
  std::string workspace, name, expires_at;
  std::vector<std::string> scopes;
  bool json = false;
};

std::string all_scopes() {
  std::string names;
  for (const core::Scope scope : core::kScopes) {
    names.append(names.empty() ? "" : ",").append(core::to_text(scope));
  }
  return names;
}

std::vector<std::string_view> names_of(const core::Scopes& scopes) {
  std::vector<std::string_view> names;
  for (const core::Scope scope : core::kScopes) {
    if (scopes.allows(scope))
      names.push_back(core::to_text(scope));
  }
  return names;
}

core::Scopes scopes_of(const std::vector<std::string>& names) {
  core::Scopes scopes;
  for (const std::string& name : names) {
    const auto scope = core::scope_of(name);
    if (!scope)
      throw OperatorError("'" + name + "' is no scope; there are: " + all_scopes());
    scopes.add(*scope);
  }
  return scopes;
}

std::optional<core::Instant> expiry_of(const std::string& text) {
  if (text.empty())
    return std::nullopt;
  const auto instant = core::parse_rfc3339(text);
  if (!instant)
    throw OperatorError("'" + text + "' is no time like 2027-01-31T00:00:00Z");
  return instant;
}

int create(const CreateArguments& arguments, const Console& console) {
  const core::WorkspaceId workspace = workspace_of(arguments.workspace);
  const core::Scopes scopes = scopes_of(arguments.scopes);
  const auto expires_at = expiry_of(arguments.expires_at);
  store::Pool pool = operator_pool(console.environment);
  const Keys::Created made = Keys(pool).create(workspace, arguments.name, scopes, expires_at);
  if (!arguments.json) {
    console.out << made.secret << '\n';
    console.err << "vitrine: made " << made.id.text()
                << "; the key above is shown this once, so keep it now\n";
    return 0;
  }
  api::JsonWriter json;
  json.open_object().member("id", made.id.text()).member("workspace_id", workspace.text());
  json.member("name", arguments.name).name("scopes").open_array();
  for (const std::string_view scope : names_of(scopes)) json.value(scope);
  json.close_array().member("expires_at", expires_at).member("key", made.secret).close_object();
  console.out << json.take() << '\n';
  return 0;
}

void print_row(const Keys::Listed& key, const Console& console) {
  std::string scopes;
  for (const std::string_view name : names_of(key.scopes)) {
    scopes.append(scopes.empty() ? "" : ",").append(name);
  }
  console.out << key.id.text() << "  " << core::format_rfc3339(key.created_at) << "  " << scopes;
  if (key.expires_at)
    console.out << "  expires " << core::format_rfc3339(*key.expires_at);
  if (key.revoked_at)
    console.out << "  revoked " << core::format_rfc3339(*key.revoked_at);
  console.out << "  " << key.name << '\n';
}

int list(const std::string& workspace, const Console& console) {
  const core::WorkspaceId id = workspace_of(workspace);
  store::Pool pool = operator_pool(console.environment);
  for (const Keys::Listed& key : Keys(pool).list(id)) print_row(key, console);
  return 0;
}

int revoke(const std::string& text, const Console& console) {
  const auto id = core::KeyId::parse(text);
  if (!id)
    throw OperatorError("'" + text + "' is no key id; see: vitrine key list");
  store::Pool pool = operator_pool(console.environment);
  Keys(pool).revoke(*id);
  console.out << "revoked " << id->text() << '\n';
  return 0;
}

void add_create(CLI::App& family, const Console& console, Action& chosen) {
  CLI::App* const command = family.add_subcommand("create", "Make a key; it is shown once");
  const auto arguments = std::make_shared<CreateArguments>();
  command->add_option("--workspace", arguments->workspace, "Its workspace, wsp_...")->required();
  command->add_option("--name", arguments->name, "What to call it")
      ->required()
      ->check(readable_name());
  command->add_option("--scopes", arguments->scopes, "What it may do, of " + all_scopes())
      ->required()
      ->delimiter(',');
  command->add_option("--expires-at", arguments->expires_at,
                      "Until when (RFC 3339); else for good");
  command->add_flag("--json", arguments->json, "Answer as JSON, for scripts");
  command->callback([&console, &chosen, arguments] {
    chosen = [&console, arguments] { return create(*arguments, console); };
  });
}

}  // namespace

void add_key(CLI::App& program, const Console& console, Action& chosen) {
  CLI::App* const family = program.add_subcommand("key", "API keys of calling programs");
  family->require_subcommand(1);
  add_create(*family, console, chosen);

  CLI::App* const listing = family->add_subcommand("list", "List the keys of a workspace");
  const auto workspace = std::make_shared<std::string>();
  listing->add_option("--workspace", *workspace, "Which workspace, wsp_...")->required();
  listing->callback([&console, &chosen, workspace] {
    chosen = [&console, workspace] { return list(*workspace, console); };
  });

  CLI::App* const revocation = family->add_subcommand("revoke", "End a key at once, for good");
  const auto key = std::make_shared<std::string>();
  revocation->add_option("id", *key, "Which key, key_...")->required();
  revocation->callback(
      [&console, &chosen, key] { chosen = [&console, key] { return revoke(*key, console); }; });
}

}  // namespace vitrine::app
