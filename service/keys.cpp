#include "service/keys.hpp"

#include "service/clock.hpp"
#include "service/core/crypto.hpp"
#include "service/core/error.hpp"
#include "service/core/key_draft.hpp"
#include "service/store/event_store.hpp"
#include "service/store/key_store.hpp"

namespace vitrine {

bool Keys::told(store::Transaction& transaction,
                const std::optional<store::key_store::Revoked>& revoked, const core::KeyId& id) {
  if (revoked && revoked->just_now) {
    store::event_store::append(transaction, revoked->workspace,
                               {{core::EventType::key_revoked, {.key = id}}});
  }
  return revoked.has_value();
}

Keys::Created Keys::create(const core::WorkspaceId& workspace, const std::string& name,
                           const core::Scopes& scopes, std::optional<core::Instant> expires_at) {
  core::require_sound({name, scopes, expires_at});
  std::array<std::uint8_t, 32> random{};
  core::fill_random(random);
  Created created{new_id<core::KeyId>(), core::make_api_key(random)};
  const store::key_store::NewKey key{created.id, name, *core::api_key_digest(created.secret),
                                     scopes, expires_at};
  const bool found = store::in_transaction(pool_, [&](store::Transaction& transaction) {
    const bool made = store::key_store::insert(transaction, workspace, key);
    if (made) {
      store::event_store::append(transaction, workspace,
                                 {{core::EventType::key_created, {.key = created.id}}});
    }
    return made;
  });
  if (!found) {
    throw core::Error(core::ErrorCode::not_found, "There is no such workspace.");
  }
  return created;
}

std::vector<Keys::Listed> Keys::list(const core::WorkspaceId& workspace) {
  auto rows = store::single_read(pool_, [&](store::Transaction& transaction) {
    return store::key_store::list(transaction, workspace);
  });
  std::vector<Listed> keys;
  for (auto& row : rows) {
    keys.push_back(
        {row.id, std::move(row.name), row.scopes, row.created_at, row.expires_at, row.revoked_at});
  }
  return keys;
}

void Keys::revoke(const core::KeyId& id) {
  const bool found = store::in_transaction(pool_, [&](store::Transaction& transaction) {
    return told(transaction, store::key_store::revoke(transaction, id), id);
  });
  if (!found) {
    throw core::Error(core::ErrorCode::not_found, "There is no such key.");
  }
}

std::optional<core::Principal> Keys::authenticate(std::string_view secret) {
  const auto digest = core::api_key_digest(secret);
  if (!digest) {
    return std::nullopt;
  }
  return store::single_read(pool_, [&](store::Transaction& transaction) {
    return store::key_store::find_living(transaction, *digest);
  });
}

}  // namespace vitrine
