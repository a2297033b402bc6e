#include "app/commands/operator_pool.hpp"

#include "app/config.hpp"

namespace vitrine::app {

store::Pool operator_pool(const char* const* environment) {
  store::PoolOptions options;
  options.database_url = read_config(environment, {"VITRINE_DATABASE_URL"}).database_url;
  options.size = 1;
  options.acquire_timeout = std::chrono::seconds(10);
  options.statement_timeout = std::chrono::seconds(30);
  options.lock_timeout = std::chrono::seconds(10);
  options.application_name = "vitrine operator";
  return store::Pool(options);
}

}  // namespace vitrine::app
