#include "api/media_disposition.hpp"

#include <algorithm>

#include "service/core/utf8.hpp"
#include "service/media/percent.hpp"

namespace vitrine::api {
namespace {

constexpr std::size_t kMaxBytes = 200;
constexpr std::size_t kMaxExtension = 16;
constexpr std::string_view kFallback = "download";

// Characters that show a name in another order than it has, so that "exe.mp3" can be read in one
// that ends otherwise.
bool is_bidirectional_control(char32_t c) {
  return c == 0x61c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2066 && c <= 0x2069);
}

bool is_unsafe(char32_t c) {
  const bool control = c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029;
  return control || is_bidirectional_control(c) || c == '"' || c == '/' || c == '\\';
}

std::string keep_safe(std::string_view name) {
  std::string safe;
  while (!name.empty()) {
    const auto point = core::first_code_point(name);
    const std::size_t length = point ? point->length : 1;
    if (point && !is_unsafe(point->value)) {
      safe += name.substr(0, length);
    }
    name.remove_prefix(length);
  }
  return safe;
}

std::string_view trim(std::string_view name) {
  const auto first = name.find_first_not_of(" .");
  if (first == std::string_view::npos) {
    return {};
  }
  return name.substr(first, name.find_last_not_of(" .") - first + 1);
}

// The longest front of at most `bytes` that ends between two code points.
std::string_view cut(std::string_view text, std::size_t bytes) {
  std::size_t length = std::min(bytes, text.size());
  while (length > 0 && length < text.size() && (text[length] & 0xc0) == 0x80) {
    --length;
  }
  return text.substr(0, length);
}

std::string shorten(std::string_view name) {
  if (name.size() <= kMaxBytes) {
    return std::string(name);
  }
  const auto dot = name.rfind('.');
  const bool has_extension = dot != std::string_view::npos && name.size() - dot <= kMaxExtension;
  const std::string_view extension = has_extension ? name.substr(dot) : std::string_view();
  std::string shortened(trim(cut(name, kMaxBytes - extension.size())));
  shortened += extension;
  return shortened;
}

// For the plain parameter: a quoted string of ASCII. A percent sign goes too, since some clients
// decode it there (RFC 6266 appendix D).
std::string ascii_form(std::string_view name) {
  std::string ascii;
  while (!name.empty()) {
    const auto point = core::first_code_point(name);
    const std::size_t length = point ? point->length : 1;
    ascii += length == 1 && name.front() != '%' ? name.front() : '_';
    name.remove_prefix(length);
  }
  return ascii;
}

}  // namespace

std::string safe_file_name(std::string_view name) {
  const std::string safe = keep_safe(name);
  const std::string_view trimmed = trim(safe);
  return trimmed.empty() ? std::string(kFallback) : shorten(trimmed);
}

std::string content_disposition(const std::optional<std::string>& download_name) {
  if (!download_name) {
    return "inline";
  }
  const std::string name = safe_file_name(*download_name);
  return "attachment; filename=\"" + ascii_form(name) + "\"; filename*=UTF-8''" +
         media::percent_encode(name);
}

}  // namespace vitrine::api
