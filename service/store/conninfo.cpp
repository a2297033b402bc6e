#include "service/store/conninfo.hpp"

#include <libpq-fe.h>

#include <algorithm>
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

// The elements of a list of hosts or ports. An empty one stands for the default.
std::vector<std::string> elements_of(std::string_view text) {
  std::vector<std::string> elements;
  for (;;) {
    const std::size_t comma = std::min(text.find(','), text.size());
    elements.emplace_back(text.substr(0, comma));
    if (comma == text.size()) {
      return elements;
    }
    text.remove_prefix(comma + 1);
  }
}

std::string in_quotes(std::string_view value) {
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
         operators_own + ' ' + options.session_settings +
         " -c TimeZone=UTC -c DateStyle=ISO -c client_min_messages=warning";
}

std::string text_of(const Settings& settings) {
  std::string conninfo;
  for (const auto& [keyword, value] : settings) {
    conninfo += keyword + '=' + in_quotes(value) + ' ';
  }
  return conninfo;
}

// `host:port` for people.
std::string name_of(const std::string& host, const std::string& port) {
  const bool address = !host.starts_with('/') && host.find(':') != std::string::npos;
  return (address ? '[' + host + ']' : host) + ':' + (port.empty() ? "5432" : port);
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
  return text_of(settings);
}

std::vector<StandbyConninfo> standbys_of(const std::string& read_url) {
  Settings settings = parse(read_url);
  settings["target_session_attrs"] = "standby";
  // Another server answers meanwhile. libpq takes no less.
  settings.emplace("connect_timeout", "2");
  const bool by_address = settings.contains("hostaddr");
  const std::vector<std::string> names = elements_of(settings["host"]);
  const std::vector<std::string> hosts = by_address ? elements_of(settings["hostaddr"]) : names;
  const std::vector<std::string> ports = elements_of(settings["port"]);
  const bool nameless = std::find(hosts.begin(), hosts.end(), "") != hosts.end();
  const bool uneven = (ports.size() != 1 && ports.size() != hosts.size()) ||
                      (names.size() != hosts.size() && !settings["host"].empty());
  if (nameless || uneven) {
    throw std::invalid_argument(
        "The URL must name each host, and one port for all or one for each.");
  }
  std::vector<StandbyConninfo> standbys;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    settings["host"] = names.size() == hosts.size() ? names[i] : "";
    if (by_address) {
      settings["hostaddr"] = hosts[i];
    }
    settings["port"] = ports.size() == 1 ? ports[0] : ports[i];
    standbys.push_back({name_of(hosts[i], settings["port"]), text_of(settings)});
  }
  return standbys;
}

std::string streaming_name(const std::string& receiver_conninfo) {
  const Settings settings = parse(receiver_conninfo);
  for (const char* const keyword : {"application_name", "fallback_application_name"}) {
    if (const auto found = settings.find(keyword); found != settings.end()) {
      return found->second;
    }
  }
  return "";
}

}  // namespace vitrine::store
