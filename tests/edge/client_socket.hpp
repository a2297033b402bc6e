#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine::edge_test {

// A blocking HTTP client so plain that nothing in it can hide what the server did.
struct Answer {
  int status = 0;
  std::string head;
  std::string body;
  std::string header(std::string_view name) const;  // empty when absent
};

class ClientSocket {
 public:
  explicit ClientSocket(int port);  // throws std::system_error
  ~ClientSocket();
  ClientSocket(const ClientSocket&) = delete;
  ClientSocket& operator=(const ClientSocket&) = delete;

  bool send(std::string_view bytes);
  // Whether the server says anything (or closes) within the time.
  bool readable(std::chrono::milliseconds within) const;
  // One whole answer, by Content-Length; nothing at a timeout, an early end or a reset.
  std::optional<Answer> receive(std::chrono::milliseconds within);
  // Bytes beyond the answers received so far.
  const std::string& surplus() const { return buffer_; }
  int fd() const { return fd_; }  // to wait for many at once
  // Closing sends a reset instead of a FIN.
  void reset_on_close();

 private:
  bool fill(std::chrono::steady_clock::time_point deadline);

  int fd_ = -1;
  std::string buffer_;
};

// What the load clients send. Each request carries its own X-Request-Id.
struct RequestForm {
  std::string method = "GET";
  std::string target = "/async/";
  bool unique_target = false;  // append the id to the target, and expect it in the body
  std::string body;
  std::vector<std::string> headers;

  std::string text(std::string_view id) const;
};

// `--name value` pairs. Those that describe the request go into `form`; asks `other` for the rest.
// False, and a line on stderr, when it does not know one either.
bool read_arguments(int argc, char** argv, RequestForm& form,
                    bool (*other)(std::string_view name, const char* value));

}  // namespace vitrine::edge_test
