#include "service/core/content_type.hpp"

#include <algorithm>
#include <array>

namespace vitrine::core {
namespace {

constexpr std::array<std::string_view, 24> kTypes = {
    "audio/mpeg",      "audio/mp4",       "audio/ogg",
    "audio/opus",      "audio/wav",       "audio/webm",
    "audio/flac",      "audio/aac",       "video/mp4",
    "video/webm",      "video/ogg",       "video/quicktime",
    "video/mp2t",      "text/vtt",        "application/x-subrip",
    "image/png",       "image/jpeg",      "image/webp",
    "image/gif",       "application/pdf", "application/vnd.apple.mpegurl",
    "application/zip", "text/plain",      "application/octet-stream",
};

}  // namespace

std::span<const std::string_view> media_content_types() { return kTypes; }

bool is_media_content_type(std::string_view text) {
  return std::ranges::find(kTypes, text) != kTypes.end();
}

}  // namespace vitrine::core
