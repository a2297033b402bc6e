#include "service/store/share_list.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "service/store/share_columns.hpp"
#include "service/store/share_filter_sql.hpp"

namespace vitrine::store::share_list {
namespace {

constexpr int kCounted = 10'000;

// An order, and how it goes on after a position.
struct OrderText {
  const char* after;
  const char* within;  // of the share `s`; null: as the filter says
  const char* of_page;
};

constexpr OrderText kNewest{"", nullptr, "page.share_id DESC"};
constexpr OrderText kByEnd{
    "\n   AND ($15::uuid IS NULL OR"
    " (coalesce(s.expires_at, 'infinity'::timestamptz), s.share_id) < ($14, $15))",
    "coalesce(s.expires_at, 'infinity'::timestamptz) DESC, s.share_id DESC",
    "page.ends_at DESC, page.share_id DESC"};
constexpr OrderText kByStart{
    "\n   AND ($15::uuid IS NULL OR (s.starts_at, s.share_id) > ($14, $15))",
    "s.starts_at, s.share_id", "page.starts_at, page.share_id"};

const OrderText& text_of_order(core::ShareOrder order) {
  switch (order) {
    case core::ShareOrder::by_end:
      return kByEnd;
    case core::ShareOrder::by_start:
      return kByStart;
    default:
      return kNewest;
  }
}

constexpr auto kColumns = R"sql(
  SELECT s.share_id, s.starts_at, coalesce(s.expires_at, 'infinity'::timestamptz) AS ends_at)sql";

// The shares whose end has come, and those which today's policy ended before: each part is a range
// of the same index, and the second one holds only what a policy that was tightened has left.
constexpr auto kEnded = R"sql(
   AND coalesce(s.expires_at, 'infinity'::timestamptz) <= now())sql";
constexpr auto kEndedBefore = R"sql(
   AND coalesce(s.expires_at, 'infinity'::timestamptz) > now()
   AND s.starts_at <= now() - $11 * interval '1 second')sql";

std::string page_sql(const ShareFilterSql& sql, const core::ShareFilter& filter) {
  const OrderText& order = text_of_order(core::order_of(filter));
  const std::string within = order.within == nullptr ? sql.newest_first() : order.within;
  const auto part = [&](const char* more) {
    return kColumns + sql.from() + more + order.after + "\n ORDER BY " + within + "\n LIMIT $13";
  };
  const bool in_parts = filter.state == core::ShareState::expired && sql.policy().max_ttl;
  const std::string page = in_parts ? "(" + part(kEnded) + ")\n UNION ALL\n(" + part(kEndedBefore) +
                                          ")\n ORDER BY ends_at DESC, share_id DESC\n LIMIT $13"
                                    : part("");
  return "/* share_list.page */" + sql.with() + ",\npage AS (" + page + ")" +
         shares_of_page(kLinksInList) + "\n ORDER BY " + order.of_page + ", l.link_id";
}

// Of the outermost node, which is told first.
std::int64_t rows_of_plan(const std::string& plan) {
  constexpr std::string_view kName = "\"Plan Rows\": ";
  const auto at = plan.find(kName);
  std::int64_t rows = 0;
  if (at == std::string::npos ||
      std::from_chars(plan.data() + at + kName.size(), plan.data() + plan.size(), rows).ec !=
          std::errc()) {
    throw std::logic_error("a plan without rows");
  }
  return rows;
}

}  // namespace

core::Page<core::Share> page(Transaction& transaction, const core::WorkspaceId& workspace,
                             const core::PageRequest& request, const core::ShareFilter& filter) {
  const ShareFilterSql sql(transaction, workspace, filter);
  core::Page<core::Share> answer;
  if (sql.is_empty()) {
    return answer;
  }
  // One more than asked for tells whether there is a next page.
  core::PageRequest more = request;
  ++more.size;
  const pqxx::result rows = transaction.run(page_sql(sql, filter).c_str(), sql.parameters(more));
  answer.items = shares_from(transaction, workspace, rows, sql.policy());
  if (answer.items.size() > static_cast<std::size_t>(request.size)) {
    answer.items.pop_back();
    const core::Share& last = answer.items.back();
    const core::Window& window = last.granted.window;
    answer.next = last.id.uuid();
    if (core::order_of(filter) == core::ShareOrder::by_end) {
      answer.next_time = window.expires_at.value_or(core::kNever);
    } else if (core::order_of(filter) == core::ShareOrder::by_start) {
      answer.next_time = window.starts_at;
    }
  }
  return answer;
}

core::ShareTotal total(Transaction& transaction, const core::WorkspaceId& workspace,
                       const core::ShareFilter& filter) {
  const ShareFilterSql sql(transaction, workspace, filter);
  if (sql.is_empty()) {
    return {0, true};
  }
  const std::string count = "/* share_list.count */" + sql.with() +
                            "\nSELECT count(*) AS shares FROM (SELECT s.share_id" + sql.from() +
                            "\n LIMIT $13) AS counted";
  const auto parameters = sql.parameters({.size = kCounted + 1, .after = {}});
  const std::int64_t counted = integer_of(transaction.run(count.c_str(), parameters)[0]["shares"]);
  if (counted <= kCounted) {
    return {counted, true};
  }
  const std::string estimate = "/* share_list.estimate */ EXPLAIN (FORMAT JSON)" + sql.with() +
                               "\nSELECT s.share_id" + sql.from();
  const std::string plan = text_of(transaction.run(estimate.c_str(), parameters)[0][0]);
  return {std::max(rows_of_plan(plan), counted), false};
}

}  // namespace vitrine::store::share_list
