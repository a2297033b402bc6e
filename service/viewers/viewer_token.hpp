#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/core/ids.hpp"
#include "service/core/instant.hpp"
#include "service/viewers/issuer.hpp"

namespace vitrine::viewers {

enum class ViewerCheck {
  member,
  invalid,
  other_workspace,  // genuine in every respect, for another workspace
};

// A JWT (RFC 7519) by which a product says who is looking, judged by RFC 8725. It has the claims
// `iss`, `aud`, `exp`, `sub` and `workspace` (the workspace's id); `nbf` and `iat` count when they
// are there.
class ViewerToken {
 public:
  // Takes the text apart and believes nothing of it yet. Nothing for what cannot be a viewer token:
  // more than 8 KiB, not three parts in strict base64url, JSON that two readers could read
  // differently, `crit`, a `typ` other than JWT, a claim that is missing or of another type.
  static std::optional<ViewerToken> read(std::string_view jwt);

  // Whose token it claims to be: which issuer to check it by. 1 to 255 bytes, no NUL.
  const std::string& issuer() const noexcept { return issuer_; }
  // When it says that it ends.
  core::Instant expires_at() const noexcept { return expires_at_; }

  // Only what the header says of `alg` and `kid` is heeded: keys and addresses in it (`jwk`, `x5c`,
  // `jku`, `x5u`) mean nothing here. `now` is the database's.
  ViewerCheck check(const Issuer& issuer, const core::WorkspaceId& workspace,
                    core::Instant now) const;

 private:
  ViewerToken() = default;
  class Reader;
  bool is_signed_by(const Issuer& issuer) const;
  bool is_current(core::Instant now) const;

  std::string signed_part_;  // header.claims, as they were sent
  Octets signature_;
  std::string algorithm_, issuer_;
  std::optional<std::string> kid_;
  std::vector<std::string> audiences_;
  core::Instant expires_at_;
  std::optional<core::Instant> not_before_, issued_at_;
  std::optional<core::WorkspaceId> workspace_;
};

}  // namespace vitrine::viewers
