#include <algorithm>
#include <stdexcept>

#include "app/config.hpp"
#include "app/setting_rows.hpp"
#include "service/store/conninfo.hpp"

namespace vitrine::app {

namespace {

Fault read_endpoint(std::string_view text, Endpoint& endpoint) {
  constexpr auto kShape =
      "must be host:port, for example 127.0.0.1:8080 or [::1]:8080, with a port up to 65535";
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos)
    return kShape;
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed)
    host = host.substr(1, host.size() - 2);
  const bool colons = host.find(':') != std::string_view::npos;
  const bool odd = host.find_first_of("[]/@ ") != std::string_view::npos;
  const auto port = number_in<std::uint16_t>(text.substr(colon + 1), 0, 65535);
  if (host.empty() || odd || colons != bracketed || !port)
    return kShape;
  endpoint = {std::string(host), *port};
  return std::nullopt;
}

bool is_visible_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

// What follows `http://` or `https://`; nothing when it is no such URL with a host.
std::optional<std::string_view> after_scheme(std::string_view text) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (!text.starts_with(scheme))
      continue;
    const std::string_view rest = text.substr(scheme.size());
    const bool host = !rest.empty() && std::string_view("/?#:").find(rest.front()) == rest.npos;
    return host && is_visible_ascii(rest) ? std::optional(rest) : std::nullopt;
  }
  return std::nullopt;
}

Fault read_database_url(std::string_view text, Config& config) {
  const bool uri = text.starts_with("postgresql://") || text.starts_with("postgres://");
  if (!uri && text.find('=') == std::string_view::npos) {
    return "must be a PostgreSQL connection string: postgresql://user@host/database, or "
           "host=... dbname=...";
  }
  config.database_url = text;
  return std::nullopt;
}

Fault read_database_read_url(std::string_view text, Config& config) {
  try {
    store::standbys_of(std::string(text));
  } catch (const std::invalid_argument&) {
    return "must be a PostgreSQL connection string that names each standby, and one port for all "
           "or one for each: postgresql://user@host1,host2/database, or host=... port=... "
           "dbname=...";
  }
  config.database_read_url = text;
  return std::nullopt;
}

Fault read_link_url_template(std::string_view text, Config& config) {
  constexpr std::string_view kToken = "{token}";
  const std::size_t first = text.find(kToken);
  const bool once = first != std::string_view::npos && text.find(kToken, first + 1) == text.npos;
  if (!once || !after_scheme(text)) {
    return "must be an https:// URL that holds {token} exactly once, for example "
           "https://app.example.com/shared#{token}";
  }
  config.link_url_template = text;
  return std::nullopt;
}

Fault read_public_url(std::string_view text, Config& config) {
  while (text.ends_with('/')) text.remove_suffix(1);
  const auto rest = after_scheme(text);
  if (!rest || rest->find_first_of("?#@") != std::string_view::npos) {
    return "must be this service's own address as its clients see it, without query or fragment, "
           "for example https://share.example.com";
  }
  config.public_url = text;
  return std::nullopt;
}

Fault read_link_keys_file(std::string_view text, Config& config) {
  config.link_keys_file = text;
  return std::nullopt;
}

Fault read_media_store(std::string_view text, Config& config) {
  if (!text.starts_with("local:/")) {
    return "must be local: and the absolute path of a folder, for example "
           "local:/var/lib/vitrine/media";
  }
  config.media_store = text;
  return std::nullopt;
}

bool is_origin(std::string_view text) {
  const auto host = after_scheme(text);
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  return host && host->find_first_of("/?#@*,") == std::string_view::npos &&
         std::none_of(text.begin(), text.end(), upper);
}

// The elements of a list that is separated by commas, without the spaces around them.
std::vector<std::string_view> elements_of(std::string_view text) {
  std::vector<std::string_view> elements;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string_view element = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    while (element.starts_with(' ')) element.remove_prefix(1);
    while (element.ends_with(' ')) element.remove_suffix(1);
    elements.push_back(element);
  }
  return elements;
}

Fault read_cors_origins(std::string_view text, Config& config) {
  std::vector<std::string> origins;
  for (const std::string_view origin : elements_of(text)) {
    if (!is_origin(origin)) {
      return "must be origins separated by commas, each as a browser sends it: scheme, host in "
             "lower case, port unless it is the usual one, nothing after it, for example "
             "https://app.example.com";
    }
    origins.emplace_back(origin);
  }
  config.cors_origins = std::move(origins);
  return std::nullopt;
}

Fault read_trusted_proxies(std::string_view text, Config& config) {
  std::vector<IpNetwork> networks;
  for (const std::string_view element : elements_of(text)) {
    const auto network = IpNetwork::parse(element);
    if (!network) {
      return "must be IP addresses or networks separated by commas, for example "
             "127.0.0.1,10.0.0.0/8,2001:db8::/32";
    }
    networks.push_back(*network);
  }
  config.trusted_proxies = std::move(networks);
  return std::nullopt;
}

