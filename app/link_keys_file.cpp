#include "app/link_keys_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "app/descriptor.hpp"
#include "app/secret_file.hpp"
#include "service/core/crypto.hpp"

namespace vitrine::app {

namespace {

using Keys = std::vector<core::LinkKey>;

[[noreturn]] void fail(const std::string& what, int error) {
  throw OperatorError(what + ": " + std::generic_category().message(error) + ".");
}

// The folder of a key file, locked while a change is made in it.
class LockedFolder {
 public:
  explicit LockedFolder(const std::string& path)
      : folder_(::open(name_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (folder_.get() < 0)
      fail("The folder " + name_of(path) + " cannot be opened", errno);
    if (::flock(folder_.get(), LOCK_EX) != 0)
      fail(name_of(path) + " cannot be locked", errno);
  }

  // Without this a power cut could undo a change that was reported as done.
  void sync() const { ::fsync(folder_.get()); }

 private:
  static std::string name_of(const std::string& path) {
    const std::string parent = std::filesystem::path(path).parent_path().string();
    return parent.empty() ? "." : parent;
  }
  Descriptor folder_;
};

void write_all(const Descriptor& file, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t written = ::write(file.get(), text.data(), text.size());
    if (written < 0 && errno != EINTR)
      fail("The file " + path + " cannot be written", errno);
    if (written > 0)
      text.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::fsync(file.get()) != 0)
    fail("The file " + path + " cannot be written", errno);
}

// Writes the keys beside `path`, under the name it gives. A leftover of an interrupted change is
// replaced: the folder is locked, so nobody else is at it. `like`: whose owner and mode to keep.
std::string write_beside(const std::string& path, const Keys& keys, const struct stat* like) {
  std::string name = path + ".new";
  ::unlink(name.c_str());
  const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
  const Descriptor file(::open(name.c_str(), flags, S_IRUSR | S_IWUSR));
  if (file.get() < 0)
    fail("The file " + name + " cannot be made", errno);
  if (like != nullptr) {
    const bool kept = ::fchown(file.get(), like->st_uid, like->st_gid) == 0 &&
                      ::fchmod(file.get(), like->st_mode & (S_IRWXU | S_IRWXG)) == 0;
    if (!kept)
      fail("The owner and mode of " + path + " cannot be kept", errno);
  }
  write_all(file, core::format_link_keys(keys), name);
  return name;
}

Keys read_keys(const std::string& path) {
  if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) {
    throw OperatorError("There is no link key file " + path +
                        ". Make it once, with: vitrine link-keys init " + path);
  }
  try {
    return core::parse_link_keys(read_secret_file(path));
  } catch (const std::invalid_argument& error) {
    throw OperatorError("The link key file " + path + " cannot be used: " + error.what());
  }
}

core::LinkKeys checked(const std::string& path, Keys keys) {
  try {
    return core::LinkKeys(std::move(keys));
  } catch (const std::invalid_argument& error) {
    throw OperatorError("The link key file " + path + " cannot be used: " + error.what());
  }
}

core::LinkKey new_key(std::uint8_t kid) {
  core::LinkKey key;
  key.kid = kid;
  key.state = core::KeyState::active;
  core::fill_random(key.secret);
  return key;
}

bool is_used(const Keys& keys, int kid) {
  return std::any_of(keys.begin(), keys.end(),
                     [&](const core::LinkKey& key) { return static_cast<int>(key.kid) == kid; });
}

// The number after the highest, so that a removed key's number comes back only when all others
// were used.
std::uint8_t unused_kid(const Keys& keys) {
  int highest = 0;
  for (const core::LinkKey& key : keys) highest = std::max<int>(highest, key.kid);
  if (highest < 255)
    return static_cast<std::uint8_t>(highest + 1);
  for (int kid = 0; kid < highest; ++kid) {
    if (!is_used(keys, kid))
      return static_cast<std::uint8_t>(kid);
  }
  throw OperatorError(
      "All 256 key numbers are taken. Remove the line of a key that was retired long ago.");
}

// Runs `change` on the keys and puts the result in the file's place.
template <class Change>
void change_keys(const std::string& path, Change change) {
  const LockedFolder folder(path);
  Keys keys = read_keys(path);
  checked(path, keys);
  change(keys);
  checked(path, keys);
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0)
    fail("The file " + path + " cannot be read", errno);
  const std::string written = write_beside(path, keys, &status);
  if (::rename(written.c_str(), path.c_str()) != 0)
    fail(path + " cannot be replaced", errno);
  folder.sync();
}

}  // namespace

std::shared_ptr<const core::LinkKeys> load_link_keys(const std::string& path) {
  return std::make_shared<const core::LinkKeys>(checked(path, read_keys(path)));
}

void init_link_keys(const std::string& path) {
  const LockedFolder folder(path);
  const std::string written = write_beside(path, {new_key(1)}, nullptr);
  // link() rather than rename(), because it refuses a name that is taken.
  const int error = ::link(written.c_str(), path.c_str()) == 0 ? 0 : errno;
  ::unlink(written.c_str());
  if (error == EEXIST) {
    throw OperatorError("The file " + path +
                        " is there already and was left as it is; its links depend on it. To "
                        "add a new key to it, run: vitrine link-keys rotate " +
                        path);
  }
  if (error != 0)
    fail("The file " + path + " cannot be made", error);
  folder.sync();
}

std::uint8_t rotate_link_keys(const std::string& path) {
  std::uint8_t kid = 0;
  change_keys(path, [&](Keys& keys) {
    kid = unused_kid(keys);
    for (core::LinkKey& key : keys) {
      if (key.state == core::KeyState::active)
        key.state = core::KeyState::verify_only;
    }
    keys.push_back(new_key(kid));
  });
  return kid;
}

void retire_link_key(const std::string& path, std::uint8_t kid) {
  change_keys(path, [&](Keys& keys) {
    const auto found = std::find_if(keys.begin(), keys.end(),
                                    [&](const core::LinkKey& key) { return key.kid == kid; });
    if (found == keys.end()) {
      throw OperatorError("The file " + path + " has no key " + std::to_string(kid) + ".");
    }
    if (found->state == core::KeyState::active) {
      throw OperatorError("Key " + std::to_string(kid) +
                          " is the active one: make a new one first, with: vitrine link-keys "
                          "rotate " +
                          path);
    }
    found->state = core::KeyState::retired;
  });
}

}  // namespace vitrine::app
