#include "api/http/message.hpp"

#include <utility>

namespace vitrine::http {
std::string_view to_text(Method method) {
  switch (method) {
    case Method::get:
      return "GET";
    case Method::head:
      return "HEAD";
    case Method::post:
      return "POST";
    case Method::put:
      return "PUT";
    case Method::patch:
      return "PATCH";
    case Method::delete_:
      return "DELETE";
    case Method::options:
      return "OPTIONS";
  }
  return "GET";
}

Reply::Reply(std::unique_ptr<Target> target) : target_(std::move(target)) {}

Reply::Reply(Reply&&) noexcept = default;

Reply& Reply::operator=(Reply&& other) noexcept {
  if (this != &other) {
    if (target_)
      target_->abandon();
    target_ = std::move(other.target_);
  }
  return *this;
}

Reply::~Reply() {
  if (target_)
    target_->abandon();
}

bool Reply::wanted() const noexcept { return target_ && target_->wanted(); }

bool Reply::left() const noexcept { return !target_ || target_->left(); }

void Reply::complete(Response response) && {
  if (const auto target = std::exchange(target_, nullptr))
    target->complete(std::move(response));
}

}  // namespace vitrine::http
