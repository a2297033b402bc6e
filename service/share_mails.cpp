#include "service/share_mails.hpp"

#include "service/new_share.hpp"
#include "service/store/mail_store.hpp"
#include "service/store/time_zone_store.hpp"

namespace vitrine::share_mails {

namespace mail_store = store::mail_store;

core::Error not_configured() {
  return {core::ErrorCode::email_not_configured,
          "This service has no mail server to send by. Its operator names one with "
          "VITRINE_SMTP_URL and VITRINE_MAIL_FROM."};
}

void require_possible(store::Transaction& transaction, bool sends_mail,
                      const core::Correspondence& correspondence, bool send_email) {
  if ((send_email || core::tells_sender(correspondence)) && !sends_mail) {
    throw not_configured();
  }
  const auto& zone = correspondence.sender.time_zone;
  if (zone && !store::time_zone_store::is_known(transaction, *zone)) {
    throw core::Error({{"/sender/time_zone", "not_found",
                        "There is no such time zone. Names are as in Europe/Berlin."}});
  }
}

void created(store::Transaction& transaction, const core::WorkspaceId& workspace,
             const NewShare& share) {
  if (!share.draft.send_email) {
    return;
  }
  std::vector<core::LinkId> links;
  for (const auto& link : share.links) {
    links.push_back(link.id);
  }
  mail_store::queue_shared(transaction, workspace, share.id, links, false);
}

}  // namespace vitrine::share_mails
