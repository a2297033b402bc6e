#include "service/key_admin.hpp"

#include <array>
#include <stdexcept>

#include "service/clock.hpp"
#include "service/core/crypto.hpp"
#include "service/core/error.hpp"
#include "service/idempotency.hpp"
#include "service/store/event_store.hpp"
#include "service/store/key_store.hpp"

namespace vitrine {
namespace {

namespace key_store = store::key_store;
using store::Transaction;

constexpr std::string_view kSecretLabel = "vitrine/api-key/1";
constexpr std::size_t kIdLength = 30;  // key_ and 26 characters

Keys::Listed listed(key_store::Row row) {
  return {row.id, std::move(row.name), row.scopes, row.created_at, row.expires_at, row.revoked_at};
}

Keys::Listed found(std::optional<key_store::Row> row) {
  if (!row) {
    throw core::Error(core::ErrorCode::not_found, "There is no key of this id.");
  }
  return listed(std::move(*row));
}

KeyAdmin::Created make(Transaction& transaction, const core::Principal& principal,
                       const core::KeyDraft& draft) {
  // Its row stays locked, so that a key cannot make another one after its own end.
  const auto maker = key_store::lock_living(transaction, principal.workspace, principal.key);
  if (!maker) {
    throw core::Error(core::ErrorCode::unauthenticated, "The API key has just been revoked.");
  }
  core::require_end(draft, maker->expires_at, maker->now);
  std::array<std::uint8_t, 32> random{};
  core::fill_random(random);
  const auto id = new_id<core::KeyId>();
  std::string secret = core::make_api_key(random);
  key_store::insert(transaction, principal.workspace,
                    {id, draft.name, *core::api_key_digest(secret), draft.scopes, draft.expires_at,
                     principal.key});
  store::event_store::append(transaction, principal.workspace,
                             {{core::EventType::key_created, {.key = id}}});
  return {found(key_store::find(transaction, principal.workspace, id)), std::move(secret)};
}

// What a repeated request finds: the id, and the secret that only this service can read.
std::string sealed(const KeyAdmin::Created& made, const core::SecretBox& secrets) {
  const std::string id = made.key.id.text();
  return id + secrets.seal(made.secret, id);
}

KeyAdmin::Created opened(Transaction& transaction, const core::WorkspaceId& workspace,
                         const std::string& result, const core::SecretBox& secrets) {
  const std::string id = result.substr(0, kIdLength);
  auto secret = secrets.open(result.substr(kIdLength), id);
  if (!secret) {
    throw std::runtime_error(
        "the result of an earlier createKey was sealed by a link key that is "
        "gone");
  }
  const auto key = core::KeyId::parse(id).value();
  return {found(key_store::find(transaction, workspace, key)), std::move(*secret)};
}

}  // namespace

KeyAdmin::KeyAdmin(store::Pool& pool, const core::LinkKeys& keys)
    : pool_(pool), secrets_(keys, kSecretLabel, core::SecretBox::Retired::opens) {}

KeyAdmin::Created KeyAdmin::create(const core::Principal& principal, const core::KeyDraft& draft,
                                   const std::optional<core::IdempotencyKey>& idempotency_key) {
  core::require_sound(draft);
  core::require_grantable(draft.scopes, principal.scopes);
  return store::in_transaction(pool_, [&](Transaction& transaction) {
    return make_once(
        transaction, principal, "createKey", idempotency_key,
        [&] { return make(transaction, principal, draft); },
        [&](const Created& made) { return sealed(made, secrets_); },
        [&](const std::string& earlier) {
          return opened(transaction, principal.workspace, earlier, secrets_);
        });
  });
}

core::Page<Keys::Listed> KeyAdmin::list(const core::Principal& principal,
                                        const core::PageRequest& page) {
  auto rows = store::single_read(pool_, [&](Transaction& transaction) {
    return key_store::page(transaction, principal.workspace, page);
  });
  core::Page<Keys::Listed> answer;
  answer.next = rows.next;
  for (auto& row : rows.items) {
    answer.items.push_back(listed(std::move(row)));
  }
  return answer;
}

void KeyAdmin::revoke(const core::Principal& principal, const core::KeyId& id) {
  const bool found = store::in_transaction(pool_, [&](Transaction& transaction) {
    return Keys::told(transaction, key_store::revoke(transaction, principal.workspace, id), id);
  });
  if (!found) {
    throw core::Error(core::ErrorCode::not_found, "There is no key of this id.");
  }
}

}  // namespace vitrine
