#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "app/operator_error.hpp"
#include "service/core/link_token.hpp"

// The file that holds the keys of all links. Whoever has it can open every link; without it no
// link opens. A change is atomic: a reader sees the file before or after it, never in between, and
// two changes at once follow one another. Everything here throws OperatorError.
namespace vitrine::app {

// Refuses a file that every user of the machine may read or change, and one without exactly one
// active key.
std::shared_ptr<const core::LinkKeys> load_link_keys(const std::string& path);

// Makes the file with one active key, for its owner's eyes alone (mode 0600). Never overwrites.
void init_link_keys(const std::string& path);

// Adds a new active key; the one until now verifies only, so that its links go on working. Keeps
// owner and mode of the file. Gives the new key's number.
std::uint8_t rotate_link_keys(const std::string& path);

// Retires a key that is not active: the links it signed are dead for good.
void retire_link_key(const std::string& path, std::uint8_t kid);

}  // namespace vitrine::app
