#include "service/core/mail.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace vitrine::core {
namespace {

constexpr std::array kKinds = {std::pair{MailKind::shared, std::string_view("shared")},
                               std::pair{MailKind::opened, std::string_view("opened")},
                               std::pair{MailKind::expiring, std::string_view("expiring")}};

constexpr std::array kStates = {std::pair{MailState::queued, std::string_view("queued")},
                                std::pair{MailState::sent, std::string_view("sent")},
                                std::pair{MailState::deferred, std::string_view("deferred")},
                                std::pair{MailState::refused, std::string_view("refused")},
                                std::pair{MailState::cancelled, std::string_view("cancelled")}};

template <class Table, class Value>
std::string_view text_in(const Table& table, Value value) {
  return table.at(static_cast<std::size_t>(value)).second;
}

template <class Table>
auto value_in(const Table& table, std::string_view text)
    -> std::optional<decltype(table.front().first)> {
  const auto found =
      std::ranges::find_if(table, [&](const auto& row) { return row.second == text; });
  return found == table.end() ? std::nullopt : std::optional(found->first);
}

}  // namespace

std::string_view to_text(MailKind kind) { return text_in(kKinds, kind); }
std::string_view to_text(MailState state) { return text_in(kStates, state); }
std::optional<MailKind> mail_kind(std::string_view text) { return value_in(kKinds, text); }
std::optional<MailState> mail_state(std::string_view text) { return value_in(kStates, text); }

}  // namespace vitrine::core
