#include "service/issuers.hpp"

#include <algorithm>
#include <stdexcept>

#include "service/core/crypto.hpp"
#include "service/core/error.hpp"
#include "service/store/issuer_store.hpp"
#include "service/store/pool.hpp"

namespace vitrine {
namespace {

namespace issuer_store = store::issuer_store;
using issuer_store::Trust;
using viewers::HmacSecret;
using viewers::JwkSet;

constexpr std::string_view kSecretLabel = "vitrine/issuer/1";
constexpr std::size_t kMaxNameBytes = 255;  // what a token may carry

bool is_name(const std::string& text) {
  return !text.empty() && text.size() <= kMaxNameBytes &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

void require_sound(const viewers::Issuer& issuer) {
  constexpr auto kRule = "Give 1 to 255 visible ASCII characters, such as https://app.example.com.";
  std::vector<core::Violation> violations;
  if (!is_name(issuer.issuer)) {
    violations.push_back({"/issuer", "out_of_range", kRule});
  }
  if (!is_name(issuer.audience)) {
    violations.push_back({"/audience", "out_of_range", kRule});
  }
  if (!violations.empty()) {
    throw core::Error(std::move(violations));
  }
}

// What a sealed secret is bound to: moved to another row, it does not open.
std::string place_of(const core::WorkspaceId& workspace, const std::string& issuer) {
  return workspace.text() + ' ' + issuer;
}

std::string_view text_of(const HmacSecret& secret) {
  return {reinterpret_cast<const char*>(secret.bytes.data()), secret.bytes.size()};
}

Trust sealed(const viewers::Issuer& issuer, const core::WorkspaceId& workspace,
             const core::SecretBox& secrets) {
  Trust trust{std::string(to_text(issuer.algorithm)), issuer.audience, {}, {}};
  if (const auto* const secret = std::get_if<HmacSecret>(&issuer.keys)) {
    trust.sealed_secret = secrets.seal(text_of(*secret), place_of(workspace, issuer.issuer));
  } else {
    trust.jwks = to_json(std::get<JwkSet>(issuer.keys));
  }
  return trust;
}

viewers::Issuer opened(const Trust& trust, const core::WorkspaceId& workspace,
                       const std::string& issuer, const core::SecretBox& secrets) {
  const viewers::Algorithm algorithm = viewers::algorithm_of(trust.algorithm).value();
  if (trust.jwks) {
    return {issuer, trust.audience, viewers::parse_jwk_set(*trust.jwks, algorithm), algorithm};
  }
  const auto secret = secrets.open(trust.sealed_secret.value(), place_of(workspace, issuer));
  if (!secret) {
    throw std::runtime_error("the secret of a viewer token issuer of " + workspace.text() +
                             " was sealed by a link key that is gone: add the issuer again");
  }
  const core::Bytes bytes = core::bytes_of(*secret);
  return {issuer, trust.audience, HmacSecret{{bytes.begin(), bytes.end()}}, algorithm};
}

}  // namespace

Issuers::Issuers(store::Pool& pool, const core::LinkKeys& keys)
    : pool_(pool), secrets_(keys, kSecretLabel, core::SecretBox::Retired::opens) {}

bool Issuers::put(const core::WorkspaceId& workspace, const viewers::Issuer& issuer) {
  require_sound(issuer);
  const Trust trust = sealed(issuer, workspace, secrets_);
  const auto outcome = store::in_transaction(pool_, [&](store::Transaction& transaction) {
    return issuer_store::put(transaction, workspace, issuer.issuer, trust);
  });
  if (outcome == issuer_store::Put::no_such_workspace) {
    throw core::Error(core::ErrorCode::not_found, "There is no such workspace.");
  }
  return outcome == issuer_store::Put::replaced;
}

std::vector<Issuers::Listed> Issuers::list(const core::WorkspaceId& workspace) {
  auto rows = store::single_read(pool_, [&](store::Transaction& transaction) {
    return issuer_store::list(transaction, workspace);
  });
  std::vector<Listed> issuers;
  for (auto& row : rows) {
    issuers.push_back({std::move(row.issuer), std::move(row.trust.algorithm),
                       std::move(row.trust.audience), row.created_at, row.updated_at});
  }
  return issuers;
}

void Issuers::remove(const core::WorkspaceId& workspace, const std::string& issuer) {
  const bool found = store::in_transaction(pool_, [&](store::Transaction& transaction) {
    return issuer_store::remove(transaction, workspace, issuer);
  });
  if (!found) {
    throw core::Error(core::ErrorCode::not_found, "The workspace has no such issuer.");
  }
}

viewers::ViewerCheck Issuers::check(store::Transaction& transaction,
                                    const core::WorkspaceId& workspace,
                                    std::string_view viewer_token, core::Instant now) const {
  const auto token = viewers::ViewerToken::read(viewer_token);
  const auto trust =
      token ? issuer_store::find(transaction, workspace, token->issuer()) : std::nullopt;
  return trust ? token->check(opened(*trust, workspace, token->issuer(), secrets_), workspace, now)
               : viewers::ViewerCheck::invalid;
}

}  // namespace vitrine
