#pragma once

#include <optional>
#include <string_view>

namespace vitrine::viewers {

// The signatures a viewer token may carry. One per issuer, chosen by the operator: never by a
// token.
enum class Algorithm { hs256, rs256, es256, eddsa };

std::string_view to_text(Algorithm algorithm);  // "HS256", as RFC 7518 and RFC 8037 spell it
std::optional<Algorithm> algorithm_of(std::string_view text);

}  // namespace vitrine::viewers
