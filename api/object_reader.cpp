#include "api/object_reader.hpp"

#include <algorithm>
#include <cmath>

#include "service/core/utf8.hpp"

namespace vitrine::api {
namespace {

// White space as people see it: ASCII, no-break space, the spaces of U+2000 to U+200B, U+3000.
bool is_blank(std::string_view text) {
  while (!text.empty()) {
    if (std::string_view(" \t\r\n\v\f").find(text.front()) != std::string_view::npos) {
      text.remove_prefix(1);
    } else if (text.starts_with("\xC2\xA0")) {
      text.remove_prefix(2);
    } else if ((text.starts_with("\xE2\x80") && static_cast<unsigned char>(text[2]) <= 0x8B) ||
               text.starts_with("\xE3\x80\x80")) {
      text.remove_prefix(3);
    } else {
      return false;
    }
  }
  return true;
}

std::string name_of(Json::value_t type) {
  switch (type) {
    case Json::value_t::object:
      return "an object";
    case Json::value_t::array:
      return "an array";
    case Json::value_t::string:
      return "a string";
    case Json::value_t::boolean:
      return "true or false";
    default:
      return "an integer";
  }
}

constexpr double kTwoTo63 = 9223372036854775808.0;

}  // namespace

std::string Place::pointer() const {
  if (parent_ == nullptr) {
    return {};
  }
  return parent_->pointer() +
         (name_.data() != nullptr ? pointer_step(name_) : "/" + std::to_string(index_));
}

void Faults::add(const Place& place, std::string_view code, std::string detail) {
  if (found_.size() < kMaxFaults) {
    found_.push_back({place.pointer(), std::string(code), std::move(detail)});
  }
}

void Faults::raise() const {
  if (any()) {
    throw core::Error(found_);
  }
}

ObjectReader::ObjectReader(const Json& value, Faults& faults, const Place& place)
    : members_(value.get_ptr<const Json::object_t*>()), faults_(faults), place_(place) {
  if (members_ == nullptr) {
    faults_.add(place_, "wrong_type", "Must be an object.");
  }
}

const Json* ObjectReader::find(std::string_view name) {
  known_.push_back(name);
  if (members_ == nullptr) {
    return nullptr;
  }
  for (const auto& [key, value] : *members_) {
    if (key == name) {
      return &value;
    }
  }
  return nullptr;
}

bool ObjectReader::names_null(std::string_view name) {
  const Json* value = find(name);
  return value != nullptr && value->is_null();
}

const Json* ObjectReader::present(std::string_view name, Need need) {
  const Json* value = find(name);
  if (value == nullptr) {
    if (need == Need::required && members_ != nullptr) {
      refuse(name, "required", "Is required.");
    }
    return nullptr;
  }
  return need == Need::nullable && value->is_null() ? nullptr : value;
}

const Json* ObjectReader::typed(std::string_view name, Need need, Json::value_t type) {
  const Json* value = present(name, need);
  if (value == nullptr || value->type() == type) {
    return value;
  }
  refuse(name, "wrong_type",
         "Must be " + name_of(type) + (need == Need::nullable ? " or null." : "."));
  return nullptr;
}

std::optional<std::string> ObjectReader::string(std::string_view name, Need need,
                                                const StringRule& rule) {
  const Json* value = typed(name, need, Json::value_t::string);
  if (value == nullptr) {
    return std::nullopt;
  }
  const auto& text = value->get_ref<const std::string&>();
  const std::size_t length = core::count_code_points(text);
  if (length < rule.min || length > rule.max) {
    refuse(name, "out_of_range",
           "Must have " + std::to_string(rule.min) + " to " + std::to_string(rule.max) +
               " characters.");
    return std::nullopt;
  }
  if (rule.not_blank && is_blank(text)) {
    refuse(name, "out_of_range", "Must not be blank.");
    return std::nullopt;
  }
  return text;
}

std::optional<std::int64_t> ObjectReader::integer(std::string_view name, Need need,
                                                  const IntRule& rule) {
  const Json* value = present(name, need);
  if (value == nullptr) {
    return std::nullopt;
  }
  const bool beyond =
      (value->is_number_unsigned() && value->get<std::uint64_t>() > std::uint64_t{INT64_MAX}) ||
      (value->is_number_float() && std::abs(value->get<double>()) >= kTwoTo63);
  if (!value->is_number_integer() && !beyond) {
    refuse(name, "wrong_type", "Must be an integer, written without fraction and exponent.");
    return std::nullopt;
  }
  const auto number = beyond ? 0 : value->get<std::int64_t>();
  if (beyond || number < rule.min || number > rule.max) {
    refuse(name, "out_of_range",
           "Must be from " + std::to_string(rule.min) + " to " + std::to_string(rule.max) + ".");
    return std::nullopt;
  }
  return number;
}

std::optional<bool> ObjectReader::boolean(std::string_view name, Need need) {
  const Json* value = typed(name, need, Json::value_t::boolean);
  return value == nullptr ? std::nullopt : std::optional(value->get<bool>());
}

std::optional<core::Instant> ObjectReader::instant(std::string_view name, Need need) {
  return parsed<core::Instant>(
      name, need, core::parse_rfc3339,
      "a date and time with a zone (RFC 3339), for example 2026-11-21T05:22:57Z");
}

const Json* ObjectReader::object(std::string_view name, Need need) {
  return typed(name, need, Json::value_t::object);
}

const Json* ObjectReader::array(std::string_view name, Need need, std::size_t max_items) {
  const Json* value = typed(name, need, Json::value_t::array);
  if (value != nullptr && value->size() > max_items) {
    refuse(name, "out_of_range", "Must have at most " + std::to_string(max_items) + " items.");
    return nullptr;
  }
  return value;
}

void ObjectReader::ignore(std::initializer_list<std::string_view> names) {
  known_.insert(known_.end(), names.begin(), names.end());
}

void ObjectReader::read_only(std::string_view name, std::string_view how_instead) {
  if (find(name) != nullptr) {
    refuse(name, "read_only_field", std::string(how_instead));
  }
}

void ObjectReader::refuse(std::string_view name, std::string_view code, std::string detail) {
  faults_.add(place_.member(name), code, std::move(detail));
}

void ObjectReader::refuse_unknown() {
  if (members_ == nullptr) {
    return;
  }
  for (const auto& [key, value] : *members_) {
    if (std::find(known_.begin(), known_.end(), key) == known_.end()) {
      refuse(key, "unknown_field", "Is not a member of this object.");
    }
  }
}

}  // namespace vitrine::api
