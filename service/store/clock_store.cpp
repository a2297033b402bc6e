#include "service/store/clock_store.hpp"

#include "service/store/columns.hpp"
#include "service/store/session.hpp"

namespace vitrine::store::clock_store {

constexpr auto kNow = R"sql(/* clock_store.now */
SELECT clock_timestamp() AS now)sql";

core::Instant now(Transaction& transaction) { return instant_of(transaction.run(kNow)[0]["now"]); }

}  // namespace vitrine::store::clock_store
