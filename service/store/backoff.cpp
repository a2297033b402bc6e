#include "service/store/backoff.hpp"

#include <algorithm>
#include <random>

namespace vitrine::store {

std::chrono::milliseconds backoff(int failures) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const int base = 50 << std::min(failures, 5);
  return std::chrono::milliseconds(std::uniform_int_distribution(base, base * 5 / 4)(random));
}

}  // namespace vitrine::store
