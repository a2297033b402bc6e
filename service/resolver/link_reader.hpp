#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "service/resolver/read_hosts.hpp"
#include "service/store/resolve_store.hpp"

namespace vitrine {

// Reads what is known of links, a set at a time, from whichever server answers resolves at the
// moment, in a session of its own. Blocking; one thread at a time.
class LinkReader {
 public:
  // `number` spreads the readers over the hosts.
  LinkReader(ReadHosts& hosts, int number) : hosts_(hosts), number_(number) {}

  // A session that broke is replaced and asked once more; a standby that fails is left for another
  // server. Throws unavailable or timeout when the primary does not answer either; while it is
  // known to be down, at once.
  using Answers = std::vector<std::optional<store::resolve_store::Found>>;
  Answers read(std::span<const store::resolve_store::Asked> asked, std::int32_t largest_panel);

 private:
  void choose_host();
  void connect();

  ReadHosts& hosts_;
  const int number_;
  std::optional<ReadHosts::Host> host_;
  std::uint64_t generation_ = 0;  // of the hosts, when this one was chosen
  std::unique_ptr<store::ReadSession> session_;
  int connect_failures_ = 0;
  std::chrono::steady_clock::time_point retry_at_;
};

}  // namespace vitrine
