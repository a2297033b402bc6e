// Input: text that is taken for a token and for a key file, and bytes that make a link.
#include <algorithm>
#include <stdexcept>

#include "service/core/crypto.hpp"
#include "service/core/link_token.hpp"
#include "tests/fuzz/property.hpp"

using namespace vitrine;
using fuzz::hold;

namespace {

const core::LinkKeys& keys() {
  static const core::LinkKeys keys({{0, core::KeyState::retired, {9}},
                                    {1, core::KeyState::active, {1, 2, 3}},
                                    {200, core::KeyState::verify_only, {4, 5, 6}}});
  return keys;
}

void check_text(std::string_view text) {
  const auto verified = keys().verify(text);
  hold(!verified || keys().mint(verified->link, verified->kid) == text,
       "a genuine token has exactly one spelling");
  const auto bytes = core::base64url_decode(text);
  hold(!bytes || core::base64url_encode(*bytes) == text, "base64url has exactly one spelling");
}

void check_minted(std::string_view text) {
  core::Uuid uuid;
  const std::size_t length = std::min(text.size(), uuid.bytes.size());
  std::copy_n(text.begin(), length, uuid.bytes.begin());
  const core::LinkId link(uuid);
  const std::uint8_t kid = text.size() % 2 == 0 ? 1 : 200;

  const std::string token = keys().mint(link, kid);
  const auto verified = keys().verify(token);
  hold(verified && verified->link == link && verified->kid == kid, "what is minted is genuine");
  hold(core::LinkId::parse(link.text()) == link, "an id reads back from its text");

  const std::string changed = fuzz::with_one_byte_changed(token, text.substr(length));
  hold(changed == token || !keys().verify(changed), "a changed token opens nothing");
}

void check_key_file(std::string_view text) {
  std::vector<core::LinkKey> read;
  try {
    read = core::parse_link_keys(text);
  } catch (const std::invalid_argument&) {
    return;
  }
  const auto again = core::parse_link_keys(core::format_link_keys(read));
  hold(std::ranges::equal(read, again,
                          [](const core::LinkKey& a, const core::LinkKey& b) {
                            return a.kid == b.kid && a.state == b.state && a.secret == b.secret;
                          }),
       "a key file reads back as it was written");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  check_text(text);
  check_minted(text);
  check_key_file(text);
  return 0;
}
