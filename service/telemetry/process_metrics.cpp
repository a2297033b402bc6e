#include "service/telemetry/process_metrics.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace vitrine::telemetry {

namespace {

double resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  double total_pages = 0;
  double resident_pages = 0;
  statm >> total_pages >> resident_pages;
  return resident_pages * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double open_descriptors() {
  std::error_code failed;
  double count = 0;
  std::filesystem::directory_iterator entry("/proc/self/fd", failed);
  for (const std::filesystem::directory_iterator end; !failed && entry != end;
       entry.increment(failed)) {
    ++count;
  }
  return count > 0 ? count - 1 : 0;  // without the one that lists them
}

double boot_time() {
  std::ifstream stat("/proc/stat");
  std::string word;
  double seconds = 0;
  while (stat >> word) {
    if (word == "btime") {
      stat >> seconds;
      break;
    }
  }
  return seconds;
}

// proc(5): fields 14 and 15 are utime and stime, 22 is the start since boot, all in clock ticks.
void read_stat(ProcessFigures& figures) {
  std::ifstream stat("/proc/self/stat");
  std::string line;
  std::getline(stat, line);
  const std::size_t name_end = line.rfind(')');  // the name may hold spaces and brackets
  if (name_end == std::string::npos)
    return;
  std::istringstream fields(line.substr(name_end + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user = 0;
  double system = 0;
  double started = 0;
  fields >> user >> system;
  for (int field = 16; field < 22; ++field) fields >> skipped;
  fields >> started;
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  static const double booted_at = boot_time();
  figures.cpu_seconds_total = (user + system) / ticks;
  figures.start_time_seconds = booted_at + started / ticks;
}

}  // namespace

ProcessFigures read_process_figures() {
  ProcessFigures figures;
  figures.resident_memory_bytes = resident_bytes();
  figures.open_fds = open_descriptors();
  read_stat(figures);
  return figures;
}

}  // namespace vitrine::telemetry
