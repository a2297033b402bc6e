#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vitrine::api {

// The Content-Disposition of a media answer (RFC 6266, RFC 8187): `inline`, or, with a name,
// `attachment; filename="Weekly review.mp3"; filename*=UTF-8''Weekly%20review.mp3`.
//
// The name is made safe to save: controls, bidirectional overrides, quotes, path separators, bytes
// that are no UTF-8, leading dots and blanks at the ends go; at most 200 bytes stay, the extension
// among them; nothing left means "download". In the plain form, what is not ASCII becomes `_`.
std::string content_disposition(const std::optional<std::string>& download_name);

// The name alone, made safe as above.
std::string safe_file_name(std::string_view name);

}  // namespace vitrine::api
