#include "service/jobs/smtp_server.hpp"

#include <curl/curl.h>

#include <charconv>
#include <memory>
#include <optional>
#include <stdexcept>

namespace vitrine::jobs {
namespace {

constexpr auto kShape =
    "must be smtp://user:password@host:587, smtps://user:password@host:465, or "
    "smtp://host:25?starttls=optional; user and password may be left out, and what is no letter or "
    "digit in them is written as %40";

// One part of a URL as libcurl reads it; nothing when the URL has none.
class UrlReader {
 public:
  explicit UrlReader(const std::string& url) : url_(curl_url(), &curl_url_cleanup) {
    readable_ = curl_url_set(url_.get(), CURLUPART_URL, url.c_str(), 0) == CURLUE_OK;
  }

  bool readable() const { return readable_; }

  std::optional<std::string> part(CURLUPart part, unsigned flags = 0) const {
    char* text = nullptr;
    if (curl_url_get(url_.get(), part, &text, flags) != CURLUE_OK) {
      return std::nullopt;
    }
    const std::unique_ptr<char, void (*)(void*)> owner(text, &curl_free);
    return std::string(text);
  }

 private:
  std::unique_ptr<CURLU, void (*)(CURLU*)> url_;
  bool readable_ = false;
};

bool is_this_machine(std::string_view host) {
  return host == "localhost" || host.starts_with("127.") || host == "::1";
}

[[noreturn]] void refuse(const char* fault) { throw std::invalid_argument(fault); }

SmtpServer::Tls tls_of(const UrlReader& url, const SmtpServer& server) {
  using Tls = SmtpServer::Tls;
  const auto query = url.part(CURLUPART_QUERY);
  if (url.part(CURLUPART_SCHEME) == "smtps") {
    if (query) {
      refuse("must have no question after smtps://, which is TLS from the start");
    }
    return Tls::from_the_start;
  }
  if (!query) {
    return is_this_machine(server.host) ? Tls::optional : Tls::required;
  }
  if (*query == "starttls=required") {
    return Tls::required;
  }
  if (*query == "starttls=optional") {
    return Tls::optional;
  }
  if (*query != "starttls=never") {
    refuse("may ask ?starttls=required, ?starttls=optional or ?starttls=never, and nothing else");
  }
  return Tls::never;
}

std::uint16_t port_of(const UrlReader& url) {
  const auto text = url.part(CURLUPART_PORT);
  if (!text) {
    return url.part(CURLUPART_SCHEME) == "smtps" ? 465 : 587;
  }
  std::uint16_t port = 0;
  std::from_chars(text->data(), text->data() + text->size(), port);
  if (port == 0) {
    refuse(kShape);
  }
  return port;
}

}  // namespace

SmtpServer read_smtp_url(std::string_view text) {
  const UrlReader url{std::string(text)};
  const auto scheme = url.part(CURLUPART_SCHEME);
  const auto path = url.part(CURLUPART_PATH);
  if (!url.readable() || (scheme != "smtp" && scheme != "smtps") || (path && *path != "/") ||
      url.part(CURLUPART_FRAGMENT)) {
    refuse(kShape);
  }
  SmtpServer server;
  server.host = url.part(CURLUPART_HOST).value_or("");
  if (server.host.starts_with('[')) {
    server.host = server.host.substr(1, server.host.size() - 2);
  }
  if (server.host.empty()) {
    refuse(kShape);
  }
  server.port = port_of(url);
  server.user = url.part(CURLUPART_USER, CURLU_URLDECODE).value_or("");
  server.password = url.part(CURLUPART_PASSWORD, CURLU_URLDECODE).value_or("");
  server.tls = tls_of(url, server);
  const bool open_to_others =
      server.tls == SmtpServer::Tls::optional || server.tls == SmtpServer::Tls::never;
  if (!server.user.empty() && open_to_others && !is_this_machine(server.host)) {
    refuse("must not tell a password to a host elsewhere without ?starttls=required or smtps://");
  }
  return server;
}

}  // namespace vitrine::jobs
