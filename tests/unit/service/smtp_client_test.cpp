#include "service/jobs/smtp_client.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

using namespace vitrine::jobs;
using std::chrono::milliseconds;
using Kind = SmtpResult::Kind;

namespace {

// Takes connections and says nothing.
class SilentServer {
 public:
  SilentServer() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(socket_, generic, size) == 0);
    REQUIRE(::listen(socket_, 8) == 0);
    REQUIRE(::getsockname(socket_, generic, &size) == 0);
    port_ = ntohs(address.sin_port);
  }
  ~SilentServer() { ::close(socket_); }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;

  SmtpServer server() const {
    SmtpServer server;
    server.host = "127.0.0.1";
    server.port = port_;
    server.tls = SmtpServer::Tls::never;
    return server;
  }

 private:
  int socket_;
  std::uint16_t port_ = 0;
};

SmtpResult send(SmtpClient& client) {
  return client.send("a@example.com", "b@example.com", "Subject: x\r\n\r\nx\r\n");
}

}  // namespace

TEST_CASE("a mail server that says nothing is not waited for forever", "[mail]") {
  const SilentServer silent;
  const std::atomic<bool> stopping = false;
  SmtpClient client(silent.server(), stopping,
                    {.connect = milliseconds(200), .total = milliseconds(300)});
  const SmtpResult result = send(client);
  CHECK(result.kind == Kind::deferred);
  CHECK(result.reason == "The mail server did not answer in time.");
}

TEST_CASE("what no mail server can have is given up when the service stops", "[mail]") {
  const SilentServer silent;
  const std::atomic<bool> stopping = true;
  SmtpClient client(silent.server(), stopping);
  CHECK(send(client).kind == Kind::given_up);
}
