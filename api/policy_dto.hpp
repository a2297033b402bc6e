#pragma once

#include <string>
#include <string_view>

#include "api/page_token.hpp"
#include "service/link_urls.hpp"
#include "service/policies.hpp"

// Policies as JSON. The reader throws malformed_json, or validation_failed with every fault.
namespace vitrine::api {

// A JSON merge patch (RFC 7396), with the name of a preset to begin from. `urls` judges templates.
core::PolicyPatch read_policy_patch(std::string_view body, const LinkUrls& urls);

// The same text for every way to write the same patch: what a page token is bound to.
std::string canonical_patch(std::string_view body);

std::string to_json(const Policies::Current& current);
std::string to_json(const Policies::Simulation& simulation, const PageScope& scope,
                    const PageTokens& tokens);
std::string presets_json();

}  // namespace vitrine::api
