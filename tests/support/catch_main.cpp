#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

// An exception_ptr that goes from one thread to another is counted inside libstdc++, which
// ThreadSanitizer does not see: it takes the end of the exception for a race. Unused otherwise.
extern "C" const char* __tsan_default_suppressions();   // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __tsan_default_suppressions() {  // NOLINT(bugprone-reserved-identifier)
  return "race:service/core/error.hpp";
}
