#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/http/message.hpp"

namespace vitrine::api {

// Which web pages may read the answers: an exact allow-list of origins, never with credentials
// (the Fetch standard's CORS protocol). Immutable; thread-safe.
class Cors {
 public:
  explicit Cors(std::vector<std::string> origins) : origins_(std::move(origins)) {}

  // What every answer carries.
  void allow(const http::Headers& request, http::Headers& answer) const;

  // Adds what a preflight asks for; `methods` is the value of Allow.
  void allow_preflight(const http::Headers& request, std::string_view methods,
                       http::Headers& answer) const;

 private:
  bool allows(const http::Headers& request) const;
  std::vector<std::string> origins_;
};

}  // namespace vitrine::api
