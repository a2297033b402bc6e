#pragma once

#include <chrono>
#include <string_view>

#include "api/http/message.hpp"

namespace vitrine::api {

// What tells two versions of a media object apart.
struct Validators {
  std::string_view entity_tag;  // strong, quotes included
  std::chrono::sys_seconds modified_at;
};

enum class Condition { met, not_modified, failed };

// Judges If-Match, If-Unmodified-Since, If-None-Match and If-Modified-Since of a GET or HEAD, in
// the order of RFC 9110 section 13.2.2. An unreadable date, or date fields sent twice, count as
// absent.
Condition judge_conditions(const http::Headers& headers, const Validators& current);

// Whether a Range may be honoured: there is no If-Range, or it names this very version, by a strong
// entity tag or by the exact date of a version that is older than a second (section 13.1.5).
bool range_is_current(const http::Headers& headers, const Validators& current,
                      std::chrono::sys_seconds now);

}  // namespace vitrine::api
