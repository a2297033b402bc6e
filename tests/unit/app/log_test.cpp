#include "service/telemetry/log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <limits>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>
#include <vector>

#include "service/telemetry/log_line.hpp"
#include "tests/support/temporary_folder.hpp"

using nlohmann::json;
using vitrine::telemetry::dropped_log_lines;
using vitrine::telemetry::Level;
using vitrine::telemetry::log;
using vitrine::telemetry::log_line;
using vitrine::telemetry::start_log;
using vitrine::telemetry::stop_log;
using vitrine::test::TemporaryFolder;

namespace {

json parsed(const std::string& line) { return json::parse('{' + line); }

json field_of(std::string_view text) {
  return parsed(log_line(Level::info, "test", {{"field", text}}))["field"];
}

// What was logged to a file by `write`.
template <class Write>
std::vector<json> logged(Level least, Write write) {
  const TemporaryFolder folder;
  const int fd = ::open(folder.write("log", "", 0600).c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  start_log(least, fd);
  write();
  stop_log();
  ::close(fd);
  std::istringstream lines(folder.read("log"));
  std::vector<json> parsed_lines;
  for (std::string line; std::getline(lines, line);) parsed_lines.push_back(json::parse(line));
  return parsed_lines;
}

}  // namespace

TEST_CASE("a line holds its fields with their types, in order") {
  const std::string line =
      log_line(Level::warning, "http_request",
               {{"status", std::int64_t{-7}}, {"seconds", 0.25}, {"ok", true}, {"path", "/"}});
  CHECK(line == R"("level":"warning","event":"http_request","status":-7,"seconds":0.25,)"
                R"("ok":true,"path":"/"})");
}

TEST_CASE("nothing in a field can end a line or a string") {
  const std::string evil = "a\nb\r\"c\\\x01\x1b[31m\x7f\xe2\x80\xa8 ü";
  const std::string line = log_line(Level::info, "test", {{"field", std::string_view(evil)}});
  CHECK(line.find('\n') == std::string::npos);
  CHECK(line.find('\x1b') == std::string::npos);
  CHECK(field_of(evil) == evil);
  CHECK(field_of(std::string_view("a\0b", 3)) == std::string("a\0b", 3));
}

TEST_CASE("invalid UTF-8 is replaced") {
  CHECK(field_of("a\xff\xc3") == "a\xef\xbf\xbd\xef\xbf\xbd");
}

TEST_CASE("a field is cut at 1 KiB, between two characters") {
  CHECK(field_of(std::string(1024, 'x')) == std::string(1024, 'x'));
  CHECK(field_of(std::string(5000, 'x')) == std::string(1021, 'x') + "…");
  std::string umlauts = "x";
  for (int i = 0; i < 2000; ++i) umlauts += "ü";
  const auto cut = field_of(umlauts).get<std::string>();
  CHECK(cut.size() <= 1024);
  CHECK(cut.ends_with("ü…"));
}

TEST_CASE("a number that JSON does not know is null") {
  const double infinite = std::numeric_limits<double>::infinity();
  CHECK(parsed(log_line(Level::info, "test", {{"n", infinite}}))["n"].is_null());
}

TEST_CASE("what is logged arrives as one object per line with its time") {
  const auto lines = logged(Level::info, [] {
    log(Level::info, "first", {{"brace", "{}%v"}});
    log(Level::error, "second", {});
  });
  REQUIRE(lines.size() == 2);
  CHECK(std::regex_match(lines[0]["time"].get<std::string>(),
                         std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)")));
  CHECK(lines[0]["event"] == "first");
  CHECK(lines[0]["brace"] == "{}%v");
  CHECK(lines[1]["level"] == "error");
}

TEST_CASE("what is less than the least level is not logged") {
  const auto lines = logged(Level::warning, [] {
    log(Level::debug, "no", {});
    log(Level::info, "no", {});
    log(Level::warning, "yes", {});
  });
  REQUIRE(lines.size() == 1);
  CHECK(lines[0]["event"] == "yes");
}

TEST_CASE("everything that was logged before the stop is written") {
  const auto lines = logged(Level::info, [] {
    for (std::int64_t i = 0; i < 5000; ++i) log(Level::info, "counted", {{"i", i}});
  });
  REQUIRE(lines.size() == 5000);
  CHECK(lines.back()["i"] == 4999);
}

TEST_CASE("logging without a log is harmless") {
  stop_log();
  log(Level::error, "nobody", {});
}

TEST_CASE("a reader that stopped reading blocks nobody, and what it missed is counted") {
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  const auto dropped_before = dropped_log_lines();
  start_log(Level::info, ends[1]);
  const auto began = std::chrono::steady_clock::now();
  const std::string text(500, 'x');
  for (int i = 0; i < 20'000; ++i) log(Level::info, "flood", {{"text", std::string_view(text)}});
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(5));
  CHECK(dropped_log_lines() - dropped_before > 10'000);
  stop_log();
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(8));
  CHECK(dropped_log_lines() - dropped_before > 19'000);
  CHECK(dropped_log_lines() - dropped_before < 20'000);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_CASE("a full disk costs lines, not the service") {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  REQUIRE(full >= 0);
  const auto dropped_before = dropped_log_lines();
  start_log(Level::info, full);
  for (int i = 0; i < 10; ++i) log(Level::info, "lost", {});
  stop_log();
  CHECK(dropped_log_lines() - dropped_before == 10);
  ::close(full);
}
