#pragma once

#include <array>
#include <bitset>
#include <optional>
#include <string_view>

namespace vitrine::core {

// The content a recording may carry beside its media. Order is the order of every answer.
enum class PanelKind { transcript, summary, notes, console, network, actions, info };
inline constexpr std::array kPanelKinds = {
    PanelKind::transcript, PanelKind::summary, PanelKind::notes, PanelKind::console,
    PanelKind::network,    PanelKind::actions, PanelKind::info};

std::string_view to_text(PanelKind kind);
std::optional<PanelKind> panel_kind(std::string_view text);

// What a sharer can switch on or off; media itself is always visible.
enum class Flag { transcript, summary, notes, comments, console, network, actions, info, download };
inline constexpr std::array kFlags = {Flag::transcript, Flag::summary, Flag::notes,
                                      Flag::comments,   Flag::console, Flag::network,
                                      Flag::actions,    Flag::info,    Flag::download};

std::string_view to_text(Flag flag);
std::optional<Flag> visibility_flag(std::string_view text);
Flag flag_of(PanelKind kind);

// Which flags are on.
class Visibility {
 public:
  bool shows(Flag flag) const { return on_.test(static_cast<std::size_t>(flag)); }
  bool shows(PanelKind kind) const { return shows(flag_of(kind)); }
  void set(Flag flag, bool on) { on_.set(static_cast<std::size_t>(flag), on); }
  bool operator==(const Visibility&) const = default;

 private:
  std::bitset<kFlags.size()> on_;
};

}  // namespace vitrine::core
