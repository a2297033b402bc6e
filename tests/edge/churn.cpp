// Looks for answers that reach the wrong client: half of the connections are reset right after
// their request was sent, so that descriptors change owners as often as can be, and each answer
// must carry the X-Request-Id that was sent on its connection. Ends with 0 only when every answer
// was right and none was missing.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/edge/client_socket.hpp"

namespace {

using vitrine::edge_test::Answer;
using vitrine::edge_test::ClientSocket;
using vitrine::edge_test::RequestForm;
using namespace std::chrono_literals;

constexpr int kShownFaults = 5;
constexpr auto kPatience = 20s;

struct {
  int port = 0;
  long requests = 200'000;
  int threads = 16;
  int status = 200;
} settings;

bool setting(std::string_view name, const char* value) {
  if (name == "--port") {
    settings.port = std::atoi(value);
  } else if (name == "--requests") {
    settings.requests = std::atol(value);
  } else if (name == "--threads") {
    settings.threads = std::atoi(value);
  } else if (name == "--status") {
    settings.status = std::atoi(value);
  } else {
    return false;
  }
  return true;
}

struct {
  std::atomic<long> begun{0}, right{0}, wrong{0}, missing{0}, stray{0}, reset{0};
} counts;

void report(const char* what, const std::string& id, const std::string& got) {
  static std::atomic<int> shown{0};
  if (++shown <= kShownFaults) {
    std::printf("%s for %s: %s\n", what, id.c_str(), got.c_str());
  }
}

bool is_right(const Answer& answer, const std::string& id, bool id_in_body) {
  return answer.status == settings.status && answer.header("X-Request-Id") == id &&
         (!id_in_body || answer.body.find(id) != std::string::npos);
}

// One connection, with one request that is abandoned or up to three that are answered.
void one_connection(const RequestForm& form, int thread, std::minstd_rand& random) {
  ClientSocket socket(settings.port);
  socket.reset_on_close();
  if (random() % 8 == 0 && socket.readable(1ms)) {
    ++counts.stray;
    report("an answer on a fresh connection", "nothing", "");
  }
  const long answers = random() % 2 == 0 ? 0 : 1 + static_cast<long>(random() % 3);
  for (long i = 0; i < std::max(answers, 1L); ++i) {
    const long number = counts.begun++;
    if (number >= settings.requests)
      return;
    const std::string id = "churn-" + std::to_string(thread) + '-' + std::to_string(number) + '.';
    const bool sent = socket.send(form.text(id));
    if (answers == 0) {
      ++counts.reset;
      return;
    }
    const auto answer = sent ? socket.receive(kPatience) : std::nullopt;
    if (!answer) {
      ++counts.missing;
      report("no answer", id, "");
      return;
    }
    if (is_right(*answer, id, form.unique_target)) {
      ++counts.right;
    } else {
      ++counts.wrong;
      report("a wrong answer", id, answer->head + answer->body.substr(0, 200));
    }
    if (!socket.surplus().empty()) {
      ++counts.stray;
      report("a surplus answer", id, socket.surplus());
      return;
    }
  }
}

void run(const RequestForm& form, int thread) {
  std::minstd_rand random(static_cast<unsigned>(thread) * 7919 + 1);
  while (counts.begun < settings.requests) {
    try {
      one_connection(form, thread, random);
    } catch (const std::exception& error) {
      ++counts.missing;
      report("no connection", "anything", error.what());
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  RequestForm form;
  if (!vitrine::edge_test::read_arguments(argc, argv, form, setting))
    return 2;
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::thread> threads;
  threads.reserve(static_cast<std::size_t>(settings.threads));
  for (int i = 0; i < settings.threads; ++i) threads.emplace_back([&form, i] { run(form, i); });
  for (std::thread& thread : threads) thread.join();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf(
      "{\"requests\": %ld, \"right\": %ld, \"wrong\": %ld, \"missing\": %ld, \"stray\": %ld, "
      "\"reset\": %ld, \"seconds\": %.2f}\n",
      settings.requests, counts.right.load(), counts.wrong.load(), counts.missing.load(),
      counts.stray.load(), counts.reset.load(), took.count());
  return counts.wrong + counts.missing + counts.stray == 0 && counts.right > 0 ? 0 : 1;
}
