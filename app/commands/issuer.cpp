#include <CLI/CLI.hpp>
#include <memory>
#include <stdexcept>
#include <string>

#include "app/commands/arguments.hpp"
#include "app/commands/commands.hpp"
#include "app/commands/operator_pool.hpp"
#include "app/config.hpp"
#include "app/link_keys_file.hpp"
#include "app/secret_file.hpp"
#include "service/issuers.hpp"

namespace vitrine::app {

namespace {

struct AddArguments {
  std::string workspace, issuer, audience, algorithm, jwks_file, secret_file;
};

using viewers::Algorithm;

Algorithm algorithm_of(const std::string& text) {
  const auto algorithm = viewers::algorithm_of(text);
  if (!algorithm)
    throw OperatorError("'" + text + "' is no algorithm; there are: HS256,RS256,ES256,EdDSA");
  return *algorithm;
}

viewers::Issuer issuer_of(const AddArguments& arguments) {
  const Algorithm algorithm = algorithm_of(arguments.algorithm);
  const bool shared = algorithm == Algorithm::hs256;
  const std::string& file = shared ? arguments.secret_file : arguments.jwks_file;
  if (file.empty() || !(shared ? arguments.jwks_file : arguments.secret_file).empty()) {
    throw OperatorError(shared ? "HS256 takes --secret-file: the secret shared with the issuer."
                               : arguments.algorithm +
                                     " takes --jwks-file: the issuer's public keys.");
  }
  const std::string content = shared ? read_secret_file(file) : read_public_file(file);
  try {
    if (shared) {
      return {arguments.issuer, arguments.audience, viewers::parse_hmac_secret(content), algorithm};
    }
    return {arguments.issuer, arguments.audience, viewers::parse_jwk_set(content, algorithm),
            algorithm};
  } catch (const std::invalid_argument& fault) {
    throw OperatorError("The file " + file + " cannot be used: " + fault.what());
  }
}

std::shared_ptr<const core::LinkKeys> link_keys(const Console& console) {
  return load_link_keys(
      read_config(console.environment, {"VITRINE_LINK_KEYS_FILE"}).link_keys_file);
}

int add(const AddArguments& arguments, const Console& console) {
  const core::WorkspaceId workspace = workspace_of(arguments.workspace);
  const viewers::Issuer issuer = issuer_of(arguments);
  store::Pool pool = operator_pool(console.environment);
  const bool replaced = Issuers(pool, *link_keys(console)).put(workspace, issuer);
  console.out << (replaced ? "replaced " : "added ") << issuer.issuer << '\n';
  if (replaced)
    console.err << "vitrine: the issuer was there already; from now on its tokens are judged by "
                   "these keys and this audience alone\n";
  return 0;
}

int list(const std::string& workspace, const Console& console) {
  const core::WorkspaceId id = workspace_of(workspace);
  store::Pool pool = operator_pool(console.environment);
  for (const Issuers::Listed& each : Issuers(pool, *link_keys(console)).list(id)) {
    console.out << each.issuer << "  " << each.algorithm << "  audience " << each.audience
                << "  since " << core::format_rfc3339(each.updated_at) << '\n';
  }
  return 0;
}

int remove(const std::string& workspace, const std::string& issuer, const Console& console) {
  const core::WorkspaceId id = workspace_of(workspace);
  store::Pool pool = operator_pool(console.environment);
  Issuers(pool, *link_keys(console)).remove(id, issuer);
  console.out << "removed " << issuer << '\n';
  return 0;
}

void add_addition(CLI::App& family, const Console& console, Action& chosen) {
  CLI::App* const command = family.add_subcommand("add", "Believe an issuer, or replace its keys");
  const auto arguments = std::make_shared<AddArguments>();
  command->add_option("--workspace", arguments->workspace, "Whose viewers, wsp_...")->required();
  command->add_option("--issuer", arguments->issuer, "The exact `iss` of its tokens")->required();
  command->add_option("--audience", arguments->audience, "What their `aud` must name")->required();
  command->add_option("--algorithm", arguments->algorithm, "HS256, RS256, ES256 or EdDSA")
      ->required();
  command->add_option("--jwks-file", arguments->jwks_file, "Its public keys: a JWK Set (RFC 7517)");
  command->add_option("--secret-file", arguments->secret_file,
                      "For HS256: the shared secret, 32 random bytes or more");
  command->callback([&console, &chosen, arguments] {
    chosen = [&console, arguments] { return add(*arguments, console); };
  });
}

}  // namespace

void add_issuer(CLI::App& workspace_family, const Console& console, Action& chosen) {
  CLI::App* const family =
      workspace_family.add_subcommand("issuer", "Who vouches for viewers of a workspace");
  family->require_subcommand(1);
  add_addition(*family, console, chosen);

  CLI::App* const listing = family->add_subcommand("list", "List the issuers of a workspace");
  const auto whose = std::make_shared<std::string>();
  listing->add_option("--workspace", *whose, "Which workspace, wsp_...")->required();
  listing->callback(
      [&console, &chosen, whose] { chosen = [&console, whose] { return list(*whose, console); }; });

  CLI::App* const removal = family->add_subcommand("remove", "Believe an issuer no longer");
  const auto workspace = std::make_shared<std::string>();
  const auto issuer = std::make_shared<std::string>();
  removal->add_option("--workspace", *workspace, "Which workspace, wsp_...")->required();
  removal->add_option("--issuer", *issuer, "The exact `iss`")->required();
  removal->callback([&console, &chosen, workspace, issuer] {
    chosen = [&console, workspace, issuer] { return remove(*workspace, *issuer, console); };
  });
}

}  // namespace vitrine::app
