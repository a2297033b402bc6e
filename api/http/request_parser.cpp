#include "api/http/request_parser.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <charconv>
#include <limits>
#include <string>
#include <utility>

#include "api/http/characters.hpp"
#include "api/http/host_field.hpp"

namespace vitrine::http {
namespace {

namespace beast = boost::beast::http;
using core::ErrorCode;
using Fault = std::optional<HeadFault>;

// 10^19 fits no unsigned 64-bit number of 20 digits safely; nobody sends such a body.
constexpr std::size_t kMostLengthDigits = 19;

HeadFault malformed(std::string_view detail) { return {ErrorCode::malformed_request, detail}; }

std::string_view first_line(std::string_view head) { return head.substr(0, head.find('\r')); }

// `Unsupported` methods are told apart from malformed request lines, so this comes before Beast,
// which knows dozens of WebDAV methods and refuses to say which version it did not like.
Fault check_request_line(std::string_view line, const HeadLimits& limits, RequestHead& head) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return malformed("The request line is not: method, target, version.");
  }
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!std::all_of(method.begin(), method.end(), is_token_character)) {
    return malformed("The method has characters that no method has.");
  }
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    return malformed("Only HTTP/1.1 and HTTP/1.0 are spoken here.");
  }
  if (target.size() > limits.target_bytes) {
    return HeadFault{ErrorCode::uri_too_long, "The request target is too long."};
  }
  if (!std::all_of(target.begin(), target.end(), is_target_character)) {
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

// What Beast forgives: continuation lines, which it folds into a blank, and bytes in values.
Fault check_field_lines(std::string_view head) {
  std::size_t begin = head.find('\n') + 1;
  while (begin + 2 < head.size()) {
    const std::size_t end = head.find('\n', begin);
    const std::string_view line = head.substr(begin, end - 1 - begin);
    if (line.front() == ' ' || line.front() == '\t') {
      return malformed("A header field is folded over several lines.");
    }
    if (!std::all_of(line.begin(), line.end(), is_value_character)) {
      return malformed("A header field contains a control character.");
    }
    begin = end + 1;
  }
  return std::nullopt;
}

Fault check_content_length(RequestHead& head) {
  const std::size_t count = head.headers.count("Content-Length");
  if (count == 0)
    return std::nullopt;
  const std::string_view text = *head.headers.get("Content-Length");
  if (count > 1 || text.empty() || text.size() > kMostLengthDigits ||
      !std::all_of(text.begin(), text.end(), is_digit)) {
    return malformed("Content-Length must be one decimal number.");
  }
  std::uint64_t length = 0;
  std::from_chars(text.data(), text.data() + text.size(), length);
  head.content_length = length;
  return std::nullopt;
}

Fault check_framing(RequestHead& head, bool http_1_0) {
  const std::size_t hosts = head.headers.count("Host");
  if (hosts > 1 || (hosts == 0 && !http_1_0)) {
    return malformed("Exactly one Host field is needed.");
  }
  if (hosts == 1 && !is_valid_host(*head.headers.get("Host"))) {
    return malformed("The Host field is not a host with an optional port.");
  }
  if (head.headers.count("Transfer-Encoding") > 0) {
    if (http_1_0 || head.headers.count("Content-Length") > 0) {
      return malformed("Transfer-Encoding and Content-Length contradict each other.");
    }
    return HeadFault{ErrorCode::not_implemented,
                     "Transfer-Encoding is not supported: send Content-Length."};
  }
  return check_content_length(head);
}

bool same_word(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return (x | 0x20) == (y | 0x20);
         });
}

bool lists_option(const Headers& headers, std::string_view option) {
  for (const Header& field : headers.all()) {
    if (!same_word(field.name, "Connection"))
      continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      std::string_view item = rest.substr(0, comma);
      while (!item.empty() && (item.front() == ' ' || item.front() == '\t')) item.remove_prefix(1);
      while (!item.empty() && (item.back() == ' ' || item.back() == '\t')) item.remove_suffix(1);
      if (same_word(item, option))
        return true;
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  return false;
}

Fault check_expectation(ParsedHead& parsed) {
  const auto expectation = parsed.head.headers.get("Expect");
  if (!expectation || parsed.http_1_0)
    return std::nullopt;
  if (parsed.head.headers.count("Expect") > 1 || !same_word(*expectation, "100-continue")) {
    return HeadFault{ErrorCode::expectation_failed, "Only Expect: 100-continue can be met."};
  }
  parsed.expects_continue = true;
  return std::nullopt;
}

Fault read_fields(std::string_view bytes, const HeadLimits& limits, Headers& headers) {
  beast::request_parser<beast::empty_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(limits.head_bytes + 2));
  // Not boost::none: in this version of Beast every length is larger than that.
  parser.body_limit(std::numeric_limits<std::uint64_t>::max());
  boost::system::error_code error;
  parser.put(boost::asio::buffer(bytes.data(), bytes.size()), error);
  if (error || !parser.is_header_done()) {
    return malformed("The header fields are malformed or contradict each other.");
  }
  for (const auto& field : parser.get().base()) {
    headers.add(std::string(field.name_string()), std::string(field.value()));
  }
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

  Fault fault = check_request_line(line, limits_, parsed.head);
  if (!fault)
    fault = check_field_lines(bytes);
  if (!fault)
    fault = read_fields(bytes, limits_, parsed.head.headers);
  const bool readable = !fault;
  if (!fault)
    fault = check_framing(parsed.head, parsed.http_1_0);
  if (!fault)
    fault = check_expectation(parsed);
  if (fault) {
    FramingError error{fault->code, fault->detail, std::nullopt, line.starts_with("HEAD ")};
    if (readable)
      error.head = std::move(parsed.head);
    return error;
  }
  parsed.keep_alive = parsed.http_1_0 ? lists_option(parsed.head.headers, "keep-alive")
                                      : !lists_option(parsed.head.headers, "close");
  return parsed;
}

}  // namespace vitrine::http
