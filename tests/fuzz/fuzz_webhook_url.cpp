// Input: a text that should be a URL for webhooks.
#include <arpa/inet.h>

#include <algorithm>

#include "service/ip_address.hpp"
#include "service/jobs/webhook_url.hpp"
#include "service/public_address.hpp"
#include "tests/fuzz/property.hpp"

using namespace vitrine;
using namespace vitrine::jobs;
using fuzz::hold;

namespace {

// What stands between `https://` and the path, without a port.
std::string host_of(const std::string& url) {
  const std::size_t begin = std::string_view("https://").size();
  const std::string authority = url.substr(begin, url.find('/', begin) - begin);
  return authority.starts_with('[') ? authority.substr(0, authority.find(']') + 1)
                                    : authority.substr(0, authority.find(':'));
}

// The address that the system's resolver sees in a host, which needs no DNS for it.
std::optional<IpAddress> address_in(const std::string& host) {
  if (host.starts_with('[')) {
    return IpAddress::parse(host.substr(1, host.size() - 2));
  }
  in_addr address{};
  return inet_aton(host.c_str(), &address) == 0 ? std::nullopt
                                                : IpAddress::parse(inet_ntoa(address));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const auto anywhere = read_webhook_url(text, Destinations::any);
  hold(anywhere.url.empty() != anywhere.fault.empty(), "a text is a URL or has a fault");
  const auto reading = read_webhook_url(text, Destinations::public_https);
  hold(reading.url.empty() != reading.fault.empty(), "a text is a URL or has a fault");
  if (reading.url.empty()) {
    return 0;
  }
  const std::string& url = reading.url;
  hold(url == anywhere.url, "what may go into the internet may go anywhere");
  hold(url.size() <= 2048 && url.starts_with("https://"), "a URL is short and secure");
  hold(std::ranges::all_of(url, [](char c) { return c > ' ' && c < 0x7f; }),
       "a URL is visible ASCII");
  hold(url.find_first_of("#\\\"<>^`{|}") == std::string::npos, "no reader differs about a URL");
  const std::string host = host_of(url);
  hold(!host.empty() && host.find('@') == std::string::npos, "a URL names a host and no user");
  const auto address = address_in(host);
  hold(!address || is_public(*address), "no address leads into a private network");
  hold(!host.starts_with('[') || address, "brackets hold an address");
  hold(read_webhook_url(url, Destinations::public_https).url == url, "a URL is the URL of itself");
  return 0;
}
