// Catch2 v2 assertions are not thread-safe, so the threads only count.
#include "service/passcodes.hpp"

#include <sys/resource.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <string>
#include <thread>
#include <vector>

#include "service/core/error.hpp"

using namespace vitrine;

namespace {

std::string times(std::size_t count, const std::string& text) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) {
    all += text;
  }
  return all;
}

long most_memory_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

double seconds_of_processor() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec) / 1e6;
}

}  // namespace

TEST_CASE("a passcode is verified by its hash and by no other", "[service][passcodes]") {
  Passcodes passcodes;
  const std::string hash = passcodes.hash("open sesame");
  CHECK(passcodes.verify(hash, "open sesame"));
  CHECK_FALSE(passcodes.verify(hash, "open sesam"));
  CHECK_FALSE(passcodes.verify(hash, "open sesame "));
  CHECK_FALSE(passcodes.verify(hash, "Open sesame"));
  CHECK_FALSE(passcodes.verify(passcodes.hash("another"), "open sesame"));
}

TEST_CASE("a hash names Argon2id and the parameters of OWASP", "[service][passcodes]") {
  const std::string hash = Passcodes().hash("1234");
  CHECK(hash.rfind("$argon2id$v=19$m=19456,t=2,p=1$", 0) == 0);
  CHECK(hash.find("1234", 31) == std::string::npos);
}

TEST_CASE("the same passcode never has the same hash twice", "[service][passcodes]") {
  Passcodes passcodes;
  CHECK(passcodes.hash("same again") != passcodes.hash("same again"));
}

TEST_CASE("two spellings of the same letters are one passcode", "[service][passcodes]") {
  Passcodes passcodes;
  const std::string composed = "caf\xc3\xa9 cr\xc3\xa8me";
  const std::string decomposed = "cafe\xcc\x81 cre\xcc\x80me";
  CHECK(passcodes.verify(passcodes.hash(composed), decomposed));
  CHECK(passcodes.verify(passcodes.hash(decomposed), composed));
  // Compatibility is not equality: the ligature is another letter.
  CHECK_FALSE(passcodes.verify(passcodes.hash("\xef\xac\x81nal"), "final"));
}

TEST_CASE("a passcode has 4 to 128 characters as people count them", "[service][passcodes]") {
  CHECK_FALSE(passcode_fault("1234"));
  CHECK(passcode_fault("123"));
  CHECK(passcode_fault(""));
  const std::string key = "\xf0\x9f\x94\x91";
  CHECK_FALSE(passcode_fault(times(4, key)));
  CHECK(passcode_fault(key));
  CHECK_FALSE(passcode_fault(times(128, key)));
  CHECK(passcode_fault(times(129, key)));
  CHECK_FALSE(passcode_fault(times(128, "e\xcc\x81")));
  CHECK(passcode_fault(times(129, "e\xcc\x81")));
  CHECK(passcode_fault(times(3, "e\xcc\x81")));
  CHECK(passcode_fault(std::string(1 << 20, 'a')));
}

TEST_CASE("no passcode holds what cannot be typed", "[service][passcodes]") {
  for (const std::string& text : {std::string("12\0"
                                              "34",
                                              5),
                                  std::string("line\nbreak"), std::string("tab\there"),
                                  std::string("delete\x7f"), std::string("next\xc2\x85line")}) {
    const auto fault = passcode_fault(text);
    REQUIRE(fault);
    CHECK(fault->find("control") != std::string::npos);
  }
  CHECK(
      passcode_fault("bad\xff"
                     "utf8"));
  CHECK(passcode_fault("cut off \xc3"));
  CHECK_FALSE(passcode_fault("with spaces in it"));
}

TEST_CASE("what can be no passcode is refused without a hash", "[service][passcodes]") {
  Passcodes passcodes;
  const std::string hash = passcodes.hash("1234");
  const double before = seconds_of_processor();
  for (int i = 0; i < 1000; ++i) {
    CHECK_FALSE(passcodes.verify(hash, "123"));
    CHECK_FALSE(passcodes.verify(hash, "1234\n"));
  }
  CHECK(seconds_of_processor() - before < 1.0);
  try {
    passcodes.hash("123");
    FAIL("a short passcode was hashed");
  } catch (const core::Error& error) {
    CHECK(error.code() == core::ErrorCode::validation_failed);
    REQUIRE(error.violations().size() == 1);
    CHECK(error.violations()[0].pointer == "/passcode");
    CHECK(std::string(error.what()).find("123") == std::string::npos);
  }
}

TEST_CASE("a hash that cannot be read is a failure and no wrong passcode", "[service][passcodes]") {
  Passcodes passcodes;
  CHECK_THROWS_AS(passcodes.verify("$argon2id$v=19$m=19456", "1234"), core::Error);
}

TEST_CASE("however many ask, few hash at the same time, and all are served",
          "[service][passcodes]") {
  Passcodes passcodes(2);
  const std::string hash = passcodes.hash("1234");
  const long before = most_memory_kib();
  std::atomic<int> right{0};
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back(
        [&, i] { (passcodes.verify(hash, i % 2 == 0 ? "1234" : "4321") ? right : wrong)++; });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  CHECK(right == 8);
  CHECK(wrong == 8);
  // Each takes 19 MiB while it works: two fit, sixteen do not.
  CHECK(most_memory_kib() - before < 100 * 1024);
}
