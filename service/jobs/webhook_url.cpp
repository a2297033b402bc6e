#include "service/jobs/webhook_url.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "service/core/utf8.hpp"
#include "service/domain_name.hpp"
#include "service/ip_address.hpp"
#include "service/public_address.hpp"

namespace vitrine::jobs {
namespace {

constexpr std::size_t kMaxUrl = 2048;
constexpr auto npos = std::string_view::npos;
constexpr auto kUnsafe = "\\\"<>^`{|}";  // readers of URLs differ about them
constexpr auto kNotPublic = "Must lead to a server on the internet, not into a private network.";
constexpr auto kNoHost = "Must have the name of a host after https://, as in hooks.example.com.";

// Names that the DNS of the internet does not have (RFC 6761, RFC 6762, RFC 8375, RFC 9476, and
// what ICANN has set apart), and those by which machines know themselves and their neighbours.
constexpr std::string_view kPrivateNames[] = {"localhost", "localdomain", "local", "internal",
                                              "intranet",  "lan",         "home",  "corp",
                                              "test",      "invalid",     "onion", "home.arpa"};

bool is_visible_ascii(char c) { return c > ' ' && c < 0x7f; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }
bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

// The text in three: what stands before the host, what stands between `//` and the path, and the
// rest.
struct Pieces {
  std::string_view scheme, authority, rest;
};

std::optional<Pieces> pieces_of(std::string_view text) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    const auto same = [](char a, char b) { return a == lower(b); };
    if (text.size() > scheme.size() &&
        std::equal(scheme.begin(), scheme.end(), text.begin(), same)) {
      const std::string_view after = text.substr(scheme.size());
      const auto end = std::min(after.find_first_of("/?#"), after.size());
      return Pieces{scheme, after.substr(0, end), after.substr(end)};
    }
  }
  return std::nullopt;
}

// How many code units a port with its colon takes at the end; IPv6 has its colons in brackets.
std::size_t port_length(std::string_view authority) {
  const auto colon = authority.rfind(':');
  const bool bracketed = authority.starts_with('[') && authority.rfind(']') > colon;
  return colon == npos || bracketed ? 0 : authority.size() - colon;
}

std::string fault_of_pieces(const Pieces& pieces, Destinations destinations) {
  if (pieces.scheme == "http://" && destinations == Destinations::public_https) {
    return "Must begin with https://.";
  }
  if (pieces.authority.find('@') != npos) {
    return "Must not hold a user name or a password; verify the signature instead.";
  }
  if (pieces.rest.find('#') != npos) {
    return "Must not have a fragment: leave out the # and what follows.";
  }
  if (!std::ranges::all_of(pieces.rest, is_visible_ascii)) {
    return "Must have only ASCII after the host: percent-encode the other characters.";
  }
  if (pieces.authority.find('%') != npos) {
    return "Must not percent-encode the host.";
  }
  return pieces.authority.find_first_of(kUnsafe) != npos ||
                 pieces.rest.find_first_of(kUnsafe) != npos
             ? "Must not hold any of \\\"<>^`{|} unencoded."
             : "";
}

// The host in ASCII. UTS 46 knows other digits and full stops too, so what counts is what became of
// them.
std::optional<std::string> ascii_host(std::string_view host) {
  if (std::ranges::all_of(host, is_ascii)) {
    std::string text(host);
    std::ranges::transform(text, text.begin(), lower);
    return text;
  }
  return core::has_control(host) || has_unseen(host) ? std::nullopt : dns_form(std::string(host));
}

