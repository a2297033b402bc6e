#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vitrine::http {

// One field of a Headers, which must outlive it unchanged.
struct Header {
  std::string_view name;
  std::string_view value;
};

// Fields in the order they came, in one piece of memory and written as they travel; names compare
// without case (RFC 9110 section 5.1). Nothing that is put in can end a field early.
class Headers {
  struct Place {
    std::uint32_t begin, name_size, value_size;
  };

 public:
  class Iterator;

  // False, and nothing added, for a name that is no token. Control characters in the value become
  // blanks.
  bool add(std::string_view name, std::string_view value);
  void add(const Headers& more);
  bool set(std::string_view name, std::string_view value);  // replaces every field of that name

  // The first value; nothing when absent. A view into this object.
  std::optional<std::string_view> get(std::string_view name) const;
  std::size_t count(std::string_view name) const;

  std::size_t size() const noexcept { return places_.size(); }
  Iterator begin() const noexcept;
  Iterator end() const noexcept;

  // All fields, each as `Name: value` with its CR LF.
  std::string_view text() const noexcept { return text_; }

 private:
  Header at(const Place& place) const noexcept;
  void reserve();
  void remove(std::string_view name);

  std::string text_;
  std::vector<Place> places_;
};

class Headers::Iterator {
 public:
  using iterator_concept = std::forward_iterator_tag;
  using value_type = Header;
  using difference_type = std::ptrdiff_t;

  Iterator() = default;
  Header operator*() const { return headers_->at(*place_); }
  Iterator& operator++() {
    ++place_;
    return *this;
  }
  Iterator operator++(int) { return std::exchange(*this, Iterator(headers_, place_ + 1)); }
  bool operator==(const Iterator&) const = default;

 private:
  friend class Headers;
  Iterator(const Headers* headers, const Place* place) : headers_(headers), place_(place) {}

  const Headers* headers_ = nullptr;
  const Place* place_ = nullptr;
};

}  // namespace vitrine::http
