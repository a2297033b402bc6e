#include "service/viewers/strict_json.hpp"

#include <set>
#include <string>
#include <vector>

namespace vitrine::viewers {
namespace {

constexpr int kMaxDepth = 16;

// Watches the parser: it would let the last of two equal names win.
class Watcher {
 public:
  bool sound() const { return sound_; }

  bool operator()(int depth, Json::parse_event_t event, const Json& parsed) {
    using Event = Json::parse_event_t;
    if (event == Event::object_start || event == Event::array_start) {
      sound_ = sound_ && depth < kMaxDepth;
    }
    if (event == Event::object_start) {
      names_.emplace_back();
    } else if (event == Event::object_end) {
      names_.pop_back();
    } else if (event == Event::key) {
      sound_ = names_.back().insert(parsed.get_ref<const std::string&>()).second && sound_;
    }
    return true;
  }

 private:
  std::vector<std::set<std::string>> names_;  // of the objects that are open
  bool sound_ = true;
};

}  // namespace

std::optional<Json> read_strict_object(std::string_view text) {
  // The library would skip the one and end quietly at the other.
  if (text.starts_with("\xEF\xBB\xBF") || text.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  Watcher watcher;
  Json read = Json::parse(
      text.begin(), text.end(),
      [&watcher](int depth, Json::parse_event_t event, Json& parsed) {
        return watcher(depth, event, parsed);
      },
      false);
  return watcher.sound() && read.is_object() ? std::optional(std::move(read)) : std::nullopt;
}

}  // namespace vitrine::viewers
