#include "api/share_filter.hpp"

#include <array>
#include <optional>
#include <string_view>

#include "service/core/error.hpp"
#include "service/core/utf8.hpp"
#include "service/email_address.hpp"

namespace vitrine::api {
namespace {

constexpr std::size_t kMaxLabel = 500;
constexpr std::size_t kMaxWords = 200;

// Takes a value over; what it must be when it cannot.
using Set = std::string_view (*)(core::ShareFilter&, std::string_view);

template <class Value>
std::string_view keep(std::optional<Value>& place, std::optional<Value> value,
                      std::string_view expected) {
  place = std::move(value);
  return place ? "" : expected;
}

std::string_view set_recording(core::ShareFilter& filter, std::string_view text) {
  return keep(filter.recording, core::RecordingId::parse(text), "a recording's id");
}

std::string_view set_state(core::ShareFilter& filter, std::string_view text) {
  return keep(filter.state, core::share_state(text),
              "scheduled, active, expired, disabled or revoked");
}

std::string_view set_audience(core::ShareFilter& filter, std::string_view text) {
  return keep(filter.audience, core::audience(text), "public or workspace");
}

std::string_view set_recipient(core::ShareFilter& filter, std::string_view text) {
  const EmailReading reading = read_email_address(text);
  return keep(filter.recipient_key,
              reading.fault.empty() ? std::optional(reading.key) : std::nullopt,
              "an e-mail address");
}

std::string_view set_created_by(core::ShareFilter& filter, std::string_view text) {
  return keep(filter.created_by, core::KeyId::parse(text), "the id of an API key");
}

std::string_view set_label(core::ShareFilter& filter, std::string_view text) {
  const bool fits = core::count_code_points(text) <= kMaxLabel;
  return keep(filter.label, fits ? std::optional(std::string(text)) : std::nullopt,
              "a whole label, of at most 500 characters");
}

std::string_view set_words(core::ShareFilter& filter, std::string_view text) {
  const bool fits = core::count_code_points(text) <= kMaxWords;
  return keep(filter.words, fits ? std::optional(std::string(text)) : std::nullopt,
              "words, of at most 200 characters together");
}

constexpr std::string_view kInstant =
    "a date and time with a zone (RFC 3339), for example 2026-11-21T05:22:57Z";

std::string_view set_created_after(core::ShareFilter& filter, std::string_view text) {
  return keep(filter.created_after, core::parse_rfc3339(text), kInstant);
}

std::string_view set_created_before(core::ShareFilter& filter, std::string_view text) {
  return keep(filter.created_before, core::parse_rfc3339(text), kInstant);
}

struct Field {
  std::string_view name;
  Set set;
};

constexpr std::array kFields = {
    Field{"recording_id", set_recording},
    Field{"state", set_state},
    Field{"audience", set_audience},
    Field{"recipient", set_recipient},
    Field{"created_by", set_created_by},
    Field{"label", set_label},
    Field{"q", set_words},
    Field{"created_after", set_created_after},
    Field{"created_before", set_created_before},
};

}  // namespace

core::ShareFilter read_share_filter(const Query& query) {
  core::ShareFilter filter;
  for (const Field& field : kFields) {
    const auto text = query.get(field.name);
    const std::string_view expected = text ? field.set(filter, *text) : "";
    if (!expected.empty()) {
      throw core::Error(core::ErrorCode::invalid_parameter,
                        std::string(field.name) + " must be " + std::string(expected) + ".");
    }
  }
  return filter;
}

std::string share_filter_text(const Query& query) {
  std::string all;
  for (const Field& field : kFields) {
    if (const auto text = query.get(field.name)) {
      all += std::string(field.name) + '=' + std::to_string(text->size()) + ':';
      all += *text;
    }
  }
  return all;
}

core::ShareFilter read_share_filter(ObjectReader& object) {
  core::ShareFilter filter;
  for (const Field& field : kFields) {
    const auto text = object.string(field.name, Need::optional, {.min = 1});
    const std::string_view expected = text ? field.set(filter, *text) : "";
    if (!expected.empty()) {
      object.refuse(field.name, "invalid_format", "Must be " + std::string(expected) + ".");
    }
  }
  return filter;
}

}  // namespace vitrine::api
