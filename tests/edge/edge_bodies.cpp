#include "tests/edge/edge_bodies.hpp"

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <utility>

namespace vitrine::edge_test {
namespace {

constexpr std::uint64_t kChunk = 64UL * 1024;
std::atomic<int> living{0};

class Counted : public http::BodySource {
 public:
  Counted() { ++living; }
  ~Counted() override { --living; }
};

class Alphabet final : public Counted {
 public:
  Alphabet(std::uint64_t size, Elsewhere elsewhere)
      : size_(size), elsewhere_(std::move(elsewhere)) {}

  std::optional<std::uint64_t> size() const override { return size_; }

  void next(std::function<void(std::string)> ready) override {
    const std::uint64_t from = std::exchange(given_, std::min(given_ + kChunk, size_));
    elsewhere_([from, to = given_, ready = std::move(ready)] {
      std::string chunk(to - from, ' ');
      for (std::uint64_t i = from; i < to; ++i) chunk[i - from] = static_cast<char>('a' + i % 26);
      ready(std::move(chunk));
    });
  }

 private:
  std::uint64_t size_;
  std::uint64_t given_ = 0;
  Elsewhere elsewhere_;
};

class Broken final : public Counted {
 public:
  Broken(std::uint64_t size, bool drops) : size_(size), drops_receiver_(drops) {}

  std::optional<std::uint64_t> size() const override { return size_; }

  void next(std::function<void(std::string)> ready) override {
    if (!std::exchange(begun_, true)) {
      ready("beginning");
    } else if (!drops_receiver_) {
      ready({});
    }
  }

 private:
  std::uint64_t size_;
  bool drops_receiver_;
  bool begun_ = false;
};

class Stream final : public Counted {
 public:
  Stream(StreamPlan plan, Elsewhere elsewhere) : plan_(plan), elsewhere_(std::move(elsewhere)) {}

  std::optional<std::uint64_t> size() const override { return std::nullopt; }

  void next(std::function<void(std::string)> ready) override {
    if (given_ == plan_.pieces) {
      if (plan_.then == StreamPlan::Then::silence) {
        kept_ = std::move(ready);
      } else if (plan_.then == StreamPlan::Then::end) {
        ready({});
      }
      return;
    }
    elsewhere_([pause = plan_.pause, bytes = plan_.piece_bytes, letter = given_++,
                ready = std::move(ready)] {
      std::this_thread::sleep_for(pause);
      ready(std::string(bytes, static_cast<char>('a' + letter % 26)));
    });
  }

 private:
  StreamPlan plan_;
  Elsewhere elsewhere_;
  std::uint64_t given_ = 0;
  std::function<void(std::string)> kept_;  // never called
};

}  // namespace

std::shared_ptr<http::BodySource> make_stream(StreamPlan plan, Elsewhere elsewhere) {
  return std::make_shared<Stream>(plan, std::move(elsewhere));
}

std::shared_ptr<http::BodySource> make_alphabet(std::uint64_t size, Elsewhere elsewhere) {
  return std::make_shared<Alphabet>(size, std::move(elsewhere));
}

std::shared_ptr<http::BodySource> make_broken(std::uint64_t size, bool drops_receiver) {
  return std::make_shared<Broken>(size, drops_receiver);
}

int living_sources() { return living; }

}  // namespace vitrine::edge_test
