#include "api/explain.hpp"

#include "api/answer.hpp"
#include "api/explain_dto.hpp"
#include "api/path_ids.hpp"
#include "service/core/error.hpp"
#include "service/resolver/explanations.hpp"

namespace vitrine::api {
namespace {

std::optional<core::LinkId> named_link(const Query& query) {
  const auto text = query.get("link_id");
  const auto link = text ? core::LinkId::parse(*text) : std::nullopt;
  if (text && !link) {
    throw core::Error(core::ErrorCode::invalid_parameter, "link_id must be the id of a link.");
  }
  return link;
}

}  // namespace

http::Response explain_share(const Call& call) {
  return json_answer(to_json(call.use().explanations.explain(call.principal(), share_id(call.path),
                                                             named_link(call.query))));
}

}  // namespace vitrine::api
