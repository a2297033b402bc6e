#pragma once

#include <optional>
#include <string>

#include "service/core/instant.hpp"
#include "service/core/scope.hpp"

namespace vitrine::core {

// What is asked for when an API key is made.
struct KeyDraft {
  std::string name;
  Scopes scopes;
  std::optional<Instant> expires_at;  // absent: never
};

// Throws validation_failed unless it has a name of 1 to 200 characters, which a terminal can show,
// and a scope.
void require_sound(const KeyDraft& draft);

// Throws forbidden, naming what `caller` lacks: a key grants nothing that it may not do itself.
void require_grantable(const Scopes& asked, const Scopes& caller);

// Throws validation_failed unless the end that is asked for is still to come, and no later than
// that of the key that makes this one.
void require_end(const KeyDraft& draft, std::optional<Instant> end_of_maker, Instant now);

}  // namespace vitrine::core
