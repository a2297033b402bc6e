// Input: eight bytes of a size, then a Range field.
#include <algorithm>
#include <cstring>
#include <variant>

#include "api/byte_range.hpp"
#include "tests/fuzz/property.hpp"

using namespace vitrine;
using fuzz::hold;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t length) {
  std::uint64_t size = 0;
  const std::size_t taken = std::min(length, sizeof size);
  std::memcpy(&size, data, taken);
  const std::string_view field = fuzz::text_of(data + taken, length - taken);

  const api::RangeChoice choice = api::choose_range(field, size);
  if (const auto* range = std::get_if<api::ByteRange>(&choice)) {
    hold(range->first <= range->last && range->last < size, "a range lies inside the file");
    hold(range->length() >= 1 && range->length() <= size, "a range is never empty");
    const std::string spelled =
        "bytes=" + std::to_string(range->first) + "-" + std::to_string(range->last);
    hold(api::choose_range(spelled, size) == choice, "a range is what its own spelling selects");
    hold(field.find(',') == std::string_view::npos, "a list gets the whole");
  }
  if (std::holds_alternative<api::UnsatisfiableRange>(choice)) {
    hold(field.find('=') != std::string_view::npos, "only a range is refused");
    hold(field.find(',') == std::string_view::npos, "a list is never refused");
    const auto larger = api::choose_range(field, ~std::uint64_t{0});
    hold(!std::holds_alternative<api::WholeRepresentation>(larger),
         "what is refused is a range of some larger file");
  }
  return 0;
}
