#include "api/media_type.hpp"

#include <algorithm>
#include <string>

#include "api/header_values.hpp"
#include "service/core/error.hpp"

namespace vitrine::api {
namespace {

core::Error unsupported(const std::string& detail) {
  return {core::ErrorCode::unsupported_media_type, detail};
}

// Takes the text before the separator off the front.
std::string_view take_until(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = without_spaces_around(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

bool is_utf8_charset(std::string_view parameter) {
  const std::string_view name = take_until(parameter, '=');
  return equals_ignoring_case(name, "charset") &&
         (equals_ignoring_case(parameter, "utf-8") || equals_ignoring_case(parameter, "\"utf-8\""));
}

// The weight of `q`, in thousandths (RFC 9110 section 12.4.2); what is malformed weighs nothing.
int weight_of(std::string_view parameters) {
  while (!parameters.empty()) {
    std::string_view parameter = take_until(parameters, ';');
    if (!equals_ignoring_case(take_until(parameter, '='), "q")) {
      continue;
    }
    if (parameter.starts_with('1')) {
      return 1000;
    }
    if (!parameter.starts_with("0.")) {
      return 0;
    }
    int weight = 0;
    int unit = 100;
    for (const char c : parameter.substr(2, 3)) {
      weight += c >= '0' && c <= '9' ? (c - '0') * unit : 0;
      unit /= 10;
    }
    return weight;
  }
  return 1000;
}

// Whether the Accept of a request would rather have this than JSON.
bool prefers(const http::Headers& headers, std::string_view type) {
  const std::string accept = joined_values(headers, "Accept");
  std::string_view rest = accept;
  int wanted = 0;
  int json = 0;
  while (!rest.empty()) {
    std::string_view parameters = take_until(rest, ',');
    const std::string_view range = take_until(parameters, ';');
    if (equals_ignoring_case(range, type)) {
      wanted = weight_of(parameters);
    } else if (equals_ignoring_case(range, "application/json") ||
               equals_ignoring_case(range, "application/*") || range == "*/*") {
      json = std::max(json, weight_of(parameters));
    }
  }
  return wanted > json;
}

}  // namespace

void require_json(const http::Headers& headers, bool merge_patch) {
  const std::string encoding = joined_values(headers, "Content-Encoding");
  if (!encoding.empty() && !equals_ignoring_case(encoding, "identity")) {
    throw unsupported("Send the body without Content-Encoding.");
  }
  const auto type = headers.get("Content-Type");
  if (!type || headers.count("Content-Type") > 1) {
    throw unsupported("Send one Content-Type: application/json.");
  }
  std::string_view parameters = *type;
  const std::string_view name = take_until(parameters, ';');
  if (!equals_ignoring_case(name, "application/json") &&
      !(merge_patch && equals_ignoring_case(name, "application/merge-patch+json"))) {
    throw unsupported("Send the body as application/json.");
  }
  while (!parameters.empty()) {
    const std::string_view parameter = take_until(parameters, ';');
    if (!parameter.empty() && !is_utf8_charset(parameter)) {
      throw unsupported("Send JSON in UTF-8; no other charset is read.");
    }
  }
}

bool prefers_html(const http::Headers& headers) { return prefers(headers, "text/html"); }

bool prefers_event_stream(const http::Headers& headers) {
  return prefers(headers, "text/event-stream");
}

}  // namespace vitrine::api
