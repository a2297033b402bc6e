#pragma once

#include <chrono>
#include <optional>

#include "service/core/ids.hpp"
#include "service/store/pool.hpp"

// How often a link's passcode may be tried. Five tries are free; from then on one is allowed after
// a pause of 30 s, 60 s and so on up to 15 minutes, never none. A day without a try ends it, as
// does the right passcode. The database counts, so the limit holds for all replicas together.
namespace vitrine::store::passcode_attempt_store {

// Takes one try, or tells how long to wait for the next. Commit it before the passcode is looked
// at: a try counts as failed until it is cleared, so many at once are no more than one after the
// other. A link that does not exist has all tries taken. The first try after the five is an event,
// taken or not; the next is one only after the tries were given back.
std::optional<std::chrono::seconds> reserve(Transaction& transaction,
                                            const core::WorkspaceId& workspace,
                                            const core::LinkId& link);

// Gives all tries back: the passcode was right.
void clear(Transaction& transaction, const core::WorkspaceId& workspace, const core::LinkId& link);

// The same for every link of a share.
void clear_all(Transaction& transaction, const core::WorkspaceId& workspace,
               const core::ShareId& share);

}  // namespace vitrine::store::passcode_attempt_store
