// Input: lines of a raw path, a raw query, a key, a type and a name; the rest changes one byte.
#include <filesystem>

#include "service/core/error.hpp"
#include "service/media/local_store.hpp"
#include "service/media/percent.hpp"
#include "tests/fuzz/property.hpp"

using namespace vitrine;
using fuzz::hold;

namespace {

const core::Instant kNow{std::chrono::seconds(1'795'238'577)};
const std::string kBase = "http://localhost";

const media::LocalStore& store() {
  static const media::LocalStore store("/", kBase,
                                       std::make_shared<core::LinkKeys>(std::vector<core::LinkKey>{
                                           {7, core::KeyState::active, {1, 2, 3}}}));
  return store;
}

bool is_granted(std::string_view path, std::string_view query) {
  try {
    store().verify(path, query, kNow);
    return true;
  } catch (const core::Error& error) {
    hold(error.code() == core::ErrorCode::media_signature_invalid, "a refusal says why");
    return false;
  }
}

// However often a proxy decodes it, a key stays below the root.
void check_key(const core::MediaKey& key) {
  std::string text = key.text();
  for (int decoded = 0; decoded < 4; ++decoded) {
    const std::filesystem::path path(text);
    hold(path.is_relative() && path.lexically_normal() == path, "a key stays where it points");
    hold(text.find("..") == std::string::npos || *path.lexically_normal().begin() != "..",
         "a key never climbs");
    const auto next = media::percent_decode(text);
    if (!next || next->find('\0') != std::string::npos) {
      break;
    }
    text = *next;
  }
}

void check_signed(const media::Grant& grant, std::string_view change) {
  const std::string url = store().sign(grant);
  hold(url.starts_with(kBase + "/media/"), "a URL begins with the service's own address");
  const std::string rest = url.substr(kBase.size() + 7);
  const std::string path = rest.substr(0, rest.find('?'));
  const std::string query = rest.substr(path.size() + 1);
  hold(rest.find_first_of("\r\n \"<>#") == std::string::npos, "a URL is one word of plain ASCII");

  const media::Grant granted = store().verify(path, query, kNow);
  hold(granted.key == grant.key && granted.content_type == grant.content_type &&
           granted.download_name == grant.download_name && granted.expires_at == grant.expires_at,
       "what was signed is what is granted");
  const std::string other_path = fuzz::with_one_byte_changed(path, change);
  hold(other_path == path || !is_granted(other_path, query), "a changed path is refused");
  const std::string other_query = fuzz::with_one_byte_changed(query, change);
  hold(other_query == query || !is_granted(path, other_query), "a changed query is refused");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest = fuzz::text_of(data, size);
  const std::string_view path = fuzz::take_line(rest);
  const std::string_view query = fuzz::take_line(rest);
  hold(!is_granted(path, query), "nobody guesses a signature");

  const auto key = core::MediaKey::parse(fuzz::take_line(rest));
  const std::string type(fuzz::take_line(rest));
  const std::string name(fuzz::take_line(rest));
  hold(media::percent_decode(media::percent_encode(name)) == name, "encoding loses nothing");
  if (key) {
    check_key(*key);
    check_signed({*key, type, name.empty() ? std::nullopt : std::optional(name),
                  kNow + std::chrono::seconds(60)},
                 rest);
  }
  return 0;
}
