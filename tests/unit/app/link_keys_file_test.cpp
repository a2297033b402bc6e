#include "app/link_keys_file.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/temporary_folder.hpp"

using Catch::Matchers::Contains;
using vitrine::app::init_link_keys;
using vitrine::app::load_link_keys;
using vitrine::app::OperatorError;
using vitrine::app::retire_link_key;
using vitrine::app::rotate_link_keys;
using vitrine::test::TemporaryFolder;

namespace {

const vitrine::core::LinkId kLink{vitrine::core::Uuid{}};

}  // namespace

TEST_CASE("a new key file signs and verifies, and only its owner reads it") {
  const TemporaryFolder folder;
  const std::string file = folder.file("keys");
  init_link_keys(file);
  CHECK(folder.mode_of("keys") == 0600);
  CHECK(folder.count() == 1);
  const auto keys = load_link_keys(file);
  CHECK(keys->verify(keys->mint(kLink, keys->active_kid()))->link == kLink);
}

TEST_CASE("init never overwrites a key file") {
  const TemporaryFolder folder;
  const std::string file = folder.write("keys", "precious", 0600);
  CHECK_THROWS_WITH(init_link_keys(file), Contains("is there already"));
  CHECK(folder.read("keys") == "precious");
  CHECK(folder.count() == 1);
}

TEST_CASE("two new key files are not alike") {
  const TemporaryFolder folder;
  init_link_keys(folder.file("one"));
  init_link_keys(folder.file("two"));
  CHECK(folder.read("one") != folder.read("two"));
}

TEST_CASE("links live on after a rotation, and die with the retirement of their key") {
  const TemporaryFolder folder;
  const std::string file = folder.file("keys");
  init_link_keys(file);
  const auto before = load_link_keys(file);
  const std::string token = before->mint(kLink, before->active_kid());

  const std::uint8_t kid = rotate_link_keys(file);
  const auto rotated = load_link_keys(file);
  CHECK(rotated->active_kid() == kid);
  CHECK(kid != before->active_kid());
  CHECK(rotated->verify(token).has_value());

  retire_link_key(file, before->active_kid());
  const auto retired = load_link_keys(file);
  CHECK_FALSE(retired->verify(token).has_value());
  CHECK(retired->verify(retired->mint(kLink, kid)).has_value());
  CHECK(folder.count() == 1);
}

TEST_CASE("the active key and an unknown one cannot be retired") {
  const TemporaryFolder folder;
  const std::string file = folder.file("keys");
  init_link_keys(file);
  const std::string before = folder.read("keys");
  CHECK_THROWS_WITH(retire_link_key(file, load_link_keys(file)->active_kid()),
                    Contains("vitrine link-keys rotate"));
  CHECK_THROWS_WITH(retire_link_key(file, 200), Contains("has no key 200"));
  CHECK(folder.read("keys") == before);
}

TEST_CASE("a rotation keeps the file's mode") {
  const TemporaryFolder folder;
  init_link_keys(folder.file("keys"));
  ::chmod(folder.file("keys").c_str(), 0640);
  rotate_link_keys(folder.file("keys"));
  CHECK(folder.mode_of("keys") == 0640);
}

TEST_CASE("rotations at once all count") {
  const TemporaryFolder folder;
  const std::string file = folder.file("keys");
  init_link_keys(file);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int turn = 0; turn < 5; ++turn) rotate_link_keys(file);
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(load_link_keys(file)->active_kid() == 21);
}

TEST_CASE("when the highest number is taken, a free one is used") {
  const TemporaryFolder folder;
  init_link_keys(folder.file("keys"));
  for (int kid = 2; kid <= 255; ++kid) CHECK(rotate_link_keys(folder.file("keys")) == kid);
  CHECK(rotate_link_keys(folder.file("keys")) == 0);
  CHECK_THROWS_WITH(rotate_link_keys(folder.file("keys")), Contains("All 256 key numbers"));
}

TEST_CASE("a key file that everybody may read is refused with the remedy") {
  const TemporaryFolder folder;
  const std::string file = folder.file("keys");
  init_link_keys(file);
  for (const mode_t mode : {0644, 0604, 0602}) {
    ::chmod(file.c_str(), mode);
    CHECK_THROWS_WITH(load_link_keys(file), Contains("chmod o-rwx '" + file + "'"));
  }
  ::chmod(file.c_str(), 0640);
  CHECK_NOTHROW(load_link_keys(file));
}

TEST_CASE("a key file that is missing, no file or no key file is refused by name") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH(load_link_keys(folder.file("none")), Contains("vitrine link-keys init"));
  CHECK_THROWS_WITH(load_link_keys(folder.file(".")), Contains("Is a directory"));
  CHECK_THROWS_AS(load_link_keys(folder.write("text", "hello\n", 0600)), OperatorError);
  CHECK_THROWS_AS(load_link_keys(folder.write("short", "1 active AAAA\n", 0600)), OperatorError);
  CHECK_THROWS_AS(load_link_keys(folder.write("empty", "", 0600)), OperatorError);
  CHECK_THROWS_WITH(load_link_keys(folder.write("large", std::string(70'000, 'x'), 0600)),
                    Contains("larger than 64 KiB"));
  CHECK_THROWS_WITH(init_link_keys(folder.file("no/such/folder")), Contains("cannot be opened"));
}
