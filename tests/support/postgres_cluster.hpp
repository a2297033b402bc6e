#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace vitrine::test {

// A private PostgreSQL server in a temporary folder, on a unix socket only, without fsync. Runs as
// user `postgres` when the tests run as root. It ends with this object, and also when the test
// process dies. Make it on the main thread: the kernel ends it with the thread that made it.
class PostgresCluster {
 public:
  PostgresCluster();
  ~PostgresCluster();
  PostgresCluster(const PostgresCluster&) = delete;
  PostgresCluster& operator=(const PostgresCluster&) = delete;

  void start();  // returns when connections are accepted
  void stop();   // as `pg_ctl stop -m fast`: sessions end, nothing is lost

  std::string url(const std::string& database) const;
  std::filesystem::path socket_folder() const { return folder_; }

  // What the server has written to its log.
  std::string log() const;

  // Runs SQL in a database and answers the first field of the first row, or "". Throws
  // std::runtime_error with what PostgreSQL said.
  std::string run(const std::string& database, const std::string& sql) const;

 private:
  std::filesystem::path folder_;
  pid_t server_ = -1;
};

// The one that all cases of a test process share.
PostgresCluster& shared_cluster();

}  // namespace vitrine::test
