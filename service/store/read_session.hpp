#pragma once

#include <chrono>
#include <memory>
#include <string>

namespace vitrine::store {

struct ReadSessionOptions {
  std::string database_url;  // libpq connection string or URI
  std::chrono::milliseconds statement_timeout{2000};
  std::chrono::milliseconds patience{2500};  // an answer that takes longer is given up
  std::string application_name = "vitrine resolve";
};

// One session with PostgreSQL for statements that read for many at once. It is libpq itself and not
// libpqxx: values travel in binary, and waiting for an answer has an end, neither of which libpqxx
// offers. After an error the session is of no more use. One thread at a time.
class ReadSession {
 public:
  // Connects; blocking, up to the connect_timeout of the URL (3 s). Throws unavailable.
  explicit ReadSession(const ReadSessionOptions& options);
  ~ReadSession();
  ReadSession(const ReadSession&) = delete;
  ReadSession& operator=(const ReadSession&) = delete;

  struct State;  // set_query.hpp
  State& state() { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

}  // namespace vitrine::store
