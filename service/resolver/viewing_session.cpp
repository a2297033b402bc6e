#include "service/resolver/viewing_session.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <vector>

#include "service/core/crypto.hpp"

namespace vitrine {
namespace {

constexpr std::chrono::hours kLongest{12};
constexpr std::string_view kLabel = "vitrine/session/1";
constexpr int kPasscodePassed = 1;
constexpr int kViewTaken = 2;
constexpr int kMember = 4;

// Numbers with a space between them.
std::string text_of(const ViewingSession& session) {
  const int flags = (session.passcode_passed ? kPasscodePassed : 0) |
                    (session.view_taken ? kViewTaken : 0) | (session.member ? kMember : 0);
  const auto ticks = [](core::Instant at) { return std::to_string(at.time_since_epoch().count()); };
  return std::to_string(session.epoch) + ' ' + std::to_string(flags) + ' ' +
         ticks(session.started_at) + ' ' + ticks(session.expires_at) + ' ' +
         std::to_string(session.id);
}

std::optional<std::vector<std::int64_t>> numbers_in(std::string_view text) {
  std::vector<std::int64_t> numbers;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (;;) {
    const auto [stop, fault] = std::from_chars(at, end, numbers.emplace_back());
    if (fault != std::errc() || (stop != end && *stop != ' ')) {
      return std::nullopt;
    }
    if (stop == end) {
      return numbers;
    }
    at = stop + 1;
  }
}

core::Instant instant_at(std::int64_t ticks) {
  return core::Instant(core::Instant::duration(ticks));
}

}  // namespace

ViewingSessions::ViewingSessions(const core::LinkKeys& keys, std::chrono::seconds lifetime)
    : box_(keys, kLabel, core::SecretBox::Retired::refused), lifetime_(lifetime) {}

core::Instant ViewingSessions::end(core::Instant started_at, core::Instant now) const {
  return std::min(now + lifetime_, longest_end(started_at));
}

core::Instant ViewingSessions::longest_end(core::Instant started_at) {
  return started_at + kLongest;
}

std::int64_t ViewingSessions::new_id() {
  std::array<std::uint8_t, sizeof(std::int64_t)> bytes{};
  core::fill_random(bytes);
  return std::bit_cast<std::int64_t>(bytes);
}

std::string ViewingSessions::seal(const core::LinkId& link, const ViewingSession& session) const {
  return box_.seal(text_of(session), link.text());
}

std::optional<ViewingSession> ViewingSessions::open(const core::LinkId& link,
                                                    std::string_view sealed) const {
  const auto text = box_.open(sealed, link.text());
  const auto numbers = text ? numbers_in(*text) : std::nullopt;
  if (!numbers || numbers->size() != 5) {
    return std::nullopt;
  }
  const std::int64_t flags = numbers->at(1);
  return ViewingSession{.epoch = numbers->at(0),
                        .id = numbers->at(4),
                        .passcode_passed = (flags & kPasscodePassed) != 0,
                        .view_taken = (flags & kViewTaken) != 0,
                        .member = (flags & kMember) != 0,
                        .started_at = instant_at(numbers->at(2)),
                        .expires_at = instant_at(numbers->at(3))};
}

}  // namespace vitrine
