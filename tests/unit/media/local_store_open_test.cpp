// Method: a real folder with everything in it that must not be opened, through openat2 and through
// the walk by segments, which must agree.
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <functional>
#include <stdexcept>
#include <string>

#include "service/core/error.hpp"
#include "service/media/beneath.hpp"
#include "service/media/local_store.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace vitrine;
using core::MediaKey;
using media::LocalStore;
using media::MediaFile;

namespace {

std::shared_ptr<const core::LinkKeys> keys() {
  return std::make_shared<core::LinkKeys>(
      std::vector<core::LinkKey>{{0, core::KeyState::active, {}}});
}

LocalStore store_in(const std::filesystem::path& root) {
  return LocalStore(root, "http://localhost", keys());
}

MediaFile open(const LocalStore& store, const std::string& key) {
  return store.open(MediaKey::parse(key).value());
}

std::string refusal(const LocalStore& store, const std::string& key) {
  try {
    open(store, key);
    return "opened";
  } catch (const core::Error& error) {
    return error.code() == core::ErrorCode::not_found ? "not_found" : error.what();
  }
}

// Whether either way of opening gives a descriptor.
bool opens(int (*way)(int, const std::string&), const std::filesystem::path& root,
           const std::string& path) {
  const int folder = ::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  const int fd = way(folder, path);
  ::close(folder);
  if (fd >= 0) {
    ::close(fd);
  }
  return fd >= 0;
}

// A root with a file, and a secret beside it.
struct Scene {
  test::TemporaryFolder folder;
  std::filesystem::path root = folder / "root";
  Scene() {
    folder.write("root/a/b/demo.mp3", "0123456789");
    folder.write("secret.txt", "secret");
    std::filesystem::create_symlink("../secret.txt", root / "link.mp3");
    std::filesystem::create_symlink("a/b/demo.mp3", root / "inside.mp3");
    std::filesystem::create_symlink(folder.path(), root / "up");
    std::filesystem::create_symlink("a", root / "alias");
    std::filesystem::create_symlink("loop", root / "loop");
    std::filesystem::create_symlink("/proc/self/root", root / "magic");
  }
};

}  // namespace

TEST_CASE("a file opens and reads as it is on disk", "[media][open]") {
  const Scene scene;
  const MediaFile file = open(store_in(scene.root), "a/b/demo.mp3");
  CHECK(file.size() == 10);
  CHECK(file.read(0, 10) == "0123456789");
  CHECK(file.read(3, 4) == "3456");
  CHECK(file.read(8, 100) == "89");
  CHECK(file.read(10, 1).empty());
  CHECK(file.read(1000, 1).empty());
}

TEST_CASE("names with blanks, other scripts and percent signs open", "[media][open]") {
  const Scene scene;
  const std::string name = GENERATE(values<std::string>(
      {"a b.mp3", "\xe4\xbc\x9a/\xf0\x9f\x8e\x99.mp3", "100%.mp3", ".hidden", "...", "a?b#c"}));
  scene.folder.write("root/" + name, "x");
  CHECK(open(store_in(scene.root), name).size() == 1);
}

TEST_CASE("what is no regular file of the store does not exist", "[media][open]") {
  const Scene scene;
  const LocalStore store = store_in(scene.root);
  REQUIRE(::mkfifo((scene.root / "fifo").c_str(), 0600) == 0);  // opening it must not wait
  const std::string key = GENERATE(values<std::string>(
      {"missing", "a", "a/b", "a/missing/x", "a/b/demo.mp3/x", "link.mp3", "inside.mp3",
       "up/secret.txt", "alias/b/demo.mp3", "loop", "loop/x", "magic/etc/passwd", "fifo",
       std::string(300, 'n'), std::string(1000, 'n')}));
  INFO(key);
  CHECK(refusal(store, key) == "not_found");
}

