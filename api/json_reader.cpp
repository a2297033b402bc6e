#include "api/json_reader.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace vitrine::api {
namespace {

using core::Error;
using core::ErrorCode;

constexpr int kNumberOverflow = 406;  // the library's id of a number that no double can hold

Error malformed(const std::string& detail) { return {ErrorCode::malformed_json, detail}; }

// Tells how far the library has read, so that a value's own text can be cut out. Right for `{`,
// `}`, `[` and `]`, which are read without looking ahead.
class ReportingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  ReportingIterator(const char* at, const char** reached) : at_(at), reached_(reached) {}
  reference operator*() const { return *at_; }
  ReportingIterator& operator++() {
    *reached_ = ++at_;
    return *this;
  }
  bool operator==(const ReportingIterator& other) const { return at_ == other.at_; }
  bool operator!=(const ReportingIterator& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  const char** reached_;
};

// Appends without looking for an equal name, which the map would do in linear time.
Json& append_member(Json& object, std::string name) {
  auto& members = static_cast<Json::object_t::Container&>(object.get_ref<Json::object_t&>());
  return members.emplace_back(std::move(name), nullptr).second;
}

}  // namespace

std::string pointer_step(std::string_view name) {
  std::string step = "/";
  for (const char c : name) {
    if (c == '~') {
      step += "~0";
    } else if (c == '/') {
      step += "~1";
    } else {
      step += c;
    }
  }
  return step;
}

// Receives the parser's events and builds the document in place.
class DocumentBuilder {
 public:
  DocumentBuilder(JsonDocument& document, const KeepText& keep, const char* const* reached)
      : document_(document), keep_(keep), reached_(reached) {}

  bool null() { return add(nullptr); }
  bool boolean(bool value) { return add(value); }
  bool number_integer(Json::number_integer_t value) { return add(value); }
  bool number_unsigned(Json::number_unsigned_t value) { return add(value); }
  bool number_float(Json::number_float_t value, const std::string&) { return add(value); }
  bool binary(Json::binary_t&) { return false; }  // no such thing in JSON text

  bool string(std::string& value) {
    const bool has_nul = value.find('\0') != std::string::npos;
    add(std::move(value));
    if (has_nul) {
      refuse_nul();
    }
    return true;
  }

  bool start_object(std::size_t) { return start(Json::object()); }
  bool start_array(std::size_t) { return start(Json::array()); }

  bool key(std::string& name) {
    Json& object = *open_.back().node;
    if (object.size() == kMaxJsonMembers) {
      throw malformed("An object of the document has more than 1,000 members.");
    }
    const bool has_nul = name.find('\0') != std::string::npos;
    next_ = &append_member(object, std::move(name));
    if (has_nul) {
      refuse_nul();
    }
    return true;
  }

  bool end_object() {
    refuse_duplicates(open_.back().node->get_ref<const Json::object_t&>());
    return end();
  }
  bool end_array() { return end(); }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& e) {
    if (e.id == kNumberOverflow) {
      add(nullptr);
      throw Error({{pointer(), "out_of_range", "The number is too large for any number type."}});
    }
    throw malformed("The body is not valid JSON: it goes wrong at byte " +
                    std::to_string(position) + ".");
  }

 private:
  struct Open {
    Json* node;
    const char* begin;
  };

  Json* place(Json value) {
    if (++values_ > kMaxJsonValues) {
      throw malformed("The document has more than 2,000,000 values.");
    }
    if (open_.empty()) {
      document_.root_ = std::move(value);
      return &document_.root_;
    }
    if (next_ != nullptr) {
      *next_ = std::move(value);
      return std::exchange(next_, nullptr);
    }
    return &open_.back().node->get_ref<Json::array_t&>().emplace_back(std::move(value));
  }

  bool add(Json value) {
    place(std::move(value));
    return true;
  }

  bool start(Json container) {
    if (open_.size() == kMaxJsonDepth) {
      throw malformed("The document is nested more than 32 levels deep.");
    }
    Json* node = place(std::move(container));
    open_.push_back({node, *reached_ - 1});
    return true;
  }

  bool end() {
    const Open closed = open_.back();
    open_.pop_back();
    const std::size_t depth = open_.size();
    const bool wanted =
        (depth == 1 && !keep_.member.empty() && last_name(0) == keep_.member) ||
        (depth == 2 && !keep_.children_of.empty() && last_name(0) == keep_.children_of);
    if (wanted) {
      document_.texts_.emplace(
          pointer(),
          std::string_view(closed.begin, static_cast<std::size_t>(*reached_ - closed.begin)));
    }
    return true;
  }

  // The name under which the newest member of an open object stands; empty in an array.
  std::string_view last_name(std::size_t level) const {
    const Json& node = *open_[level].node;
    return node.is_object() ? std::string_view(node.get_ref<const Json::object_t&>().back().first)
                            : std::string_view();
  }

  // Of the value placed last.
  std::string pointer() const {
    std::string text;
    for (std::size_t level = 0; level < open_.size(); ++level) {
      const Json& node = *open_[level].node;
      text +=
          node.is_object() ? pointer_step(last_name(level)) : "/" + std::to_string(node.size() - 1);
    }
    return text;
  }

  void refuse_nul() {
    if (document_.faults_.size() < kMaxFaults) {
      document_.faults_.push_back(
          {pointer(), "invalid_format", "Must not contain the character U+0000."});
    }
  }

  // By sorting, so that no choice of names makes it slow.
  void refuse_duplicates(const Json::object_t& members) {
    if (members.size() < 2) {
      return;
    }
    names_.clear();
    for (const auto& member : members) {
      names_.emplace_back(member.first);
    }
    std::sort(names_.begin(), names_.end());
    if (std::adjacent_find(names_.begin(), names_.end()) != names_.end()) {
      throw malformed("An object of the document names a member twice.");
    }
  }

  JsonDocument& document_;
  KeepText keep_;
  const char* const* reached_;
  std::vector<Open> open_;
  Json* next_ = nullptr;  // where the value of the member just named goes
  std::size_t values_ = 0;
  std::vector<std::string_view> names_;
};

JsonDocument JsonDocument::read(std::string_view text, const KeepText& keep) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    throw malformed("The body is empty; send a JSON object.");
  }
  // The library would skip the one and end quietly at the other.
  if (text.starts_with("\xEF\xBB\xBF")) {
    throw malformed("The body begins with a byte order mark; send plain UTF-8.");
  }
  if (text.find('\0') != std::string_view::npos) {
    throw malformed("The body contains a NUL byte; send plain UTF-8.");
  }
  JsonDocument document;
  const char* reached = text.data();
  DocumentBuilder builder(document, keep, &reached);
  const ReportingIterator begin(text.data(), &reached);
  const ReportingIterator end(text.data() + text.size(), &reached);
  if (!Json::sax_parse(begin, end, &builder)) {
    throw malformed("The body is not valid JSON.");
  }
  if (!document.root_.is_object()) {
    throw Error({{"", "wrong_type", "The document must be a JSON object."}});
  }
  return document;
}

std::optional<std::string_view> JsonDocument::text_of(std::string_view pointer) const {
  const auto found = texts_.find(pointer);
  return found == texts_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace vitrine::api
