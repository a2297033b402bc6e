#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "app/config.hpp"
#include "app/operator_error.hpp"

namespace vitrine::app {

// What this process is to do. Health and metrics are served in any case.
enum class Role { api, jobs, both };

// The composition root: every object of the service, built once and in order. Used by one thread,
// in the order of its functions. Every function may throw OperatorError or std::runtime_error with
// a sentence for the operator.
class Application {
 public:
  // Reads the link keys and opens the media store, but asks no database and listens nowhere yet.
  explicit Application(const Config& config, Role role = Role::both);
  ~Application();  // stop()

  // Serves health and metrics, and begins to ask for the database.
  void start();

  // False while the database has not been reached. Otherwise the API is being served and the jobs
  // are being done, as far as the role goes. Throws when the schema does not fit this program.
  bool try_serve();

  // Where it listens, with the real port where 0 was asked for; nothing for the jobs alone.
  std::optional<Endpoint> address() const;
  Endpoint admin_address() const;

  // From now on /readyz tells that this replica is leaving, and no job takes up new work;
  // everything is still served.
  void announce_leaving();

  // Waits for what is in flight, taking no more; gives what was left at the deadline.
  std::size_t drain(std::chrono::milliseconds deadline);

  void stop();  // ends every thread; repeating it is harmless

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace vitrine::app
