#include "service/email_address.hpp"

#include <algorithm>
#include <optional>

#include "service/core/utf8.hpp"
#include "service/domain_name.hpp"

namespace vitrine {
namespace {

constexpr std::size_t kMaxAddress = 254;
constexpr std::size_t kMaxLocalPart = 64;

constexpr auto npos = std::string_view::npos;

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter_or_digit(char c) {
  return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}
bool is_atom_character(char c) {
  return is_letter_or_digit(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != npos;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

std::string fault_of_dots(std::string_view part, std::string_view name) {
  const bool fits = !part.starts_with('.') && !part.ends_with('.') && part.find("..") == npos;
  return fits ? "" : std::string(name) + " must not begin or end with a dot, or have two in a row.";
}

std::string fault_of_whole(std::string_view text) {
  if (text.empty()) {
    return "Must not be empty.";
  }
  if (!core::is_utf8(text) || core::has_control(text) || text.find(' ') != npos) {
    return "Must not hold spaces, line breaks or control characters.";
  }
  if (text.find_first_of("<>") != npos) {
    return "Must be the address alone, without a name and angle brackets around it.";
  }
  if (text.find_first_of(",;") != npos) {
    return "Must be one address; give each recipient as an item of their own.";
  }
  if (std::ranges::count(text, '@') != 1) {
    return "Must have exactly one @, as in ann@example.com.";
  }
  return text.size() > kMaxAddress ? "Must have at most 254 bytes." : "";
}

std::string fault_of_local_part(std::string_view local) {
  if (local.empty() || local.size() > kMaxLocalPart) {
    return "Must have 1 to 64 characters before the @.";
  }
  if (!std::ranges::all_of(local, is_ascii)) {
    return "Must have only ASCII letters before the @; only the domain may have others.";
  }
  if (!std::ranges::all_of(local, [](char c) { return c == '.' || is_atom_character(c); })) {
    return "Must have only letters, digits and !#$%&'*+-/=?^_`{|}~. before the @, unquoted.";
  }
  return fault_of_dots(local, "The part before the @");
}

std::string fault_of_domain(std::string_view domain) {
  constexpr auto kNoAddress = "Must have the name of a domain after the @, not an IP address.";
  if (domain.starts_with('[')) {
    return kNoAddress;
  }
  if (has_unseen(domain)) {
    return "Must not hold characters that cannot be seen.";
  }
  if (domain.find('.') == npos) {
    return "Must have a domain with a dot after the @, as in ann@example.com.";
  }
  if (ends_in_number(domain)) {
    return kNoAddress;
  }
  return fault_of_dots(domain, "The domain");
}

}  // namespace

EmailReading read_email_address(std::string_view text) {
  if (std::string fault = fault_of_whole(text); !fault.empty()) {
    return {{}, std::move(fault)};
  }
  const std::size_t at = text.find('@');
  std::string key(text.substr(0, at));
  if (std::string fault = fault_of_local_part(key); !fault.empty()) {
    return {{}, std::move(fault)};
  }
  std::ranges::transform(key, key.begin(), lower);
  // UTS 46 knows other full stops too, so that what counts is what became of the domain.
  const std::string given(text.substr(at + 1));
  const auto domain = dns_form(given);
  if (std::string fault = fault_of_domain(domain && !has_unseen(given) ? *domain : given);
      !fault.empty()) {
    return {{}, std::move(fault)};
  }
  if (!domain || !is_host_name(*domain)) {
    return {{}, "Must have a domain of letters, digits and hyphens between dots after the @."};
  }
  key += '@' + *domain;
  return key.size() > kMaxAddress ? EmailReading{{}, "Must have at most 254 bytes."}
                                  : EmailReading{std::move(key), {}};
}

std::optional<std::string> deliverable_address(std::string_view text) {
  const EmailReading reading = read_email_address(text);
  if (!reading.fault.empty()) {
    return std::nullopt;
  }
  return std::string(text.substr(0, text.find('@'))) + reading.key.substr(reading.key.find('@'));
}

}  // namespace vitrine
