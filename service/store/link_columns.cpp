#include "service/store/link_columns.hpp"

#include "service/store/columns.hpp"

namespace vitrine::store {

std::optional<core::Recipient> recipient_of(const pqxx::row& row) {
  if (row["recipient_key"].is_null()) {
    return std::nullopt;
  }
  return core::Recipient{if_present(row["recipient_name"], text_of),
                         text_of(row["recipient_email"]), text_of(row["recipient_key"])};
}

core::OpenCounts opens_of(const pqxx::row& row) {
  return {integer_of(row["opens_person"]), integer_of(row["opens_scanner"]),
          integer_of(row["opens_preview"])};
}

std::optional<core::MailStatus> mail_status_of(const pqxx::row& row) {
  if (row["email_state"].is_null()) {
    return std::nullopt;
  }
  return core::MailStatus{core::mail_state(text_of(row["email_state"])).value(),
                          if_present(row["email_reason"], text_of), instant_of(row["email_at"]),
                          integer_of(row["email_attempts"])};
}

core::Link link_of(const pqxx::row& row) {
  const auto successor = if_present(row["replaced_by"], uuid_of);
  return {.id = core::LinkId(uuid_of(row["link_id"])),
          .kid = static_cast<std::uint8_t>(integer_of(row["kid"])),
          .recipient = recipient_of(row),
          .views = integer_of(row["views"]),
          .created_at = instant_of(row["link_created_at"]),
          .retires_at = if_present(row["retires_at"], instant_of),
          .replaced_by = successor ? std::optional(core::LinkId(*successor)) : std::nullopt,
          .revoked_at = if_present(row["link_revoked_at"], instant_of),
          .version = integer_of(row["link_version"])};
}

}  // namespace vitrine::store
