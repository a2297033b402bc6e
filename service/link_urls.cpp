#include "service/link_urls.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "service/core/error.hpp"

namespace vitrine {
namespace {

constexpr std::string_view kPlaceholder = "{token}";

bool begins_with(std::string_view text, std::string_view lower_case_prefix) {
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a | 0x20 : a) == b; };
  return text.size() >= lower_case_prefix.size() &&
         std::equal(lower_case_prefix.begin(), lower_case_prefix.end(), text.begin(),
                    [&](char lower, char c) { return same(c, lower); });
}

bool is_https(std::string_view url) { return begins_with(url, "https://"); }

bool is_visible_ascii(char c) { return c > ' ' && c <= '~'; }

// What an operator must mend, or nothing.
std::string fault_of(std::string_view url_template) {
  if (!is_https(url_template) && !begins_with(url_template, "http://")) {
    return "must begin with https://";
  }
  if (!std::ranges::all_of(url_template, is_visible_ascii)) {
    return "must be visible ASCII without spaces";
  }
  const auto place = url_template.find(kPlaceholder);
  if (place == std::string_view::npos || url_template.rfind(kPlaceholder) != place) {
    return "must hold {token} exactly once";
  }
  const auto host = url_template.find("://") + 3;
  const auto host_end = std::min(url_template.find_first_of("/?#", host), url_template.size());
  if (host_end == host || place < host_end) {
    return "must name a host, and hold {token} after it";
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

void LinkUrls::require_https() const {
  if (!allow_insecure_ && !is_https(url_template_)) {
    throw core::Error(core::ErrorCode::https_required,
                      "Links are made only for https addresses. Ask the operator to set "
                      "VITRINE_LINK_URL_TEMPLATE to one that begins with https://.");
  }
}

std::optional<std::string> LinkUrls::url_of(const core::Link& link) const {
  if (link.revoked_at || !keys_->accepts(link.kid)) {
    return std::nullopt;
  }
  std::string url = url_template_;
  url.replace(url.find(kPlaceholder), kPlaceholder.size(), keys_->mint(link.id, link.kid));
  return url;
}

}  // namespace vitrine
