#pragma once

#include <cstddef>
#include <string_view>
#include <utility>

// The answer of the servers that are compared with nginx: 2 KiB, with the fields of a resolve
// answer.
namespace vitrine::bench {

inline constexpr std::size_t kBodyBytes = 2048;
inline constexpr char kBodyByte = 'v';

inline constexpr std::pair<std::string_view, std::string_view> kFields[] = {
    {"X-Request-Id", "0192f3c1-7a5b-7c3d-8e9f-0123456789ab"},
    {"X-Content-Type-Options", "nosniff"},
    {"Cache-Control", "no-store"},
    {"Referrer-Policy", "no-referrer"},
    {"X-Robots-Tag", "noindex, nofollow, noarchive"},
    {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
    {"Vary", "Origin"},
};

}  // namespace vitrine::bench
