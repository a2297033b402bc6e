#include "service/shares.hpp"
#include "service/store/share_list.hpp"

namespace vitrine {

core::Page<core::Share> Shares::list(const core::Principal& principal,
                                     const core::PageRequest& page,
                                     const core::ShareFilter& filter) {
  return store::single_read(pool_, [&](store::Transaction& transaction) {
    return store::share_list::page(transaction, principal.workspace, page, filter);
  });
}

core::ShareTotal Shares::count(const core::Principal& principal, const core::ShareFilter& filter) {
  return store::single_read(pool_, [&](store::Transaction& transaction) {
    return store::share_list::total(transaction, principal.workspace, filter);
  });
}

}  // namespace vitrine
