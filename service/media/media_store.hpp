#pragma once

#include <optional>
#include <string>

#include "service/core/instant.hpp"
#include "service/core/media_key.hpp"

namespace vitrine::media {

// What a signed URL permits: reading one object until an instant, under one content type, shown in
// place or saved under a name.
struct Grant {
  core::MediaKey key;
  std::string content_type;
  std::optional<std::string> download_name;  // present: Content-Disposition attachment
  core::Instant expires_at;
};

// Where the media lies. Signing is local computation: no network, no file access, thread-safe.
class MediaStore {
 public:
  virtual ~MediaStore() = default;
  // An absolute URL that stops working at `grant.expires_at`.
  virtual std::string sign(const Grant& grant) const = 0;
};

}  // namespace vitrine::media
