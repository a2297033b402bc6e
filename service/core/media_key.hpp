#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace vitrine::core {

// Where a media object lies, relative to the media store: `meetings/2026/demo.ogg`.
class MediaKey {
 public:
  // 1 to 1,024 bytes of valid UTF-8 in `/`-separated segments. Refused: a leading or trailing `/`,
  // an empty segment, `.` and `..`, backslash, control characters, anything with a URL scheme, and
  // percent escapes of `.`, `/`, `\`, `%` or a control.
  static std::optional<MediaKey> parse(std::string_view text);
  const std::string& text() const noexcept { return text_; }
  auto operator<=>(const MediaKey&) const = default;

 private:
  explicit MediaKey(std::string_view text) : text_(text) {}
  std::string text_;
};

}  // namespace vitrine::core
