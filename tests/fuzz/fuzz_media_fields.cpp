// Input: a line of the client's conditions, then a file name. Dates, entity tags and names that
// go into or come from header fields of a media answer.
#include <algorithm>

#include "api/media_conditions.hpp"
#include "api/media_disposition.hpp"
#include "service/core/http_date.hpp"
#include "service/core/utf8.hpp"
#include "service/media/percent.hpp"
#include "tests/fuzz/property.hpp"

using namespace vitrine;
using fuzz::hold;

namespace {

const std::chrono::sys_seconds kModified{std::chrono::seconds(784111777)};
const api::Validators kCurrent{"\"v,1\"", kModified};

http::Headers one(const char* name, std::string_view value) {
  http::Headers headers;
  headers.add(name, std::string(value));
  return headers;
}

void check_date(std::string_view text) {
  const auto date = core::parse_http_date(text);
  hold(!date || core::parse_http_date(core::format_http_date(*date)) == date,
       "a date reads back from its own text");
}

void check_conditions(std::string_view text) {
  const bool may_name_it = text.find(kCurrent.entity_tag) != std::string_view::npos;
  const bool has_tag =
      judge_conditions(one("If-None-Match", text), kCurrent) != api::Condition::met;
  hold(!has_tag || may_name_it || text == "*", "only its own tag names a version");
  const bool wanted = judge_conditions(one("If-Match", text), kCurrent) == api::Condition::met;
  hold(!wanted || has_tag, "a strong match is also a weak one");
  const bool resumes = range_is_current(one("If-Range", text), kCurrent, kModified);
  hold(!resumes || text == kCurrent.entity_tag, "a range needs the very version");
}

void check_name(std::string_view given) {
  const std::string name = api::safe_file_name(given);
  hold(!name.empty() && name.size() <= 200 && core::is_utf8(name), "a safe name is short text");
  hold(name.find_first_of("/\\\"\r\n") == std::string::npos && name.front() != '.',
       "a safe name stays in its folder");
  hold(api::safe_file_name(name) == name, "a safe name is safe already");

  const std::string field = api::content_disposition(std::string(given));
  hold(std::ranges::all_of(field, [](char c) { return c >= ' ' && c <= '~'; }),
       "a field is visible ASCII");
  hold(std::ranges::count(field, '"') == 2, "a name cannot end its quotes");
  hold(media::percent_decode(field.substr(field.rfind("UTF-8''") + 7)) == name,
       "the full name reads back");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest = fuzz::text_of(data, size);
  const std::string_view condition = fuzz::take_line(rest);
  check_date(condition);
  check_conditions(condition);
  check_name(rest);
  return 0;
}
