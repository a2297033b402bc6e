#pragma once

#include "service/core/error.hpp"

// What every use case that works on a share may have to say of it.
namespace vitrine {

inline core::Error no_share() {
  return {core::ErrorCode::not_found, "There is no share of this id."};
}

inline core::Error share_is_revoked() {
  return {core::ErrorCode::share_revoked, "The share is revoked, which is final: make a new one."};
}

}  // namespace vitrine
