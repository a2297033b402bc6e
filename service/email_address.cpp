#include "service/email_address.hpp"

#include <idn2.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "service/core/utf8.hpp"

namespace vitrine {
namespace {

constexpr std::size_t kMaxAddress = 254;
constexpr std::size_t kMaxLocalPart = 64;
constexpr std::size_t kMaxDomain = 253;

constexpr auto npos = std::string_view::npos;

struct Range {
  char32_t first, last;
};

// What UTS 46 maps to nothing, and the joiners: two domains that look the same must not differ.
constexpr std::array kUnseen = {
    Range{0xad, 0xad},     Range{0x34f, 0x34f},     Range{0x180b, 0x180f},
    Range{0x200b, 0x200d}, Range{0x2060, 0x2064},   Range{0xfe00, 0xfe0f},
    Range{0xfeff, 0xfeff}, Range{0x1bca0, 0x1bca3}, Range{0xe0100, 0xe01ef},
};

bool has_unseen(std::string_view text) {
  while (const auto point = core::first_code_point(text)) {
    const auto holds = [&](const Range& range) {
      return point->value >= range.first && point->value <= range.last;
    };
    if (std::ranges::any_of(kUnseen, holds)) {
      return true;
    }
    text.remove_prefix(point->length);
  }
  return false;
}

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

// The domain as the DNS has it, in lower case; nothing when there can be none.
std::optional<std::string> dns_form(const std::string& domain) {
  std::uint8_t* form = nullptr;
  const int result = idn2_lookup_u8(reinterpret_cast<const std::uint8_t*>(domain.c_str()), &form,
                                    IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  if (result != IDN2_OK) {
    return std::nullopt;
  }
  const std::unique_ptr<std::uint8_t, void (*)(void*)> owner(form, idn2_free);
  std::string text(reinterpret_cast<const char*>(form));
  std::ranges::transform(text, text.begin(), lower);
  return text;
}

bool is_host_label(std::string_view label) {
  return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
         std::ranges::all_of(label, [](char c) { return c == '-' || is_letter_or_digit(c); });
}

bool is_host_name(std::string_view name) {
  for (;;) {
    const std::size_t end = std::min(name.find('.'), name.size());
    if (!is_host_label(name.substr(0, end))) {
      return false;
    }
    if (end == name.size()) {
      return true;
    }
    name.remove_prefix(end + 1);
  }
}

std::string fault_of_domain(std::string_view domain) {
  constexpr auto kNoAddress = "Must have the name of a domain after the @, not an IP address.";
  if (domain.starts_with('[')) {
    return kNoAddress;
  }
  if (has_unseen(domain)) {
    return "Must not hold characters that cannot be seen.";
  }
  const auto last_dot = domain.rfind('.');
  if (last_dot == npos) {
    return "Must have a domain with a dot after the @, as in ann@example.com.";
  }
  const std::string_view last = domain.substr(last_dot + 1);
  if (!last.empty() && std::ranges::all_of(last, is_digit)) {
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
  if (!domain || !is_host_name(*domain) || domain->size() > kMaxDomain) {
    return {{}, "Must have a domain of letters, digits and hyphens between dots after the @."};
  }
  key += '@' + *domain;
  return key.size() > kMaxAddress ? EmailReading{{}, "Must have at most 254 bytes."}
                                  : EmailReading{std::move(key), {}};
}

}  // namespace vitrine
