#include "api/bulk_shares.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "api/answer.hpp"
#include "api/idempotency_header.hpp"
#include "api/problem.hpp"
#include "api/share_filter.hpp"
#include "api/share_json.hpp"
#include "api/share_reader.hpp"
#include "service/shares.hpp"

namespace vitrine::api {
namespace {

constexpr std::size_t kMaxPasscodes = 50;  // each costs some 20 ms
constexpr std::size_t kMaxRecipients = 5'000;

// One draft, whose faults are its own: their pointers begin at the draft.
core::Outcome<core::ShareDraft> read_item(std::string_view text) {
  try {
    return read_share_draft(text);
  } catch (const core::Error& error) {
    return error;
  }
}

core::Outcomes<core::ShareDraft> read_items(const JsonDocument& document, std::size_t count) {
  core::Outcomes<core::ShareDraft> drafts;
  drafts.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    // What is neither object nor array has no text of its own; it is told as what it is not.
    drafts.push_back(read_item(document.text_of("/items/" + std::to_string(i)).value_or("[]")));
  }
  return drafts;
}

void refuse_too_much(ObjectReader& bulk, const core::Outcomes<core::ShareDraft>& drafts) {
  std::size_t passcodes = 0;
  std::size_t recipients = 0;
  for (const auto& item : drafts) {
    if (const auto* draft = std::get_if<core::ShareDraft>(&item)) {
      passcodes += draft->passcode ? 1 : 0;
      recipients += draft->recipients.size();
    }
  }
  if (passcodes > kMaxPasscodes) {
    bulk.refuse("items", "out_of_range", "At most 50 of the items may have a passcode.");
  }
  if (recipients > kMaxRecipients) {
    bulk.refuse("items", "out_of_range", "Must have at most 5,000 recipients together.");
  }
}

// Throws malformed_json, and validation_failed for what is wrong with the list itself.
core::Outcomes<core::ShareDraft> read_share_drafts(std::string_view body) {
  const JsonDocument document = JsonDocument::read(body, {.children_of = "items"});
  Faults faults;
  ObjectReader bulk(document.root(), faults);
  const Json* items = bulk.array("items", Need::required, core::kMaxBulk);
  const std::size_t count = items == nullptr ? 0 : items->size();
  if (items != nullptr && count == 0) {
    bulk.refuse("items", "out_of_range", "Must have at least one item.");
  }
  bulk.refuse_unknown();
  faults.raise();
  auto drafts = read_items(document, count);
  refuse_too_much(bulk, drafts);
  faults.raise();
  return drafts;
}

// `write` writes what was made; the status is the one that a call for this item alone would have.
template <class Made, class Write>
std::string report(const core::Outcomes<Made>& outcomes, int status, std::string_view public_url,
                   Write write) {
  JsonWriter json;
  json.open_object().name("items").open_array();
  std::size_t failed = 0;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    json.open_object().member("index", i);
    if (const auto* error = std::get_if<core::Error>(&outcomes[i])) {
      ++failed;
      json.member("status", problem_kind(error->code()).status).name("problem");
      write_problem(json, *error, public_url);
    } else {
      json.member("status", status);
      write(json, std::get<Made>(outcomes[i]));
    }
    json.close_object();
  }
  json.close_array()
      .member("created", status == 201 ? outcomes.size() - failed : 0)
      .member("failed", failed)
      .close_object();
  return json.take();
}

// Everything is not what a caller means who forgot the filter.
void require_filter_or_all(ObjectReader& bulk, bool all) {
  const Json* filter = bulk.find("filter");
  const bool narrowed = filter != nullptr && *filter != Json::object();
  if (!narrowed && !all) {
    bulk.refuse("filter", "required",
                "Give a filter, or say with \"all\": true that every share is meant.");
  }
  if (narrowed && all) {
    bulk.refuse("all", "conflicting_fields", "Give either a filter or \"all\": true.");
  }
}

core::BulkRevocation read_bulk_revocation(std::string_view body) {
  const JsonDocument document = JsonDocument::read(body);
  Faults faults(document.faults());
  ObjectReader bulk(document.root(), faults);
  core::BulkRevocation revocation;
  const Json* filter = bulk.object("filter", Need::optional);
  if (filter != nullptr) {
    ObjectReader members(*filter, faults, bulk.place().member("filter"));
    revocation.filter = read_share_filter(members);
    members.refuse_unknown();
  }
  require_filter_or_all(bulk, bulk.boolean("all", Need::optional).value_or(false));
  revocation.dry_run = bulk.boolean("dry_run", Need::optional).value_or(false);
  revocation.expected_count = bulk.integer("expected_count", Need::optional);
  bulk.refuse_unknown();
  faults.raise();
  return revocation;
}

}  // namespace

http::Response bulk_create_shares(const Call& call) {
  const bool only_try = validate_only(call.query);
  const auto key = idempotency_key(call);
  const auto drafts = read_share_drafts(call.body());
  Shares& shares = call.use().shares;
  if (only_try) {
    return json_answer(report(shares.preview_many(call.principal(), drafts), 200,
                              call.services.public_url,
                              [](JsonWriter& json, const core::SharePreview& preview) {
                                write_preview(json.name("preview"), preview);
                              }));
  }
  return json_answer(report(shares.create_many(call.principal(), drafts, key), 201,
                            call.services.public_url,
                            [&](JsonWriter& json, const core::Share& share) {
                              write_share(json.name("share"), share, call.use().link_urls);
                            }));
}

http::Response bulk_revoke_shares(const Call& call) {
  const core::BulkRevocation revocation = read_bulk_revocation(call.body());
  const core::RevocationReport report = call.use().shares.revoke_many(call.principal(), revocation);
  const auto possible =
      revocation.dry_run ? std::min<std::int64_t>(report.matched, core::kMaxBulk) : report.revoked;
  JsonWriter json;
  json.open_object()
      .member("matched", report.matched)
      .member("revoked", report.revoked)
      .member("dry_run", revocation.dry_run)
      .member("has_more", report.matched > possible)
      .close_object();
  return json_answer(json.take());
}

}  // namespace vitrine::api
