#include "service/store/resolve_store.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "service/store/event_store.hpp"
#include "service/store/link_columns.hpp"
#include "service/store/link_facts.hpp"
#include "service/store/session.hpp"
#include "service/store/set_query.hpp"

namespace vitrine::store::resolve_store {
namespace {

// The columns of an answer, whose rows each hold the facts of one question or one part of its
// answer.
enum Column { kPlace, kPart, kFacts, kName, kType, kText, kDocument, kNumber, kMoment, kId };
enum Part { kOfFacts, kOfMedia, kOfPanel, kOfComment };

// What a viewer has proved, as the statement reads it.
constexpr int kPasscodePassed = 1;
constexpr int kViewTaken = 2;
constexpr int kMember = 4;

int shown_by(const Proof& proof) {
  return (proof.passcode_passed ? kPasscodePassed : 0) | (proof.view_taken ? kViewTaken : 0) |
         (proof.member ? kMember : 0);
}

// Names from a closed list, none of which is a part of another.
std::string names_of(const std::vector<core::PanelKind>& kinds) {
  std::string names;
  for (const core::PanelKind kind : kinds) {
    names.append(core::to_text(kind)).append(" ");
  }
  return names;
}

std::array<BinaryArray, 7> parameters_of(std::span<const Asked> asked, std::int32_t largest) {
  BinaryArray links(ElementType::uuid);
  BinaryArray kids(ElementType::int2);
  BinaryArray includes(ElementType::text);
  BinaryArray epochs(ElementType::int4);
  BinaryArray untils(ElementType::timestamptz);
  BinaryArray shown(ElementType::int4);
  for (const Asked& question : asked) {
    links.add(question.link.uuid());
    kids.add_int2(question.kid);
    question.include ? includes.add(names_of(*question.include)) : includes.add_null();
    question.proof.epoch ? epochs.add_int4(static_cast<std::int32_t>(*question.proof.epoch))
                         : epochs.add_null();
    question.proof.until ? untils.add(*question.proof.until) : untils.add_null();
    shown.add_int4(shown_by(question.proof));
  }
  BinaryArray limits(ElementType::int4);
  limits.add_int4(largest);
  return {links, kids, includes, epochs, untils, shown, limits};
}

Found found_in(const BinaryValue& record) {
  BinaryFields fields(record);
  Found found{.facts = facts_in(fields),
              .proof_holds = fields.flag(),
              .may_open = fields.flag(),
              .whole = true,
              .workspace = core::WorkspaceId(fields.uuid()),
              .session_epoch = fields.integer(),
              .passcode_hash = fields.maybe_text(),
              .clip = {},
              .share_title = fields.maybe_text(),
              .recording_title = fields.text(),
              .recorded_at = fields.maybe_instant(),
              .duration_ms = fields.maybe_integer(),
              .media = {},
              .panels = {},
              .comments = {},
              .rows = {}};
  const auto clip_start = fields.maybe_integer();
  const auto clip_end = fields.maybe_integer();
  if (clip_start) {
    found.clip = core::Clip{*clip_start, clip_end.value()};
  }
  return found;
}

// A comment, and what it is ordered by beside its place.
struct Placed {
  core::Uuid id;
  Comment comment;
};

// The parts of one answer, as they come.
struct Parts {
  std::optional<Found> found;
  std::vector<std::pair<std::int64_t, Media>> media;  // with their positions
  std::vector<Panel> panels;
  std::vector<Placed> comments;
  bool whole = true;

