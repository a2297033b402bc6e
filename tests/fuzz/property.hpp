#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace vitrine::fuzz {

// A property that must hold for every input; the fuzzer keeps the input that breaks it.
inline void hold(bool property, const char* promise) {
  if (!property) {
    std::fprintf(stderr, "broken promise: %s\n", promise);
    std::abort();
  }
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Cuts off what stands before the first line end, or all.
inline std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return line;
}

// A copy of `text` with one byte changed, chosen by the first two bytes of `choice`; or `text`
// itself when that changes nothing.
inline std::string with_one_byte_changed(std::string_view text, std::string_view choice) {
  std::string changed(text);
  if (!changed.empty() && choice.size() >= 2) {
    changed[static_cast<std::uint8_t>(choice[0]) % changed.size()] = choice[1];
  }
  return changed;
}

}  // namespace vitrine::fuzz
