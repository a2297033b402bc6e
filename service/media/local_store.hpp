#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
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
  LocalStore(const std::filesystem::path& root, std::string public_url,
             std::shared_ptr<const core::LinkKeys> keys);

  // `{public_url}/media/{key}?type=...[&download=...]&expires=<Unix seconds>&kid=...&signature=...`
  // The key, type and name are percent-encoded (percent.hpp); the signature is base64url of
  // HMAC-SHA-256 over all bytes from the encoded key to the kid. A fraction of a second of
  // `expires_at` is cut off, so that a URL never outlives what it was made for.
  std::string sign(const Grant& grant) const override;

  // Checks a request for `/media/...`: `encoded_path` is the raw path after `/media/`, `query` the
  // raw query. The signature covers both byte for byte and is compared in constant time, before
  // anything else is looked at. Throws media_signature_invalid or media_url_expired.
  Grant verify(std::string_view encoded_path, std::string_view query, core::Instant now) const;

  // Opens a granted object. Blocking. Refuses to leave the root by any spelling, symbolic links,
  // and all but regular files. Throws not_found; unavailable when the process is out of descriptors
  // or the disk fails.
  MediaFile open(const core::MediaKey& key) const;

 private:
  core::SecretKey signature_of(std::uint8_t kid, std::string_view message) const;

  std::string public_url_;
  std::shared_ptr<const core::LinkKeys> keys_;
  std::array<std::optional<core::SecretKey>, 256> signing_keys_;  // by kid; derived once
  std::shared_ptr<const int>
      root_fd_;  // an O_PATH descriptor of the root, closed with the last copy
};

}  // namespace vitrine::media
