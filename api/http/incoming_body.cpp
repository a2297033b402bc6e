#include "api/http/incoming_body.hpp"

#include <algorithm>
#include <utility>

namespace vitrine::http {
namespace {

constexpr std::size_t kFirstReserve = 64UL * 1024;
// Each growth copies what is there. With this factor at most a third is copied again in total, and
// the last growth ends exactly at the announced size.
constexpr std::size_t kGrowth = 4;

}  // namespace

void IncomingBody::expect(std::uint64_t size) {
  size_ = size;
  bytes_ = std::string();
}

std::size_t IncomingBody::take(std::string_view input) {
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(input.size(), missing()));
  if (bytes_.size() + count > bytes_.capacity()) {
    const std::size_t wanted =
        std::max({bytes_.size() + count, bytes_.capacity() * kGrowth, kFirstReserve});
    bytes_.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(wanted, size_)));
  }
  bytes_.append(input.substr(0, count));
  return count;
}

std::string IncomingBody::release() {
  size_ = 0;
  return std::exchange(bytes_, std::string());
}

}  // namespace vitrine::http
