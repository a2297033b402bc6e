// Input: lines. The first is the peer, the second a network, the others X-Forwarded-For fields.
#include "api/client_address.hpp"
#include "service/ip_address.hpp"
#include "tests/fuzz/property.hpp"

using namespace vitrine;
using api::client_address;
using fuzz::hold;

namespace {

void check_network(std::string_view text) {
  const auto network = IpNetwork::parse(text);
  if (!network) {
    return;
  }
  const auto again = IpNetwork::parse(network->text());
  hold(again && again->text() == network->text(), "a network is what its own spelling names");
  const auto address = IpAddress::parse(text.substr(0, text.find('/')));
  hold(address && network->holds(*address), "a network holds what it is named by");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<IpNetwork> kOurs = {IpNetwork::parse("127.0.0.1").value(),
                                               IpNetwork::parse("10.0.0.0/8").value(),
                                               IpNetwork::parse("fd00::/8").value()};
  const auto is_ours = [](const IpAddress& address) {
    return kOurs[0].holds(address) || kOurs[1].holds(address) || kOurs[2].holds(address);
  };
  std::string_view rest = fuzz::text_of(data, size);
  http::RequestHead head, claimed;
  head.peer_address = claimed.peer_address = fuzz::take_line(rest);
  check_network(fuzz::take_line(rest));
  claimed.headers.add("X-Forwarded-For", "203.0.113.77, 10.0.0.1, garbage");
  while (!rest.empty()) {
    const std::string value(fuzz::take_line(rest));
    head.headers.add("X-Forwarded-For", value);
    claimed.headers.add("X-Forwarded-For", value);
  }

  const IpAddress client = client_address(head, kOurs);
  hold(IpAddress::parse(client.text()) == client, "an address is what its own spelling names");
  http::RequestHead bare;
  bare.peer_address = head.peer_address;
  hold(client_address(head, {}) == client_address(bare, {}),
       "without proxies of ours only the peer counts");
  if (!is_ours(client)) {
    hold(client_address(claimed, kOurs) == client, "who adds to the left changes nothing");
  }
  return 0;
}
