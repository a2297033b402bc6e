#include "app/config.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "app/secret_file.hpp"
#include "app/setting_rows.hpp"

namespace vitrine::app {

namespace {

constexpr std::string_view kPrefix = "VITRINE_";
constexpr std::string_view kFile = "_FILE";

using Variables = std::map<std::string, std::string, std::less<>>;

Variables variables_of(const char* const* environment) {
  Variables found;
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::string_view entry = *environment;
    const std::size_t equals = entry.find('=');
    if (!entry.starts_with(kPrefix) || equals == std::string_view::npos)
      continue;
    found.emplace(entry.substr(0, equals), entry.substr(equals + 1));
  }
  return found;
}

std::vector<std::string> known_names() {
  std::vector<std::string> names;
  for (const Setting& setting : settings()) {
    names.emplace_back(setting.name);
    if (setting.secret)
      names.push_back(std::string(setting.name).append(kFile));
  }
  return names;
}

// Levenshtein's distance: how many letters to insert, delete or replace.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

std::string nearest_name(std::string_view name) {
  const std::vector<std::string> names = known_names();
  return *std::min_element(names.begin(), names.end(), [&](const auto& a, const auto& b) {
    return distance(a, name) < distance(b, name);
  });
}

// Gathers what is wrong, one line each.
class Faults {
 public:
  void add(std::string_view name, std::string_view what) {
    text_.append(text_.empty() ? "" : "\n").append(name).append(" ").append(what);
  }
  void throw_if_any() const {
    if (!text_.empty())
      throw ConfigError(text_);
  }

 private:
  std::string text_;
};

void find_unknown(const Variables& variables, Faults& faults) {
  const std::vector<std::string> names = known_names();
  for (const auto& [name, value] : variables) {
    if (std::find(names.begin(), names.end(), name) != names.end())
      continue;
    faults.add(name, "is no setting of vitrine; the nearest one is " + nearest_name(name));
  }
}

std::string trimmed(std::string text) {
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  return text;
}

const std::string* value_of(const Variables& variables, std::string_view name) {
  const auto found = variables.find(name);
  return found == variables.end() || found->second.empty() ? nullptr : &found->second;
}

// The setting's text from its variable or its file; nothing when absent or at fault.
std::optional<std::string> text_of(const Setting& setting, const Variables& variables,
                                   Faults& faults) {
  const std::string* const plain = value_of(variables, setting.name);
  const std::string file_name = std::string(setting.name).append(kFile);
  const std::string* const file = setting.secret ? value_of(variables, file_name) : nullptr;
  if (plain != nullptr && file != nullptr) {
    faults.add(setting.name, "and " + file_name + " are both given; keep one of them");
    return std::nullopt;
  }
  if (file != nullptr) {
    try {
      std::string text = trimmed(read_secret_file(*file));
      if (!text.empty())
        return text;
      faults.add(file_name, "names an empty file: " + *file);
    } catch (const OperatorError& error) {
      faults.add(file_name, std::string("cannot be used: ") + error.what());
    }
    return std::nullopt;
  }
  if (plain != nullptr)
    return *plain;
  if (setting.required) {
    const std::string also = setting.secret ? " (or " + file_name + ")" : "";
    faults.add(setting.name, "is not set" + also + "; it is: " + std::string(setting.meaning));
  }
  return std::nullopt;
}

void read_setting(const Setting& setting, const Variables& variables, Config& config,
                  Faults& faults) {
  const auto text = text_of(setting, variables, faults);
  if (!text)
    return;
  if (const auto fault = setting.read(*text, config))
    faults.add(setting.name, *fault);
}

}  // namespace

std::string to_text(const Endpoint& endpoint) {
  const bool colons = endpoint.host.find(':') != std::string::npos;
  const std::string host = colons ? '[' + endpoint.host + ']' : endpoint.host;
  return host + ':' + std::to_string(endpoint.port);
}

Config read_config(const char* const* environment) {
  std::vector<std::string_view> names;
  for (const Setting& setting : settings()) names.push_back(setting.name);
  return read_config(environment, names);
}

Config read_config(const char* const* environment, const std::vector<std::string_view>& names) {
  const Variables variables = variables_of(environment);
  Config config;
  Faults faults;
  for (const Setting& setting : settings()) {
    if (std::find(names.begin(), names.end(), setting.name) == names.end())
      continue;
    read_setting(setting, variables, config, faults);
  }
  if (const auto fault = fault_of_mail(config))
    faults.add("VITRINE_MAIL_FROM", *fault);
  find_unknown(variables, faults);
  faults.throw_if_any();
  return config;
}

std::string describe(const Config& config) {
  std::string text;
  for (const Setting& setting : settings()) {
    const std::string value = setting.show(config);
    text.append(setting.name).append("=");
    text.append(setting.secret && !value.empty() ? "(secret, not shown)" : value).append("\n");
  }
  return text;
}

}  // namespace vitrine::app
