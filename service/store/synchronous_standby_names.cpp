#include "service/store/synchronous_standby_names.hpp"

#include <algorithm>
#include <charconv>

namespace vitrine::store {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_space(char c) { return std::string_view(" \n\r\t\f\v").find(c) != std::string_view::npos; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool begins_name(char c) {
  return (lower(c) >= 'a' && lower(c) <= 'z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool goes_on_in_name(char c) { return begins_name(c) || is_digit(c) || c == '$'; }

struct Token {
  enum class Kind { name, quoted_name, number, comma, open, close, end, fault };
  Kind kind;
  std::string text = {};

  bool is(Kind which) const { return kind == which; }
  bool is_keyword(std::string_view word) const {
    return kind == Kind::name && same_standby_name(text, word);
  }
};
using Kind = Token::Kind;

// The tokens of syncrep_scanner.l.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  Token next() {
    rest_.remove_prefix(std::min(rest_.size(), length_while(is_space)));
    if (rest_.empty()) {
      return {Kind::end};
    }
    switch (rest_.front()) {
      case ',':
        return {Kind::comma, take(1)};
      case '(':
        return {Kind::open, take(1)};
      case ')':
        return {Kind::close, take(1)};
      case '*':
        return {Kind::quoted_name, take(1)};
      case '"':
        return quoted();
      default:
        break;
    }
    if (is_digit(rest_.front())) {
      return {Kind::number, take(length_while(is_digit))};
    }
    return begins_name(rest_.front()) ? Token{Kind::name, take(length_while(goes_on_in_name))}
                                      : Token{Kind::fault};
  }

 private:
  std::size_t length_while(bool (*fits)(char)) const {
    return static_cast<std::size_t>(std::find_if_not(rest_.begin(), rest_.end(), fits) -
                                    rest_.begin());
  }

  std::string take(std::size_t length) {
    std::string taken(rest_.substr(0, length));
    rest_.remove_prefix(length);
    return taken;
  }

  Token quoted() {
    rest_.remove_prefix(1);
    std::string name;
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c != '"') {
        name += c;
      } else if (rest_.starts_with('"')) {  // "" is one quotation mark
        rest_.remove_prefix(1);
        name += c;
      } else {
        return {Kind::quoted_name, name};
      }
    }
    return {Kind::fault};
  }

  std::string_view rest_;
};

// The rules of syncrep_gram.y.
class Parser {
 public:
  explicit Parser(std::string_view text) : scanner_(text), token_(scanner_.next()) {}

  std::optional<SynchronousStandbys> setting() {
    const bool chosen = token_.is_keyword("first") || token_.is_keyword("any");
    if (chosen) {
      advance();
      return counted(take_number());
    }
    if (token_.is(Kind::number)) {  // a count, or a standby whose name is a number
      const Token first = token_;
      advance();
      if (token_.is(Kind::open)) {
        return counted(number_of(first));
      }
      return listed(first);
    }
    if (!at_name()) {
      return std::nullopt;
    }
    const Token first = token_;
    advance();
    return listed(first);
  }

 private:
  void advance() { token_ = scanner_.next(); }

  bool at_name() const {
    return token_.is(Kind::quoted_name) || token_.is(Kind::number) ||
           (token_.is(Kind::name) && !token_.is_keyword("first") && !token_.is_keyword("any"));
  }

  static std::optional<int> number_of(const Token& token) {
    int number = 0;
    const char* const last = token.text.data() + token.text.size();
    const auto [end, error] = std::from_chars(token.text.data(), last, number);
    const bool whole = token.is(Kind::number) && error == std::errc() && end == last;
    return whole && number > 0 ? std::optional(number) : std::nullopt;
  }

  std::optional<int> take_number() {
    const auto number = number_of(token_);
    advance();
    return number;
  }

  // `n (a, b)`, from the parenthesis on.
  std::optional<SynchronousStandbys> counted(std::optional<int> count) {
    if (!count || !token_.is(Kind::open)) {
      return std::nullopt;
    }
    advance();
    SynchronousStandbys found{*count, {}};
    if (!at_name() || !take_names(found) || !token_.is(Kind::close)) {
      return std::nullopt;
    }
    advance();
    return token_.is(Kind::end) ? std::optional(found) : std::nullopt;
  }

  // `a, b`, whose first name is taken already: it waits for one of them.
  std::optional<SynchronousStandbys> listed(const Token& first) {
    SynchronousStandbys found{1, {first.text}};
    if (token_.is(Kind::comma)) {
      advance();
      if (!take_names(found)) {
        return std::nullopt;
      }
    }
    return token_.is(Kind::end) ? std::optional(found) : std::nullopt;
  }

  bool take_names(SynchronousStandbys& found) {
    for (;;) {
      if (!at_name()) {
        return false;
      }
      found.names.push_back(token_.text);
      advance();
      if (!token_.is(Kind::comma)) {
        return true;
      }
      advance();
    }
  }

  Scanner scanner_;
  Token token_;
};

}  // namespace

bool same_standby_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char one, char other) { return lower(one) == lower(other); });
}

bool SynchronousStandbys::names_standby(std::string_view name) const {
  return std::any_of(names.begin(), names.end(), [name](const std::string& candidate) {
    return same_standby_name(candidate, name);
  });
}

bool SynchronousStandbys::waits_for_all() const {
  if (static_cast<std::size_t>(waited_for) != names.size() || names_standby("*")) {
    return false;
  }
  return std::all_of(names.begin(), names.end(), [this](const std::string& name) {
    return std::count_if(names.begin(), names.end(), [&name](const std::string& other) {
             return same_standby_name(name, other);
           }) == 1;
  });
}

std::optional<SynchronousStandbys> parse_synchronous_standby_names(std::string_view setting) {
  return Parser(setting).setting();
}

}  // namespace vitrine::store
