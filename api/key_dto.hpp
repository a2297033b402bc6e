#pragma once

#include <string>
#include <string_view>

#include "api/page_token.hpp"
#include "service/core/page.hpp"
#include "service/key_admin.hpp"

namespace vitrine::api {

core::KeyDraft read_key_draft(std::string_view body);  // throws malformed_json, validation_failed

std::string to_json(const KeyAdmin::Created& made);  // with the secret
std::string to_json(const core::Page<Keys::Listed>& page, const PageScope& scope,
                    const PageTokens& tokens);

}  // namespace vitrine::api
