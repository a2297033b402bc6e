// Changes shares through some services while it resolves their links through the same services, and
// holds every answer against what had been acknowledged when it was asked for. Prints one line of
// JSON. Ends with 0 when no answer was wrong, 1 when one was, 2 when it could not do its work.
//
//   strictness_checker --service PORT [--service PORT …] --key API_KEY [--resolves N] [--changes N]
//     [--shares N] [--readers N] [--connections N] [--writers N] [--seed N] [--deadline SECONDS]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/strictness/reader.hpp"
#include "tests/strictness/report.hpp"
#include "tests/strictness/trial.hpp"
#include "tests/strictness/writer.hpp"

namespace {

using namespace vitrine::strictness;

bool set(Settings& settings, std::string_view name, const char* value) {
  if (name == "--service") {
    settings.ports.push_back(std::atoi(value));
  } else if (name == "--key") {
    settings.key = value;
  } else if (name == "--resolves") {
    settings.resolves = std::atol(value);
  } else if (name == "--changes") {
    settings.changes = std::atol(value);
  } else if (name == "--shares") {
    settings.shares = std::atoi(value);
  } else if (name == "--readers") {
    settings.readers = std::atoi(value);
  } else if (name == "--connections") {
    settings.connections = std::atoi(value);
  } else if (name == "--writers") {
    settings.writers = std::atoi(value);
  } else if (name == "--seed") {
    settings.seed = static_cast<unsigned>(std::atoi(value));
  } else if (name == "--deadline") {
    settings.deadline_seconds = std::atoi(value);
  } else {
    std::fprintf(stderr, "unknown argument %s\n", name.data());
    return false;
  }
  return true;
}

template <class Role>
std::vector<std::unique_ptr<Role>> numbered(Trial& trial, int count) {
  std::vector<std::unique_ptr<Role>> roles(static_cast<std::size_t>(count));
  std::ranges::generate(
      roles, [&, number = 0]() mutable { return std::make_unique<Role>(trial, number++); });
  return roles;
}

template <class Work>
std::thread started(Trial& trial, Work work) {
  return std::thread([&trial, work] {
    try {
      work();
    } catch (const std::exception& error) {
      trial.fail(error.what());
    }
  });
}

// Every writer furnishes its part of the places, then all begin.
void run(Trial& trial, const std::vector<std::unique_ptr<Reader>>& readers,
         const std::vector<std::unique_ptr<Writer>>& writers) {
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < writers.size(); ++i) {
    threads.push_back(started(trial, [&trial, &writers, i] {
      for (std::size_t place = i; place < trial.places.size(); place += writers.size()) {
        writers[i]->furnish(trial.places[place]);
      }
    }));
  }
  for (std::thread& thread : threads) thread.join();
  threads.clear();
  if (!trial.failure().empty())
    return;
  for (const auto& writer : writers) {
    threads.push_back(started(trial, [&writer] { writer->run(); }));
  }
  for (const auto& reader : readers) {
    threads.push_back(started(trial, [&reader] { reader->run(); }));
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (!set(settings, argv[i], argv[i + 1]))
      return 2;
  }
  Trial trial(settings);
  const auto readers = numbered<Reader>(trial, settings.readers);
  const auto writers = numbered<Writer>(trial, settings.writers);
  const auto begin = std::chrono::steady_clock::now();
  run(trial, readers, writers);
  if (!trial.failure().empty()) {
    std::fprintf(stderr, "%s\n", trial.failure().c_str());
    return 2;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  const Report result = report(trial, readers, writers, took.count());
  std::printf("%s\n", result.json.c_str());
  return result.violations == 0 ? 0 : 1;
}
