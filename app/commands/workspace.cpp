#include "service/workspaces.hpp"

#include <CLI/CLI.hpp>
#include <iomanip>
#include <memory>
#include <string>
#include <vector>

#include "api/json_writer.hpp"
#include "app/commands/arguments.hpp"
#include "app/commands/commands.hpp"
#include "app/commands/operator_pool.hpp"
#include "service/core/policy_patch.hpp"

namespace vitrine::app {

namespace {

struct CreateArguments {
  std::string name;
  std::string preset;
  bool json = false;
};

int create(const CreateArguments& arguments, const Console& console) {
  const core::PolicyPreset* preset = core::policy_preset(arguments.preset);
  store::Pool pool = operator_pool(console.environment);
  const Workspaces::Workspace made =
      Workspaces(pool).create(arguments.name, preset ? preset->policy : core::Policy());
  if (arguments.json) {
    api::JsonWriter json;
    json.open_object().member("id", made.id.text()).member("name", made.name);
    json.member("created_at", made.created_at).close_object();
    console.out << json.take() << '\n';
  } else {
    console.out << made.id.text() << "  " << made.name << '\n';
  }
  return 0;
}

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const core::PolicyPreset& preset : core::policy_presets()) {
    names.emplace_back(preset.name);
  }
  return names;
}

int list(const Console& console) {
  store::Pool pool = operator_pool(console.environment);
  for (const auto& [workspace, policy] : Workspaces(pool).list()) {
    console.out << workspace.id.text() << "  " << core::format_rfc3339(workspace.created_at) << "  "
                << std::left << std::setw(9) << core::origin_of(policy) << "  " << workspace.name
                << '\n';
  }
  return 0;
}

}  // namespace

void add_workspace(CLI::App& program, const Console& console, Action& chosen) {
  CLI::App* const family = program.add_subcommand("workspace", "Workspaces: the tenants");
  family->require_subcommand(1);

  CLI::App* const creation = family->add_subcommand("create", "Make a workspace");
  const auto arguments = std::make_shared<CreateArguments>();
  creation->add_option("name", arguments->name, "What to call it; unique")
      ->required()
      ->check(readable_name());
  creation->add_option("--preset", arguments->preset, "Which policy to start from")
      ->check(CLI::IsMember(preset_names()));
  creation->add_flag("--json", arguments->json, "Answer as JSON, for scripts");
  creation->callback([&console, &chosen, arguments] {
    chosen = [&console, arguments] { return create(*arguments, console); };
  });

  CLI::App* const listing = family->add_subcommand(
      "list", "List all workspaces, each with the preset whose policy it has");
  listing->callback([&console, &chosen] { chosen = [&console] { return list(console); }; });

  add_issuer(*family, console, chosen);
}

}  // namespace vitrine::app
