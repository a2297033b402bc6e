#include "service/jobs/smtp_server.hpp"

#include <catch2/catch.hpp>
#include <stdexcept>

using namespace vitrine::jobs;
using Tls = SmtpServer::Tls;

TEST_CASE("the URL of a mail server says all there is to know", "[mail]") {
  const SmtpServer full = read_smtp_url("smtp://ann%40x:p%3Aw%2F@mail.example.com:2525");
  CHECK(full.host == "mail.example.com");
  CHECK(full.port == 2525);
  CHECK(full.user == "ann@x");
  CHECK(full.password == "p:w/");
  CHECK(full.tls == Tls::required);
  CHECK(read_smtp_url("smtp://mail.example.com").port == 587);
  const SmtpServer tls = read_smtp_url("smtps://u:p@mail.example.com/");
  CHECK(tls.port == 465);
  CHECK(tls.tls == Tls::from_the_start);
  CHECK(read_smtp_url("smtp://[2001:db8::1]:25").host == "2001:db8::1");
}

TEST_CASE("TLS is required unless the server is this machine", "[mail]") {
  for (const char* host : {"localhost", "127.0.0.1", "[::1]"}) {
    CHECK(read_smtp_url(std::string("smtp://") + host).tls == Tls::optional);
  }
  CHECK(read_smtp_url("smtp://localhost?starttls=required").tls == Tls::required);
  CHECK(read_smtp_url("smtp://relay.example.com:25?starttls=never").tls == Tls::never);
  CHECK(read_smtp_url("smtp://u:p@127.0.0.1:25?starttls=never").user == "u");
}

TEST_CASE("what is no mail server is refused", "[mail]") {
  for (const char* url :
       {"", "mail.example.com", "http://mail.example.com", "smtp://", "smtp://h:0",
        "smtp://h:99999", "smtp://h/path", "smtp://h#x", "smtp://h?tls=1",
        "smtps://h?starttls=never", "smtp://u:p@mail.example.com?starttls=optional",
        "smtp://u:p@mail.example.com?starttls=never"}) {
    CAPTURE(url);
    CHECK_THROWS_AS(read_smtp_url(url), std::invalid_argument);
  }
}
