#include "api/http/headers.hpp"

#include <algorithm>

#include "api/http/characters.hpp"

namespace vitrine::http {
namespace {

// What an answer of ours needs at most, so that one allocation is enough.
constexpr std::size_t kUsualFields = 16;
constexpr std::size_t kUsualBytes = 640;

constexpr std::string_view kColon = ": ";
constexpr std::string_view kLineEnd = "\r\n";

char* put(char* out, std::string_view text) { return std::copy(text.begin(), text.end(), out); }

}  // namespace

bool Headers::add(std::string_view name, std::string_view value) {
  if (!is_token(name)) {
    return false;
  }
  reserve();
  const std::size_t begin = text_.size();
  text_.resize(begin + name.size() + kColon.size() + value.size() + kLineEnd.size());
  char* const value_begin = put(put(text_.data() + begin, name), kColon);
  char* const value_end = put(value_begin, value);
  put(value_end, kLineEnd);
  if (!is_field_text(value)) {
    std::replace_if(
        value_begin, value_end, [](char c) { return !is_field_character(c); }, ' ');
  }
  places_.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(name.size()),
                     static_cast<std::uint32_t>(value.size())});
  return true;
}

void Headers::add(const Headers& more) {
  reserve();
  const auto begin = static_cast<std::uint32_t>(text_.size());
  text_ += more.text_;
  for (const Place& place : more.places_) {
    places_.push_back({begin + place.begin, place.name_size, place.value_size});
  }
}

void Headers::reserve() {
  if (places_.empty()) {
    places_.reserve(kUsualFields);
    text_.reserve(kUsualBytes);
  }
}

bool Headers::set(std::string_view name, std::string_view value) {
  remove(name);
  return add(name, value);
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
  for (const Header field : *this) {
    if (same_word(field.name, name))
      return field.value;
  }
  return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(
      places_.begin(), places_.end(), [&](const Place& p) { return same_word(at(p).name, name); }));
}

Headers::Iterator Headers::begin() const noexcept { return {this, places_.data()}; }

Headers::Iterator Headers::end() const noexcept { return {this, places_.data() + places_.size()}; }

Header Headers::at(const Place& place) const noexcept {
  const char* const name = text_.data() + place.begin;
  return {{name, place.name_size}, {name + place.name_size + kColon.size(), place.value_size}};
}

void Headers::remove(std::string_view name) {
  for (auto place = places_.begin(); place != places_.end();) {
    if (!same_word(at(*place).name, name)) {
      ++place;
      continue;
    }
    const auto size = static_cast<std::uint32_t>(place->name_size + kColon.size() +
                                                 place->value_size + kLineEnd.size());
    text_.erase(place->begin, size);
    place = places_.erase(place);
    std::for_each(place, places_.end(), [&](Place& later) { later.begin -= size; });
  }
}

}  // namespace vitrine::http
