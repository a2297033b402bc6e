#include "tests/strictness/writer.hpp"

#include <chrono>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>
#include <utility>

namespace vitrine::strictness {
namespace {

using nlohmann::json;

std::string title_text(std::uint32_t number) { return "title " + std::to_string(number); }
std::string passcode_text(std::uint32_t number) { return "passcode " + std::to_string(number); }
json panel(std::uint32_t number) { return {{"markdown", "text " + std::to_string(number)}}; }

std::string token_of(const json& link) {
  const auto url = link.at("url").get<std::string>();
  return url.substr(url.find('#') + 1);
}

std::string link_path(const Place& place) { return place.share + "/links/" + place.link_id; }

}  // namespace

// What is asked for and what it makes of the link that is there.
struct Writer::Change {
  Request request;
  State next;
};

Writer::Writer(Trial& trial, int number)
    : trial_(trial),
      owner_(trial.settings.ports, trial.settings.key),
      random_(trial.settings.seed * 7919 + static_cast<unsigned>(number)) {}

std::string Writer::idempotency_key() {
  return "\"strictness-" + std::to_string(trial_.next_number()) + '"';
}

Answer Writer::made_once(const std::string& target, const std::string& body) {
  auto answer = owner_.settle({"POST", target, body, {}, idempotency_key()});
  if (!answer) {
    throw std::runtime_error("no answer to POST " + target);
  }
  return *std::move(answer);
}

void Writer::furnish(Place& place) {
  State& state = place.state;
  state.summary = {true, trial_.next_number()};
  state.notes = {false, trial_.next_number()};
  place.recording = "/v1/recordings/strictness-" + std::to_string(state.summary.text);
  const json recording = {
      {"title", "Strictness"},
      {"media", json::array()},
      {"panels", {{"summary", panel(state.summary.text)}, {"notes", panel(state.notes.text)}}}};
  const auto answer = owner_.settle({"PUT", place.recording, recording.dump()});
  if (!answer) {
    throw std::runtime_error("no answer to PUT " + place.recording);
  }
  place.recording_etag = answer->header("ETag");
  make_share(place);
}

void Writer::make_share(Place& place) {
  State& state = place.state;
  state.revoked = state.disabled = false;
  state.passcode = random_() % 8 == 0 ? trial_.next_number() : 0;
  state.title = trial_.next_number();
  json draft = {
      {"recording_id", place.recording.substr(place.recording.rfind('/') + 1)},
      {"title", title_text(state.title)},
      {"visibility", {{"summary", state.summary.visible}, {"notes", state.notes.visible}}}};
  if (state.passcode != 0) {
    draft["passcode"] = passcode_text(state.passcode);
  }
  const Answer answer = made_once("/v1/shares", draft.dump());
  const json share = json::parse(answer.body);
  place.share = "/v1/shares/" + share.at("id").get<std::string>();
  place.share_etag = answer.header("ETag");
  place.link_id = share.at("links").at(0).at("id");
  trial_.add_link(place, token_of(share.at("links").at(0)));
}

void Writer::run() {
  while (!trial_.over()) {
    if (!trial_.take_change()) {
      std::this_thread::sleep_for(std::chrono::microseconds(200));
      continue;
    }
    Place& place = hold_one();
    if (change(place)) {
      place.held = false;
    }
    trial_.change_done();
  }
}

Place& Writer::hold_one() {
  while (true) {
    Place& place = trial_.places[random_() % trial_.places.size()];
    if (!place.held.exchange(true)) {
      return place;
    }
  }
}

// Passcodes are rare, because each costs a hash to set and others to try.
Kind Writer::choose(const State& state) {
  const unsigned percent = random_() % 100;
  if (percent < 2) {
    return Kind::passcode;
  }
  if (percent < 14) {
    constexpr Kind kEnds[] = {Kind::revoke_share, Kind::delete_share, Kind::revoke_link,
                              Kind::rotate_link};
    return kEnds[percent % 4];
  }
  if (state.disabled) {
    return Kind::enable;
  }
  constexpr Kind kToggles[] = {Kind::disable, Kind::disable, Kind::summary, Kind::summary,
                               Kind::notes,   Kind::notes,   Kind::title,   Kind::text};
  return kToggles[percent % 8];
}

Writer::Change Writer::patch(const Place& place, const std::string& body, const State& next) {
  return {{"PATCH", place.share, body, place.share_etag}, next};
}

Writer::Change Writer::to_another_passcode(const Place& place) {
  State next = place.state;
  const bool removes = next.passcode != 0 && random_() % 4 == 0;
  next.passcode = removes ? 0 : trial_.next_number();
  const json passcode = removes ? json() : json(passcode_text(next.passcode));
  return patch(place, json({{"passcode", passcode}}).dump(), next);
}

Writer::Change Writer::planned(Kind kind, const Place& place) {
  State next = place.state;
  switch (kind) {
    case Kind::disable:
    case Kind::enable:
      next.disabled = kind == Kind::disable;
      return {
          {"POST", place.share + (next.disabled ? "/disable" : "/enable"), {}, place.share_etag},
          next};
    case Kind::summary:
      next.summary.visible = !next.summary.visible;
      return patch(place, json({{"visibility", {{"summary", next.summary.visible}}}}).dump(), next);
    case Kind::notes:
      next.notes.visible = !next.notes.visible;
      return patch(place, json({{"visibility", {{"notes", next.notes.visible}}}}).dump(), next);
    case Kind::title:
      next.title = trial_.next_number();
      return patch(place, json({{"title", title_text(next.title)}}).dump(), next);
    case Kind::text:
      next.summary.text = trial_.next_number();
      return {{"PUT", place.recording + "/panels/summary", panel(next.summary.text).dump(),
               place.recording_etag},
              next};
    case Kind::passcode:
      return to_another_passcode(place);
    default:
      break;
  }
  next.revoked = true;
  if (kind == Kind::rotate_link) {
    return {{"POST", link_path(place) + "/rotate", "{}", {}, idempotency_key()}, next};
  }
  if (kind == Kind::revoke_share) {
    return {{"POST", place.share + "/revoke"}, next};
  }
  return {{"DELETE", kind == Kind::delete_share ? place.share : link_path(place)}, next};
}

// False when it is not known what became of it: nobody must change this place again.
bool Writer::change(Place& place) {
  const Kind kind = choose(place.state);
  const Change change = planned(kind, place);
  Link& link = *place.link;
  link.versions.push_back({change.next, now(), kNever});
  trial_.just_changed(link);
  const auto answer = owner_.settle(change.request);
  if (!answer) {
    ++unsettled;
    return false;
  }
  link.versions.back().acknowledged = now();
  if (kind == Kind::passcode) {
    link.former_passcode = place.state.passcode;
    link.passcode = change.next.passcode;
  }
  trial_.just_changed(link);
  ++made[static_cast<std::size_t>(kind)];
  place.state = change.next;
  follow(place, kind, *answer);
  return true;
}

// Learns the new version, or puts something else in the place of what has ended.
void Writer::follow(Place& place, Kind kind, const Answer& answer) {
  place.state.revoked = false;
  const bool known = answer.status != 412;
  switch (kind) {
    case Kind::revoke_share:
    case Kind::delete_share:
      make_share(place);
      break;
    case Kind::revoke_link:
    case Kind::rotate_link: {
      const bool rotated = kind == Kind::rotate_link;
      const json link =
          json::parse(rotated ? answer.body : made_once(place.share + "/links", "{}").body);
      place.link_id = link.at("id");
      trial_.add_link(place, token_of(link));
      break;
    }
    case Kind::text:
      place.recording_etag = known ? answer.header("ETag") : owner_.etag_of(place.recording);
      break;
    default:
      place.share_etag = known ? answer.header("ETag") : owner_.etag_of(place.share);
  }
}

}  // namespace vitrine::strictness
