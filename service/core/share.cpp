#include "service/core/share.hpp"

namespace vitrine::core {

std::string_view to_text(ShareState state) {
  switch (state) {
    case ShareState::scheduled:
      return "scheduled";
    case ShareState::active:
      return "active";
    case ShareState::expired:
      return "expired";
    case ShareState::disabled:
      return "disabled";
    case ShareState::revoked:
      return "revoked";
  }
  return "";
}

ShareState state_of(const Share& share) {
  if (share.revoked_at) {
    return ShareState::revoked;
  }
  if (share.disabled_at) {
    return ShareState::disabled;
  }
  if (share.now < share.window.starts_at) {
    return ShareState::scheduled;
  }
  const bool over = share.window.expires_at && share.now >= *share.window.expires_at;
  return over ? ShareState::expired : ShareState::active;
}

}  // namespace vitrine::core
