#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/json_reader.hpp"
#include "service/core/error.hpp"
#include "service/core/instant.hpp"

namespace vitrine::api {

// Where a value stands in a document. Costs nothing until the pointer is spelled out. A place made
// from another one must not outlive it.
class Place {
 public:
  Place() = default;
  Place member(std::string_view name) const { return {this, name, 0}; }
  Place item(std::size_t index) const { return {this, {}, index}; }
  std::string pointer() const;

 private:
  Place(const Place* parent, std::string_view name, std::size_t index)
      : parent_(parent), name_(name), index_(index) {}
  const Place* parent_ = nullptr;
  std::string_view name_;
  std::size_t index_ = 0;
};

// Collects what is wrong with a document: all of it, up to kMaxFaults.
class Faults {
 public:
  Faults() = default;
  explicit Faults(std::vector<core::Violation> known) : found_(std::move(known)) {}

  void add(const Place& place, std::string_view code, std::string detail);
  [[nodiscard]] bool any() const noexcept { return !found_.empty(); }
  void raise() const;  // throws validation_failed when there are any

 private:
  std::vector<core::Violation> found_;
};

// Whether a member may be missing, and whether it may be null (which then reads as missing).
enum class Need { required, optional, nullable };

// Lengths are counted in code points.
struct StringRule {
  std::size_t max = std::numeric_limits<std::size_t>::max();
  std::size_t min = 0;
  bool not_blank = false;  // refuses a string of white space only, and the empty one
};

inline constexpr std::int64_t kMaxSafeInteger = (std::int64_t{1} << 53) - 1;  // RFC 7493

struct IntRule {
  std::int64_t min = 0;
  std::int64_t max = kMaxSafeInteger;
};

// Reads the members of one JSON object for a DTO. Every function that gives nothing for a member
// that stands in the document has added a fault (or met a null that is allowed).
class ObjectReader {
 public:
  // A value that is no object is a fault, and reads as an object whose members are not missed.
  ObjectReader(const Json& value, Faults& faults, const Place& place = Place());

  ObjectReader(const ObjectReader&) = delete;
  ObjectReader& operator=(const ObjectReader&) = delete;

  // The member itself, also when null; nothing when it is absent. Counts as a known member.
  const Json* find(std::string_view name);
  bool names_null(std::string_view name);

  std::optional<std::string> string(std::string_view name, Need need, const StringRule& rule = {});
  std::optional<std::int64_t> integer(std::string_view name, Need need, const IntRule& rule = {});
  std::optional<bool> boolean(std::string_view name, Need need);
  std::optional<core::Instant> instant(std::string_view name, Need need);

  // A string that `parse` understands: ids, keys, enumerations. `expected` completes "Must be ...".
  template <class Value>
  std::optional<Value> parsed(std::string_view name, Need need,
                              std::optional<Value> (*parse)(std::string_view),
                              std::string_view expected) {
    const Json* text = typed(name, need, Json::value_t::string);
    if (text == nullptr) {
      return std::nullopt;
    }
    auto value = parse(text->get_ref<const std::string&>());
    if (!value) {
      refuse(name, "invalid_format", "Must be " + std::string(expected) + ".");
    }
    return value;
  }

  // What a merge patch (RFC 7396) says about a member that can be cleared: nothing, null, or what
  // `read` makes of it.
  template <class Read>
  auto change(std::string_view name, Read read) -> std::optional<decltype(read())> {
    return find(name) == nullptr ? std::nullopt : std::make_optional(read());
  }

  // A nested object or array; null when it is absent or of another type.
  const Json* object(std::string_view name, Need need);
  const Json* array(std::string_view name, Need need,
                    std::size_t max_items = std::numeric_limits<std::size_t>::max());

  // Output-only members: whatever they hold is ignored.
  void ignore(std::initializer_list<std::string_view> names);
  // Members that are known, but not to be written here.
  void read_only(std::string_view name, std::string_view how_instead);

  void refuse(std::string_view name, std::string_view code, std::string detail);
  // To be called last: every member that nobody asked for is a fault.
  void refuse_unknown();

  const Place& place() const noexcept { return place_; }
  Faults& faults() noexcept { return faults_; }

 private:
  const Json* present(std::string_view name, Need need);
  const Json* typed(std::string_view name, Need need, Json::value_t type);

  const Json::object_t* members_;
  Faults& faults_;
  Place place_;
  std::vector<std::string_view> known_;
};

}  // namespace vitrine::api
