// An open-loop load generator: requests leave at times fixed beforehand, whether or not earlier
// ones are answered, and latency counts from the time a request was due. A server that stalls thus
// pays for every request that had to wait (no "coordinated omission", as a closed loop has it).
//
//   paced PORT CONNECTIONS RATE COUNT STATUS FILE
//
// FILE holds whole requests, separated by NUL, which are sent in turn. A rate that nothing can
// follow makes it a closed loop of COUNT requests. Prints JSON; any answer but STATUS is a failure.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::nanoseconds;

constexpr auto kPatience = std::chrono::seconds(10);

struct Plan {
  int port;
  std::size_t connections;
  double rate;
  std::size_t count;
  int status;
  std::vector<std::string> requests;
};

struct Connection {
  int fd = -1;
  Clock::time_point due;
  std::string input;
};

std::vector<std::string> requests_of(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<std::string> requests;
  for (std::string text; std::getline(file, text, '\0');) requests.push_back(text);
  if (requests.empty())
    throw std::runtime_error("no requests in the file");
  return requests;
}

int connected(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("cannot connect");
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

// How long the whole answer is that `input` begins with; 0 while that is not known.
std::size_t answer_length(const std::string& input) {
  const auto head_end = input.find("\r\n\r\n");
  if (head_end == std::string::npos)
    return 0;
  constexpr std::string_view kName = "\r\ncontent-length:";
  const auto field = std::search(
      input.begin(), input.begin() + static_cast<long>(head_end), kName.begin(), kName.end(),
      [](char one, char other) { return (one >= 'A' && one <= 'Z' ? one + 32 : one) == other; });
  if (field == input.begin() + static_cast<long>(head_end))
    throw std::runtime_error("an answer without Content-Length");
  return head_end + 4 + std::strtoul(&*field + kName.size(), nullptr, 10);
}

class Run {
 public:
  explicit Run(const Plan& plan)
      : plan_(plan), interval_(1e9 / plan.rate), connections_(plan.connections) {
    for (std::size_t number = 0; number < connections_.size(); ++number) {
      connections_[number].fd = connected(plan.port);
      epoll_event event{EPOLLIN, {.u64 = number}};
      epoll_ctl(epoll_, EPOLL_CTL_ADD, connections_[number].fd, &event);
      idle_.push_back(number);
    }
    latencies_.reserve(plan.count);
  }

  void to_the_end() {
    begin_ = Clock::now();
    const auto deadline = due(plan_.count) + kPatience;
    while (latencies_.size() < plan_.count) {
      send_what_is_due();
      wait_for_answers();
      if (Clock::now() > std::max(deadline, last_answer_ + kPatience))
        throw std::runtime_error("answers are missing");
    }
  }

  void print() {
    const double seconds = std::chrono::duration<double>(last_answer_ - begin_).count();
    std::ranges::sort(latencies_);
    const auto at = [&](double part) {
      const auto index = static_cast<std::size_t>(part * static_cast<double>(latencies_.size()));
      return static_cast<double>(latencies_[std::min(index, latencies_.size() - 1)]) / 1e6;
    };
    std::printf(
        "{\"requests\": %zu, \"seconds\": %.3f, \"rps\": %.1f, \"p50_ms\": %.3f, \"p99_ms\": %.3f, "
        "\"max_ms\": %.3f}\n",
        latencies_.size(), seconds, static_cast<double>(latencies_.size()) / seconds, at(0.5),
        at(0.99), at(1));
  }

 private:
  Clock::time_point due(std::size_t number) const {
    return begin_ + nanoseconds(static_cast<long long>(interval_ * static_cast<double>(number)));
  }

  void send_what_is_due() {
    const auto now = Clock::now();
    while (sent_ < plan_.count && !idle_.empty() && due(sent_) <= now) {
      Connection& connection = connections_[idle_.front()];
      idle_.pop_front();
      connection.due = due(sent_);
      const std::string& request = plan_.requests[sent_++ % plan_.requests.size()];
      if (send(connection.fd, request.data(), request.size(), MSG_NOSIGNAL) !=
          static_cast<ssize_t>(request.size()))
        throw std::runtime_error("cannot send");
    }
  }

  // Until something was received, or the next request is due.
  void wait_for_answers() {
    nanoseconds patience = std::chrono::milliseconds(100);
    if (sent_ < plan_.count && !idle_.empty())
      patience = std::clamp<nanoseconds>(due(sent_) - Clock::now(), nanoseconds(0), patience);
    const timespec timeout{0, patience.count()};
    std::array<epoll_event, 256> events;
    const int ready = epoll_pwait2(epoll_, events.data(), events.size(), &timeout, nullptr);
    for (int i = 0; i < ready; ++i) receive(events[static_cast<std::size_t>(i)].data.u64);
  }

  void receive(std::size_t number) {
    static std::array<char, 1 << 17> buffer;
    Connection& connection = connections_[number];
    const ssize_t got = recv(connection.fd, buffer.data(), buffer.size(), 0);
    if (got <= 0)
      throw std::runtime_error("the server hung up");
    connection.input.append(buffer.data(), static_cast<std::size_t>(got));
    const std::size_t length = answer_length(connection.input);
    if (length == 0 || connection.input.size() < length)
      return;
    // "HTTP/1.1 200 OK"
    if (std::atoi(connection.input.c_str() + 9) != plan_.status)
      throw std::runtime_error("an answer of another status: " + connection.input.substr(0, 1000));
    connection.input.clear();
    last_answer_ = Clock::now();
    latencies_.push_back(nanoseconds(last_answer_ - connection.due).count());
    idle_.push_back(number);
  }

  const Plan& plan_;
  double interval_;
  std::vector<Connection> connections_;
  int epoll_ = epoll_create1(EPOLL_CLOEXEC);
  std::deque<std::size_t> idle_;  // the one that rests longest is next
  std::vector<long long> latencies_;
  std::size_t sent_ = 0;
  Clock::time_point begin_;
  Clock::time_point last_answer_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7)
    return 2;
  // Sleeps end when they should, and not up to 50 microseconds later.
  prctl(PR_SET_TIMERSLACK, 1);
  try {
    const Plan plan{std::atoi(argv[1]), std::strtoul(argv[2], nullptr, 10),
                    std::atof(argv[3]), std::strtoul(argv[4], nullptr, 10),
                    std::atoi(argv[5]), requests_of(argv[6])};
    Run run(plan);
    run.to_the_end();
    run.print();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "paced: %s\n", error.what());
    return 1;
  }
  return 0;
}
