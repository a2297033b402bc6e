#include "service/passcodes.hpp"

#include <sodium.h>
#include <uninorm.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <stdexcept>

#include "service/core/error.hpp"
#include "service/core/utf8.hpp"

namespace vitrine {
namespace {

constexpr std::size_t kMinCodePoints = 4;
constexpr std::size_t kMaxCodePoints = 128;
// Composing makes one code point of a few, never of this many bytes. What is longer is refused
// before it costs a normalization.
constexpr std::size_t kMaxBytes = 4096;

// Argon2id (RFC 9106) with the parameters of OWASP's Password Storage Cheat Sheet: 19 MiB, two
// passes, one lane. The PHC string carries them, so older hashes verify when these change.
constexpr unsigned long long kPasses = 2;
constexpr std::size_t kMemory = std::size_t{19456} * 1024;

struct Free {
  void operator()(std::uint8_t* memory) const { std::free(memory); }
};

// Keyboards spell é in two ways; both are one passcode (NFC, as in OpaqueString of RFC 8265).
// Takes valid UTF-8.
std::string normalized(std::string_view text) {
  std::size_t length = 0;
  const std::unique_ptr<std::uint8_t, Free> composed(
      u8_normalize(UNINORM_NFC, reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                   nullptr, &length));
  if (!composed) {
    throw std::bad_alloc();
  }
  return {reinterpret_cast<const char*>(composed.get()), length};
}

// A place among those who hash, for the length of a scope.
class Place {
 public:
  explicit Place(std::counting_semaphore<>& places) : places_(places) { places_.acquire(); }
  ~Place() { places_.release(); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  std::counting_semaphore<>& places_;
};

core::Error no_memory() {
  return {core::ErrorCode::overloaded, "Too many passcodes are being checked; try again soon."};
}

}  // namespace

std::optional<std::string> passcode_fault(std::string_view text) {
  const std::string range = "Must have " + std::to_string(kMinCodePoints) + " to " +
                            std::to_string(kMaxCodePoints) + " characters.";
  if (text.size() < kMinCodePoints || text.size() > kMaxBytes) {
    return range;
  }
  if (!core::is_utf8(text)) {
    return "Must be UTF-8.";
  }
  if (core::has_control(text)) {
    return "Must not hold control characters, such as a line break or a tab.";
  }
  const std::size_t length = core::count_code_points(normalized(text));
  return length < kMinCodePoints || length > kMaxCodePoints ? std::optional(range) : std::nullopt;
}

Passcodes::Passcodes(int at_once) : places_(at_once) {
  if (sodium_init() < 0) {
    throw std::runtime_error("libsodium cannot be initialized");
  }
}

std::string Passcodes::hash(std::string_view passcode) {
  if (const auto fault = passcode_fault(passcode)) {
    throw core::Error({core::Violation{"/passcode", "out_of_range", *fault}});
  }
  const std::string text = normalized(passcode);
  std::array<char, crypto_pwhash_STRBYTES> phc{};
  const Place place(places_);
  if (crypto_pwhash_str_alg(phc.data(), text.data(), text.size(), kPasses, kMemory,
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    throw no_memory();
  }
  return phc.data();
}

bool Passcodes::verify(const std::string& hash, std::string_view passcode) {
  if (passcode_fault(passcode)) {
    return false;
  }
  const std::string text = normalized(passcode);
  const Place place(places_);
  // It answers -1 for a wrong passcode and for a failure of its own; only errno tells them apart.
  errno = 0;
  if (crypto_pwhash_str_verify(hash.c_str(), text.data(), text.size()) == 0) {
    return true;
  }
  if (errno == EINVAL) {
    return false;
  }
  throw no_memory();
}

}  // namespace vitrine
