#pragma once

#include <string>

#include "service/core/event.hpp"

namespace vitrine::jobs {

// An event as the feed shows it and webhooks carry it, in the form of Standard Webhooks 1.0:
// {"id","type","timestamp","data":{…}}, where `data` names what the event is about, by id.
std::string event_json(const core::Event& event);

}  // namespace vitrine::jobs
