#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vitrine {

// What became of a text that should be one e-mail address, without a name around it.
struct EmailReading {
  // The form to compare by: lower case, the domain as the DNS has it
  // (`info@xn--bcher-kva.example`). Mail servers may tell upper from lower case before the @, but
  // none that people use does.
  std::string key;
  // Empty when it is an address, else a sentence that tells how to mend it.
  std::string fault;
};

// An address as RFC 5321 has it, without what no recipient of a link needs: comments, quoted local
// parts, IP addresses, domains of one label. The domain may be international (IDNA 2008, UTS 46).
EmailReading read_email_address(std::string_view text);

// The address as a mail server is told it: as it was given before the @, and the domain as the DNS
// has it. Nothing for what is no address.
std::optional<std::string> deliverable_address(std::string_view text);

}  // namespace vitrine
