#pragma once

namespace vitrine::telemetry {

// What the kernel says of this process (/proc/self), under the names that Prometheus' client
// libraries agree on. A value that cannot be read is 0.
struct ProcessFigures {
  double resident_memory_bytes = 0;
  double open_fds = 0;
  double cpu_seconds_total = 0;
  double start_time_seconds = 0;  // Unix time
};
ProcessFigures read_process_figures();

}  // namespace vitrine::telemetry
