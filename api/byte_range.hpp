#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace vitrine::api {

// Bytes `first` to `last`, both included, of a representation; always inside it, never empty.
struct ByteRange {
  std::uint64_t first;
  std::uint64_t last;
  std::uint64_t length() const { return last - first + 1; }
  bool operator==(const ByteRange&) const = default;
};

// The answer is 200 with everything.
struct WholeRepresentation {
  bool operator==(const WholeRepresentation&) const = default;
};

// The answer is 416.
struct UnsatisfiableRange {
  bool operator==(const UnsatisfiableRange&) const = default;
};

using RangeChoice = std::variant<WholeRepresentation, ByteRange, UnsatisfiableRange>;

// What a Range field (RFC 9110 section 14) selects of `size` bytes. One range is served: `0-99`,
// `100-`, or `-100` for the last hundred; a last position past the end means the end, however many
// digits it has. Anything malformed, another unit, and a list of several ranges get the whole, as
// sections 14.2 and 15.3.7 allow: no player asks for lists, and answering them invites abuse.
RangeChoice choose_range(std::string_view range_field, std::uint64_t size);

// `bytes 0-99/1234`, and `bytes */1234` for a 416.
std::string content_range(const ByteRange& range, std::uint64_t size);
std::string unsatisfied_content_range(std::uint64_t size);

}  // namespace vitrine::api
