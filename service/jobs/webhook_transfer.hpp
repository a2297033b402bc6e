#pragma once

#include <curl/curl.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "service/jobs/webhook_client.hpp"

namespace vitrine::jobs {

// One POST of libcurl: from its settings to the answer. One thread at a time.
class WebhookTransfer {
 public:
  WebhookTransfer(WebhookRequest request, const WebhookClient::Options& options,
                  WebhookClient::Done done);
  WebhookTransfer(const WebhookTransfer&) = delete;
  WebhookTransfer& operator=(const WebhookTransfer&) = delete;

  CURL* handle() { return handle_.get(); }

  // What came of it, once libcurl is done with it.
  void finish(CURLcode result);

 private:
  struct Freer {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };

  void fence(const WebhookClient::Options& options);
  void listen();
  std::string fault_of(CURLcode result) const;

  // Callbacks of libcurl; `self` is this.
  static curl_socket_t open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static std::size_t take_head(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t take_body(char* data, std::size_t size, std::size_t count, void* self);

  const WebhookRequest request_;
  const WebhookClient::Done done_;
  const bool anywhere_;
  WebhookAnswer answer_;
  std::size_t head_bytes_ = 0;
  bool address_refused_ = false;
  bool head_refused_ = false;
  bool body_cut_ = false;
  std::unique_ptr<curl_slist, Freer> fields_;
  std::unique_ptr<CURL, Freer> handle_;
};

}  // namespace vitrine::jobs
