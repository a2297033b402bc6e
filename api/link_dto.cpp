#include "api/link_dto.hpp"

#include <set>
#include <utility>

#include "api/json_reader.hpp"
#include "api/page_json.hpp"
#include "service/core/utf8.hpp"
#include "service/email_address.hpp"

namespace vitrine::api {
namespace {

constexpr StringRule kName{.max = 200, .min = 1, .not_blank = true};
constexpr std::int64_t kMaxGraceSeconds = 86'400;
constexpr std::string_view kNothing = "{}";

std::string_view or_empty_object(std::string_view body) { return body.empty() ? kNothing : body; }

std::optional<std::string> read_name(ObjectReader& recipient) {
  auto name = recipient.string("name", Need::nullable, kName);
  if (name && core::has_control(*name)) {
    recipient.refuse("name", "invalid_format",
                     "Must not hold line breaks, control characters or marks of direction.");
    return std::nullopt;
  }
  return name;
}

struct Email {
  std::string given, key;
};

std::optional<Email> read_email(ObjectReader& recipient, Need need) {
  auto given = recipient.string("email", need);
  if (!given) {
    return std::nullopt;
  }
  EmailReading reading = read_email_address(*given);
  if (!reading.fault.empty()) {
    recipient.refuse("email", "invalid_format", std::move(reading.fault));
    return std::nullopt;
  }
  return Email{std::move(*given), std::move(reading.key)};
}

std::optional<core::Recipient> read_recipient(const Json& value, Faults& faults,
                                              const Place& place) {
  ObjectReader recipient(value, faults, place);
  auto name = read_name(recipient);
  auto email = read_email(recipient, Need::required);
  recipient.refuse_unknown();
  return email ? std::optional(core::Recipient{std::move(name), std::move(email->given),
                                               std::move(email->key)})
               : std::nullopt;
}

core::RecipientPatch read_recipient_patch(const Json& value, Faults& faults, const Place& place) {
  ObjectReader recipient(value, faults, place);
  core::RecipientPatch patch;
  if (recipient.find("name") != nullptr) {
    patch.name = std::make_optional(read_name(recipient));
  }
  if (auto email = read_email(recipient, Need::optional)) {
    patch.email = std::move(email->given);
    patch.key = std::move(email->key);
  }
  recipient.refuse_unknown();
  return patch;
}

void ignore_output(ObjectReader& link) {
  link.ignore({"id", "url", "views", "opens", "email", "created_at", "retires_at", "replaced_by",
               "revoked_at", "version"});
}

}  // namespace

std::vector<core::Recipient> read_recipients(ObjectReader& share, std::string_view name) {
  std::vector<core::Recipient> recipients;
  const Json* items = share.array(name, Need::optional, core::kMaxLinks);
  if (items == nullptr) {
    return recipients;
  }
  if (items->empty()) {
    share.refuse(name, "out_of_range", "Must have 1 to 1000 items; leave it out for none.");
  }
  const Place list = share.place().member(name);
  std::set<std::string> seen;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const Place item = list.item(i);
    auto recipient = read_recipient((*items)[i], share.faults(), item);
    if (!recipient) {
      continue;
    }
    if (!seen.insert(recipient->key).second) {
      share.faults().add(item.member("email"), "duplicate", "Is named before in this list.");
    }
    recipients.push_back(*std::move(recipient));
  }
  return recipients;
}

std::optional<core::Recipient> read_link_draft(std::string_view body) {
  const JsonDocument document = JsonDocument::read(or_empty_object(body));
  Faults faults(document.faults());
  ObjectReader link(document.root(), faults);
  const Json* value = link.object("recipient", Need::nullable);
  const Place place = link.place().member("recipient");
  auto recipient = value == nullptr ? std::nullopt : read_recipient(*value, faults, place);
  ignore_output(link);
  link.refuse_unknown();
  faults.raise();
  return recipient;
}

core::LinkPatch read_link_patch(std::string_view body) {
  const JsonDocument document = JsonDocument::read(body);
  Faults faults(document.faults());
  ObjectReader link(document.root(), faults);
  core::LinkPatch patch;
  if (link.find("recipient") != nullptr) {
    const Json* value = link.object("recipient", Need::nullable);
    const Place place = link.place().member("recipient");
    patch.recipient = std::make_optional(
        value == nullptr ? std::nullopt
                         : std::make_optional(read_recipient_patch(*value, faults, place)));
  }
  ignore_output(link);
  link.refuse_unknown();
  faults.raise();
  return patch;
}

core::Rotation read_rotation(std::string_view body) {
  const JsonDocument document = JsonDocument::read(or_empty_object(body));
  Faults faults(document.faults());
  ObjectReader asked(document.root(), faults);
  const auto grace =
      asked.integer("grace_seconds", Need::optional, {.min = 0, .max = kMaxGraceSeconds});
  asked.refuse_unknown();
  faults.raise();
  return {.grace = std::chrono::seconds(grace.value_or(0)), .expected_version = {}};
}

void write_recipient(JsonWriter& json, const std::optional<core::Recipient>& recipient) {
  json.name("recipient");
  if (!recipient) {
    json.null();
    return;
  }
  json.open_object()
      .member("name", recipient->name)
      .member("email", recipient->email)
      .close_object();
}

void write_opens(JsonWriter& json, const core::OpenCounts& opens, bool tracked) {
  json.name("opens");
  if (!tracked) {
    json.null();
    return;
  }
  json.open_object()
      .member("person", opens.person)
      .member("scanner", opens.scanner)
      .member("preview", opens.preview)
      .close_object();
}

void write_email(JsonWriter& json, const std::optional<core::MailStatus>& email) {
  json.name("email");
  if (!email) {
    json.null();
    return;
  }
  json.open_object()
      .member("state", core::to_text(email->state))
      .member("reason", email->reason)
      .member("at", email->at)
      .member("attempts", email->attempts)
      .close_object();
}

void write_link(JsonWriter& json, const core::Link& link, const std::optional<std::string>& url,
                bool tracked) {
  json.open_object().member("id", link.id.text());
  write_recipient(json, link.recipient);
  json.member("url", url).member("views", link.views);
  write_opens(json, link.opens, tracked);
  write_email(json, link.email);
  json.member("created_at", link.created_at)
      .member("retires_at", link.retires_at)
      .member("replaced_by",
              link.replaced_by ? std::optional(link.replaced_by->text()) : std::nullopt)
      .member("revoked_at", link.revoked_at)
      .member("version", link.version)
      .close_object();
}

std::string to_json(const Links::Shown& link) {
  JsonWriter json;
  write_link(json, link.link, link.url, link.tracked);
  return json.take();
}

std::string to_json(const core::Page<Links::Shown>& page, const PageScope& scope,
                    const PageTokens& tokens) {
  return page_json(page, scope, tokens, [](JsonWriter& json, const Links::Shown& item) {
    write_link(json, item.link, item.url, item.tracked);
  });
}

}  // namespace vitrine::api
