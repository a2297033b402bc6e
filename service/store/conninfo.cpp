#include "service/store/conninfo.hpp"

#include <libpq-fe.h>

#include <map>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace vitrine::store {
namespace {

using Settings = std::map<std::string, std::string>;

Settings parse(const std::string& database_url) {
  char* fault = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
      PQconninfoParse(database_url.c_str(), &fault), &PQconninfoFree);
  PQfreemem(fault);
  if (!options) {
    throw std::invalid_argument(
        "The database URL cannot be read: use postgresql://user:password@host:5432/database, or "
        "libpq's `key=value` form.");
  }
  Settings settings;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) {
      settings.emplace(option->keyword, option->val);
    }
  }
  return settings;
}

std::string quoted(std::string_view value) {
  std::string text = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') {
      text += '\\';
    }
    text += c;
  }
  return text + '\'';
}

// Where one setting is given twice the server obeys the last, so the operator's options stand after
// our limits and before what must not differ.
std::string server_options(const PoolOptions& options, const std::string& operators_own) {
  const auto limit = [](std::string_view name, std::chrono::milliseconds value) {
    return " -c " + std::string(name) + '=' + std::to_string(value.count());
  };
  return limit("statement_timeout", options.statement_timeout) +
         limit("lock_timeout", options.lock_timeout) +
         limit("idle_in_transaction_session_timeout", std::chrono::seconds(5)) + ' ' +
         operators_own + ' ' + options.session_settings + " -c TimeZone=UTC -c DateStyle=ISO";
}

}  // namespace

std::string complete_conninfo(const PoolOptions& options) {
  Settings settings = parse(options.database_url);
  const std::string operators_own = settings["options"];
  const Settings defaults = {
      {"connect_timeout", "3"},
      {"keepalives", "1"},
      {"keepalives_idle", "5"},
      {"keepalives_interval", "2"},
      {"keepalives_count", "3"},
      {"tcp_user_timeout", "5000"},
      {"target_session_attrs", "read-write"},
      {"application_name", options.application_name},
  };
  settings.insert(defaults.begin(), defaults.end());
  settings["options"] = server_options(options, operators_own);
  settings["client_encoding"] = "UTF8";

  std::string conninfo;
  for (const auto& [keyword, value] : settings) {
    conninfo += keyword + '=' + quoted(value) + ' ';
  }
  return conninfo;
}

}  // namespace vitrine::store
