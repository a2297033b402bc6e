#pragma once

#include <atomic>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "service/comments.hpp"
#include "service/core/error.hpp"
#include "service/issuers.hpp"
#include "service/key_admin.hpp"
#include "service/keys.hpp"
#include "service/link_urls.hpp"
#include "service/links.hpp"
#include "service/media/media_store.hpp"
#include "service/opens.hpp"
#include "service/passcodes.hpp"
#include "service/policies.hpp"
#include "service/recordings.hpp"
#include "service/resolver/explanations.hpp"
#include "service/resolver/resolver.hpp"
#include "service/shares.hpp"
#include "service/store/pool.hpp"
#include "service/worker_pool.hpp"
#include "service/workspaces.hpp"
#include "tests/support/test_database.hpp"

namespace vitrine::test {

// How a call ended: nothing for success, else the code of the Error it threw.
template <class Call>
std::optional<core::ErrorCode> fault_of(Call call) {
  try {
    call();
    return std::nullopt;
  } catch (const core::Error& error) {
    return error.code();
  }
}

// Signs as `signed:<key>?type=..&download=..&expires=..`, so that a test can read what was granted.
class ReadableMedia final : public media::MediaStore {
 public:
  std::string sign(const media::Grant& grant) const override;
};

core::RecordingId recording_id(const std::string& text);
core::RecordingDraft a_recording(const std::string& title = "Weekly meeting");
core::MediaObject an_audio(const std::string& id, const std::string& key);
core::ShareDraft a_share_of(const std::string& recording);

// Everything of floor 1 on a database of its own, and one workspace to work in.
class TestService {
 public:
  explicit TestService(int pool_size = 4, const std::string& more_conninfo = "");
  // In the order of the program: a thread that hashes may still be handing a visit over.
  ~TestService() {
    resolver.stop();
    hashers.stop();
    workers.stop();
  }

  core::Principal new_principal(const std::string& workspace);

  core::Recording given_recording(const std::string& id, const core::RecordingDraft& draft);
  core::Recording given_recording(const std::string& id) {
    return given_recording(id, a_recording());
  }
  core::Share given_share_of(const std::string& recording);  // registered when it is not there

  // Resolves as a viewer would, and waits for the answer.
  Resolution resolve(ResolveQuery query);
  // The first link of the share.
  Resolution resolve(const core::Share& share,
                     std::optional<std::vector<core::PanelKind>> include = std::nullopt) {
    return resolve({.token = token_of(share), .include = std::move(include)});
  }
  // Reports an open as a viewer would, and waits for the answer.
  Resolution report(OpenReport report);

  static core::LinkKeys::Verified token_of(const core::Share& share) {
    return {share.links.at(0).id, share.links.at(0).kid};
  }
  core::Verdict verdict_of(const core::Share& share) { return resolve(share).verdict; }

  // What the resolver works with, for a test that wants another one.
  ResolverTools tools() {
    return {pool,
            hosts,
            workers,
            hashers,
            passcodes,
            issuers,
            media,
            ViewingSessions(*link_keys, std::chrono::minutes(10)),
            std::chrono::minutes(5)};
  }

  TestDatabase database;
  store::Pool pool;
  LinkUrls urls;
  Workspaces workspaces{pool};
  Keys keys{pool};
  Policies policies{pool};
  KeyAdmin key_admin;
  Recordings recordings{pool};
  Passcodes passcodes;
  Shares shares{pool, urls, passcodes};
  Links links{pool, urls};
  Comments comments{pool};
  WorkerPool workers;
  WorkerPool hashers{"passcodes", 2, 1024};
  ReadableMedia media;
  std::shared_ptr<const core::LinkKeys> link_keys;
  Issuers issuers{pool, *link_keys};
  ReadHosts hosts;
  Resolver resolver{tools()};
  Explanations explanations{pool};
  Opens opens{pool, workers, ViewingSessions(*link_keys, std::chrono::minutes(10))};
  core::Principal me;
};

// Runs `work(number)` on `count` threads at once and waits. Catch2 v2's assertions are not
// thread-safe: threads only count, and what they throw is counted as a failure.
template <class Work>
int failures_together(int count, Work work) {
  std::atomic<int> failures{0};
  std::vector<std::thread> threads;
  threads.reserve(static_cast<std::size_t>(count));
  for (int number = 0; number < count; ++number) {
    threads.emplace_back([&failures, &work, number] {
      try {
        work(number);
      } catch (const std::exception&) {
        ++failures;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  return failures;
}

}  // namespace vitrine::test
