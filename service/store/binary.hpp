#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "service/core/instant.hpp"
#include "service/core/uuid.hpp"
#include "service/core/visibility.hpp"

// Values in PostgreSQL's binary format: what the send and receive functions of its types write and
// read (src/backend/utils/adt, and libpq's chapter 34.3). Only the stores include this.
namespace vitrine::store {

// A type that elements of an array may have, by its object identifier (pg_type.dat).
enum class ElementType : std::uint32_t {
  int2 = 21,
  int4 = 23,
  text = 25,
  timestamptz = 1184,
  uuid = 2950
};

// A one-dimensional array to be sent, built element by element.
class BinaryArray {
 public:
  explicit BinaryArray(ElementType type);

  void add(const core::Uuid& uuid);
  void add(std::string_view text);
  void add(core::Instant instant);
  void add_int2(std::int16_t value);
  void add_int4(std::int32_t value);
  void add_null();

  const std::string& bytes() const { return bytes_; }

 private:
  void begin_element(std::int32_t size);

  std::string bytes_;
};

// One value of an answer, or NULL. Reading a value of another type throws std::logic_error.
class BinaryValue {
 public:
  BinaryValue() = default;  // NULL
  explicit BinaryValue(std::string_view bytes) : bytes_(bytes) {}

  bool is_null() const { return !bytes_; }
  bool flag() const;
  std::int64_t integer() const;  // int2, int4 or int8
  core::Instant instant() const;
  core::Uuid uuid() const;
  std::string_view text() const;        // also json; lives as long as the rows do
  core::Visibility visibility() const;  // text[] of the names of flags

 private:
  std::optional<std::string_view> bytes_;
};

// The fields of one composite value, in the order in which they stand in its ROW(...).
class BinaryFields {
 public:
  explicit BinaryFields(const BinaryValue& record);

  BinaryValue next();
  bool flag() { return next().flag(); }
  std::int64_t integer() { return next().integer(); }
  core::Instant instant() { return next().instant(); }
  core::Uuid uuid() { return next().uuid(); }
  std::string text() { return std::string(next().text()); }
  core::Visibility visibility() { return next().visibility(); }
  std::optional<std::int64_t> maybe_integer();
  std::optional<core::Instant> maybe_instant();
  std::optional<std::string> maybe_text();

 private:
  std::string_view rest_;
};

}  // namespace vitrine::store
