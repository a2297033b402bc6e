// Input: what a client sends. Read whole, and again byte by byte as it may trickle in.
#include <algorithm>
#include <variant>

#include "api/http/request_parser.hpp"
#include "tests/fuzz/property.hpp"

using namespace vitrine;
using fuzz::hold;
using http::FramingError;
using http::NeedMore;
using http::ParsedHead;

namespace {

using Outcome = std::variant<NeedMore, ParsedHead, FramingError>;

const http::HeadLimits kLimits;

Outcome read_whole(std::string_view input) { return http::RequestParser(kLimits).parse(input); }

Outcome read_slowly(std::string_view input) {
  http::RequestParser parser(kLimits);
  Outcome outcome = NeedMore{};
  for (std::size_t size = 1; size <= input.size(); ++size) {
    outcome = parser.parse(input.substr(0, size));
    if (!std::holds_alternative<NeedMore>(outcome)) {
      break;
    }
  }
  return outcome;
}

bool is_visible(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

bool same_fields(const http::Headers& a, const http::Headers& b) {
  return std::ranges::equal(a, b, [](const http::Header& x, const http::Header& y) {
    return x.name == y.name && x.value == y.value;
  });
}

bool same_head(const ParsedHead& a, const ParsedHead& b) {
  return a.bytes == b.bytes && a.keep_alive == b.keep_alive && a.http_1_0 == b.http_1_0 &&
         a.expects_continue == b.expects_continue && a.head.method == b.head.method &&
         a.head.path == b.head.path && a.head.query == b.head.query &&
         a.head.content_length == b.head.content_length &&
         same_fields(a.head.headers, b.head.headers);
}

void check_fields(const ParsedHead& parsed) {
  const http::Headers& headers = parsed.head.headers;
  hold(headers.size() <= kLimits.fields, "the number of fields is bounded");
  for (const http::Header field : headers) {
    hold(!field.name.empty() && is_visible(field.name) &&
             field.name.find_first_of(":()<>@,;\\\"/[]?={}") == std::string::npos,
         "a field name is a token");
    hold(field.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos,
         "a value is one line");
    hold(field.value.empty() || (field.value.front() != ' ' && field.value.back() != ' '),
         "a value is trimmed");
  }
  hold(headers.count("transfer-encoding") == 0, "no transfer coding gets in");
  hold(headers.count("content-length") <= 1, "a body has one length");
  hold(headers.count("content-length") == (parsed.head.content_length ? 1 : 0),
       "the length is the field's");
  hold(headers.count("host") == 1 || (parsed.http_1_0 && headers.count("host") == 0),
       "a request names one host");
}

void check_head(const ParsedHead& parsed, std::string_view input) {
  hold(parsed.bytes <= input.size() && parsed.bytes <= kLimits.head_bytes + 2, "a head is bounded");
  hold(input.substr(0, parsed.bytes).ends_with("\r\n\r\n"), "a head ends with an empty line");
  hold(parsed.head.path.starts_with('/') && is_visible(parsed.head.path) &&
           is_visible(parsed.head.query) &&
           parsed.head.path.find_first_of("?#") == std::string::npos,
       "a target is a path of visible ASCII");
  hold(parsed.head.path.size() + parsed.head.query.size() <= kLimits.target_bytes,
       "a target is bounded");
  check_fields(parsed);

  const Outcome alone = read_whole(input.substr(0, parsed.bytes));
  const auto* again = std::get_if<ParsedHead>(&alone);
  hold(again != nullptr && same_head(*again, parsed), "what follows a head does not change it");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz::text_of(data, size);
  const Outcome whole = read_whole(input);
  const Outcome slow = read_slowly(input);
  hold(whole.index() == slow.index(), "the speed of the bytes does not matter");
  if (const auto* parsed = std::get_if<ParsedHead>(&whole)) {
    hold(same_head(*parsed, std::get<ParsedHead>(slow)), "slow bytes give the same head");
    check_head(*parsed, input);
  }
  if (const auto* error = std::get_if<FramingError>(&whole)) {
    hold(!error->detail.empty(), "a refusal says why");
  }
  return 0;
}
