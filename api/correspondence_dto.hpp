#pragma once

#include <optional>

#include "api/object_reader.hpp"
#include "service/core/correspondence.hpp"

// What a share says of its mails.
namespace vitrine::api {

core::Correspondence read_correspondence(ObjectReader& share);
core::CorrespondencePatch read_correspondence_patch(ObjectReader& share);

// `send_email`: only a share with recipients has anybody to send to.
bool read_send_email(ObjectReader& share, bool has_recipients);

}  // namespace vitrine::api
