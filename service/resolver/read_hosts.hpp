#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace vitrine {

namespace store {
class Pool;
}

// Which servers answer resolves: the streaming standbys that are named, as long as each shows a
// change before the primary acknowledges it, and otherwise the primary. Every server is asked four
// times a second, on a thread of its own, so that one that hangs delays nothing; a standby that
// died, froze or fell behind is left out within two seconds. Thread-safe.
//
// Somebody who takes a standby out of `synchronous_standby_names` while it is read from outruns
// this watch: first take it out of the URL, or stop it.
class ReadHosts {
 public:
  struct Host {
    int number;                          // 0: the primary
    std::string database_url;            // connects to this server alone
    std::chrono::milliseconds patience;  // how long a read may take there
  };

  // An empty `read_url` means the primary alone, and no threads. Throws std::invalid_argument with
  // a sentence for the operator.
  ReadHosts(const store::Pool& primary, const std::string& database_url,
            const std::string& read_url);
  ~ReadHosts();  // stop()

  void start();
  void stop();  // within two seconds; then the primary alone; repeating it is harmless

  // Another number than before whenever choose() may answer otherwise than before. Cheap: to be
  // looked at before each read, and after the requests that it answers were taken up.
  std::uint64_t generation() const noexcept;

  // How often choose() may have begun to answer otherwise.
  std::uint64_t changes() const noexcept;

  // The fit standbys in turn by the number of the thread; the primary when there is none.
  Host choose(int thread) const;

  // A read at this host failed or took too long: nobody is sent there until it is well again.
  void failed(int number);

  struct Finding {
    std::string host;  // host:port
    bool used;
    std::string reason;  // why it is not
  };
  std::vector<Finding> findings() const;

 private:
  struct Standby;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace vitrine
