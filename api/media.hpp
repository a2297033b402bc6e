#pragma once

#include <exception>
#include <functional>

#include "api/http/message.hpp"
#include "service/media/local_store.hpp"
#include "service/worker_pool.hpp"

namespace vitrine::api {

// GET and HEAD `/media/{path}?type&download&expires&kid&signature`.
//
// Checks the signature on the calling thread (pure computation), opens and reads on `files`. Never
// throws: exactly one of `done` and `failed` is called, once, on the calling thread or on one of
// `files`; the request need not outlive the call.
//
// `done` gets 200, 206 or 304, with all headers that are media's own. A list of several ranges is
// answered 200 with the whole. HEAD ignores Range (RFC 9110 section 14.2), and has the body source
// only for its size. `failed` gets a core::Error: media_signature_invalid, media_url_expired,
// not_found, etag_mismatch (If-Match, If-Unmodified-Since), overloaded, unavailable, or
// range_not_satisfiable with the member "content_range", whose value (`bytes */1234`) whoever
// renders the problem must also send as the header Content-Range.
void get_media(const http::Request& request, const media::LocalStore& store, WorkerPool& files,
               std::function<void(http::Response)> done,
               const std::function<void(std::exception_ptr)>& failed);

}  // namespace vitrine::api
