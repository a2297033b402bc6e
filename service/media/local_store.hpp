#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "service/core/link_token.hpp"
#include "service/media/media_file.hpp"
#include "service/media/media_store.hpp"

namespace vitrine::media {

// Media in a folder of this machine, served by Vitrine itself under `/media/`. Immutable after
// construction; thread-safe.
class LocalStore final : public MediaStore {
 public:
  // `public_url` is this service's own address without a trailing slash. URLs are signed with a key
  // derived from the active link key (HKDF label "vitrine/media/1"). Throws std::invalid_argument
  // with a sentence for the operator when `root` is no readable folder.
  LocalStore(std::filesystem::path root, std::string public_url,
             std::shared_ptr<const core::LinkKeys> keys);

  // `{public_url}/media/{key}?type=...[&download=...]&expires=<Unix seconds>&kid=...&signature=...`
  std::string sign(const Grant& grant) const override;

  // Checks a request for `/media/...`: `encoded_path` is the raw path after `/media/`, `query` the
  // raw query. The signature covers both byte for byte and is compared in constant time, before
  // anything else is looked at. Throws media_signature_invalid or media_url_expired.
  Grant verify(std::string_view encoded_path, std::string_view query, core::Instant now) const;

  // Opens a granted object. Blocking. Refuses to leave the root by any spelling, and symbolic
  // links. Throws not_found.
  MediaFile open(const core::MediaKey& key) const;

 private:
  std::string public_url_;
  std::shared_ptr<const core::LinkKeys> keys_;
  std::shared_ptr<const int>
      root_fd_;  // an O_PATH descriptor of the root, closed with the last copy
};

}  // namespace vitrine::media
