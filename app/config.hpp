#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace vitrine::app {

struct Endpoint {
  std::string host;
  std::uint16_t port;
};

// The effective configuration of the service. Times are in the unit their type says.
struct Config {
  Endpoint listen{"127.0.0.1", 8080};
  Endpoint admin_listen{"127.0.0.1", 9090};
  std::string database_url;  // secret
  int database_pool_size = 8;
  std::string link_url_template;  // holds {token}
  std::string public_url;         // without trailing slash
  bool allow_insecure_links = false;
  std::string link_keys_file;
  std::string media_store;  // "local:/dir"
  std::chrono::seconds media_url_lifetime{300};
  std::vector<std::string> cors_origins;  // exact origins; empty: no cross-origin browser access
  int threads = 2;                        // reactor threads
  std::chrono::milliseconds drain_delay{0};
  std::chrono::milliseconds drain_timeout{20'000};
  std::string log_level = "info";
};

// A configuration that cannot be used; what() lists every fault, one line each, and how to mend it.
struct ConfigError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// One row per setting: the only place that names it. `vitrine serve --check-config`, the README's
// table and the reader all come from it.
struct Setting {
  std::string_view name;  // VITRINE_LISTEN
  std::string_view default_text;
  std::string_view meaning;
  bool secret;  // redacted; may also come as NAME_FILE
};
const std::vector<Setting>& settings();

// Reads the environment. Unknown VITRINE_ variables are faults. Throws ConfigError.
Config read_config(const char* const* environment);

// The effective values, `NAME=value` per line, secrets redacted.
std::string describe(const Config& config);

}  // namespace vitrine::app
