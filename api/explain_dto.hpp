#pragma once

#include <string>

#include "service/resolver/explanations.hpp"

// Explanations as JSON.
namespace vitrine::api {

std::string to_json(const Explanation& explanation);

}  // namespace vitrine::api
