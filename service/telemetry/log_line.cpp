#include "service/telemetry/log_line.hpp"

#include <charconv>
#include <cmath>

#include "service/telemetry/json_text.hpp"

namespace vitrine::telemetry {

namespace {

constexpr std::size_t kMaxFieldBytes = 1024;
constexpr std::string_view kCut = "…";

std::string_view to_text(Level level) {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::info:
      return "info";
    case Level::warning:
      return "warning";
    case Level::error:
      return "error";
  }
  return "error";
}

bool continues_a_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

void append_capped(std::string& out, std::string_view text) {
  if (text.size() <= kMaxFieldBytes) {
    append_json_string(out, text);
    return;
  }
  std::size_t end = kMaxFieldBytes - kCut.size();
  for (int step = 0; step < 3 && continues_a_character(text[end]); ++step) --end;
  append_json_string(out, std::string(text.substr(0, end)).append(kCut));
}

template <class Number>
void append_number(std::string& out, Number number) {
  char digits[32];
  const auto written = std::to_chars(std::begin(digits), std::end(digits), number);
  out.append(std::begin(digits), written.ptr);
}

struct Appender {
  std::string& out;
  void operator()(std::string_view text) const { append_capped(out, text); }
  void operator()(std::int64_t number) const { append_number(out, number); }
  void operator()(bool yes) const { out += yes ? "true" : "false"; }
  void operator()(double number) const {
    // JSON has neither infinity nor NaN.
    if (std::isfinite(number)) {
      append_number(out, number);
    } else {
      out += "null";
    }
  }
};

}  // namespace

std::string log_line(Level level, std::string_view event, std::initializer_list<Field> fields) {
  std::string line;
  line.reserve(512);
  line.append("\"level\":\"").append(to_text(level)).append("\",\"event\":");
  append_capped(line, event);
  for (const Field& field : fields) {
    line += ',';
    append_capped(line, field.name);
    line += ':';
    std::visit(Appender{line}, field.value);
  }
  line += '}';
  return line;
}

}  // namespace vitrine::telemetry
