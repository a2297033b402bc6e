#pragma once

#include <functional>
#include <string>

// How PostgreSQL runs the statements: auto_explain writes the plan of every statement, as it was
// really planned, into the log of the private cluster.
namespace vitrine::test {

// For the connection string of a TestService whose plans are looked at.
inline constexpr auto kExplain =
    "options='-c session_preload_libraries=auto_explain -c auto_explain.log_min_duration=0"
    " -c auto_explain.log_analyze=on -c auto_explain.log_timing=off"
    " -c auto_explain.log_buffers=on'";

// The plan of the latest statement of this name that `call` makes; empty when it makes none.
std::string plan_of(const std::string& statement, const std::function<void()>& call);

// The pages that all nodes of a plan have touched; -1 when it does not tell.
int pages_of(const std::string& plan);

}  // namespace vitrine::test
