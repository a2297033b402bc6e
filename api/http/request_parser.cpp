#include "api/http/request_parser.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "api/http/characters.hpp"
#include "api/http/host_field.hpp"

namespace vitrine::http {
namespace {

using core::ErrorCode;
using Fault = std::optional<HeadFault>;

// 10^19 fits no unsigned 64-bit number of 20 digits safely; nobody sends such a body.
constexpr std::size_t kMostLengthDigits = 19;

HeadFault malformed(std::string_view detail) { return {ErrorCode::malformed_request, detail}; }

std::string_view first_line(std::string_view head) { return head.substr(0, head.find('\r')); }

Fault check_request_line(std::string_view line, const HeadLimits& limits, RequestHead& head) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return malformed("The request line is not: method, target, version.");
  }
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!consists_of<is_token_character>(method)) {
    return malformed("The method has characters that no method has.");
  }
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    return malformed("Only HTTP/1.1 and HTTP/1.0 are spoken here.");
  }
  if (target.size() > limits.target_bytes) {
    return HeadFault{ErrorCode::uri_too_long, "The request target is too long."};
  }
  if (!consists_of<is_target_character>(target)) {
    return malformed("The request target must be visible ASCII without '#'.");
  }
  if (method == "TRACE") {
    return HeadFault{ErrorCode::method_not_allowed, "TRACE is not allowed here."};
  }
  constexpr Method kMethods[] = {Method::get,   Method::head,    Method::post,   Method::put,
                                 Method::patch, Method::delete_, Method::options};
  const auto* const known = std::find_if(std::begin(kMethods), std::end(kMethods),
                                         [&](Method m) { return to_text(m) == method; });
  if (known == std::end(kMethods)) {
    return HeadFault{ErrorCode::not_implemented, "This method is not known here."};
  }
  head.method = *known;
  if (!target.starts_with('/')) {
    return malformed("The request target must be a path that begins with '/'.");
  }
  const std::size_t question = target.find('?');
  head.path = target.substr(0, question);
  head.has_query = question != std::string_view::npos;
  if (head.has_query)
    head.query = target.substr(question + 1);
  return std::nullopt;
}

// What the edge itself must know of the fields; the views are into the input.
struct Framing {
  std::size_t hosts = 0, lengths = 0, codings = 0, expectations = 0;
  std::string_view host, length, expectation;
  bool closes = false, keeps_alive = false;  // what Connection lists
};

// `Connection` is a list of tokens; its elements may be empty (RFC 9110 section 5.6.1).
bool read_connection(std::string_view list, Framing& framing) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    const std::string_view option = without_blanks_around(list.substr(0, comma));
    list.remove_prefix(std::min(comma + 1, list.size()));
    if (!option.empty() && !is_token(option))
      return false;
    framing.closes |= same_word(option, "close");
    framing.keeps_alive |= same_word(option, "keep-alive");
  }
  return true;
}

// False when the field makes no sense by itself.
bool note_field(std::string_view name, std::string_view value, Framing& framing) {
  if (same_word(name, "Host")) {
    ++framing.hosts;
    framing.host = value;
  } else if (same_word(name, "Content-Length")) {
    ++framing.lengths;
    framing.length = value;
  } else if (same_word(name, "Transfer-Encoding")) {
    ++framing.codings;
  } else if (same_word(name, "Expect")) {
    ++framing.expectations;
    framing.expectation = value;
  } else if (same_word(name, "Connection")) {
    return read_connection(value, framing);
  }
  return true;
}

Fault read_field(std::string_view line, Headers& headers, Framing& framing) {
  if (line.front() == ' ' || line.front() == '\t') {
    return malformed("A header field is folded over several lines.");
  }
  if (!is_field_text(line)) {
    return malformed("A header field contains a control character.");
  }
  // Without a colon the whole line is the name, and with a blank before it the name is no token.
  const std::size_t colon = std::min(line.find(':'), line.size());
  const std::string_view name = line.substr(0, colon);
  const std::string_view value =
      without_blanks_around(line.substr(std::min(colon + 1, line.size())));
  if (colon == line.size() || !headers.add(name, value) || !note_field(name, value, framing)) {
    return malformed("The header fields are malformed or contradict each other.");
  }
  return std::nullopt;
}

