#include "service/link_urls.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "service/core/error.hpp"

namespace vitrine {
namespace {

constexpr std::string_view kPlaceholder = "{token}";
constexpr std::size_t kMaxTemplateBytes = 2000;

bool begins_with(std::string_view text, std::string_view lower_case_prefix) {
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a | 0x20 : a) == b; };
  return text.size() >= lower_case_prefix.size() &&
         std::equal(lower_case_prefix.begin(), lower_case_prefix.end(), text.begin(),
                    [&](char lower, char c) { return same(c, lower); });
}

bool is_https(std::string_view url) { return begins_with(url, "https://"); }

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// RFC 3986 section 2. Others, such as a backslash, mean different things to different readers.
bool is_url_character(char c) {
  return is_alphanumeric(c) ||
         std::string_view("-._~:/?#[]@!$&'()*+,;=%").find(c) != std::string_view::npos;
}

bool consists_of(std::string_view text, std::string_view punctuation) {
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return is_alphanumeric(c) || punctuation.find(c) != std::string_view::npos;
  });
}

bool is_port(std::string_view text) {
  return text.size() <= 5 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// `host`, `host:port` or `[address]:port`, and nobody's name before it.
bool is_authority(std::string_view text) {
  std::string_view host = text.substr(0, text.find(':'));
  if (text.starts_with('[')) {
    host = text.substr(0, text.find(']'));
    const std::string_view rest = text.substr(host.size());
    return consists_of(host.substr(1), ":.") &&
           (rest == "]" || (rest.starts_with("]:") && is_port(rest.substr(2))));
  }
  const std::string_view rest = text.substr(host.size());
  return consists_of(host, ".-") && (rest.empty() || is_port(rest.substr(1)));
}

// What must be mended, or nothing.
std::string fault_of(std::string_view url_template) {
  if (url_template.size() > kMaxTemplateBytes) {
    return "must have at most " + std::to_string(kMaxTemplateBytes) + " bytes";
  }
  if (!is_https(url_template) && !begins_with(url_template, "http://")) {
    return "must begin with https://";
  }
  const auto place = url_template.find(kPlaceholder);
  if (place == std::string_view::npos || url_template.rfind(kPlaceholder) != place) {
    return "must hold {token} exactly once";
  }
  std::string rest(url_template);
  rest.erase(place, kPlaceholder.size());
  if (!std::ranges::all_of(rest, is_url_character)) {
    return "must hold, besides {token}, only the characters of a URL: ASCII letters, digits and "
           "-._~:/?#[]@!$&'()*+,;=%";
  }
  const auto host = url_template.find("://") + 3;
  const auto host_end = std::min(url_template.find_first_of("/?#", host), url_template.size());
  if (place < host_end || !is_authority(url_template.substr(host, host_end - host))) {
    return "must name a host, without user and password, and hold {token} after it";
  }
  return {};
}

}  // namespace

LinkUrls::LinkUrls(std::string url_template, bool allow_insecure,
                   std::shared_ptr<const core::LinkKeys> keys)
    : url_template_(std::move(url_template)),
      allow_insecure_(allow_insecure),
      keys_(std::move(keys)) {
  const std::string fault = fault_of(url_template_);
  if (!fault.empty()) {
    throw std::invalid_argument("the link URL template " + fault +
                                ", for example https://app.example.com/shared#{token}");
  }
}

std::optional<std::string> LinkUrls::fault_of_template(std::string_view url_template) const {
  const std::string fault = fault_of(url_template);
  if (fault.empty() && !allow_insecure_ && !is_https(url_template)) {
    return "must begin with https://";
  }
  return fault.empty() ? std::nullopt : std::optional(fault);
}

void LinkUrls::require_https(const core::Policy& policy) const {
  if (allow_insecure_ || is_https(template_of(policy))) {
    return;
  }
  throw core::Error(core::ErrorCode::https_required,
                    policy.link_url_template
                        ? "Links are made only for https addresses. Change link_url_template of "
                          "the policy to one that begins with https://."
                        : "Links are made only for https addresses. Ask the operator to set "
                          "VITRINE_LINK_URL_TEMPLATE to one that begins with https://.");
}

std::optional<std::string> LinkUrls::url_of(const core::Link& link,
                                            const core::Policy& policy) const {
  if (link.revoked_at || !keys_->accepts(link.kid)) {
    return std::nullopt;
  }
  std::string url = template_of(policy);
  url.replace(url.find(kPlaceholder), kPlaceholder.size(), keys_->mint(link.id, link.kid));
  return url;
}

const std::string& LinkUrls::template_of(const core::Policy& policy) const {
  return policy.link_url_template ? *policy.link_url_template : url_template_;
}

}  // namespace vitrine
