#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "service/core/link_token.hpp"
#include "service/core/share.hpp"

namespace vitrine {

// Turns a link into the URL that people pass on. Immutable; safe to share between threads.
class LinkUrls {
 public:
  // `url_template` holds `{token}` once, for example `https://app.example.com/shared#{token}`.
  // Throws std::invalid_argument with a sentence for the operator when it does not.
  LinkUrls(std::string url_template, bool allow_insecure,
           std::shared_ptr<const core::LinkKeys> keys);

  // What is wrong with a template of a workspace's own, as the end of a sentence that begins with
  // its name; nothing when links can be made from it.
  std::optional<std::string> fault_of_template(std::string_view url_template) const;

  // Throws https_required when links of a workspace with this policy would not be private on the
  // wire.
  void require_https(const core::Policy& policy) const;

  std::uint8_t active_kid() const { return keys_->active_kid(); }

  // The link a token stands for; nothing for one that is not genuine. Needs no database.
  std::optional<core::LinkKeys::Verified> verify(std::string_view token) const {
    return keys_->verify(token);
  }

  // By the template of the policy, or else of the service. Nothing when the key that signed the
  // link is retired, or the link is revoked.
  std::optional<std::string> url_of(const core::Link& link, const core::Policy& policy) const;

 private:
  const std::string& template_of(const core::Policy& policy) const;

  std::string url_template_;
  bool allow_insecure_;
  std::shared_ptr<const core::LinkKeys> keys_;
};

}  // namespace vitrine
