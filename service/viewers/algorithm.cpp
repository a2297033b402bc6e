#include "service/viewers/algorithm.hpp"

#include <array>

namespace vitrine::viewers {

std::string_view to_text(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::hs256:
      return "HS256";
    case Algorithm::rs256:
      return "RS256";
    case Algorithm::es256:
      return "ES256";
    case Algorithm::eddsa:
      return "EdDSA";
  }
  return "";
}

std::optional<Algorithm> algorithm_of(std::string_view text) {
  constexpr std::array kAll = {Algorithm::hs256, Algorithm::rs256, Algorithm::es256,
                               Algorithm::eddsa};
  for (const Algorithm algorithm : kAll) {
    if (to_text(algorithm) == text) {
      return algorithm;
    }
  }
  return std::nullopt;
}

}  // namespace vitrine::viewers