// `lines` are whole: the scanner has found the end of each.
Fault read_fields(std::string_view lines, Headers& headers, Framing& framing) {
  while (!lines.empty()) {
    const std::size_t end = lines.find('\r');
    if (end == 0)
      break;
    if (Fault fault = read_field(lines.substr(0, end), headers, framing))
      return fault;
    lines.remove_prefix(end + 2);
  }
  return std::nullopt;
}

Fault check_content_length(const Framing& framing, RequestHead& head) {
  if (framing.lengths == 0)
    return std::nullopt;
  const std::string_view text = framing.length;
  if (framing.lengths > 1 || text.empty() || text.size() > kMostLengthDigits ||
      !consists_of<is_digit>(text)) {
    return malformed("Content-Length must be one decimal number.");
  }
  std::uint64_t length = 0;
  std::from_chars(text.data(), text.data() + text.size(), length);
  head.content_length = length;
  return std::nullopt;
}

Fault check_framing(const Framing& framing, bool http_1_0, RequestHead& head) {
  if (framing.hosts > 1 || (framing.hosts == 0 && !http_1_0)) {
    return malformed("Exactly one Host field is needed.");
  }
  if (framing.hosts == 1 && !is_valid_host(framing.host)) {
    return malformed("The Host field is not a host with an optional port.");
  }
  if (framing.codings > 0) {
    if (http_1_0 || framing.lengths > 0 || framing.codings > 1) {
      return malformed("Transfer-Encoding contradicts the rest of the head.");
    }
    return HeadFault{ErrorCode::not_implemented,
                     "Transfer-Encoding is not supported: send Content-Length."};
  }
  return check_content_length(framing, head);
}

Fault check_expectation(const Framing& framing, ParsedHead& parsed) {
  if (framing.expectations == 0 || parsed.http_1_0)
    return std::nullopt;
  if (framing.expectations > 1 || !same_word(framing.expectation, "100-continue")) {
    return HeadFault{ErrorCode::expectation_failed, "Only Expect: 100-continue can be met."};
  }
  parsed.expects_continue = true;
  return std::nullopt;
}

}  // namespace

std::variant<NeedMore, ParsedHead, FramingError> RequestParser::parse(std::string_view input) {
  const bool complete = scanner_.scan(input);
  if (const auto& fault = scanner_.fault()) {
    return FramingError{fault->code, fault->detail, std::nullopt, input.starts_with("HEAD ")};
  }
  if (!complete)
    return NeedMore{};

  const std::string_view bytes =
      input.substr(scanner_.skipped(), scanner_.end() - scanner_.skipped());
  const std::string_view line = first_line(bytes);
  ParsedHead parsed;
  parsed.bytes = scanner_.end();
  parsed.http_1_0 = line.ends_with("HTTP/1.0");
  scanner_.reset();

  Framing framing;
  Fault fault = check_request_line(line, limits_, parsed.head);
  if (!fault)
    fault = read_fields(bytes.substr(line.size() + 2), parsed.head.headers, framing);
  const bool readable = !fault;
  if (!fault)
    fault = check_framing(framing, parsed.http_1_0, parsed.head);
  if (!fault)
    fault = check_expectation(framing, parsed);
  if (fault) {
    FramingError error{fault->code, fault->detail, std::nullopt, line.starts_with("HEAD ")};
    if (readable)
      error.head = std::move(parsed.head);
    return error;
  }
  parsed.keep_alive = parsed.http_1_0 ? framing.keeps_alive : !framing.closes;
  return parsed;
}

}  // namespace vitrine::http
