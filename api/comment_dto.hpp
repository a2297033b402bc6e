#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "api/page_token.hpp"
#include "service/core/comment.hpp"
#include "service/core/page.hpp"

// Comments as JSON. The readers throw malformed_json, or validation_failed with every fault.
namespace vitrine::api {

core::CommentDraft read_comment_draft(std::string_view body);

// A JSON merge patch (RFC 7396). `current` is asked only when the patch names the link, which is no
// fault as long as it is the one that the comment has.
core::CommentPatch read_comment_patch(std::string_view body,
                                      const std::function<core::Comment()>& current);

std::string to_json(const core::Comment& comment);
std::string to_json(const core::Page<core::Comment>& page, const PageScope& scope,
                    const PageTokens& tokens);

}  // namespace vitrine::api
