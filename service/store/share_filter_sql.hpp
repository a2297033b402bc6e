#pragma once

#include <optional>
#include <string>
#include <vector>

#include "service/core/page.hpp"
#include "service/core/policy.hpp"
#include "service/core/share_filter.hpp"
#include "service/store/session.hpp"

// The filter of shares as SQL. Only the stores include this.
//
// A statement is put together from fixed texts; what a caller gave is only ever a parameter. It is
// planned for the parameters at hand: the NULL ones are gone before PostgreSQL chooses an index, so
// that one range of one index serves each filter.
namespace vitrine::store {

class ShareFilterSql {
 public:
  // Reads the policy, which says what is in force, and lets PostgreSQL part the words.
  ShareFilterSql(Transaction& transaction, const core::WorkspaceId& workspace,
                 core::ShareFilter filter);

  // Nothing can fit: there is no word in the words, or the policy leaves no such audience.
  bool is_empty() const { return empty_; }
  const core::Policy& policy() const { return policy_; }

  // Stands at the beginning of every statement and names what the others need.
  std::string with() const;
  // `FROM ... WHERE ...`, where `s` has at least the share's id, start and end.
  std::string from() const;
  // The same, where `s` is the row of the share, which can be locked.
  std::string from_rows() const;

  // The order of the newest first, within from().
  std::string newest_first() const;

  // The parameters $1 to $18 of all these texts. $13 is the page's size, $14 and $15 are its
  // position in an order by time; a position in the order of ids is a part of the filter. They
  // borrow from this object.
  std::vector<Parameter> parameters(const core::PageRequest& request) const;

 private:
  bool walks_the_newest() const;

  const core::WorkspaceId workspace_;
  core::ShareFilter filter_;
  const core::Policy policy_;
  std::optional<std::string> all_words_;
  std::optional<std::string> any_word_;
  bool empty_ = false;
};

}  // namespace vitrine::store
