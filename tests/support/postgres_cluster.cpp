#include "tests/support/postgres_cluster.hpp"

#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

namespace vitrine::test {
namespace {

using Arguments = std::vector<std::string>;

std::string program(const char* name) {
  for (const auto& version : std::filesystem::directory_iterator("/usr/lib/postgresql")) {
    const auto path = version.path() / "bin" / name;
    if (std::filesystem::exists(path)) {
      return path;
    }
  }
  throw std::runtime_error(std::string("PostgreSQL's ") + name + " is not installed");
}

const passwd* postgres_user() {
  const passwd* user = getpwnam("postgres");  // NOLINT(concurrency-mt-unsafe): main thread only
  if (user == nullptr) {
    throw std::runtime_error("there is no user postgres to run the server as");
  }
  return user;
}

// In the child: gives up root, asks to be ended with the parent (after that, because a change of
// credentials forgets it), and becomes the program. Only async-signal-safe calls.
[[noreturn]] void become(const passwd* user, const std::vector<char*>& arguments, const char* log) {
  if (user != nullptr &&
      (setgroups(0, nullptr) != 0 || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)) {
    _exit(126);
  }
  prctl(PR_SET_PDEATHSIG, SIGINT);
  const int out = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  execv(arguments[0], arguments.data());
  _exit(127);
}

pid_t launch(Arguments arguments, const std::string& log) {
  const passwd* user = geteuid() == 0 ? postgres_user() : nullptr;
  std::vector<char*> pointers;
  for (std::string& argument : arguments) {
    pointers.push_back(argument.data());
  }
  pointers.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    become(user, pointers, log.c_str());
  }
  return child;
}

int exit_code(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::filesystem::path new_folder() {
  std::string name = "/tmp/vitrine-pg-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) {
    throw std::runtime_error("no temporary folder can be made under /tmp");
  }
  if (geteuid() == 0) {
    const passwd* user = postgres_user();
    if (chown(name.c_str(), user->pw_uid, user->pw_gid) != 0) {
      throw std::runtime_error("the temporary folder cannot be given to postgres");
    }
  }
  return name;
}

}  // namespace

PostgresCluster::PostgresCluster() : folder_(new_folder()) {
  const pid_t child =
      launch({program("initdb"), "--pgdata=" + (folder_ / "data").string(), "--username=vitrine",
              "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"},
             folder_ / "log");
  if (exit_code(child) != 0) {
    throw std::runtime_error("initdb failed: " + log());
  }
  start();
}

PostgresCluster::~PostgresCluster() {
  stop();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void PostgresCluster::start() {
  server_ =
      launch({program("postgres"), "-D", folder_ / "data", "-k", folder_, "-c",
              "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off", "-c",
              "max_connections=100", "-c", "log_destination=stderr", "-c", "logging_collector=off"},
             folder_ / "log");
  for (int attempt = 0; attempt < 400; ++attempt) {
    if (PQping(url("postgres").c_str()) == PQPING_OK) {
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(25));
  }
  throw std::runtime_error("PostgreSQL did not start: " + log());
}

void PostgresCluster::stop() {
  if (server_ > 0) {
    kill(server_, SIGINT);
    exit_code(server_);
    server_ = -1;
  }
}

std::string PostgresCluster::url(const std::string& database) const {
  return "host=" + folder_.string() + " user=vitrine dbname=" + database;
}

std::string PostgresCluster::log() const {
  std::ifstream file(folder_ / "log");
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string PostgresCluster::run(const std::string& database, const std::string& sql) const {
  const std::unique_ptr<PGconn, decltype(&PQfinish)> session(PQconnectdb(url(database).c_str()),
                                                             &PQfinish);
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(session.get(), sql.c_str()),
                                                             &PQclear);
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    throw std::runtime_error(PQerrorMessage(session.get()));
  }
  return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
}

PostgresCluster& shared_cluster() {
  static PostgresCluster cluster;
  return cluster;
}

}  // namespace vitrine::test
