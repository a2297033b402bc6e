#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "service/core/decision.hpp"
#include "service/core/link_token.hpp"
#include "service/core/recording.hpp"
#include "service/media/media_store.hpp"

namespace vitrine {

namespace store {
class Pool;
}
class WorkerPool;

// One media object of an open link, with its signed URL.
struct ResolvedMedia {
  core::MediaRole role;
  std::string content_type;
  std::string url;
  core::Instant expires_at;
};

// Only what the sharer made visible: there is no field here that a recipient may not see.
struct ResolvedShare {
  std::optional<std::string> share_title;
  core::Window window;
  bool download = false;
  std::string recording_title;
  std::optional<core::Instant> recorded_at;
  std::optional<std::int64_t> duration_ms;
  std::vector<ResolvedMedia> media;
  std::vector<core::PanelDocument> panels;  // the visible ones, in the order of kPanelKinds
  core::Instant renew_after;                // ask again from here on; URLs live a little longer
};

struct Resolution {
  core::Verdict verdict;
  std::optional<core::Instant> starts_at;  // with link_not_started
  std::optional<ResolvedShare> share;      // with open
};

struct ResolveQuery {
  core::LinkKeys::Verified token;                       // genuine already
  std::optional<std::vector<core::PanelKind>> include;  // narrows the visible panels
};

// Answers what a genuine link opens. Asynchronous, so that reactor threads never wait: today one
// query per resolve on a bounded pool of threads; a set query per batch has its place behind the
// same call. Thread-safe.
class Resolver {
 public:
  // `media_url_lifetime` caps how long a signed URL lives; it never outlives the link.
  Resolver(store::Pool& pool, WorkerPool& workers, const media::MediaStore& media,
           std::chrono::seconds media_url_lifetime);

  // Exactly one of the two is called, once, on a worker's thread (or on the caller's, with
  // `overloaded`, when the queue is full).
  using Done = std::function<void(Resolution)>;
  using Failed = std::function<void(std::exception_ptr)>;
  void resolve(ResolveQuery query, Done done, Failed failed);

 private:
  Resolution ask(const ResolveQuery& query);

  store::Pool& pool_;
  WorkerPool& workers_;
  const media::MediaStore& media_;
  std::chrono::seconds media_url_lifetime_;
};

}  // namespace vitrine
