#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "app/commands/commands.hpp"
#include "app/link_keys_file.hpp"

namespace vitrine::app {

namespace {

struct Arguments {
  std::string file;
  int kid = 0;
};

int init(const std::string& file, const Console& console) {
  init_link_keys(file);
  console.out << "made " << file << '\n';
  console.err << "vitrine: keep a copy of " << file
              << " in a safe place: without it no link opens\n";
  return 0;
}

int rotate(const std::string& file, const Console& console) {
  console.out << "key " << static_cast<int>(rotate_link_keys(file)) << " is active\n";
  console.err << "vitrine: links made until now go on working; restart the service to use the new "
                 "key\n";
  return 0;
}

int retire(const Arguments& arguments, const Console& console) {
  retire_link_key(arguments.file, static_cast<std::uint8_t>(arguments.kid));
  console.out << "key " << arguments.kid << " is retired\n";
  console.err << "vitrine: restart the service; then the links that this key signed are dead\n";
  return 0;
}

}  // namespace

void add_link_keys(CLI::App& program, const Console& console, Action& chosen) {
  CLI::App* const family =
      program.add_subcommand("link-keys", "The file of keys that sign and verify links");
  family->require_subcommand(1);
  const auto arguments = std::make_shared<Arguments>();

  CLI::App* const making = family->add_subcommand("init", "Make the file with a first key");
  making->add_option("file", arguments->file, "Where; must not exist yet")->required();
  making->callback([&console, &chosen, arguments] {
    chosen = [&console, arguments] { return init(arguments->file, console); };
  });

  CLI::App* const rotation = family->add_subcommand("rotate", "Sign new links with a new key");
  rotation->add_option("file", arguments->file, "The key file")->required();
  rotation->callback([&console, &chosen, arguments] {
    chosen = [&console, arguments] { return rotate(arguments->file, console); };
  });

  CLI::App* const retirement =
      family->add_subcommand("retire", "Refuse every link that a key signed, for good");
  retirement->add_option("file", arguments->file, "The key file")->required();
  retirement->add_option("kid", arguments->kid, "The key's number")
      ->required()
      ->check(CLI::Range(0, 255));
  retirement->callback([&console, &chosen, arguments] {
    chosen = [&console, arguments] { return retire(*arguments, console); };
  });
}

}  // namespace vitrine::app
