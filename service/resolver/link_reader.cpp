#include "service/resolver/link_reader.hpp"

#include <utility>

#include "service/core/error.hpp"
#include "service/store/backoff.hpp"
#include "service/store/sql_error.hpp"

namespace vitrine {

using core::ErrorCode;

LinkReader::Answers LinkReader::read(std::span<const store::resolve_store::Asked> asked,
                                     std::int32_t largest_panel) {
  for (bool again = false;; again = true) {
    choose_host();
    const bool fresh = session_ == nullptr;
    try {
      if (fresh) {
        connect();
      }
      return store::resolve_store::find(*session_, asked, largest_panel);
    } catch (const core::Error& error) {
      session_.reset();
      if (host_->number != 0) {
        hosts_.failed(host_->number);
      } else if (fresh || again || error.code() != ErrorCode::unavailable) {
        throw;
      }
    }
  }
}

void LinkReader::choose_host() {
  const std::uint64_t generation = hosts_.generation();
  if (host_ && generation == generation_) {
    return;
  }
  generation_ = generation;
  auto chosen = hosts_.choose(number_);
  if (!host_ || chosen.number != host_->number) {
    session_.reset();
  }
  host_ = std::move(chosen);
}

void LinkReader::connect() {
  const bool primary = host_->number == 0;
  if (primary && connect_failures_ > 0 && std::chrono::steady_clock::now() < retry_at_) {
    throw store::database_error(ErrorCode::unavailable);
  }
  try {
    store::ReadSessionOptions options;
    options.database_url = host_->database_url;
    options.patience = host_->patience;
    session_ = std::make_unique<store::ReadSession>(options);
    connect_failures_ = 0;
  } catch (const core::Error&) {
    if (primary) {
      retry_at_ = std::chrono::steady_clock::now() + store::backoff(++connect_failures_);
    }
    throw;
  }
}

}  // namespace vitrine