  void add(const BinaryRows& rows, int row);
  std::optional<Found> in_order();
};

std::string text_at(const BinaryRows& rows, int row, Column column) {
  return std::string(rows.at(row, column).text());
}

Placed comment_at(const BinaryRows& rows, int row) {
  const BinaryValue at_ms = rows.at(row, kNumber);
  const BinaryValue author = rows.at(row, kName);
  return {
      rows.at(row, kId).uuid(),
      {at_ms.is_null() ? std::nullopt : std::optional(at_ms.integer()), text_at(rows, row, kText),
       author.is_null() ? std::nullopt : std::optional(std::string(author.text())),
       rows.at(row, kMoment).instant()}};
}

void Parts::add(const BinaryRows& rows, int row) {
  switch (rows.at(row, kPart).integer()) {
    case kOfFacts:
      found = found_in(rows.at(row, kFacts));
      break;
    case kOfMedia:
      media.push_back(
          {rows.at(row, kNumber).integer(),
           {core::media_role(rows.at(row, kName).text()).value(), text_at(rows, row, kType),
            core::MediaKey::parse(rows.at(row, kText).text()).value()}});
      break;
    case kOfPanel:
      if (const BinaryValue document = rows.at(row, kDocument); document.is_null()) {
        whole = false;
      } else {
        panels.push_back({core::panel_kind(rows.at(row, kName).text()).value(), document.text()});
      }
      break;
    default:
      comments.push_back(comment_at(rows, row));
  }
}

std::optional<Found> Parts::in_order() {
  if (!found) {
    return std::nullopt;
  }
  std::ranges::sort(media, {}, [](const auto& each) { return each.first; });
  for (auto& [position, object] : media) {
    found->media.push_back(std::move(object));
  }
  std::ranges::sort(panels, {}, &Panel::kind);
  found->panels = std::move(panels);
  found->whole = whole;
  static constexpr auto kLast = std::numeric_limits<std::int64_t>::max();
  std::ranges::sort(comments, {}, [](const Placed& placed) {
    return std::pair(placed.comment.at_ms.value_or(kLast), placed.id);
  });
  for (Placed& placed : comments) {
    found->comments.push_back(std::move(placed.comment));
  }
  return std::move(found);
}

constexpr std::string_view kQuestions = R"sql(/* resolve_store.find */
SELECT asked.place, part.part, part.facts, part.name, part.type, part.text, part.document,
       part.number, part.moment, part.id
  FROM unnest($1::uuid[], $2::smallint[], $3::text[], $4::int[], $5::timestamptz[], $6::int[])
       WITH ORDINALITY AS asked (link_id, kid, include, epoch, until, shown, place)
  JOIN link l ON l.link_id = asked.link_id AND l.kid = asked.kid)sql";

// What of the proof holds, and whether the link opens with it. The gate repeats the decision, so
// that nothing is read for a link that does not open, and nothing leaves that must not;
// core::decide is the judge.
constexpr std::string_view kGate = R"sql(
 CROSS JOIN LATERAL (
   SELECT coalesce(asked.epoch = s.session_epoch
                   AND (asked.until IS NULL OR now() < asked.until), false) AS holds OFFSET 0
 ) AS proof
 CROSS JOIN LATERAL (
   SELECT l.revoked_at IS NULL AND (l.retires_at IS NULL OR l.retires_at > now())
          AND s.revoked_at IS NULL AND s.disabled_at IS NULL
          AND (s.passcode_hash IS NOT NULL OR NOT p.require_passcode)
          AND (s.clip_start_ms IS NULL OR NOT p.require_enforced_clip)
          AND (l.recipient_key IS NOT NULL OR NOT p.require_recipient)
          AND r.deleted_at IS NULL AND (r.expires_at IS NULL OR r.expires_at > now())
          AND s.starts_at <= now() AND (s.expires_at IS NULL OR s.expires_at > now())
          AND (p.max_ttl_seconds IS NULL
               OR s.starts_at + make_interval(secs => p.max_ttl_seconds) > now())
          AND (s.audience = 'public' AND p.allow_public OR asked.shown & 4 <> 0)
          AND (s.passcode_hash IS NULL OR proof.holds AND asked.shown & 1 <> 0)
          AND (s.max_views IS NULL OR l.views < s.max_views
               OR proof.holds AND asked.shown & 2 <> 0) AS opens OFFSET 0
 ) AS gate
)sql";

// The facts of a question, and behind the gate its parts. A clip cuts here: panels by panel_within,
// comments by their place. A rotated link shows the comments that went over to its successors.
constexpr std::string_view kHead = R"sql(
 CROSS JOIN LATERAL (
   SELECT 0 AS part, ROW()sql";
constexpr std::string_view kParts =
    R"sql(, proof.holds, gate.opens, s.workspace_id, s.session_epoch, s.passcode_hash,
                         s.title, r.title, r.recorded_at, r.duration_ms, s.clip_start_ms,
                         s.clip_end_ms) AS facts,
          NULL AS name, NULL AS type, NULL AS text, NULL::json AS document, NULL::bigint AS number,
          NULL::timestamptz AS moment, NULL::uuid AS id
    UNION ALL
   SELECT 1, NULL, m.role, m.content_type, m.key, NULL, m.position, NULL, NULL
     FROM media_object m
    WHERE gate.opens AND m.recording_uid = r.recording_uid
    UNION ALL
   SELECT 2, NULL, d.kind, NULL, NULL,
          CASE WHEN d.bytes > ($7::int[])[1] THEN NULL
               WHEN s.clip_start_ms IS NULL THEN d.document
               ELSE panel_within(d.kind, d.document, s.clip_start_ms, s.clip_end_ms) END,
          NULL, NULL, NULL
     FROM panel d
    WHERE gate.opens AND d.recording_uid = r.recording_uid
      AND d.kind = ANY (s.visible) AND d.kind = ANY (p.allowed_visibility)
      AND (asked.include IS NULL OR strpos(asked.include, d.kind) > 0)
    UNION ALL
   SELECT 3, NULL, c.author, NULL, c.body, NULL, c.at_ms, c.created_at, c.comment_id
     FROM comment c
    WHERE gate.opens AND c.share_id = s.share_id
      AND 'comments' = ANY (s.visible) AND 'comments' = ANY (p.allowed_visibility)
      AND (c.link_id IS NULL OR c.link_id = l.link_id
           OR l.replaced_by IS NOT NULL AND c.link_id IN (
            WITH RECURSIVE line AS (
              SELECT l.replaced_by AS link_id
               UNION
              SELECT next.replaced_by FROM line JOIN link next ON next.link_id = line.link_id
            )
            SELECT line.link_id FROM line))
      AND (s.clip_start_ms IS NULL OR c.at_ms IS NULL
           OR c.at_ms >= s.clip_start_ms AND c.at_ms < s.clip_end_ms)
 ) AS part)sql";

