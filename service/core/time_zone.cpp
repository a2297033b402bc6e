#include "service/core/time_zone.hpp"

namespace vitrine::core {
namespace {

constexpr std::size_t kMaxName = 64;

bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

bool is_inside(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-';
}

}  // namespace

std::optional<std::string> time_zone_name(std::string_view text) {
  bool begins = true;  // a step
  for (const char c : text) {
    if (begins ? !is_letter(c) : !(is_inside(c) || c == '/')) {
      return std::nullopt;
    }
    begins = c == '/';
  }
  return begins || text.size() > kMaxName ? std::nullopt : std::optional(std::string(text));
}

}  // namespace vitrine::core
