#pragma once

#include <optional>
#include <semaphore>
#include <string>
#include <string_view>

namespace vitrine {

// What keeps a text from being a passcode, as a sentence that tells how to mend it; nothing when it
// may be one. Hashes nothing, so it can judge whatever a stranger sends.
std::optional<std::string> passcode_fault(std::string_view text);

// Hashes passcodes with Argon2id. Blocking: a call takes some 20 ms of a core and 19 MiB while it
// works, and waits while others do. Thread-safe. One for the whole process.
class Passcodes {
 public:
  // At most so many hashes are computed at the same time; more callers wait.
  explicit Passcodes(int at_once = 2);

  // The PHC string of a passcode, with a salt of its own. Throws validation_failed at /passcode
  // when passcode_fault() finds one, and overloaded when there is no memory for it.
  std::string hash(std::string_view passcode);

  // Whether this is the passcode that was hashed. What cannot be a passcode is none, and costs no
  // hash. Throws overloaded as hash() does.
  bool verify(const std::string& hash, std::string_view passcode);

 private:
  std::counting_semaphore<> places_;
};

}  // namespace vitrine
