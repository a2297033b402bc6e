#include "service/jobs/smtp_client.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <string_view>

#include "service/core/utf8.hpp"
#include "service/jobs/mail_message.hpp"

namespace vitrine::jobs {
namespace {

constexpr std::size_t kLongestReason = 500;
// A server that is slow to close an idle connection and one that is quick look alike.
constexpr long kIdleSeconds = 20;

using Kind = SmtpResult::Kind;

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
  if (curl_easy_setopt(easy, option, value) != CURLE_OK) {
    throw std::runtime_error("this libcurl does not know an option that mail needs");
  }
}

void begin_curl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

// What our callers may read: no host names, which are the operator's.
std::string sentence(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
      return "The mail server could not be reached.";
    case CURLE_OPERATION_TIMEDOUT:
      return "The mail server did not answer in time.";
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return "The mail server offered no TLS that can be trusted.";
    case CURLE_LOGIN_DENIED:
      return "The mail server did not let this service in.";
    default:
      return "The connection to the mail server was lost.";
  }
}

// The last answer of the server, which may have many lines (RFC 5321 section 4.2.1).
class Reply {
 public:
  void clear() {
    text_.clear();
    code_ = 0;
    complete_ = true;
  }

  void add(std::string_view line) {
    if (complete_) {
      clear();
      complete_ = false;
    }
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (line.size() < 3 || !std::all_of(line.begin(), line.begin() + 3, is_digit)) {
      return;
    }
    code_ = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    complete_ = line.size() == 3 || line[3] != '-';
    if (text_.size() < 2 * kLongestReason) {
      text_.append(text_.empty() ? line.substr(0, 3) : "").append(" ");
      text_ += line.size() > 4 ? line.substr(4) : "";
    }
  }

  int code() const { return code_; }

  // Visible characters alone, and at most 500 of them.
  std::string reason() const {
    std::string visible;
    for (std::string_view rest = text_; !rest.empty() && visible.size() < kLongestReason;) {
      const auto point = core::first_code_point(rest);
      const std::size_t length = point ? point->length : 1;
      visible += point ? without_controls(rest.substr(0, length)) : "?";
      rest.remove_prefix(length);
    }
    return visible;
  }

 private:
  std::string text_;
  int code_ = 0;
  bool complete_ = true;
};

}  // namespace

