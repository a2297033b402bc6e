#include "api/json_writer.hpp"

#include <algorithm>

namespace vitrine::api {
namespace {

// A lambda and not a function, so that the search for the next one is a loop without calls.
constexpr auto kIsSpecial = [](char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F || c == '"' || c == '\\' || c == '<';
};

}  // namespace

void JsonWriter::separate() {
  if (after_value_) {
    text_ += ',';
  }
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  text_ += bracket;
  after_value_ = false;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  text_ += bracket;
  after_value_ = true;
  return *this;
}

JsonWriter& JsonWriter::name(std::string_view name) {
  separate();
  quote(name);
  text_ += ':';
  after_value_ = false;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  separate();
  quote(text);
  after_value_ = true;
  return *this;
}

JsonWriter& JsonWriter::value(core::Instant instant) {
  separate();
  text_ += '"';
  core::append_rfc3339(text_, instant);
  text_ += '"';
  after_value_ = true;
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
  separate();
  text_ += json;
  after_value_ = true;
  return *this;
}

void JsonWriter::quote(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  text_ += '"';
  while (!text.empty()) {
    const auto special = std::find_if(text.begin(), text.end(), kIsSpecial);
    const auto plain = static_cast<std::size_t>(special - text.begin());
    text_.append(text.substr(0, plain));
    if (special == text.end()) {
      break;
    }
    const auto byte = static_cast<unsigned char>(*special);
    if (*special == '"' || *special == '\\') {
      text_ += '\\';
      text_ += *special;
    } else if (*special == '\n') {
      text_ += "\\n";
    } else {
      text_ += "\\u00";
      text_ += kHex[byte >> 4];
      text_ += kHex[byte & 0x0F];
    }
    text.remove_prefix(plain + 1);
  }
  text_ += '"';
}

}  // namespace vitrine::api
