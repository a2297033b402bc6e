#include "api/percent.hpp"

#include <algorithm>

#include "service/core/utf8.hpp"
#include "service/media/percent.hpp"

namespace vitrine::api {
namespace {

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text) {
  auto decoded = media::percent_decode(text);
  if (!decoded || std::any_of(decoded->begin(), decoded->end(), is_control) ||
      !core::is_utf8(*decoded)) {
    return std::nullopt;
  }
  return decoded;
}

}  // namespace vitrine::api