// One easy handle of libcurl, and what it tells while it works.
class SmtpClient::Conversation {
 public:
  Conversation(const SmtpServer& server, const std::atomic<bool>& stopping, SmtpLimits limits)
      : stopping_(stopping), easy_(make_easy()) {
    set_server(server);
    set_callbacks();
    set(easy_.get(), CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect.count()));
    set(easy_.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(limits.total.count()));
    set(easy_.get(), CURLOPT_MAXAGE_CONN, kIdleSeconds);
  }

  SmtpResult send(const std::string& from, const std::string& to, const std::string& message) {
    rest_ = message;
    reply_.clear();
    stage_ = Stage::greeting;
    leaving_ = false;
    const std::string sender = "<" + from + ">";
    const std::string recipient = "<" + to + ">";
    const std::unique_ptr<curl_slist, void (*)(curl_slist*)> recipients(
        curl_slist_append(nullptr, recipient.c_str()), &curl_slist_free_all);
    set(easy_.get(), CURLOPT_MAIL_FROM, sender.c_str());
    set(easy_.get(), CURLOPT_MAIL_RCPT, recipients.get());
    set(easy_.get(), CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(message.size()));
    const CURLcode code = curl_easy_perform(easy_.get());
    set(easy_.get(), CURLOPT_MAIL_RCPT, static_cast<curl_slist*>(nullptr));
    return result_of(code);
  }

 private:
  // Where an answer belongs to the message itself, and where only to us and the server.
  enum class Stage { greeting, message, content };

  static std::unique_ptr<CURL, void (*)(CURL*)> make_easy() {
    begin_curl();
    std::unique_ptr<CURL, void (*)(CURL*)> easy(curl_easy_init(), &curl_easy_cleanup);
    if (!easy) {
      throw std::runtime_error("libcurl gave no handle");
    }
    return easy;
  }

  void set_server(const SmtpServer& server) {
    using Tls = SmtpServer::Tls;
    CURL* easy = easy_.get();
    const bool is_v6 = server.host.find(':') != std::string::npos;
    const std::string host = is_v6 ? "[" + server.host + "]" : server.host;
    const std::string scheme = server.tls == Tls::from_the_start ? "smtps" : "smtp";
    const std::string url = scheme + "://" + host + ":" + std::to_string(server.port);
    set(easy, CURLOPT_URL, url.c_str());
    set(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(easy, CURLOPT_PROXY, "");  // whatever the environment says
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(easy, CURLOPT_USE_SSL,
        static_cast<long>(server.tls == Tls::never      ? CURLUSESSL_NONE
                          : server.tls == Tls::optional ? CURLUSESSL_TRY
                                                        : CURLUSESSL_ALL));
    if (server.tls == Tls::optional) {  // RFC 7435: encrypted to anybody beats not encrypted
      set(easy, CURLOPT_SSL_VERIFYPEER, 0L);
      set(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (!server.ca_file.empty()) {
      set(easy, CURLOPT_CAINFO, server.ca_file.c_str());
    }
    if (!server.user.empty()) {
      set(easy, CURLOPT_USERNAME, server.user.c_str());
      set(easy, CURLOPT_PASSWORD, server.password.c_str());
    }
  }

  void set_callbacks() {
    CURL* easy = easy_.get();
    set(easy, CURLOPT_UPLOAD, 1L);
    set(easy, CURLOPT_READFUNCTION, &Conversation::read);
    set(easy, CURLOPT_READDATA, this);
    set(easy, CURLOPT_HEADERFUNCTION, &Conversation::hear);
    set(easy, CURLOPT_HEADERDATA, this);
    set(easy, CURLOPT_XFERINFOFUNCTION, &Conversation::go_on);
    set(easy, CURLOPT_XFERINFODATA, this);
    set(easy, CURLOPT_NOPROGRESS, 0L);
    set(easy, CURLOPT_DEBUGFUNCTION, &Conversation::watch);
    set(easy, CURLOPT_DEBUGDATA, this);
    set(easy, CURLOPT_VERBOSE, 1L);
  }

  SmtpResult result_of(CURLcode code) const {
    if (code == CURLE_OK) {
      return {Kind::sent, {}};
    }
    if (code == CURLE_ABORTED_BY_CALLBACK) {
      return {Kind::given_up, {}};
    }
    // 530 asks for a login or TLS first (RFC 4954 section 6, RFC 3207 section 4): ours to mend.
    const bool of_the_message = stage_ != Stage::greeting && reply_.code() != 530;
    if (reply_.code() >= 500 && of_the_message) {
      return {Kind::refused, reply_.reason()};
    }
    return {Kind::deferred, reply_.code() >= 400 ? reply_.reason() : sentence(code)};
  }

  static std::size_t read(char* out, std::size_t size, std::size_t count, void* self) {
    auto& rest = static_cast<Conversation*>(self)->rest_;
    const std::string_view piece = rest.substr(0, size * count);
    std::memcpy(out, piece.data(), piece.size());
    rest.remove_prefix(piece.size());
    return piece.size();
  }

  // What the server says to our farewell is no answer to the message.
  static std::size_t hear(char* line, std::size_t size, std::size_t count, void* self) {
    auto* me = static_cast<Conversation*>(self);
    if (!me->leaving_) {
      me->reply_.add({line, size * count});
    }
    return size * count;
  }

  static int go_on(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    const auto* me = static_cast<Conversation*>(self);
    return me->stopping_ && me->stage_ != Stage::content ? 1 : 0;
  }

  // Reads our commands for where the conversation is, and keeps nothing of them.
  static int watch(CURL*, curl_infotype type, char* data, std::size_t size, void* self) {
    if (type == CURLINFO_HEADER_OUT) {
      auto* me = static_cast<Conversation*>(self);
      const std::string_view command(data, size);
      if (command.starts_with("MAIL FROM:")) {
        me->stage_ = Stage::message;
      } else if (command.starts_with("DATA\r")) {
        me->stage_ = Stage::content;
      }
      me->leaving_ = command.starts_with("QUIT\r");
    }
    return 0;
  }

  const std::atomic<bool>& stopping_;
  std::string_view rest_;  // of the message
  Reply reply_;
  Stage stage_ = Stage::greeting;
  bool leaving_ = false;
  std::unique_ptr<CURL, void (*)(CURL*)> easy_;
};

SmtpClient::SmtpClient(const SmtpServer& server, const std::atomic<bool>& stopping,
                       SmtpLimits limits)
    : conversation_(std::make_unique<Conversation>(server, stopping, limits)) {}

SmtpClient::~SmtpClient() = default;

SmtpResult SmtpClient::send(const std::string& from, const std::string& to,
                            const std::string& message) {
  return conversation_->send(from, to, message);
}

}  // namespace vitrine::jobs
