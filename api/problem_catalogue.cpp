#include <cstddef>

#include "api/problem.hpp"

namespace vitrine::api {
namespace {

using enum core::ErrorCode;

constexpr std::array kCatalogue = {
    ProblemKind{malformed_request, 400, "Malformed request",
                "The request does not follow HTTP, or a header field cannot be read.",
                "Check the request line and the header fields, and send the request again."},
    ProblemKind{malformed_json, 400, "Malformed JSON",
                "The body is not a JSON text that can be read without guessing: it is cut off, "
                "wrongly encoded, nested too deep, or names a member twice.",
                "Send one JSON object in UTF-8, every member named once."},
    ProblemKind{invalid_parameter, 400, "Invalid parameter",
                "A part of the path, a query parameter or a header field has a value that this "
                "operation does not accept, or is not known to it.",
                "Compare the request with the description of the operation."},
    ProblemKind{invalid_page_token, 400, "Invalid page token",
                "The page token was not given out for this list with these filters.",
                "Start again without page_token, and keep the filters while going through pages."},
    ProblemKind{idempotency_key_invalid, 400, "Invalid idempotency key",
                "The header field Idempotency-Key is not 1 to 255 visible ASCII characters, or "
                "was sent twice.",
                "Send one key, for example a UUID, and the same one with every retry of the same "
                "request."},
    ProblemKind{unauthenticated, 401, "Not authenticated",
                "The request carries no API key that is valid now.",
                "Send a key that is neither expired nor revoked: Authorization: Bearer vtk_..."},
    ProblemKind{viewer_required, 401, "Viewer token required",
                "The link is for members of the workspace only, and no viewer token was sent that "
                "is valid now.",
                "Send in viewer_token what the calling product signed for its user."},
    ProblemKind{passcode_required, 401, "Passcode required",
                "The link is protected by a passcode, and none was sent.",
                "Ask the viewer for the passcode and send it along."},
    ProblemKind{passcode_invalid, 401, "Wrong passcode",
                "The passcode is not the one that the sender set.",
                "Let the viewer type it again; after a few wrong ones there is a pause."},
    ProblemKind{forbidden, 403, "Forbidden",
                "The API key is valid, but lacks the scope that this operation needs.",
                "Use a key with that scope."},
    ProblemKind{viewer_not_member, 403, "Viewer is not a member",
                "The viewer token is genuine, but was made for another workspace.",
                "Ask the sender for a link that is open to everyone, or for access to the "
                "workspace."},
    ProblemKind{not_found, 404, "Not found",
                "Nothing is at this address, or it belongs to another workspace.",
                "Check the path and the id in it."},
    ProblemKind{method_not_allowed, 405, "Method not allowed",
                "The address exists, but does not take this method.",
                "Use one of the methods in the header field Allow."},
    ProblemKind{request_timeout, 408, "Request timed out",
                "The request did not arrive completely in time.",
                "Send it again, on a new connection."},
    ProblemKind{conflict, 409, "Conflict",
                "The request contradicts the present state of what it wants to change.",
                "Read the present state and decide anew."},
    ProblemKind{share_revoked, 409, "Share is revoked",
                "The share was revoked. That is final: it cannot be changed or switched on again.",
                "Create a new share of the recording."},
    ProblemKind{share_expired, 409, "Share has expired",
                "The policy of the workspace makes the end of a share final: an expired one is "
                "neither extended nor opened again.",
                "Create a new share of the recording."},
    ProblemKind{https_required, 409, "HTTPS required",
                "Links would be sent over an unprotected connection, so none are made.",
                "Let the operator set VITRINE_LINK_URL_TEMPLATE to an address with https."},
    ProblemKind{recipient_required, 409, "Recipient required",
                "The policy of the workspace asks for a named recipient for each link, or there is "
                "nobody to send a link to.",
                "Name at least one recipient with an e-mail address."},
    ProblemKind{recipient_exists, 409, "Recipient exists already",
                "The share has a living link for this address already; its id is in link_id.",
                "Use that link, or revoke it first."},
    ProblemKind{email_not_configured, 409, "E-mail is not configured",
                "The service has no mail server to send by, so it promises no mail.",
                "Let the operator set VITRINE_SMTP_URL and VITRINE_MAIL_FROM, or pass the link on "
                "yourself."},
    ProblemKind{idempotency_in_progress, 409, "Still in progress",
                "A request with the same Idempotency-Key is still being worked off.",
                "Send it again after the time in Retry-After."},
    ProblemKind{link_not_found, 404, "Link not found",
                "The link does not exist. It may have been copied incompletely.",
                "Copy the whole link, or ask its sender for it again."},
    ProblemKind{link_disabled, 403, "Link is switched off",
                "The sender has switched the link off for the time being.",
                "Ask the sender to switch it on again."},
    ProblemKind{link_not_started, 403, "Link is not open yet",
                "The link opens later, at the time given in starts_at.", "Try again from then on."},
    ProblemKind{link_revoked, 410, "Link was revoked",
                "The sender has withdrawn the link for good.", "Ask the sender for a new one."},
    ProblemKind{link_expired, 410, "Link has expired",
                "The time for which the link was open is over.",
                "Ask the sender to extend it or to send a new one."},
    ProblemKind{link_used_up, 410, "Link is used up",
                "The link was opened as often as its sender allowed.",
                "Ask the sender for a new one."},
    ProblemKind{recording_gone, 410, "Recording is gone",
                "The recording behind the link was deleted or has expired.",
                "Ask the sender; the link will not work again."},
    ProblemKind{media_signature_invalid, 403, "Media address is not genuine",
                "The address of the media file was altered or was not made by this service.",
                "Resolve the link again and use the address in the answer as it is."},
    ProblemKind{media_url_expired, 403, "Media address has expired",
                "Addresses of media files live for a few minutes only, and this one is older.",
                "Resolve the link again; the answer holds a new address."},
    ProblemKind{length_required, 411, "Length required",
                "The request has a body, or needs one, but does not say how long it is.",
                "Send Content-Length."},
    ProblemKind{etag_mismatch, 412, "Changed in the meantime",
                "The resource is no longer at the version that If-Match names.",
                "Read it again, look at what changed, and repeat the change with its new ETag."},
    ProblemKind{content_too_large, 413, "Content too large",
                "The body, or what would be stored together with it, is larger than allowed.",
                "Send less. The description of the operation names the limit."},
    ProblemKind{uri_too_long, 414, "Address too long",
                "The request target is longer than 8,000 bytes.", "Shorten the path or the query."},
    ProblemKind{unsupported_media_type, 415, "Unsupported media type",
                "The body is announced in a format or encoding that is not read here.",
                "Send JSON in UTF-8 as application/json, without Content-Encoding."},
    ProblemKind{range_not_satisfiable, 416, "Range not satisfiable",
                "The requested range begins past the end of the media file.",
                "Content-Range of this answer names the size; ask for a range within it."},
    ProblemKind{expectation_failed, 417, "Expectation failed",
                "The header field Expect asks for something other than 100-continue.",
                "Leave the header field out."},
    ProblemKind{validation_failed, 422, "Validation failed",
                "The JSON can be read, but some of its members are not as they should be.",
                "Mend every member that the list in errors points to."},
    ProblemKind{idempotency_key_reused, 422, "Idempotency key reused",
                "The Idempotency-Key was sent before with another request.",
                "Use a new key for a new request; repeat a request unchanged."},
    ProblemKind{rate_limited, 429, "Too many requests",
                "The API key has made more requests than it may in this time.",
                "Wait for the time in Retry-After, and spread requests out."},
    ProblemKind{passcode_throttled, 429, "Too many wrong passcodes",
                "After several wrong passcodes there is a pause, which grows with every further "
                "one.",
                "Wait for the time in Retry-After; the sender can lift the pause."},
    ProblemKind{headers_too_large, 431, "Header fields too large",
                "The head of the request is larger than 16 KiB or has more than 64 fields.",
                "Send fewer or shorter header fields."},
    ProblemKind{internal, 500, "Internal error",
                "Something went wrong within the service. It was logged under the request id.",
                "Try again; when it stays, tell the operator the request id."},
    ProblemKind{not_implemented, 501, "Not implemented",
                "The service does not know this method or way of transfer.",
                "Use the methods that OPTIONS names, and a body with Content-Length."},
    ProblemKind{unavailable, 503, "Unavailable",
                "The service cannot reach something that it needs, such as its database, or is "
                "about to stop.",
                "Try again after the time in Retry-After."},
    ProblemKind{overloaded, 503, "Overloaded",
                "More requests are waiting than the service can work off; this one was not begun.",
                "Try again after the time in Retry-After."},
    ProblemKind{timeout, 503, "Timed out", "The database took too long; nothing was changed.",
                "Try again after the time in Retry-After."},
    ProblemKind{
        outcome_unknown, 503, "Outcome unknown",
        "The connection to the database broke while a change was being made final, so it is "
        "not known whether it took effect.",
        "Read the resource to see whether the change is there before you repeat it."},
};

// Row n belongs to the n-th code. That no code is missing, the compiler checks in slug().
constexpr bool is_in_order() {
  for (std::size_t i = 0; i < kCatalogue.size(); ++i) {
    if (static_cast<std::size_t>(kCatalogue[i].code) != i) {
      return false;
    }
  }
  return kCatalogue.size() == static_cast<std::size_t>(outcome_unknown) + 1;
}
static_assert(is_in_order(), "the catalogue must name every error code once, in their order");

}  // namespace

std::span<const ProblemKind> problem_kinds() { return kCatalogue; }

const ProblemKind& problem_kind(core::ErrorCode code) {
  return kCatalogue[static_cast<std::size_t>(code)];
}

// A switch without default, because a code that is added but not named here must not compile.
// clang-format off
std::string_view slug(core::ErrorCode code) {
  switch (code) {
    case malformed_request: return "malformed_request";
    case malformed_json: return "malformed_json";
    case invalid_parameter: return "invalid_parameter";
    case invalid_page_token: return "invalid_page_token";
    case idempotency_key_invalid: return "idempotency_key_invalid";
    case unauthenticated: return "unauthenticated";
    case viewer_required: return "viewer_required";
    case passcode_required: return "passcode_required";
    case passcode_invalid: return "passcode_invalid";
    case forbidden: return "forbidden";
    case viewer_not_member: return "viewer_not_member";
    case not_found: return "not_found";
    case method_not_allowed: return "method_not_allowed";
    case request_timeout: return "request_timeout";
    case conflict: return "conflict";
    case share_revoked: return "share_revoked";
    case share_expired: return "share_expired";
    case https_required: return "https_required";
    case recipient_required: return "recipient_required";
    case recipient_exists: return "recipient_exists";
    case email_not_configured: return "email_not_configured";
    case idempotency_in_progress: return "idempotency_in_progress";
    case link_not_found: return "link_not_found";
    case link_disabled: return "link_disabled";
    case link_not_started: return "link_not_started";
    case link_revoked: return "link_revoked";
    case link_expired: return "link_expired";
    case link_used_up: return "link_used_up";
    case recording_gone: return "recording_gone";
    case media_signature_invalid: return "media_signature_invalid";
    case media_url_expired: return "media_url_expired";
    case length_required: return "length_required";
    case etag_mismatch: return "etag_mismatch";
    case content_too_large: return "content_too_large";
    case uri_too_long: return "uri_too_long";
    case unsupported_media_type: return "unsupported_media_type";
    case range_not_satisfiable: return "range_not_satisfiable";
    case expectation_failed: return "expectation_failed";
    case validation_failed: return "validation_failed";
    case idempotency_key_reused: return "idempotency_key_reused";
    case rate_limited: return "rate_limited";
    case passcode_throttled: return "passcode_throttled";
    case headers_too_large: return "headers_too_large";
    case internal: return "internal";
    case not_implemented: return "not_implemented";
    case unavailable: return "unavailable";
    case overloaded: return "overloaded";
    case timeout: return "timeout";
    case outcome_unknown: return "outcome_unknown";
  }
  return "internal";
}
// clang-format on

}  // namespace vitrine::api
