#include "service/resolver/explanations.hpp"

#include "service/core/error.hpp"
#include "service/store/resolve_store.hpp"

namespace vitrine {

Explanation Explanations::explain(const core::Principal& principal, const core::ShareId& share,
                                  const std::optional<core::LinkId>& link) {
  auto states = store::single_read(pool_, [&](store::Transaction& transaction) {
    return store::resolve_store::states(transaction, principal.workspace, share, link);
  });
  if (states.empty()) {
    throw core::Error(core::ErrorCode::not_found, "There is no such share, or no such link of it.");
  }
  Explanation explanation{share, states.front().facts.now, {}};
  for (auto& state : states) {
    explanation.links.push_back({state.link, std::move(state.recipient), core::trace(state.facts)});
  }
  return explanation;
}

}  // namespace vitrine