TEST_CASE("a socket and a device do not exist", "[media][open]") {
  const Scene scene;
  const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = (scene.root / "socket").string();
  REQUIRE(path.size() < sizeof address.sun_path);
  path.copy(address.sun_path, path.size());
  REQUIRE(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  CHECK(refusal(store_in(scene.root), "socket") == "not_found");
  ::close(listener);
  CHECK(refusal(store_in("/dev"), "null") == "not_found");
}

TEST_CASE("both ways of opening agree, and neither leaves the root", "[media][open]") {
  const Scene scene;
  const std::string secret = (scene.folder / "secret.txt").string();
  struct Case {
    std::string path;
    bool opens;
  };
  const Case wanted = GENERATE_COPY(values<Case>({
      {"a/b/demo.mp3", true},
      {"missing", false},
      {"..", false},
      {"../secret.txt", false},
      {"a/../../secret.txt", false},
      {"a/b/../../../secret.txt", false},
      {secret, false},
      {"/", false},
      {"", false},
      {"link.mp3", false},
      {"inside.mp3", false},
      {"up/secret.txt", false},
      {"alias/b/demo.mp3", false},
      {"loop", false},
      {"magic/etc/passwd", false},
      {"a/b/demo.mp3/", false},
      {"a/b/demo.mp3/..", false},
  }));
  INFO(wanted.path);
  CHECK(opens(media::open_beneath, scene.root, wanted.path) == wanted.opens);
  CHECK(opens(media::open_beneath_by_segment, scene.root, wanted.path) == wanted.opens);
}

TEST_CASE("opening leaves no descriptor behind", "[media][open]") {
  const Scene scene;
  const LocalStore store = store_in(scene.root);
  const auto count = [] {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return std::distance(begin(all), end(all));
  };
  const auto before = count();
  for (const char* key : {"a/b/demo.mp3", "a/b", "missing/x", "up/secret.txt"}) {
    refusal(store, key);
    opens(media::open_beneath_by_segment, scene.root, key);
  }
  CHECK(count() == before);
}

TEST_CASE("an entity tag is strong, stays while the file stays, and changes with it",
          "[media][etag]") {
  const Scene scene;
  const LocalStore store = store_in(scene.root);
  const std::string first = open(store, "a/b/demo.mp3").entity_tag();

  CHECK(first.starts_with('"'));
  CHECK(first.ends_with('"'));
  CHECK(first.find('"', 1) == first.size() - 1);
  CHECK(open(store, "a/b/demo.mp3").entity_tag() == first);

  SECTION("another time") {
    std::filesystem::last_write_time(
        scene.root / "a/b/demo.mp3",
        std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
    CHECK(open(store, "a/b/demo.mp3").entity_tag() != first);
  }
  SECTION("another size") {
    const auto time = std::filesystem::last_write_time(scene.root / "a/b/demo.mp3");
    scene.folder.write("root/a/b/demo.mp3", "longer than it was");
    std::filesystem::last_write_time(scene.root / "a/b/demo.mp3", time);
    CHECK(open(store, "a/b/demo.mp3").entity_tag() != first);
  }
  SECTION("another file of the same size and time") {
    const auto time = std::filesystem::last_write_time(scene.root / "a/b/demo.mp3");
    scene.folder.write("root/new", "9876543210");
    std::filesystem::last_write_time(scene.root / "new", time);
    std::filesystem::rename(scene.root / "new", scene.root / "a/b/demo.mp3");
    CHECK(open(store, "a/b/demo.mp3").entity_tag() != first);
  }
}

TEST_CASE("a root that is no readable folder is refused with a sentence", "[media][open]") {
  const Scene scene;
  CHECK_THROWS_WITH(store_in(scene.folder / "nowhere"), Catch::Contains("media folder"));
  CHECK_THROWS_AS(store_in(scene.folder / "secret.txt"), std::invalid_argument);
}

TEST_CASE("the root itself may be a link, because the operator made it", "[media][open]") {
  const Scene scene;
  std::filesystem::create_symlink(scene.root, scene.folder / "current");
  CHECK(open(store_in(scene.folder / "current"), "a/b/demo.mp3").size() == 10);
}
