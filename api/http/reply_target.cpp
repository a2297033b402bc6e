#include "api/http/reply_target.hpp"

#include <utility>

#include "api/http/connection.hpp"

namespace vitrine::http {
namespace {

class ExchangeTarget final : public Reply::Target {
 public:
  explicit ExchangeTarget(ExchangeAddress address) : address_(std::move(address)) {}
  void complete(Response response) override {
    if (!answers_at_once(response))
      address_.post(std::move(response));
  }
  // While a request is unanswered its connection begins no other, so it is enough that it lives.
  bool wanted() const noexcept override { return !address_.connection.expired(); }
  bool left() const noexcept override {
    const auto connection = address_.connection.lock();
    return !connection || connection->peer_finished();
  }
  void abandon() override { address_.post(Abandoned{}); }

 private:
  // Most answers of a worker's own are given while it still hands over the request.
  bool answers_at_once(Response& response) const {
    if (!address_.queue->is_attended_here())
      return false;
    const auto connection = address_.connection.lock();
    return connection && connection->answer_at_once(address_.exchange, response);
  }

  ExchangeAddress address_;
};

class ChunkReceiver {
 public:
  explicit ChunkReceiver(ExchangeAddress address) : address_(std::move(address)) {}
  ~ChunkReceiver() { receive(std::nullopt); }
  ChunkReceiver(const ChunkReceiver&) = delete;
  ChunkReceiver& operator=(const ChunkReceiver&) = delete;

  void receive(std::optional<std::string> bytes) {
    if (!received_.exchange(true))
      address_.post(Chunk{std::move(bytes)});
  }

 private:
  ExchangeAddress address_;
  std::atomic<bool> received_{false};
};

}  // namespace

void ExchangeAddress::post(Response response) const {
  queue->post({connection, exchange, std::move(response)});
}

void ExchangeAddress::post(Abandoned abandoned) const {
  queue->post({connection, exchange, abandoned});
}

void ExchangeAddress::post(Chunk chunk) const {
  queue->post({connection, exchange, std::move(chunk)});
}

Reply make_reply(ExchangeAddress address) {
  return Reply(std::make_unique<ExchangeTarget>(std::move(address)));
}

std::function<void(std::string)> make_chunk_receiver(ExchangeAddress address) {
  auto receiver = std::make_shared<ChunkReceiver>(std::move(address));
  return [receiver](std::string bytes) { receiver->receive(std::move(bytes)); };
}

}  // namespace vitrine::http
