#pragma once

#include "service/core/correspondence.hpp"
#include "service/core/ids.hpp"
#include "service/store/pool.hpp"

namespace vitrine {

struct NewShare;

// The mails that shares promise.
namespace share_mails {

// Nothing can be sent while the operator has named no mail server.
core::Error not_configured();

// Throws email_not_configured when mails are to be sent and there is no mail server, and
// validation_failed for a time zone that does not exist.
void require_possible(store::Transaction& transaction, bool sends_mail,
                      const core::Correspondence& correspondence, bool send_email = false);

// Puts down what a new share is to send at once.
void created(store::Transaction& transaction, const core::WorkspaceId& workspace,
             const NewShare& share);

}  // namespace share_mails
}  // namespace vitrine
