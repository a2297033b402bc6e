#pragma once

#include <memory>
#include <string>
#include <vector>

#include "service/core/link_token.hpp"
#include "service/media/media_store.hpp"

// What stands behind a dispatcher that is tested, and is not looked at.
namespace vitrine::api {

class NoMedia final : public media::MediaStore {
 public:
  std::string sign(const media::Grant&) const override { return "https://m.example.com/"; }
};

inline std::shared_ptr<const core::LinkKeys> link_keys() {
  return std::make_shared<const core::LinkKeys>(
      std::vector<core::LinkKey>{{1, core::KeyState::active, {7}}});
}

}  // namespace vitrine::api
