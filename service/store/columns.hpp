#pragma once

#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "service/core/ids.hpp"
#include "service/core/instant.hpp"
#include "service/core/uuid.hpp"

// How values travel to and from PostgreSQL: always as text, under the session settings that
// conninfo.cpp fixes. Only the stores include this.
namespace vitrine::store {

// `{"a","b"}`, every element quoted. An absent element is NULL.
std::string array_text(const std::vector<std::optional<std::string>>& elements);
std::string timestamp_text(core::Instant instant);

// `{"…","…"}` of ids, as uuids.
template <class Ids>
std::string ids_text(const Ids& ids) {
  std::vector<std::optional<std::string>> texts;
  texts.reserve(ids.size());
  for (const auto& id : ids) {
    texts.emplace_back(id.uuid().text());
  }
  return array_text(texts);
}

// One parameter of a statement. Borrows the characters of a `const std::string&`, which must live
// until the statement has run: panels are too large to copy for nothing. Throws
// std::invalid_argument for a text with a NUL, at which libpq would silently cut it.
class Parameter {
 public:
  Parameter(std::nullptr_t) {}
  Parameter(const std::string& text);
  Parameter(std::string&& text);
  Parameter(std::string_view text) : Parameter(std::string(text)) {}
  Parameter(const core::Uuid& uuid) : Parameter(uuid.text()) {}
  Parameter(core::Instant instant) : Parameter(timestamp_text(instant)) {}
  Parameter(bool value) : Parameter(std::string(value ? "true" : "false")) {}
  template <class Integer>
  requires std::is_integral_v<Integer> &&(!std::is_same_v<Integer, bool>)Parameter(Integer value)
      : Parameter(std::to_string(value)) {}
  template <class Noun>
  Parameter(const core::Id<Noun>& id) : Parameter(id.uuid()) {}
  Parameter(const core::RecordingId& id) : Parameter(id.text()) {}
  template <class Value>
  Parameter(const std::optional<Value>& value)
      : Parameter(value ? Parameter(*value) : Parameter(nullptr)) {}

  const char* text() const {
    return kind_ == Kind::null ? nullptr : kind_ == Kind::owned ? owned_.c_str() : borrowed_;
  }

 private:
  enum class Kind { null, owned, borrowed };
  std::string owned_;
  const char* borrowed_ = nullptr;
  Kind kind_ = Kind::null;
};

// Readers of one field. A value that does not fit is a defect of schema or code, and throws
// std::logic_error.
std::string text_of(const pqxx::field& field);
std::int64_t integer_of(const pqxx::field& field);
bool flag_of(const pqxx::field& field);
core::Uuid uuid_of(const pqxx::field& field);
core::Instant instant_of(const pqxx::field& field);
std::vector<std::string> texts_of(const pqxx::field& field);

// Nothing for NULL, else what `read` makes of the field.
template <class Read>
auto if_present(const pqxx::field& field, Read read) -> std::optional<decltype(read(field))> {
  if (field.is_null()) {
    return std::nullopt;
  }
  return read(field);
}

}  // namespace vitrine::store
