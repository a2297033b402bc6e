#include "api/correspondence_dto.hpp"

#include <chrono>
#include <string>
#include <utility>

#include "service/core/time_zone.hpp"
#include "service/core/utf8.hpp"
#include "service/email_address.hpp"

namespace vitrine::api {
namespace {

constexpr StringRule kName{.max = 200, .min = 1, .not_blank = true};
constexpr IntRule kRemindBefore{.min = 60, .max = 30 * 86'400};

std::optional<std::string> read_name(ObjectReader& sender) {
  auto name = sender.string("name", Need::nullable, kName);
  if (name && core::has_control(*name)) {
    sender.refuse("name", "invalid_format",
                  "Must not hold line breaks, control characters or marks of direction.");
  }
  return name;
}

std::optional<std::string> read_email(ObjectReader& sender) {
  auto email = sender.string("email", Need::nullable);
  if (email) {
    if (std::string fault = read_email_address(*email).fault; !fault.empty()) {
      sender.refuse("email", "invalid_format", std::move(fault));
    }
  }
  return email;
}

std::optional<std::string> read_time_zone(ObjectReader& sender) {
  return sender.parsed<std::string>("time_zone", Need::nullable, core::time_zone_name,
                                    "the name of a time zone, such as Europe/Berlin");
}

std::optional<std::chrono::seconds> read_remind_before(ObjectReader& share) {
  const auto span = share.integer("remind_before_seconds", Need::nullable, kRemindBefore);
  return span ? std::optional(std::chrono::seconds(*span)) : std::nullopt;
}

core::SenderPatch read_sender(const Json& value, ObjectReader& share) {
  ObjectReader sender(value, share.faults(), share.place().member("sender"));
  core::SenderPatch patch;
  patch.name = sender.change("name", [&] { return read_name(sender); });
  patch.email = sender.change("email", [&] { return read_email(sender); });
  patch.time_zone = sender.change("time_zone", [&] { return read_time_zone(sender); });
  sender.refuse_unknown();
  return patch;
}

}  // namespace

core::CorrespondencePatch read_correspondence_patch(ObjectReader& share) {
  core::CorrespondencePatch patch;
  patch.sender = share.change("sender", [&]() -> std::optional<core::SenderPatch> {
    const Json* value = share.object("sender", Need::nullable);
    return value == nullptr ? std::nullopt : std::optional(read_sender(*value, share));
  });
  patch.notify_on_open = share.boolean("notify_on_open", Need::optional);
  patch.remind_before =
      share.change("remind_before_seconds", [&] { return read_remind_before(share); });
  return patch;
}

core::Correspondence read_correspondence(ObjectReader& share) {
  return core::patched({}, read_correspondence_patch(share));
}

bool read_send_email(ObjectReader& share, bool has_recipients) {
  const bool send = share.boolean("send_email", Need::optional).value_or(false);
  if (send && !has_recipients && share.find("recipients") == nullptr) {
    share.refuse("recipients", "required", "Is required with send_email: name whom to send to.");
  }
  return send;
}

}  // namespace vitrine::api
