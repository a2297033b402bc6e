#pragma once

#include <string_view>

namespace vitrine::api {

// The page served at `/docs`: one self-contained HTML document, rendered from openapi.yaml by
// api/docs/render.py when the program is built. It lives as long as the program.
std::string_view docs_page();

// The Content-Security-Policy header to send with it. The page narrows it further by itself, to the
// hashes of its one style and its one script.
inline constexpr std::string_view kDocsPagePolicy =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

}  // namespace vitrine::api
