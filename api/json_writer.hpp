#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "service/core/instant.hpp"

namespace vitrine::api {

// Writes JSON text front to back. Strings must be valid UTF-8, which everything is that came
// through the reader or out of the database. `<` is written as \u003c, so that no answer can be
// mistaken for HTML. Documents that are JSON already (panels, metadata) go through unparsed.
class JsonWriter {
 public:
  JsonWriter() = default;
  explicit JsonWriter(std::size_t expected_size) { text_.reserve(expected_size); }

  JsonWriter& open_object() { return open('{'); }
  JsonWriter& close_object() { return close('}'); }
  JsonWriter& open_array() { return open('['); }
  JsonWriter& close_array() { return close(']'); }
  JsonWriter& name(std::string_view name);

  JsonWriter& null() { return raw("null"); }
  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
  JsonWriter& value(bool flag) { return raw(flag ? "true" : "false"); }
  JsonWriter& value(std::integral auto number) { return raw(std::to_string(number)); }
  JsonWriter& value(core::Instant instant);
  template <class Value>
  JsonWriter& value(const std::optional<Value>& maybe) {
    return maybe ? value(*maybe) : null();
  }
  JsonWriter& raw(std::string_view json);  // one JSON value, as it stands

  template <class Value>
  JsonWriter& member(std::string_view key, const Value& content) {
    return name(key).value(content);
  }

  std::string take() { return std::move(text_); }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void quote(std::string_view text);
  void separate();

  std::string text_;
  bool after_value_ = false;
};

}  // namespace vitrine::api
