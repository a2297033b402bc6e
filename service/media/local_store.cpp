#include "service/media/local_store.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <stdexcept>
#include <utility>

#include "service/core/crypto.hpp"
#include "service/core/error.hpp"
#include "service/media/beneath.hpp"
#include "service/media/percent.hpp"

namespace vitrine::media {
namespace {

using core::Error;
using core::ErrorCode;

constexpr std::string_view kKeyLabel = "vitrine/media/1";
constexpr std::string_view kSignature = "&signature=";
constexpr std::string_view kKid = "&kid=";
constexpr std::string_view kExpires = "&expires=";
constexpr std::string_view kDownload = "&download=";
constexpr std::string_view kType = "type=";

Error signature_invalid() {
  return Error(
      ErrorCode::media_signature_invalid,
      "This media URL was not made by this service, or was changed on its way. Resolve the "
      "link again and use the URL exactly as given.");
}

Error not_found() { return Error(ErrorCode::not_found, "There is no such media object."); }

// Takes the last `name` and what follows it off the end of `text`.
std::string_view cut_last(std::string_view& text, std::string_view name) {
  const auto place = text.rfind(name);
  if (place == std::string_view::npos) {
    throw signature_invalid();
  }
  const std::string_view value = text.substr(place + name.size());
  text = text.substr(0, place);
  return value;
}

template <class Number>
Number read_number(std::string_view text) {
  Number value{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || failure != std::errc() || end != text.data() + text.size()) {
    throw signature_invalid();
  }
  return value;
}

std::string decode(std::string_view text) {
  auto decoded = percent_decode(text);
  if (!decoded) {
    throw signature_invalid();
  }
  return *std::move(decoded);
}

std::int64_t unix_seconds(core::Instant instant) {
  return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}

void close_and_delete(const int* fd) {
  ::close(*fd);
  delete fd;
}

int open_root(const std::filesystem::path& root) {
  constexpr int kFolder = O_DIRECTORY | O_CLOEXEC;
  const int fd = ::open(root.c_str(), O_PATH | kFolder);
  const int listing = fd < 0 ? -1 : ::openat(fd, ".", O_RDONLY | kFolder);
  if (listing < 0) {
    if (fd >= 0) {
      ::close(fd);
    }
    throw std::invalid_argument("the media folder " + root.string() +
                                " is not a folder that this process can read");
  }
  ::close(listing);
  return fd;
}

core::Instant modified_at(const struct stat& status) {
  const auto since_epoch = std::chrono::seconds(status.st_mtim.tv_sec) +
                           std::chrono::nanoseconds(status.st_mtim.tv_nsec);
  return core::Instant(std::chrono::floor<std::chrono::microseconds>(since_epoch));
}

// Numbers from the file system tell about the machine, so what leaves it is their digest.
std::string entity_tag(const struct stat& status) {
  std::string text;
  for (const long long part :
       {static_cast<long long>(status.st_dev), static_cast<long long>(status.st_ino),
        static_cast<long long>(status.st_size), static_cast<long long>(status.st_mtim.tv_sec),
        static_cast<long long>(status.st_mtim.tv_nsec)}) {
    text += std::to_string(part) + '/';
  }
  const auto digest = core::sha256(core::bytes_of(text));
  return '"' + core::base64url_encode(core::Bytes(digest).first(15)) + '"';
}

Error failure_to_open(int failure) {
  if (failure == EMFILE || failure == ENFILE || failure == ENOMEM || failure == EIO) {
    return Error(ErrorCode::unavailable, "The media store cannot be read now. Try again.")
        .retry_after(std::chrono::seconds(1));
  }
  return not_found();
}

}  // namespace

LocalStore::LocalStore(const std::filesystem::path& root, std::string public_url,
                       std::shared_ptr<const core::LinkKeys> keys)
    : public_url_(std::move(public_url)),
      keys_(std::move(keys)),
      root_fd_(new int(open_root(root)), close_and_delete) {
  for (std::size_t kid = 0; kid < signing_keys_.size(); ++kid) {
    signing_keys_[kid] = keys_->derive(static_cast<std::uint8_t>(kid), kKeyLabel);
  }
}

std::string LocalStore::sign(const Grant& grant) const {
  const std::uint8_t kid = keys_->active_kid();
  std::string signed_part = percent_encode_path(grant.key.text());
  signed_part += '?';
  signed_part += kType;
  signed_part += percent_encode(grant.content_type);
  if (grant.download_name) {
    signed_part += kDownload;
    signed_part += percent_encode(*grant.download_name);
  }
  signed_part += kExpires;
  signed_part += std::to_string(unix_seconds(grant.expires_at));
  signed_part += kKid;
  signed_part += std::to_string(kid);
  const auto signature = signature_of(kid, signed_part);
  std::string url = public_url_ + "/media/" + signed_part;
  url += kSignature;
  url += core::base64url_encode(signature);
  return url;
}

Grant LocalStore::verify(std::string_view encoded_path, std::string_view query,
                         core::Instant now) const {
  std::string_view rest = query;
  const auto claimed = core::base64url_decode(cut_last(rest, kSignature));
  const std::string message = std::string(encoded_path) + '?' + std::string(rest);
  // The kid is read before it is trusted, and only to choose the key that the MAC must match.
  const auto kid = read_number<std::uint8_t>(cut_last(rest, kKid));
  if (!claimed || !signing_keys_[kid] ||
      !core::equal_in_constant_time(*claimed, signature_of(kid, message))) {
    throw signature_invalid();
  }

  const auto expires = read_number<std::int64_t>(cut_last(rest, kExpires));
  std::optional<std::string> download_name;
  if (const auto place = rest.find(kDownload); place != std::string_view::npos) {
    download_name = decode(rest.substr(place + kDownload.size()));
    rest = rest.substr(0, place);
  }
  if (!rest.starts_with(kType)) {
    throw signature_invalid();
  }
  auto key = core::MediaKey::parse(decode(encoded_path));
  if (!key) {
    throw signature_invalid();
  }
  const core::Instant expires_at{std::chrono::seconds(expires)};
  if (now >= expires_at) {
    throw Error(ErrorCode::media_url_expired,
                "This media URL has expired. Resolve the link again for a new one.");
  }
  return Grant{*std::move(key), decode(rest.substr(kType.size())), std::move(download_name),
               expires_at};
}

MediaFile LocalStore::open(const core::MediaKey& key) const {
  const int fd = open_beneath(*root_fd_, key.text());
  if (fd < 0) {
    throw failure_to_open(errno);
  }
  struct stat status {};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(fd);
    throw not_found();
  }
  return MediaFile(fd, status.st_size, modified_at(status), entity_tag(status));
}

core::SecretKey LocalStore::signature_of(std::uint8_t kid, std::string_view message) const {
  return core::hmac_sha256(signing_keys_[kid].value(), core::bytes_of(message));
}

}  // namespace vitrine::media
