#include "service/jobs/webhook_url.hpp"

#include <catch2/catch.hpp>

using namespace vitrine::jobs;

namespace {

WebhookUrlReading in_public(std::string_view text) {
  return read_webhook_url(text, Destinations::public_https);
}

void check_refused(std::string_view text, Destinations destinations) {
  INFO(text);
  const auto reading = read_webhook_url(text, destinations);
  CHECK(reading.url.empty());
  CHECK(reading.fault.ends_with('.'));
}

constexpr std::string_view kOurs[] = {
    "localhost",
    "LOCALHOST",
    "localhost.",
    "a.localhost",
    "localhost.localdomain",
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "127.0.0.1.",
    "2130706433",
    "017700000001",
    "0x7f000001",
    "0X7F000001",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "0177.0x0.0.1",
    "127.0x0.1",
    "0",
    "0.0.0.0",
    "0x0",
    "10.0.0.1",
    "10.1",
    "172.16.0.1",
    "192.168.1.1",
    "192.168.257",
    "169.254.169.254",
    "0xa9fea9fe",
    "2852039166",
    "0251.0376.0251.0376",
    "100.64.0.1",
    "255.255.255.255",
    "4294967295",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::FFFF:10.0.0.1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[fe80::1]",
    "[fe80::1%25eth0]",
    "[fe80::1%eth0]",
    "[fd00:ec2::254]",
    "[fc00::1]",
    "[ff02::1]",
    "[2001:db8::1]",
    "\xEF\xBC\x91\xEF\xBC\x92\xEF\xBC\x97.0.0.1",  // fullwidth digits
    "127\xE3\x80\x82"
    "0\xE3\x80\x82"
    "0\xE3\x80\x82"
    "1",                                           // ideographic dots
    "\xE2\x91\xA0\xE2\x91\xA1\xE2\x91\xA6.0.0.1",  // circled digits
    "\xEF\xBD\x8C\xEF\xBD\x8F\xEF\xBD\x83\xEF\xBD\x81"
    "lhost",  // fullwidth letters
    "loc\xC2\xAD"
    "alhost",
    "%6cocalhost",
    "127.0.0.%31",
    "metadata.google.internal",
    "db",
    "printer.local",
    "router.home.arpa",
    "intranet",
    "a.corp",
    "a.lan",
    "a.test"};

constexpr std::string_view kWrong[] = {"",
                                       " ",
                                       "https",
                                       "https:",
                                       "https://",
                                       "https:///x",
                                       "https:/hooks.example.com",
                                       "https:hooks.example.com",
                                       "hooks.example.com",
                                       "//hooks.example.com/x",
                                       "http://hooks.example.com/",
                                       "ftp://hooks.example.com/",
                                       "file:///etc/passwd",
                                       "gopher://hooks.example.com/",
                                       "javascript:alert(1)",
                                       "https://u:p@hooks.example.com/",
                                       "https://u@hooks.example.com/",
                                       "https://@hooks.example.com/",
                                       "https://:@h.example.com/",
                                       "https://hooks.example.com/#f",
                                       "https://hooks.example.com/#",
                                       "https://?x",
                                       "https://#x",
                                       "https://hooks.example.com:22/",
                                       "https://hooks.example.com:80/",
                                       "https://hooks.example.com:0/",
                                       "https://hooks.example.com:65536/",
                                       "https://hooks.example.com:-1/",
                                       "https://hooks.example.com:a/",
                                       "https://:443/",
                                       "https://hooks.example.com:443:8443/",
                                       "https://hooks.example.com\\@127.0.0.1/",
                                       "https://hooks.example.com /",
                                       "https://hooks.example.com/a b",
                                       "https://hooks\t.example/",
                                       "https://hooks.example.com/\r\nX: y",
                                       "https://hooks.example.com/\xC3\xBC",
                                       "https://hooks.example.com/\xFF",
                                       "https://hooks..example.com/",
                                       "https://.example.com/",
                                       "https://-a.example.com/",
                                       "https://a_b.example.com/",
                                       "https://example.com./",
                                       "https://[::1/",
                                       "https://::1/",
                                       "https://[1.2.3.4]/",
                                       "https://[hooks.example.com]/",
                                       "https://[]/",
                                       "https://1.2.3.4.5/",
                                       "https://256.256.256.256/",
                                       "https://a.0x1g/",
                                       "https://example.com,a.example.com/",
                                       "https://hooks.example.com/{a}",
                                       "https://hooks.example.com&a.example.com/",
                                       " https://hooks.example.com/"};

}  // namespace

TEST_CASE("a URL into the internet is taken, with its host as the DNS has it",
          "[service][webhook_url]") {
  for (const auto& [given, read] : {
           std::pair{"https://hooks.example.com", "https://hooks.example.com/"},
           {"https://hooks.example.com/a/b?c=d%20e&f", "https://hooks.example.com/a/b?c=d%20e&f"},
           {"HTTPS://Hooks.Example.COM/Path", "https://hooks.example.com/Path"},
           {"https://hooks.example.com:443/x", "https://hooks.example.com/x"},
           {"https://hooks.example.com:8443/x", "https://hooks.example.com:8443/x"},
           {"https://b\xC3\xBC"
            "cher.example/x",
            "https://xn--bcher-kva.example/x"},
           {"https://8.8.8.8/x", "https://8.8.8.8/x"},
           {"https://[2606:4700:4700::1111]:8443/x", "https://[2606:4700:4700::1111]:8443/x"},
           {"https://0x08080808/", "https://8.8.8.8/"},
           {"https://hooks.example.com/?", "https://hooks.example.com/"},
           {"https://localhost.example.com/", "https://localhost.example.com/"},
       }) {
    INFO(given);
    CHECK(in_public(given).fault.empty());
    CHECK(in_public(given).url == read);
  }
}

TEST_CASE("every spelling of our own machine or network is refused", "[service][webhook_url]") {
  for (const std::string_view host : kOurs) {
    check_refused("https://" + std::string(host) + "/x", Destinations::public_https);
    check_refused("https://" + std::string(host) + ":8443", Destinations::public_https);
  }
}

TEST_CASE("what is no https URL for a webhook is refused", "[service][webhook_url]") {
  for (const std::string_view text : kWrong) {
    check_refused(text, Destinations::public_https);
  }
  check_refused(std::string_view("https://hooks.example.com/\0x", 28), Destinations::public_https);
  check_refused("https://hooks.example.com/" + std::string(2048, 'a'), Destinations::any);
  std::string labels;
  while (labels.size() < 260) labels += "abcdefg.";
  check_refused("https://" + labels + "com/", Destinations::public_https);
}

TEST_CASE("with the development switch our own machine is taken too", "[service][webhook_url]") {
  for (const auto& [given, read] :
       {std::pair{"http://localhost:8080/x", "http://localhost:8080/x"},
        {"http://127.0.0.1:3000", "http://127.0.0.1:3000/"},
        {"http://[::1]:3000/x", "http://[::1]:3000/x"},
        {"https://db:22/", "https://db:22/"},
        {"http://2130706433/", "http://127.0.0.1/"},
        {"http://hooks.example.com:80/", "http://hooks.example.com/"}}) {
    INFO(given);
    const auto reading = read_webhook_url(given, Destinations::any);
    CHECK(reading.fault.empty());
    CHECK(reading.url == read);
  }
  for (const std::string_view text :
       {"ftp://localhost/", "http://u@localhost/", "http://localhost/#f", "http://localhost:0/",
        "http://[fe80::1%25eth0]/", "http:///", "http://localhost./"}) {
    check_refused(text, Destinations::any);
  }
}
