// Input: a text that should be an e-mail address.
#include <algorithm>

#include "service/core/utf8.hpp"
#include "service/email_address.hpp"
#include "tests/fuzz/property.hpp"

using namespace vitrine;
using fuzz::hold;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const EmailReading reading = read_email_address(text);
  hold(reading.key.empty() != reading.fault.empty(), "a text is an address or has a fault");
  if (reading.key.empty()) {
    return 0;
  }
  const std::string& key = reading.key;
  hold(text.size() <= 254 && key.size() <= 254, "an address fits a mail's envelope");
  hold(core::is_utf8(text) && !core::has_control(text), "an address stays on its line");
  hold(text.find_first_of(" <>,;\"()[]\\:") == std::string_view::npos,
       "an address is one address and no name");
  hold(std::ranges::count(key, '@') == 1, "a key has one @");
  hold(std::ranges::all_of(key, [](char c) { return c > ' ' && c < 0x7f; }),
       "a key is visible ASCII");
  hold(std::ranges::none_of(key, [](char c) { return c >= 'A' && c <= 'Z'; }),
       "a key is in lower case");
  hold(read_email_address(key).key == key, "a key is the key of itself");
  return 0;
}
