#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace vitrine::core {

// Every way in which a request can end other than by success. Closed on purpose: the table in
// `api/problem` must name each one, and nothing below `api` knows which HTTP status belongs to it.
enum class ErrorCode {
  malformed_request,
  malformed_json,
  invalid_parameter,
  invalid_page_token,
  idempotency_key_invalid,
  unauthenticated,
  viewer_required,
  passcode_required,
  passcode_invalid,
  forbidden,
  viewer_not_member,
  not_found,
  method_not_allowed,
  request_timeout,
  conflict,
  share_revoked,
  share_expired,
  https_required,
  recipient_required,
  recipient_exists,
  email_not_configured,
  idempotency_in_progress,
  link_not_found,
  link_disabled,
  link_not_started,
  link_revoked,
  link_expired,
  link_used_up,
  recording_gone,
  media_signature_invalid,
  media_url_expired,
  length_required,
  etag_mismatch,
  content_too_large,
  uri_too_long,
  unsupported_media_type,
  range_not_satisfiable,
  expectation_failed,
  validation_failed,
  idempotency_key_reused,
  rate_limited,
  passcode_throttled,
  headers_too_large,
  internal,
  not_implemented,
  unavailable,
  overloaded,
  timeout,
  outcome_unknown,
};

// One fault in an input document. `pointer` is an RFC 6901 JSON Pointer, "" for the whole document.
struct Violation {
  std::string pointer;
  std::string code;    // required, wrong_type, out_of_range, unknown_field, read_only_field, ...
  std::string detail;  // a sentence that tells how to mend it
};

// The one exception type of the product. `what()` is shown to the client, so it must say how to
// mend the request and must never carry SQL, host names, paths or tokens.
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& detail) : std::runtime_error(detail), code_(code) {}

  // validation_failed with every fault found, in document order.
  explicit Error(std::vector<Violation> violations);

  ErrorCode code() const noexcept { return code_; }
  const std::vector<Violation>& violations() const noexcept { return violations_; }

  // Extra problem members (RFC 9457 section 3.2), for example {"starts_at", "2026-..."}.
  const std::vector<std::pair<std::string, std::string>>& members() const noexcept {
    return members_;
  }
  Error&& with(std::string name, std::string value) &&;

  // Becomes the header Retry-After.
  std::optional<std::chrono::seconds> retry_after() const noexcept { return retry_after_; }
  Error&& retry_after(std::chrono::seconds delay) &&;

 private:
  ErrorCode code_;
  std::vector<Violation> violations_;
  std::vector<std::pair<std::string, std::string>> members_;
  std::optional<std::chrono::seconds> retry_after_;
};

}  // namespace vitrine::core
