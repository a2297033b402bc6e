#pragma once

#include <optional>
#include <string>
#include <vector>

#include "service/core/error.hpp"
#include "service/core/scope.hpp"
#include "service/core/share_change.hpp"
#include "service/link_urls.hpp"
#include "service/store/link_store.hpp"

namespace vitrine {

class Passcodes;

// A share on its way into the database: what is slow or random is done before the transaction,
// which may run more than once.
struct NewShare {
  core::ShareDraft draft;
  core::ShareId id;
  std::vector<store::link_store::NewLink> links;
  std::optional<std::string> passcode_hash;
};

// Hashes the passcode, when there is one: blocking, and some 20 ms of work.
NewShare new_share(core::ShareDraft draft, Passcodes& passcodes);

// validation_failed at "/recording_id".
core::Error unknown_recording();

// What shares are made with.
struct ShareTools {
  const LinkUrls& urls;
  bool sends_mail;  // there is a mail server
};

// Writes the share and its links, and what mails it is to send at once. Throws https_required,
// recipient_required, email_not_configured and validation_failed
// (pointer "/recording_id" with code "not_found" for an unknown recording, and what settled()
// finds).
core::Share add_share(store::Transaction& transaction, const core::Principal& principal,
                      const NewShare& share, const ShareTools& tools);

// What add_share would make of the draft, or what it would throw. Writes nothing.
core::SharePreview preview_share(store::Transaction& transaction, const core::Principal& principal,
                                 const core::ShareDraft& draft, const ShareTools& tools);

}  // namespace vitrine
