#include "api/http/response_writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <optional>
#include <utility>

#include "api/http/characters.hpp"

namespace vitrine::http {
namespace {

constexpr std::pair<int, std::string_view> kReasons[] = {
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
};

// These describe how the answer travels, which only the edge knows.
bool belongs_to_edge(std::string_view name) {
  constexpr std::string_view kNames[] = {"Connection", "Content-Length", "Transfer-Encoding",
                                         "Date",       "Keep-Alive",     "Upgrade"};
  return std::any_of(std::begin(kNames), std::end(kNames),
                     [&](std::string_view own) { return same_word(own, name); });
}

void append_fields(std::string& out, const Headers& headers) {
  const auto is_ours = [](const Header& field) { return belongs_to_edge(field.name); };
  if (std::none_of(headers.begin(), headers.end(), is_ours)) {
    out += headers.text();
    return;
  }
  for (const Header field : headers) {
    if (!is_ours(field))
      out.append(field.name).append(": ").append(field.value).append("\r\n");
  }
}

void append_number(std::string& out, std::uint64_t number) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

std::optional<std::uint64_t> body_size(const Response& response) {
  return response.source ? response.source->size() : response.body.size();
}

// Nothing is said of a stream that is not sent, and the end of one for HTTP/1.0 is that of the
// connection.
void append_framing(std::string& out, std::optional<std::uint64_t> size, const Delivery& delivery) {
  if (size) {
    out += "Content-Length: ";
    append_number(out, *size);
    out += "\r\n";
  } else if (!delivery.head_only && !delivery.http_1_0) {
    out += "Transfer-Encoding: chunked\r\n";
  }
}

}  // namespace

bool may_have_body(int status) { return status >= 200 && status != 204 && status != 304; }

std::string_view reason_phrase(int status) {
  const auto* const row = std::lower_bound(std::begin(kReasons), std::end(kReasons), status,
                                           [](const auto& r, int code) { return r.first < code; });
  return row != std::end(kReasons) && row->first == status ? row->second : "Unknown";
}

void ResponseWriter::write_head(const Response& response, const Delivery& delivery,
                                std::string& out) {
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::uint64_t>(response.status));
  out += ' ';
  out += reason_phrase(response.status);
  out += "\r\nDate: ";
  out += date();
  out += "\r\n";
  append_fields(out, response.headers);
  if (may_have_body(response.status))
    append_framing(out, body_size(response), delivery);
  if (delivery.close) {
    out += "Connection: close\r\n";
  } else if (delivery.http_1_0) {
    out += "Connection: keep-alive\r\n";
  }
  out += "\r\n";
}

std::string_view ResponseWriter::date() {
  const std::time_t now = std::time(nullptr);
  if (now != second_) {
    constexpr std::string_view kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm utc{};
    ::gmtime_r(&now, &utc);
    // strftime would follow the locale; RFC 9110 section 5.6.7 does not.
    std::array<char, 48> text;
    const int size = std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                                   kDays[static_cast<std::size_t>(utc.tm_wday)].data(), utc.tm_mday,
                                   kMonths[static_cast<std::size_t>(utc.tm_mon)].data(),
                                   utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
    date_.assign(text.data(), static_cast<std::size_t>(size));
    second_ = now;
  }
  return date_;
}

}  // namespace vitrine::http
