#include "tests/support/plans.hpp"

#include "tests/support/postgres_cluster.hpp"

namespace vitrine::test {

std::string plan_of(const std::string& statement, const std::function<void()>& call) {
  const std::size_t before = shared_cluster().log().size();
  call();
  const std::string log = shared_cluster().log().substr(before);
  const auto at = log.rfind("/* " + statement + " */");
  if (at == std::string::npos) {
    return "";
  }
  const auto end = log.find("\n2", at);  // the next log line begins with its year
  return log.substr(at, end == std::string::npos ? end : end - at);
}

// The outermost node counts those below it.
int pages_of(const std::string& plan) {
  const auto at = plan.find("Buffers: shared ");
  const auto line = plan.substr(at, plan.find('\n', at) - at);
  int pages = 0;
  for (const char* kind : {"hit=", "read="}) {
    const auto number = line.find(kind);
    pages += number == std::string::npos ? 0 : std::stoi(line.substr(line.find('=', number) + 1));
  }
  return at == std::string::npos ? -1 : pages;
}

}  // namespace vitrine::test
