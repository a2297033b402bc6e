#include "service/resolver/resolver.hpp"

#include <algorithm>
#include <exception>

#include "service/core/error.hpp"
#include "service/resolver/download_name.hpp"
#include "service/store/resolve_store.hpp"
#include "service/worker_pool.hpp"

namespace vitrine {
namespace {

using store::resolve_store::Found;

// A signed URL carries whole seconds; cut off, it never outlives the link.
core::Instant media_expiry(const core::LinkFacts& facts, std::chrono::seconds lifetime) {
  const core::Instant end = facts.now + lifetime;
  return std::chrono::floor<std::chrono::seconds>(
      std::min(end, core::open_until(facts).value_or(end)));
}

// Early enough that a player has new URLs before the old ones end: after four fifths of their life.
core::Instant renewal(core::Instant now, core::Instant expires_at) {
  return std::max(now, now + (expires_at - now) * 4 / 5);
}

ResolvedShare share_of(Found found, const media::MediaStore& media, std::chrono::seconds lifetime) {
  const core::Instant expires_at = media_expiry(found.facts, lifetime);
  const std::string title = found.share_title.value_or(found.recording_title);
  ResolvedShare share{.share_title = std::move(found.share_title),
                      .window = found.facts.window,
                      .download = found.download,
                      .recording_title = std::move(found.recording_title),
                      .recorded_at = found.recorded_at,
                      .duration_ms = found.duration_ms,
                      .media = {},
                      .panels = std::move(found.panels),
                      .renew_after = renewal(found.facts.now, expires_at)};
  for (const auto& object : found.media) {
    const auto name =
        found.download ? std::optional(download_name(title, object.content_type)) : std::nullopt;
    share.media.push_back({object.role, object.content_type,
                           media.sign({object.key, object.content_type, name, expires_at}),
                           expires_at});
  }
  return share;
}

}  // namespace

Resolver::Resolver(store::Pool& pool, WorkerPool& workers, const media::MediaStore& media,
                   std::chrono::seconds media_url_lifetime)
    : pool_(pool), workers_(workers), media_(media), media_url_lifetime_(media_url_lifetime) {}

void Resolver::resolve(ResolveQuery query, Done done, Failed failed) {
  // Shared, because the refusal needs `failed` after the task that holds it is gone.
  const auto shared_failed = std::make_shared<Failed>(std::move(failed));
  const bool accepted =
      workers_.submit([this, query = std::move(query), done = std::move(done), shared_failed] {
        std::optional<Resolution> resolution;
        try {
          resolution = ask(query);
        } catch (const std::exception&) {
          (*shared_failed)(std::current_exception());
          return;
        }
        done(std::move(*resolution));
      });
  if (!accepted) {
    (*shared_failed)(std::make_exception_ptr(
        core::Error(core::ErrorCode::overloaded, "Too many requests wait already. Try again.")
            .retry_after(std::chrono::seconds(1))));
  }
}

Resolution Resolver::ask(const ResolveQuery& query) {
  auto found = store::single_read(pool_, [&](store::Transaction& transaction) {
    return store::resolve_store::find(transaction, query.token.link, query.token.kid,
                                      query.include);
  });
  const core::Verdict verdict = core::decide(found ? std::optional(found->facts) : std::nullopt);
  Resolution resolution{verdict, std::nullopt, std::nullopt};
  if (verdict == core::Verdict::link_not_started) {
    resolution.starts_at = found->facts.window.starts_at;
  } else if (verdict == core::Verdict::open) {
    resolution.share = share_of(std::move(*found), media_, media_url_lifetime_);
  }
  return resolution;
}

}  // namespace vitrine
