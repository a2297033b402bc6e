#include "tests/strictness/answer.hpp"

#include <charconv>

namespace vitrine::strictness {
namespace {

constexpr auto kAbsent = std::string_view::npos;

// What follows the mark up to the closing quote; empty when the mark is not there.
std::string_view text_after(std::string_view body, std::string_view mark) {
  const std::size_t at = body.find(mark);
  if (at == kAbsent) {
    return {};
  }
  const std::size_t from = at + mark.size();
  const std::size_t to = body.find('"', from);
  return to == kAbsent ? std::string_view() : body.substr(from, to - from);
}

// 0 when the mark is not there or something else than a number follows it.
std::uint32_t number_after(std::string_view body, std::string_view mark) {
  const std::string_view text = text_after(body, mark);
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

// The number of a panel's text: 0 when the panel is not there, nothing when it says something else.
std::optional<std::uint32_t> panel_text(std::string_view panels, std::string_view kind) {
  const std::size_t at = panels.find(kind);
  if (at == kAbsent) {
    return 0;
  }
  const std::uint32_t text = number_after(panels.substr(at), R"(:{"markdown":"text )");
  return text == 0 ? std::nullopt : std::optional(text);
}

Seen open_link(std::string_view body) {
  const std::uint32_t title = number_after(body, R"("share":{"title":"title )");
  const std::size_t panels = body.find(R"("panels":{)");
  if (title == 0 || panels == kAbsent) {
    return {};
  }
  const auto summary = panel_text(body.substr(panels), R"("summary")");
  const auto notes = panel_text(body.substr(panels), R"("notes")");
  if (!summary || !notes) {
    return {};
  }
  const bool session = !session_in(body).empty();
  return {Outcome::open, session, title, *summary, *notes};
}

}  // namespace

std::string_view session_in(std::string_view body) { return text_after(body, R"("session":")"); }

std::optional<Seen> seen_in(int status, std::string_view body) {
  if (status >= 500 || status == 429) {
    return std::nullopt;
  }
  if (status == 200) {
    return open_link(body);
  }
  const std::string_view code = text_after(body, R"("code":")");
  if (status == 410 && code == "link_revoked") {
    return Seen{.outcome = Outcome::revoked};
  }
  if (status == 403 && code == "link_disabled") {
    return Seen{.outcome = Outcome::disabled};
  }
  if (status == 401 && code == "passcode_required") {
    return Seen{.outcome = Outcome::passcode_required};
  }
  if (status == 401 && code == "passcode_invalid") {
    return Seen{.outcome = Outcome::passcode_invalid};
  }
  return Seen{};
}

}  // namespace vitrine::strictness
