#include "api/media.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "api/byte_range.hpp"
#include "api/media_body.hpp"
#include "api/media_conditions.hpp"
#include "api/media_disposition.hpp"
#include "service/clock.hpp"
#include "service/core/content_type.hpp"
#include "service/core/error.hpp"
#include "service/core/http_date.hpp"
#include "service/database_clock.hpp"

namespace vitrine::api {
namespace {

using core::Error;
using core::ErrorCode;

constexpr std::string_view kPathPrefix = "/media/";

using Done = std::function<void(http::Response)>;
using Failed = std::function<void(std::exception_ptr)>;

media::Grant check(const http::RequestHead& head, const media::LocalStore& store) {
  const std::string_view path = head.path;
  if (!path.starts_with(kPathPrefix)) {
    throw Error(ErrorCode::not_found, "There is no such media object.");
  }
  return store.verify(path.substr(kPathPrefix.size()), head.query, database_now());
}

// What the client asks for of `size` bytes, by Range and If-Range.
RangeChoice wanted_range(const http::RequestHead& head, const Validators& current,
                         std::chrono::sys_seconds now, std::uint64_t size) {
  const auto range = head.headers.get("range");
  if (head.method != http::Method::get || !range || head.headers.count("range") > 1 ||
      !range_is_current(head.headers, current, now)) {
    return WholeRepresentation{};
  }
  return choose_range(*range, size);
}

void add_validators(http::Headers& headers, const Validators& current) {
  headers.set("ETag", std::string(current.entity_tag));
  headers.set("Last-Modified", core::format_http_date(current.modified_at));
  headers.set("Accept-Ranges", "bytes");
  headers.set("Cache-Control", "private, max-age=0, must-revalidate");
}

// The type was checked when the object was registered, but the rows may be older than the rule.
void add_description(http::Headers& headers, const media::Grant& grant) {
  const bool known = core::is_media_content_type(grant.content_type);
  headers.set("Content-Type", known ? grant.content_type : "application/octet-stream");
  headers.set("Content-Disposition", content_disposition(grant.download_name));
  headers.set("X-Content-Type-Options", "nosniff");
  headers.set("Content-Security-Policy", "sandbox; default-src 'none'");
  headers.set("Cross-Origin-Resource-Policy", "cross-origin");
}

// The answer for an open file. Runs on a thread of `files`.
http::Response answer(const http::RequestHead& head, const media::Grant& grant,
                      media::MediaFile opened, WorkerPool& files) {
  const auto file = std::make_shared<const media::MediaFile>(std::move(opened));
  // The clock of files, and of the field Date.
  const auto now = std::chrono::floor<std::chrono::seconds>(wall_clock_now());
  const auto modified_at = std::chrono::floor<std::chrono::seconds>(file->modified_at());
  // A date in the future is not allowed out (RFC 9110 section 8.8.2.1).
  const Validators current{file->entity_tag(), std::min(modified_at, now)};

  http::Response response;
  add_validators(response.headers, current);
  switch (judge_conditions(head.headers, current)) {
    case Condition::failed:
      throw Error(ErrorCode::etag_mismatch, "The media object is not the version you named.");
    case Condition::not_modified:
      response.status = 304;
      return response;
    case Condition::met:
      break;
  }

  add_description(response.headers, grant);
  const auto size = static_cast<std::uint64_t>(file->size());
  const RangeChoice choice = wanted_range(head, current, now, size);
  if (std::holds_alternative<UnsatisfiableRange>(choice)) {
    throw Error(ErrorCode::range_not_satisfiable,
                "The range begins past the end; the object has " + std::to_string(size) + " bytes.")
        .with("content_range", unsatisfied_content_range(size));
  }
  std::uint64_t offset = 0;
  std::uint64_t length = size;
  if (const auto* range = std::get_if<ByteRange>(&choice)) {
    response.status = 206;
    response.headers.set("Content-Range", content_range(*range, size));
    offset = range->first;
    length = range->length();
  }
  if (length > 0) {
    response.source = std::make_shared<MediaBody>(file, files, static_cast<std::int64_t>(offset),
                                                  static_cast<std::int64_t>(length));
  }
  return response;
}

}  // namespace

void get_media(const http::Request& request, const media::LocalStore& store, WorkerPool& files,
               Done done, const Failed& failed) {
  try {
    auto task = [head = request.head, grant = check(request.head, store), &store, &files,
                 done = std::move(done), failed] {
      std::optional<http::Response> response;
      try {
        response = answer(head, grant, store.open(grant.key), files);
      } catch (const std::exception&) {
        failed(std::current_exception());
        return;
      }
      done(*std::move(response));
    };
    if (!files.submit(std::move(task))) {
      throw Error(ErrorCode::overloaded, "Too many media requests wait already. Try again.")
          .retry_after(std::chrono::seconds(1));
    }
  } catch (const std::exception&) {
    failed(std::current_exception());
  }
}

}  // namespace vitrine::api
