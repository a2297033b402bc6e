#include "service/core/client_name.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace vitrine::core {
namespace {

// A part of a User-Agent, and what has it. Every browser says that it is some others too
// (RFC 9110 section 10.1.5 warns of it), so the first that fits counts: what only one says comes
// before what many say.
struct Mark {
  std::string_view part;
  std::string_view name;
};

constexpr std::array kBrowsers = {
    Mark{"Edg/", "Edge"},        Mark{"EdgA/", "Edge"},
    Mark{"EdgiOS/", "Edge"},     Mark{"OPR/", "Opera"},
    Mark{"OPT/", "Opera"},       Mark{"SamsungBrowser/", "Samsung Internet"},
    Mark{"Vivaldi/", "Vivaldi"}, Mark{"FxiOS/", "Firefox"},
    Mark{"Firefox/", "Firefox"}, Mark{"CriOS/", "Chrome"},
    Mark{"Chrome/", "Chrome"},   Mark{"Safari/", "Safari"},
};

constexpr std::array kSystems = {
    Mark{"iPhone", "iOS"},      Mark{"iPad", "iOS"},           Mark{"iPod", "iOS"},
    Mark{"Android", "Android"}, Mark{"Windows NT", "Windows"}, Mark{"Macintosh", "macOS"},
    Mark{"CrOS", "ChromeOS"},   Mark{"Linux", "Linux"},        Mark{"X11", "Unix"},
};

std::string_view name_in(std::string_view user_agent, std::span<const Mark> marks) {
  const auto found = std::ranges::find_if(marks, [&](const Mark& mark) {
    return user_agent.find(mark.part) != std::string_view::npos;
  });
  return found == marks.end() ? std::string_view() : found->name;
}

}  // namespace

std::optional<std::string> client_name(std::string_view user_agent) {
  const std::string_view browser = name_in(user_agent, kBrowsers);
  const std::string_view system = name_in(user_agent, kSystems);
  if (browser.empty() || system.empty()) {
    return std::nullopt;
  }
  return std::string(browser).append(" on ").append(system);
}

}  // namespace vitrine::core
