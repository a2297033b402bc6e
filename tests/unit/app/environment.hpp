#pragma once

#include <string>
#include <vector>

namespace vitrine::test {

// An environment as a program gets it, with the settings that have no default already good.
class Environment {
 public:
  Environment& with(const std::string& name, const std::string& value) {
    without(name);
    entries_.push_back(name + '=' + value);
    return *this;
  }
  Environment& without(const std::string& name) {
    std::erase_if(entries_, [&](const auto& entry) { return entry.starts_with(name + '='); });
    return *this;
  }
  // Valid until the next change.
  const char* const* get() const {
    pointers_.clear();
    for (const std::string& entry : entries_) pointers_.push_back(entry.c_str());
    pointers_.push_back(nullptr);
    return pointers_.data();
  }

 private:
  std::vector<std::string> entries_ = {
      "PATH=/usr/bin",
      "VITRINE_DATABASE_URL=postgresql://vitrine:hunter2@db.example.com/vitrine",
      "VITRINE_LINK_URL_TEMPLATE=https://app.example.com/shared#{token}",
      "VITRINE_PUBLIC_URL=https://share.example.com",
      "VITRINE_LINK_KEYS_FILE=/run/secrets/link-keys",
      "VITRINE_MEDIA_STORE=local:/srv/media",
  };
  mutable std::vector<const char*> pointers_;
};

}  // namespace vitrine::test
