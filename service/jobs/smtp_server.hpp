#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vitrine::jobs {

// The mail server that takes what this service sends, and passes it on.
struct SmtpServer {
  enum class Tls {
    from_the_start,  // smtps://
    required,        // STARTTLS, and a certificate that can be trusted, or nothing is sent
    optional,        // STARTTLS when it is offered, whatever the certificate: no worse than without
    never,
  };

  std::string host;  // empty: no mail is sent
  std::uint16_t port = 0;
  Tls tls = Tls::required;
  std::string user, password;  // secret
  std::string ca_file;         // certificates to trust, in PEM; empty: the system's
};

// `smtp://[user:password@]host[:port][?starttls=required|optional|never]`, or `smtps://` without
// the question. The port is 587, or 465. STARTTLS is required unless the host is this machine. A
// password is told only over a connection that nobody can listen to. Throws std::invalid_argument
// with what the URL must be instead.
SmtpServer read_smtp_url(std::string_view url);

}  // namespace vitrine::jobs