// One question after the other, through indexes alone. Everything of a question is a stretch of one
// nested loop, and its many facts are one value: both are cheaper than columns that most rows leave
// empty.
const std::string& find_sql() {
  static const std::string kFind = std::string(kQuestions)
                                       .append(kLinkWithShare)
                                       .append(kGate)
                                       .append(kHead)
                                       .append(kFactColumns)
                                       .append(kParts);
  return kFind;
}

}  // namespace

std::vector<std::optional<Found>> find(ReadSession& session, std::span<const Asked> asked,
                                       std::int32_t largest_panel) {
  const auto rows = std::make_shared<const BinaryRows>(run_set(
      session, "resolve_store.find", find_sql().c_str(), parameters_of(asked, largest_panel)));
  std::vector<Parts> parts(asked.size());
  for (int row = 0; row < rows->size(); ++row) {
    parts.at(static_cast<std::size_t>(rows->at(row, kPlace).integer()) - 1).add(*rows, row);
  }
  std::vector<std::optional<Found>> found;
  found.reserve(asked.size());
  for (Parts& each : parts) {
    found.push_back(each.in_order());
    if (found.back()) {
      found.back()->rows = rows;
    }
  }
  return found;
}

constexpr auto kTakeView = R"sql(/* resolve_store.take_view */
UPDATE link l SET views = views + 1
  FROM share s
 WHERE l.link_id = $1 AND s.share_id = l.share_id AND s.session_epoch = $2
   AND l.views < s.max_views AND l.revoked_at IS NULL
   AND (l.retires_at IS NULL OR l.retires_at > now())
   AND s.revoked_at IS NULL AND s.disabled_at IS NULL
RETURNING l.workspace_id, l.share_id, l.views = s.max_views AS is_last)sql";

bool take_view(Transaction& transaction, const core::LinkId& link, std::int64_t epoch) {
  const pqxx::result rows = transaction.run(kTakeView, {link, epoch});
  if (!rows.empty() && flag_of(rows[0]["is_last"])) {
    event_store::append(transaction, core::WorkspaceId(uuid_of(rows[0]["workspace_id"])),
                        {{core::EventType::link_used_up,
                          {.share = core::ShareId(uuid_of(rows[0]["share_id"])), .link = link}}});
  }
  return !rows.empty();
}

std::vector<LinkState> states(Transaction& transaction, const core::WorkspaceId& workspace,
                              const core::ShareId& share, const std::optional<core::LinkId>& link) {
  static const std::string kStates = std::string("/* resolve_store.states */ SELECT ")
                                         .append(kFactColumns)
                                         .append(R"sql(
       , l.link_id, l.recipient_name, l.recipient_email, l.recipient_key
  FROM link l)sql")
                                         .append(kLinkWithShare)
                                         .append(R"sql(
 WHERE s.workspace_id = $1 AND s.share_id = $2 AND ($3::uuid IS NULL OR l.link_id = $3)
 ORDER BY l.link_id)sql");
  std::vector<LinkState> found;
  for (const auto& row : transaction.run(kStates.c_str(), {workspace, share, link})) {
    TextFields fields(row);
    found.push_back({core::LinkId(uuid_of(row["link_id"])), recipient_of(row), facts_in(fields)});
  }
  return found;
}

}  // namespace vitrine::store::resolve_store
