#include "service/jobs/webhook_transfer.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <new>
#include <string_view>
#include <utility>

#include "service/public_address.hpp"

namespace vitrine::jobs {
namespace {

constexpr std::size_t kMaxHead = 16 << 10;
constexpr std::size_t kMaxBody = 16 << 10;

struct Meaning {
  CURLcode result;
  const char* sentence;
};
constexpr std::array kMeanings = {
    Meaning{CURLE_COULDNT_RESOLVE_HOST, "The name of the host was not found."},
    Meaning{CURLE_COULDNT_CONNECT, "The connection was refused, or nothing answered."},
    Meaning{CURLE_OPERATION_TIMEDOUT, "There was no complete answer in time."},
    Meaning{CURLE_SSL_CONNECT_ERROR, "No secure connection could be agreed on."},
    Meaning{CURLE_PEER_FAILED_VERIFICATION, "The certificate is not valid, or not for this host."},
    Meaning{CURLE_GOT_NOTHING, "The connection was closed without an answer."},
    Meaning{CURLE_SEND_ERROR, "The connection broke before all was sent."},
    Meaning{CURLE_RECV_ERROR, "The connection broke before the answer was complete."},
    Meaning{CURLE_PARTIAL_FILE, "The connection broke before the answer was complete."},
};

// IPv4 or IPv6; nothing for any other family.
std::optional<IpAddress> address_of(const curl_sockaddr& address) {
  std::array<char, 64> text{};
  if (address.family != AF_INET && address.family != AF_INET6) {
    return std::nullopt;
  }
  const void* const bytes =
      address.family == AF_INET
          ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in&>(address.addr).sin_addr)
          : &reinterpret_cast<const sockaddr_in6&>(address.addr).sin6_addr;
  return inet_ntop(address.family, bytes, text.data(), text.size()) == nullptr
             ? std::nullopt
             : IpAddress::parse(text.data());
}

// The value of a field of this name, in lower case; nothing for another line.
std::optional<std::string> value_of(std::string_view line, std::string_view name) {
  const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
  if (line.size() <= name.size() || line[name.size()] != ':' ||
      !std::equal(name.begin(), name.end(), line.begin(), same)) {
    return std::nullopt;
  }
  line.remove_prefix(name.size() + 1);
  const auto first = line.find_first_not_of(" \t\r\n");
  const auto last = line.find_last_not_of(" \t\r\n");
  return first == line.npos ? "" : std::string(line.substr(first, last - first + 1));
}

}  // namespace

WebhookTransfer::WebhookTransfer(WebhookRequest request, const WebhookClient::Options& options,
                                 WebhookClient::Done done)
    : request_(std::move(request)),
      done_(std::move(done)),
      anywhere_(options.destinations == Destinations::any),
      handle_(curl_easy_init()) {
  if (!handle_) {
    throw std::bad_alloc();
  }
  for (const std::string& field : request_.fields) {
    curl_slist* const longer = curl_slist_append(fields_.get(), field.c_str());
    if (longer == nullptr) {
      throw std::bad_alloc();
    }
    (void)fields_.release();
    fields_.reset(longer);
  }
  fence(options);
  listen();
}

// Keeps the transfer to what a webhook needs. Whatever libcurl would read from the environment or
// from files is turned off.
void WebhookTransfer::fence(const WebhookClient::Options& options) {
  CURL* const handle = handle_.get();
  const char* const schemes = anywhere_ ? "http,https" : "https";
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, schemes);
  curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR, schemes);
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle, CURLOPT_PROXY, "");
  curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(handle, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!options.ca_file.empty()) {
    curl_easy_setopt(handle, CURLOPT_CAINFO, options.ca_file.c_str());
  }
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(options.connect_timeout.count()));
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(options.timeout.count()));
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);  // waits for no resolver that is stuck
  curl_easy_setopt(handle, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(handle, CURLOPT_FORBID_REUSE, 1L);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, &WebhookTransfer::open_socket);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, this);
}

void WebhookTransfer::listen() {
  CURL* const handle = handle_.get();
  curl_easy_setopt(handle, CURLOPT_URL, request_.url.c_str());
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, fields_.get());
  curl_easy_setopt(handle, CURLOPT_POST, 1L);
  curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(request_.body.size()));
  curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request_.body.c_str());
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &WebhookTransfer::take_head);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &WebhookTransfer::take_body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(handle, CURLOPT_PRIVATE, this);
}

curl_socket_t WebhookTransfer::open_socket(void* self, curlsocktype /*purpose*/,
                                           curl_sockaddr* address) {
  auto& transfer = *static_cast<WebhookTransfer*>(self);
  const auto destination = address_of(*address);
  if (!destination || (!transfer.anywhere_ && !is_public(*destination))) {
    transfer.address_refused_ = true;
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// Counts the heads of interim answers too: there may be any number of them.
std::size_t WebhookTransfer::take_head(char* data, std::size_t size, std::size_t count,
                                       void* self) {
  auto& transfer = *static_cast<WebhookTransfer*>(self);
  transfer.head_bytes_ += size * count;
  if (transfer.head_bytes_ > kMaxHead) {
    transfer.head_refused_ = true;
    return 0;
  }
  if (auto value = value_of({data, size * count}, "retry-after")) {
    transfer.answer_.retry_after = std::move(value);
  }
  return size * count;
}

std::size_t WebhookTransfer::take_body(char* data, std::size_t size, std::size_t count,
                                       void* self) {
  auto& transfer = *static_cast<WebhookTransfer*>(self);
  std::string& body = transfer.answer_.body;
  const std::size_t room = kMaxBody - body.size();
  body.append(data, std::min(size * count, room));
  transfer.body_cut_ = size * count > room;
  return transfer.body_cut_ ? 0 : size * count;
}

std::string WebhookTransfer::fault_of(CURLcode result) const {
  if (address_refused_) {
    return "The name leads to an address that is not on the internet.";
  }
  if (head_refused_) {
    return "The head of the answer has more than 16 KiB.";
  }
  if (result == CURLE_OK || body_cut_) {
    return "";  // the answer was long enough to know what it is
  }
  const auto found = std::ranges::find(kMeanings, result, &Meaning::result);
  return found == kMeanings.end()
             ? std::string("The exchange failed: ") + curl_easy_strerror(result)
             : found->sentence;
}

void WebhookTransfer::finish(CURLcode result) {
  long status = 0;
  curl_off_t took_us = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(handle_.get(), CURLINFO_TOTAL_TIME_T, &took_us);
  answer_.status = static_cast<int>(status);
  address_refused_ = address_refused_ && result == CURLE_COULDNT_CONNECT;
  answer_.fault = fault_of(result);
  answer_.timed_out = result == CURLE_OPERATION_TIMEDOUT;
  answer_.took = std::chrono::round<std::chrono::milliseconds>(std::chrono::microseconds(took_us));
  done_(std::move(answer_));
}

}  // namespace vitrine::jobs
