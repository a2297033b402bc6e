#include "api/auth.hpp"

#include <string>

#include "api/header_values.hpp"
#include "service/core/error.hpp"

namespace vitrine::api {
namespace {

constexpr std::string_view kScheme = "Bearer ";

core::Error unauthenticated() {
  return {core::ErrorCode::unauthenticated,
          "Send a valid API key as `Authorization: Bearer vtk_...`."};
}

}  // namespace

std::optional<std::string_view> bearer_secret(const http::Headers& headers) {
  if (headers.count("Authorization") > 1) {
    throw core::Error(core::ErrorCode::malformed_request,
                      "Send one Authorization field, not several.");
  }
  const auto value = headers.get("Authorization");
  if (!value || value->size() <= kScheme.size() ||
      !equals_ignoring_case(value->substr(0, kScheme.size()), kScheme)) {
    return std::nullopt;
  }
  return without_spaces_around(value->substr(kScheme.size()));
}

void require_key(const http::Headers& headers) {
  const auto secret = bearer_secret(headers);
  if (!secret || !core::api_key_digest(*secret)) {
    throw unauthenticated();
  }
}

core::Principal authenticate(const http::Headers& headers, Keys& keys) {
  const auto secret = bearer_secret(headers);
  const auto principal = secret ? keys.authenticate(*secret) : std::nullopt;
  if (!principal) {
    throw unauthenticated();
  }
  return *principal;
}

void require_scope(const core::Principal& caller, core::Scope needed) {
  if (!caller.scopes.allows(needed)) {
    throw core::Error(core::ErrorCode::forbidden,
                      "This API key lacks the scope " + std::string(core::to_text(needed)) + ".");
  }
}

}  // namespace vitrine::api
