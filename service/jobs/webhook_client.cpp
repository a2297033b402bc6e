#include "service/jobs/webhook_client.hpp"

#include <curl/curl.h>
#include <pthread.h>

#include <map>
#include <mutex>
#include <new>
#include <thread>
#include <utility>

#include "service/jobs/webhook_transfer.hpp"

namespace vitrine::jobs {
namespace {

constexpr int kLongestPoll_ms = 1000;

CURLM* new_multi() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  CURLM* const multi = curl_multi_init();
  if (multi == nullptr) {
    throw std::bad_alloc();
  }
  return multi;
}

}  // namespace

// The thread on which libcurl runs. `running_` is its own; what others bring waits in `waiting_`.
class WebhookClient::Driver {
 public:
  explicit Driver(Options options)
      : options_(std::move(options)), multi_(new_multi(), curl_multi_cleanup) {
    thread_ = std::thread([this] { run(); });
    pthread_setname_np(thread_.native_handle(), "webhooks-http");
  }

  ~Driver() { stop(); }

  void post(WebhookRequest request, Done done) {
    auto transfer =
        std::make_unique<WebhookTransfer>(std::move(request), options_, std::move(done));
    {
      const std::lock_guard lock(mutex_);
      waiting_.push_back(std::move(transfer));
    }
    curl_multi_wakeup(multi_.get());
  }

  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    curl_multi_wakeup(multi_.get());
    if (thread_.joinable()) {
      thread_.join();
    }
  }

 private:
  void run() {
    while (take_waiting()) {
      int still_running = 0;
      curl_multi_perform(multi_.get(), &still_running);
      finish_done();
      curl_multi_poll(multi_.get(), nullptr, 0, kLongestPoll_ms, nullptr);
    }
    for (auto& [handle, transfer] : running_) {
      curl_multi_remove_handle(multi_.get(), handle);
    }
    running_.clear();
  }

  bool take_waiting() {
    const std::lock_guard lock(mutex_);
    for (auto& transfer : waiting_) {
      CURL* const handle = transfer->handle();
      curl_multi_add_handle(multi_.get(), handle);
      running_.emplace(handle, std::move(transfer));
    }
    waiting_.clear();
    return !stopping_;
  }

  void finish_done() {
    int left = 0;
    while (const CURLMsg* const message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg == CURLMSG_DONE) {
        const CURLcode result = message->data.result;  // gone with the handle
        const auto transfer = running_.extract(message->easy_handle);
        curl_multi_remove_handle(multi_.get(), transfer.key());
        transfer.mapped()->finish(result);
      }
    }
  }

  const Options options_;
  std::unique_ptr<CURLM, CURLMcode (*)(CURLM*)> multi_;
  std::map<CURL*, std::unique_ptr<WebhookTransfer>> running_;
  std::mutex mutex_;  // guards what follows
  std::vector<std::unique_ptr<WebhookTransfer>> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

WebhookClient::WebhookClient(Options options)
    : driver_(std::make_unique<Driver>(std::move(options))) {}

WebhookClient::~WebhookClient() = default;

void WebhookClient::post(WebhookRequest request, Done done) {
  driver_->post(std::move(request), std::move(done));
}

void WebhookClient::stop() { driver_->stop(); }

}  // namespace vitrine::jobs
