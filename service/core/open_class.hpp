#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace vitrine::core {

// What opened a link. Chats fetch it to show a preview and mail gateways to look for malware, and
// neither is anybody who watches.
enum class OpenClass { person, scanner, preview };
inline constexpr std::array kOpenClasses{OpenClass::person, OpenClass::scanner, OpenClass::preview};
std::string_view to_text(OpenClass open_class);  // "person"
std::optional<OpenClass> open_class(std::string_view text);

struct ClassifiedOpen {
  OpenClass open_class;
  std::string_view reason;  // a word of ours: `gesture`, `no_gesture`, or who the caller says it is
  bool operator==(const ClassifiedOpen&) const = default;
};

// By what is known of the caller: a machine that names itself is believed, whatever else it says;
// of all others, a person is who has done something (clicked play, say). A plain HTTP library is no
// machine by itself: products pass on their own viewers' opens.
ClassifiedOpen classify_open(std::string_view user_agent, bool gesture);

}  // namespace vitrine::core
