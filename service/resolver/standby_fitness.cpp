#include "service/resolver/standby_fitness.hpp"

#include <algorithm>

#include "service/store/synchronous_standby_names.hpp"

namespace vitrine {
namespace {

using store::parse_synchronous_standby_names;
using store::same_standby_name;
using store::replication_store::PrimaryFacts;
using store::replication_store::Receiver;
using store::replication_store::StandbyFacts;
using Kind = Unfit::Kind;

constexpr const char* kGrant =
    ", so nobody can tell whom a COMMIT waits for: GRANT pg_monitor TO that role.";

auto named(const std::string& name) {
  return [&name](const Receiver& receiver) { return same_standby_name(receiver.name, name); };
}

}  // namespace

std::optional<Unfit> fault_of(const PrimaryFacts& primary) {
  const auto refused = [](std::string reason) { return Unfit{Kind::refused, std::move(reason)}; };
  if (primary.synchronous_commit != "remote_apply") {
    return refused("synchronous_commit is " + primary.synchronous_commit +
                   " on the primary, so a standby may still show a link whose revocation was "
                   "acknowledged: set synchronous_commit = remote_apply there.");
  }
  if (!primary.holds_for_all_sessions) {
    return refused(
        "synchronous_commit = remote_apply is set for a role or a database, which holds for new "
        "sessions only: set it in postgresql.conf, or in the options of VITRINE_DATABASE_URL.");
  }
  if (!primary.may_look) {
    return refused(std::string("The role of VITRINE_DATABASE_URL may not read "
                               "pg_stat_replication") +
                   kGrant);
  }
  const auto names = parse_synchronous_standby_names(primary.synchronous_standby_names);
  if (!names) {
    return refused(
        "synchronous_standby_names is empty on the primary, so no COMMIT waits for a standby: name "
        "all of them there, for example 'FIRST 2 (a, b)'.");
  }
  if (!names->waits_for_all()) {
    return refused(
        "synchronous_standby_names on the primary does not wait for every standby that it names: "
        "name each once, without *, and wait for as many, for example 'FIRST 2 (a, b)'.");
  }
  for (const std::string& name : names->names) {
    const auto& receivers = primary.receivers;
    if (std::count_if(receivers.begin(), receivers.end(), named(name)) > 1) {
      return refused("More than one server streams from the primary as " + name +
                     ", and a COMMIT may wait for the wrong one: give each an application_name of "
                     "its own in primary_conninfo.");
    }
  }
  return std::nullopt;
}

std::optional<Unfit> fault_of(const PrimaryFacts& primary, const StandbyFacts& standby) {
  if (standby.system_identifier != primary.system_identifier) {
    return Unfit{Kind::refused,
                 "It is no copy of this primary: its system identifier differs. Name a standby of "
                 "VITRINE_DATABASE_URL's server."};
  }
  if (!standby.in_recovery) {
    return Unfit{Kind::left_out, "It is no standby now: it takes writes itself."};
  }
  if (!standby.may_look) {
    return Unfit{Kind::refused, std::string("The role of VITRINE_DATABASE_READ_URL may not read "
                                            "pg_stat_wal_receiver") +
                                    kGrant};
  }
  if (!standby.receives) {
    return Unfit{Kind::left_out,
                 "No WAL streams into it: look into its log, and whether it reaches "
                 "the primary."};
  }
  if (standby.name.empty()) {
    return Unfit{Kind::refused,
                 "Its application_name in primary_conninfo cannot be read: use letters, digits and "
                 "_ alone in all that stands there."};
  }
  const auto names = parse_synchronous_standby_names(primary.synchronous_standby_names);
  if (!names || !names->names_standby(standby.name)) {
    return Unfit{Kind::refused, "It streams as " + standby.name +
                                    ", which synchronous_standby_names on the primary does not "
                                    "name: add it there, or set application_name in its "
                                    "primary_conninfo."};
  }
  const auto& receivers = primary.receivers;
  const auto found = std::find_if(receivers.begin(), receivers.end(), named(standby.name));
  if (found == receivers.end()) {
    return Unfit{Kind::left_out,
                 "The primary does not stream to it: it may follow another server."};
  }
  if (!found->streams || !found->waited_for) {
    return Unfit{Kind::left_out, "It has not caught up with the primary yet."};
  }
  return std::nullopt;
}

}  // namespace vitrine
