#include "api/http/message.hpp"

#include <algorithm>
#include <utility>

namespace vitrine::http {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

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

void Headers::add(std::string name, std::string value) {
  constexpr std::size_t kUsual = 12;
  if (fields_.empty())
    fields_.reserve(kUsual);
  fields_.push_back({std::move(name), std::move(value)});
}

void Headers::set(std::string name, std::string value) {
  std::erase_if(fields_, [&](const Header& field) { return same_name(field.name, name); });
  add(std::move(name), std::move(value));
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
  for (const Header& field : fields_) {
    if (same_name(field.name, name))
      return field.value;
  }
  return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::count_if(fields_.begin(), fields_.end(),
                    [&](const Header& field) { return same_name(field.name, name); }));
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

void Reply::complete(Response response) && {
  if (const auto target = std::exchange(target_, nullptr))
    target->complete(std::move(response));
}

}  // namespace vitrine::http
