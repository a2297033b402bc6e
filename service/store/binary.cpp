#include "service/store/binary.hpp"

#include <stdexcept>
#include <type_traits>

namespace vitrine::store {
namespace {

// PostgreSQL counts from here.
constexpr core::Instant kEpoch =
    std::chrono::sys_days(std::chrono::year(2000) / std::chrono::January / 1);

template <class Integer>
void append(std::string& out, Integer value) {
  const auto bits = static_cast<std::make_unsigned_t<Integer>>(value);
  for (int shift = 8 * (static_cast<int>(sizeof bits) - 1); shift >= 0; shift -= 8) {
    out += static_cast<char>(bits >> shift);
  }
}

template <class Integer>
void overwrite(std::string& out, std::size_t at, Integer value) {
  std::string bytes;
  append(bytes, value);
  out.replace(at, bytes.size(), bytes);
}

std::uint64_t unsigned_in(std::string_view bytes) {
  std::uint64_t bits = 0;
  for (const char byte : bytes) {
    bits = bits << 8U | static_cast<unsigned char>(byte);
  }
  return bits;
}

std::int32_t int4_in(std::string_view bytes) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(unsigned_in(bytes)));
}

std::string_view require(bool fits, std::string_view bytes) {
  if (!fits) {
    throw std::logic_error("a binary value is not of the expected type");
  }
  return bytes;
}

std::string_view take(std::string_view& rest, std::size_t size) {
  const std::string_view taken = require(size <= rest.size(), rest).substr(0, size);
  rest.remove_prefix(size);
  return taken;
}

// A length and so many bytes; a length of -1 is NULL.
BinaryValue take_value(std::string_view& rest) {
  const std::int32_t size = int4_in(take(rest, 4));
  return size < 0 ? BinaryValue() : BinaryValue(take(rest, static_cast<std::size_t>(size)));
}

// Where the number of elements stands in an array: after dimensions, flags and element type.
constexpr std::size_t kCountAt = 12;

}  // namespace

BinaryArray::BinaryArray(ElementType type) {
  append(bytes_, std::int32_t{1});  // dimensions
  append(bytes_, std::int32_t{1});  // there may be NULLs
  append(bytes_, static_cast<std::uint32_t>(type));
  append(bytes_, std::int32_t{0});  // elements
  append(bytes_, std::int32_t{1});  // the first one's index
}

void BinaryArray::begin_element(std::int32_t size) {
  overwrite(bytes_, kCountAt, int4_in(std::string_view(bytes_).substr(kCountAt, 4)) + 1);
  append(bytes_, size);
}

void BinaryArray::add(const core::Uuid& uuid) {
  begin_element(static_cast<std::int32_t>(uuid.bytes.size()));
  bytes_.append(uuid.bytes.begin(), uuid.bytes.end());
}

void BinaryArray::add(std::string_view text) {
  begin_element(static_cast<std::int32_t>(text.size()));
  bytes_ += text;
}

void BinaryArray::add(core::Instant instant) {
  begin_element(8);
  append(bytes_, std::int64_t{(instant - kEpoch).count()});
}

void BinaryArray::add_int2(std::int16_t value) {
  begin_element(2);
  append(bytes_, value);
}

void BinaryArray::add_int4(std::int32_t value) {
  begin_element(4);
  append(bytes_, value);
}

void BinaryArray::add_null() { begin_element(-1); }

bool BinaryValue::flag() const {
  return require(bytes_ && bytes_->size() == 1, bytes_.value_or("")).front() != 0;
}

std::int64_t BinaryValue::integer() const {
  const std::string_view bytes = bytes_.value_or("");
  switch (bytes.size()) {
    case 2:
      return static_cast<std::int16_t>(unsigned_in(bytes));
    case 4:
      return int4_in(bytes);
    default:
      return static_cast<std::int64_t>(unsigned_in(require(bytes.size() == 8, bytes)));
  }
}

core::Instant BinaryValue::instant() const { return kEpoch + std::chrono::microseconds(integer()); }

core::Uuid BinaryValue::uuid() const {
  core::Uuid uuid;
  const std::string_view bytes = bytes_.value_or("");
  require(bytes.size() == uuid.bytes.size(), bytes)
      .copy(reinterpret_cast<char*>(uuid.bytes.data()), uuid.bytes.size());
  return uuid;
}

std::string_view BinaryValue::text() const {
  return require(bytes_.has_value(), bytes_.value_or(""));
}

core::Visibility BinaryValue::visibility() const {
  constexpr std::size_t kHead = 20;  // with one dimension; 12 with none, which is an empty array
  core::Visibility visibility;
  std::string_view rest = require(bytes_.has_value(), bytes_.value_or(""));
  if (int4_in(take(rest, 4)) == 0) {
    return visibility;
  }
  take(rest, kHead - 4);
  while (!rest.empty()) {
    if (const auto flag = core::visibility_flag(take_value(rest).text())) {
      visibility.set(*flag, true);
    }
  }
  return visibility;
}

BinaryFields::BinaryFields(const BinaryValue& record) : rest_(record.text()) {
  take(rest_, 4);  // how many there are
}

BinaryValue BinaryFields::next() {
  take(rest_, 4);  // the type's identifier
  return take_value(rest_);
}

std::optional<std::int64_t> BinaryFields::maybe_integer() {
  const BinaryValue value = next();
  return value.is_null() ? std::nullopt : std::optional(value.integer());
}

std::optional<core::Instant> BinaryFields::maybe_instant() {
  const BinaryValue value = next();
  return value.is_null() ? std::nullopt : std::optional(value.instant());
}

std::optional<std::string> BinaryFields::maybe_text() {
  const BinaryValue value = next();
  return value.is_null() ? std::nullopt : std::optional(std::string(value.text()));
}

}  // namespace vitrine::store
