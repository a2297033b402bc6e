#pragma once

#include <string>
#include <string_view>

namespace vitrine {

// The file name under which a browser saves a media object: the title without what a file system or
// a header could take amiss, at most 120 bytes of whole UTF-8 characters, and the extension that
// belongs to the content type.
std::string download_name(std::string_view title, std::string_view content_type);

}  // namespace vitrine
