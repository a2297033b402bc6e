#include "service/viewers/viewer_token.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "service/core/crypto.hpp"
#include "service/viewers/public_key.hpp"
#include "service/viewers/strict_json.hpp"

namespace vitrine::viewers {
namespace {

constexpr std::size_t kMaxTokenBytes = 8'192;
constexpr std::size_t kMaxHeaderBytes = 4'096;  // encoded
constexpr std::size_t kMaxNameBytes = 255;      // of iss and sub
constexpr std::chrono::seconds kLeeway{60};     // for an issuer whose clock runs ahead
constexpr std::chrono::hours kMaxLifetime{24};
constexpr double kEndOfTime = 253'402'300'800;  // the year 10000, in seconds since 1970

struct Parts {
  std::string_view header, claims, signature, signed_part;
};

// JWS compact serialization (RFC 7515 section 7.1).
std::optional<Parts> parts_of(std::string_view jwt) {
  const auto first = jwt.find('.');
  const auto second = first == jwt.npos ? jwt.npos : jwt.find('.', first + 1);
  if (jwt.size() > kMaxTokenBytes || second == jwt.npos || first > kMaxHeaderBytes ||
      jwt.find('.', second + 1) != jwt.npos) {
    return std::nullopt;
  }
  return Parts{jwt.substr(0, first), jwt.substr(first + 1, second - first - 1),
               jwt.substr(second + 1), jwt.substr(0, second)};
}

std::optional<Json> object_in(std::string_view encoded) {
  const auto bytes = core::base64url_decode(encoded);
  if (!bytes) {
    return std::nullopt;
  }
  return read_strict_object({reinterpret_cast<const char*>(bytes->data()), bytes->size()});
}

bool is_name(const std::string& text) {
  return !text.empty() && text.size() <= kMaxNameBytes && text.find('\0') == std::string::npos;
}

}  // namespace

// Reads member by member. Fails for good once one of them has failed.
class ViewerToken::Reader {
 public:
  bool read_header(const Json& header) {
    const auto type = header.find("typ");
    // RFC 8725 section 3.11: an access token or an id token of the same issuer is no viewer token.
    const bool other_type = type != header.end() && *type != "JWT";
    const auto kid = header.find("kid");
    if (kid != header.end()) {
      token_.kid_ = text(header, "kid");
    }
    token_.algorithm_ = text(header, "alg");
    return good_ && !other_type && !header.contains("crit") && !header.contains("b64");
  }

  bool read_claims(const Json& claims) {
    token_.issuer_ = text(claims, "iss");
    const std::string subject = text(claims, "sub");
    const std::string workspace = text(claims, "workspace");
    token_.workspace_ = core::WorkspaceId::parse(workspace);
    read_audiences(claims);
    const auto expires_at = instant(claims, "exp");
    token_.expires_at_ = expires_at.value_or(core::Instant{});
    token_.not_before_ = instant(claims, "nbf");
    token_.issued_at_ = instant(claims, "iat");
    return good_ && expires_at && token_.workspace_ && is_name(token_.issuer_) && is_name(subject);
  }

  bool read_signature(std::string_view encoded) {
    auto bytes = core::base64url_decode(encoded);
    if (!bytes || bytes->empty()) {
      return false;
    }
    token_.signature_ = std::move(*bytes);
    return true;
  }

  ViewerToken take(std::string_view signed_part) {
    token_.signed_part_ = signed_part;
    return std::move(token_);
  }

 private:
  std::string text(const Json& object, const char* name) {
    const auto found = object.find(name);
    good_ = good_ && found != object.end() && found->is_string();
    return good_ ? found->get<std::string>() : "";
  }

  // RFC 7519 section 4.1.3: one text, or an array of them.
  void read_audiences(const Json& claims) {
    const auto found = claims.find("aud");
    if (found != claims.end() && found->is_string()) {
      token_.audiences_ = {found->get<std::string>()};
      return;
    }
    good_ = good_ && found != claims.end() && found->is_array() &&
            std::all_of(found->begin(), found->end(),
                        [](const Json& each) { return each.is_string(); });
    if (good_) {
      token_.audiences_ = found->get<std::vector<std::string>>();
    }
  }

  // NumericDate: seconds since 1970, perhaps with a fraction.
  std::optional<core::Instant> instant(const Json& claims, const char* name) {
    const auto found = claims.find(name);
    if (found == claims.end()) {
      return std::nullopt;
    }
    good_ = good_ && found->is_number();
    const double seconds = good_ ? found->get<double>() : 0;
    good_ = good_ && seconds >= 0 && seconds < kEndOfTime;
    if (!good_) {
      return std::nullopt;
    }
    return core::Instant(std::chrono::microseconds(std::llround(seconds * 1e6)));
  }

  ViewerToken token_;
  bool good_ = true;
};

std::optional<ViewerToken> ViewerToken::read(std::string_view jwt) {
  const auto parts = parts_of(jwt);
  const auto header = parts ? object_in(parts->header) : std::nullopt;
  const auto claims = header ? object_in(parts->claims) : std::nullopt;
  Reader reader;
  if (!claims || !reader.read_header(*header) || !reader.read_claims(*claims) ||
      !reader.read_signature(parts->signature)) {
    return std::nullopt;
  }
  return reader.take(parts->signed_part);
}

bool ViewerToken::is_signed_by(const Issuer& issuer) const {
  if (algorithm_ != to_text(issuer.algorithm)) {
    return false;
  }
  const core::Bytes content = core::bytes_of(signed_part_);
  if (const auto* const secret = std::get_if<HmacSecret>(&issuer.keys)) {
    return issuer.algorithm == Algorithm::hs256 &&
           core::equal_in_constant_time(core::hmac_sha256(secret->bytes, content), signature_);
  }
  const Jwk* const key = std::get<JwkSet>(issuer.keys).select(kid_);
  return key != nullptr && algorithm_of(*key) == issuer.algorithm &&
         verifies(*key, content, signature_);
}

// An end is an end; only a beginning is seen with leeway. A token that lives longer than a day is
// no proof of who looks now.
bool ViewerToken::is_current(core::Instant now) const {
  const auto begun = [&](const std::optional<core::Instant>& begin) {
    return !begin || *begin <= now + kLeeway;
  };
  return now < expires_at_ && begun(not_before_) && begun(issued_at_) &&
         expires_at_ - issued_at_.value_or(now) <= kMaxLifetime;
}

ViewerCheck ViewerToken::check(const Issuer& issuer, const core::WorkspaceId& workspace,
                               core::Instant now) const {
  const bool for_us =
      std::find(audiences_.begin(), audiences_.end(), issuer.audience) != audiences_.end();
  if (issuer_ != issuer.issuer || !for_us || !is_current(now) || !is_signed_by(issuer)) {
    return ViewerCheck::invalid;
  }
  return workspace_ == workspace ? ViewerCheck::member : ViewerCheck::other_workspace;
}

}  // namespace vitrine::viewers
