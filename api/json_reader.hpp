#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "service/core/error.hpp"

namespace vitrine::api {

using Json = nlohmann::ordered_json;

inline constexpr std::size_t kMaxJsonDepth = 32;          // objects and arrays within each other
inline constexpr std::size_t kMaxJsonMembers = 1'000;     // of one object
inline constexpr std::size_t kMaxJsonValues = 2'000'000;  // of one document: bounds the memory
inline constexpr std::size_t kMaxFaults = 50;             // told about one document

// Which parts of a document are also kept as the text they were given in.
struct KeepText {
  std::string_view member = {};       // the object or array under this member of the top level
  std::string_view children_of = {};  // each object or array directly under that member
};

// A JSON document, read strictly (RFC 8259 in UTF-8, and I-JSON where that leaves a choice).
class JsonDocument {
 public:
  // Throws malformed_json for anything that is no JSON text: also a byte order mark, a NUL byte,
  // invalid UTF-8, a lone surrogate, a member named twice, too deep a nesting, too many members.
  // Throws validation_failed for a number that no double can hold, and for a top level that is no
  // object. Takes time in proportion to `text` and stack of constant size. `text` must outlive the
  // document when something of it is kept.
  static JsonDocument read(std::string_view text, const KeepText& keep = {});

  const Json& root() const noexcept { return root_; }

  // Faults of well-formed values, found while reading: strings that hold U+0000.
  const std::vector<core::Violation>& faults() const noexcept { return faults_; }

  // What KeepText asked for, by JSON Pointer; nothing when it is absent or neither object nor
  // array.
  std::optional<std::string_view> text_of(std::string_view pointer) const;

 private:
  friend class DocumentBuilder;
  Json root_;
  std::vector<core::Violation> faults_;
  std::map<std::string, std::string_view, std::less<>> texts_;
};

// One step of a JSON Pointer, `~` and `/` escaped (RFC 6901 section 3), with its leading slash.
std::string pointer_step(std::string_view name);

}  // namespace vitrine::api
