#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/json_writer.hpp"
#include "api/object_reader.hpp"
#include "api/page_token.hpp"
#include "service/core/link_change.hpp"
#include "service/core/page.hpp"
#include "service/links.hpp"

// Links and recipients as JSON. The readers of bodies throw malformed_json, or validation_failed
// with every fault.
namespace vitrine::api {

// The recipients that a share begins with, under the member `name`: at most one per address.
std::vector<core::Recipient> read_recipients(ObjectReader& share, std::string_view name);

// `{recipient?}`; nobody stands for an anonymous link. Also an empty body.
std::optional<core::Recipient> read_link_draft(std::string_view body);

// A JSON merge patch (RFC 7396).
core::LinkPatch read_link_patch(std::string_view body);

// `{grace_seconds?}`, or an empty body.
core::Rotation read_rotation(std::string_view body);

void write_recipient(JsonWriter& json, const std::optional<core::Recipient>& recipient);

// `opens`: null unless they are tracked.
void write_opens(JsonWriter& json, const core::OpenCounts& opens, bool tracked);

// The member `email`: what became of the last mail that was to bring the recipient the link.
void write_email(JsonWriter& json, const std::optional<core::MailStatus>& email);

void write_link(JsonWriter& json, const core::Link& link, const std::optional<std::string>& url,
                bool tracked);

std::string to_json(const Links::Shown& link);
std::string to_json(const core::Page<Links::Shown>& page, const PageScope& scope,
                    const PageTokens& tokens);

}  // namespace vitrine::api
