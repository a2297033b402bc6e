#include "service/domain_name.hpp"

#include <idn2.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>

#include "service/core/utf8.hpp"

namespace vitrine {
namespace {

constexpr std::size_t kMaxName = 253;
constexpr std::size_t kMaxLabel = 63;

struct Range {
  char32_t first, last;
};

// What UTS 46 maps to nothing, and the joiners: two domains that look the same must not differ.
constexpr std::array kUnseen = {
    Range{0xad, 0xad},     Range{0x34f, 0x34f},     Range{0x180b, 0x180f},
    Range{0x200b, 0x200d}, Range{0x2060, 0x2064},   Range{0xfe00, 0xfe0f},
    Range{0xfeff, 0xfeff}, Range{0x1bca0, 0x1bca3}, Range{0xe0100, 0xe01ef},
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter_or_digit(char c) {
  return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

bool is_host_label(std::string_view label) {
  return !label.empty() && label.size() <= kMaxLabel && label.front() != '-' &&
         label.back() != '-' &&
         std::ranges::all_of(label, [](char c) { return c == '-' || is_letter_or_digit(c); });
}

}  // namespace

bool has_unseen(std::string_view text) {
  while (const auto point = core::first_code_point(text)) {
    const auto holds = [&](const Range& range) {
      return point->value >= range.first && point->value <= range.last;
    };
    if (std::ranges::any_of(kUnseen, holds)) {
      return true;
    }
    text.remove_prefix(point->length);
  }
  return false;
}

std::optional<std::string> dns_form(const std::string& domain) {
  std::uint8_t* form = nullptr;
  const int result = idn2_lookup_u8(reinterpret_cast<const std::uint8_t*>(domain.c_str()), &form,
                                    IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  if (result != IDN2_OK) {
    return std::nullopt;
  }
  const std::unique_ptr<std::uint8_t, void (*)(void*)> owner(form, idn2_free);
  std::string text(reinterpret_cast<const char*>(form));
  std::ranges::transform(text, text.begin(), lower);
  return text;
}

bool is_host_name(std::string_view name) {
  if (name.size() > kMaxName) {
    return false;
  }
  for (;;) {
    const std::size_t end = std::min(name.find('.'), name.size());
    if (!is_host_label(name.substr(0, end))) {
      return false;
    }
    if (end == name.size()) {
      return true;
    }
    name.remove_prefix(end + 1);
  }
}

bool ends_in_number(std::string_view name) {
  const auto dot = name.rfind('.');
  const std::string_view last = dot == std::string_view::npos ? name : name.substr(dot + 1);
  return !last.empty() && std::ranges::all_of(last, is_digit);
}

}  // namespace vitrine
