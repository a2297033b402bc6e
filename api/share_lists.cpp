#include "api/answer.hpp"
#include "api/page_json.hpp"
#include "api/share_filter.hpp"
#include "api/share_json.hpp"
#include "api/shares.hpp"
#include "service/core/error.hpp"
#include "service/shares.hpp"

namespace vitrine::api {
namespace {

bool wants_total(const Query& query) {
  const auto count = query.get("count");
  if (count && *count != "estimate") {
    throw core::Error(core::ErrorCode::invalid_parameter, "count must be estimate.");
  }
  return count.has_value();
}

}  // namespace

http::Response list_shares(const Call& call) {
  const core::ShareFilter filter = read_share_filter(call.query);
  const bool counted = wants_total(call.query);
  const PageScope scope{call.principal().workspace, "listShares", share_filter_text(call.query)};
  const PageTokens& tokens = call.use().page_tokens;
  const core::PageRequest request = tokens.read(scope, call.query);
  const auto page = call.use().shares.list(call.principal(), request, filter);
  const auto total =
      counted ? std::optional(call.use().shares.count(call.principal(), filter)) : std::nullopt;
  return json_answer(to_json(page, total, scope, tokens, call.use().link_urls));
}

}  // namespace vitrine::api
