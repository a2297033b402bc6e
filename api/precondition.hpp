#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "api/http/message.hpp"

namespace vitrine::api {

// The entity tag of a version: `"3"`.
std::string entity_tag(std::int64_t version);

// The If-Match of a request (RFC 9110 section 13.1.1), by strong comparison.
class Precondition {
 public:
  // Several fields are one list. Throws invalid_parameter for a malformed one.
  explicit Precondition(const http::Headers& headers);

  // Whether there is one: then what is not there matches nothing, not even `*`.
  bool given() const { return given_; }

  // The version that the change must find; nothing when any will do. Only a list of several tags
  // asks `current`, to pick the one that matches; a version that never exists when none can.
  std::optional<std::int64_t> expected(const std::function<std::int64_t()>& current) const;

 private:
  bool given_ = false;
  bool any_ = true;
  std::vector<std::int64_t> versions_;
};

}  // namespace vitrine::api