Fault read_log_level(std::string_view text, Config& config) {
  if (text != "debug" && text != "info" && text != "warning" && text != "error") {
    return "must be debug, info, warning or error";
  }
  config.log_level = text;
  return std::nullopt;
}

std::string show_origins(const Config& config) {
  std::string shown;
  for (const std::string& origin : config.cors_origins) {
    shown.append(shown.empty() ? "" : ",").append(origin);
  }
  return shown;
}

std::string show_networks(const Config& config) {
  std::string shown;
  for (const IpNetwork& network : config.trusted_proxies) {
    shown.append(shown.empty() ? "" : ",").append(network.text());
  }
  return shown;
}

}  // namespace

const std::vector<Setting>& settings() {
  using Text = std::string_view;
  static const std::vector<Setting> table = with_job_settings({
      {"VITRINE_LISTEN", "127.0.0.1:8080", "address of the API", false, false,
       [](Text text, Config& config) { return read_endpoint(text, config.listen); },
       [](const Config& config) { return to_text(config.listen); }},
      {"VITRINE_ADMIN_LISTEN", "127.0.0.1:9090", "address of health and metrics; keep it private",
       false, false,
       [](Text text, Config& config) { return read_endpoint(text, config.admin_listen); },
       [](const Config& config) { return to_text(config.admin_listen); }},
      {"VITRINE_DATABASE_URL", "", "PostgreSQL connection string", true, true, read_database_url,
       [](const Config& config) { return config.database_url; }},
      {"VITRINE_DATABASE_READ_URL", "",
       "streaming standbys that answer resolves, several hosts in one connection string", false,
       true, read_database_read_url, [](const Config& config) { return config.database_read_url; }},
      number<&Config::database_pool_size, 1, 200>(
          "VITRINE_DATABASE_POOL_SIZE", "8",
          "connections to PostgreSQL, 1 to 200, beside the resolver's"),
      {"VITRINE_LINK_URL_TEMPLATE", "", "what a link looks like; holds {token} once", true, false,
       read_link_url_template, [](const Config& config) { return config.link_url_template; }},
      {"VITRINE_PUBLIC_URL", "", "this service's address as clients see it", true, false,
       read_public_url, [](const Config& config) { return config.public_url; }},
      switch_of<&Config::allow_insecure_links>("VITRINE_ALLOW_INSECURE_LINKS", "false",
                                               "permits http:// links, for development only"),
      {"VITRINE_LINK_KEYS_FILE", "", "file made by `vitrine link-keys init`", true, false,
       read_link_keys_file, [](const Config& config) { return config.link_keys_file; }},
      {"VITRINE_MEDIA_STORE", "", "where the media lies: local:/folder", true, false,
       read_media_store, [](const Config& config) { return config.media_store; }},
      number<&Config::media_url_lifetime, 1, 86'400>("VITRINE_MEDIA_URL_TTL_SECONDS", "300",
                                                     "life of a signed media URL, 1 to 86400"),
      number<&Config::session_lifetime, 30, 3600>(
          "VITRINE_SESSION_TTL_SECONDS", "600",
          "a viewing session lasts so long after each resolve, 30 to 3600"),
      {"VITRINE_CORS_ORIGINS", "", "origins whose pages may call the API, separated by commas",
       false, false, read_cors_origins, show_origins},
      {"VITRINE_TRUSTED_PROXIES", "",
       "proxies whose X-Forwarded-For is believed: addresses or networks, separated by commas",
       false, false, read_trusted_proxies, show_networks},
      number<&Config::key_rate_per_minute, 0, 1'000'000>(
          "VITRINE_KEY_RATE_PER_MINUTE", "6000",
          "requests of one API key, up to 1000000; 0 for no limit"),
      number<&Config::threads, 1, 64>("VITRINE_THREADS", "2",
                                      "threads that serve connections, 1 to 64"),
      number<&Config::resolver_threads, 1, 16>(
          "VITRINE_RESOLVER_THREADS", "1",
          "threads that read links, each in a database session of its own, 1 to 16"),
      number<&Config::drain_delay, 0, 60'000>("VITRINE_DRAIN_DELAY_MS", "0",
                                              "serving goes on so long after SIGTERM, 0 to 60000"),
      number<&Config::drain_timeout, 0, 300'000>(
          "VITRINE_DRAIN_TIMEOUT_MS", "20000", "then work in flight may take so long, 0 to 300000"),
      {"VITRINE_LOG_LEVEL", "info", "debug, info, warning or error", false, false, read_log_level,
       [](const Config& config) { return config.log_level; }},
  });
  return table;
}

}  // namespace vitrine::app