// libcurl's reading of a URL: it is libcurl that will connect. It knows the spellings of an IPv4
// address in octal, in hexadecimal, as one number.
class CurlUrl {
 public:
  explicit CurlUrl(const std::string& text) : handle_(curl_url(), curl_url_cleanup) {
    good_ = handle_ && curl_url_set(handle_.get(), CURLUPART_URL, text.c_str(),
                                    CURLU_DISALLOW_USER) == CURLUE_OK;
  }
  bool good() const { return good_; }
  std::string part(CURLUPart which, unsigned flags = 0) const {
    char* text = nullptr;
    const CURLUcode result = curl_url_get(handle_.get(), which, &text, flags);
    const std::unique_ptr<char, void (*)(void*)> owner(text, curl_free);
    return result == CURLUE_OK && text != nullptr ? text : "";
  }

 private:
  std::unique_ptr<CURLU, void (*)(CURLU*)> handle_;
  bool good_ = false;
};

bool is_private_name(std::string_view host) {
  return host.find('.') == npos || std::ranges::any_of(kPrivateNames, [&](std::string_view name) {
           return host == name ||
                  (host.ends_with(name) && host[host.size() - name.size() - 1] == '.');
         });
}

std::string fault_of_address(std::string_view text, Destinations destinations) {
  const auto address = IpAddress::parse(text);
  if (!address) {
    return "Must have a valid IP address, without a zone, or the name of a host.";
  }
  return destinations == Destinations::any || is_public(*address) ? "" : kNotPublic;
}

std::string fault_of_host(std::string_view host, Destinations destinations) {
  if (host.starts_with('[')) {
    return fault_of_address(host.substr(1, host.size() - 2), destinations);
  }
  if (host.ends_with('.')) {
    return "Must not end the host with a dot.";
  }
  // No domain of the highest level begins with a digit, and every spelling of an address does.
  if (const char first = host.empty() ? '\0' : host[host.rfind('.') + 1];
      first >= '0' && first <= '9') {
    return fault_of_address(host, destinations);
  }
  if (!is_host_name(host)) {
    return "Must have a host of letters, digits and hyphens between dots, of at most 253 "
           "characters.";
  }
  return destinations == Destinations::any || !is_private_name(host) ? "" : kNotPublic;
}

std::string fault_of(const CurlUrl& url, Destinations destinations) {
  if (!url.good()) {
    return "Must be a valid URL, as in https://hooks.example.com/vitrine.";
  }
  if (!url.part(CURLUPART_ZONEID).empty()) {
    return "Must not have a zone in its address.";
  }
  const std::string port = url.part(CURLUPART_PORT, CURLU_DEFAULT_PORT);
  if (port == "0" ||
      (destinations == Destinations::public_https && port != "443" && port != "8443")) {
    return "Must use port 443, which need not be named, or 8443.";
  }
  return fault_of_host(url.part(CURLUPART_HOST), destinations);
}

}  // namespace

WebhookUrlReading read_webhook_url(std::string_view text, Destinations destinations) {
  if (text.size() > kMaxUrl) {
    return {{}, "Must have at most 2,048 bytes."};
  }
  const auto pieces = pieces_of(text);
  if (!core::is_utf8(text) || !pieces) {
    return {{}, "Must begin with https:// and the name of a host."};
  }
  if (std::string fault = fault_of_pieces(*pieces, destinations); !fault.empty()) {
    return {{}, std::move(fault)};
  }
  const std::size_t tail = port_length(pieces->authority);
  const auto host = ascii_host(pieces->authority.substr(0, pieces->authority.size() - tail));
  if (!host || host->empty()) {
    return {{}, kNoHost};
  }
  std::string given(pieces->scheme);
  given.append(*host).append(pieces->authority.substr(pieces->authority.size() - tail));
  const CurlUrl url(given.append(pieces->rest));
  if (std::string fault = fault_of(url, destinations); !fault.empty()) {
    return {{}, std::move(fault)};
  }
  std::string read = url.part(CURLUPART_URL, CURLU_NO_DEFAULT_PORT);
  return read.empty() || read.size() > kMaxUrl
             ? WebhookUrlReading{{}, "Must have at most 2,048 bytes."}
             : WebhookUrlReading{std::move(read), {}};
}

}  // namespace vitrine::jobs
