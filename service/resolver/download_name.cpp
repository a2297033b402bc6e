#include "service/resolver/download_name.hpp"

#include <array>
#include <utility>

namespace vitrine {
namespace {

constexpr std::size_t kMaxTitleBytes = 120;

using Extension = std::pair<std::string_view, std::string_view>;
constexpr std::array kExtensions = {
    Extension{"audio/mpeg", ".mp3"},
    Extension{"audio/mp4", ".m4a"},
    Extension{"audio/ogg", ".ogg"},
    Extension{"audio/opus", ".opus"},
    Extension{"audio/wav", ".wav"},
    Extension{"audio/webm", ".webm"},
    Extension{"audio/flac", ".flac"},
    Extension{"audio/aac", ".aac"},
    Extension{"video/mp4", ".mp4"},
    Extension{"video/webm", ".webm"},
    Extension{"video/ogg", ".ogv"},
    Extension{"video/quicktime", ".mov"},
    Extension{"video/mp2t", ".ts"},
    Extension{"text/vtt", ".vtt"},
    Extension{"text/plain", ".txt"},
    Extension{"application/x-subrip", ".srt"},
    Extension{"application/vnd.apple.mpegurl", ".m3u8"},
    Extension{"application/pdf", ".pdf"},
    Extension{"application/zip", ".zip"},
    Extension{"image/png", ".png"},
    Extension{"image/jpeg", ".jpg"},
    Extension{"image/webp", ".webp"},
    Extension{"image/gif", ".gif"},
};

std::string_view extension_of(std::string_view content_type) {
  for (const auto& [type, extension] : kExtensions) {
    if (type == content_type) {
      return extension;
    }
  }
  return ".bin";
}

bool is_unwelcome(char c) {
  constexpr std::string_view reserved = R"(/\:*?"<>|%;)";
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f ||
         reserved.find(c) != std::string_view::npos;
}

// Characters that reverse the direction of text could make `fdp.exe` look like `exe.pdf`: U+061C,
// U+200E, U+200F, U+202A to U+202E and U+2066 to U+2069, as UTF-8.
std::size_t direction_mark_length(std::string_view text) {
  if (text.starts_with("\xD8\x9C")) {
    return 2;
  }
  if (text.size() < 3 || text[0] != '\xE2') {
    return 0;
  }
  const auto last = static_cast<unsigned char>(text[2]);
  const bool mark = (text[1] == '\x80' && (last == 0x8E || last == 0x8F)) ||
                    (text[1] == '\x80' && last >= 0xAA && last <= 0xAE) ||
                    (text[1] == '\x81' && last >= 0xA6 && last <= 0xA9);
  return mark ? 3 : 0;
}

// Cuts a UTF-8 text to at most `limit` bytes without cutting a character in two.
void shorten(std::string& text, std::size_t limit) {
  if (text.size() <= limit) {
    return;
  }
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) {
    --limit;
  }
  text.resize(limit);
}

}  // namespace

std::string download_name(std::string_view title, std::string_view content_type) {
  std::string name;
  while (!title.empty()) {
    const std::size_t skipped = direction_mark_length(title);
    if (skipped == 0) {
      name += is_unwelcome(title.front()) ? '_' : title.front();
    }
    title.remove_prefix(skipped == 0 ? 1 : skipped);
  }
  shorten(name, kMaxTitleBytes);
  // Hidden files begin with a dot; some systems drop dots and spaces at the end.
  const auto first = name.find_first_not_of(". ");
  const auto last = name.find_last_not_of(". ");
  name = first == std::string::npos ? "recording" : name.substr(first, last - first + 1);
  return name.append(extension_of(content_type));
}

}  // namespace vitrine
