// Input: a document as a client sends it, read by ours and by nlohmann's own parser.
#include <nlohmann/json.hpp>

#include "api/json_reader.hpp"
#include "service/core/error.hpp"
#include "tests/fuzz/property.hpp"

using namespace vitrine;
using api::Json;
using fuzz::hold;

namespace {

// Nothing in an accepted document exceeds what the reader promises.
void check_bounds(const Json& value, std::size_t depth) {
  hold(depth <= api::kMaxJsonDepth, "depth is bounded");
  hold(!value.is_object() || value.size() <= api::kMaxJsonMembers, "members are bounded");
  if (value.is_structured()) {
    for (const Json& child : value) {
      check_bounds(child, child.is_structured() ? depth + 1 : depth);
    }
  }
}

void check_kept(const api::JsonDocument& document, const std::string& pointer) {
  const auto kept = document.text_of(pointer);
  const Json::json_pointer place(pointer);
  const bool there = document.root().contains(place) && document.root()[place].is_structured();
  hold(kept.has_value() == there, "what was asked for is kept");
  hold(!kept || Json::parse(*kept) == document.root()[place], "what is kept is the very text");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(fuzz::text_of(data, size));
  try {
    const auto document =
        api::JsonDocument::read(text, {.member = "metadata", .children_of = "panels"});
    hold(document.root().is_object(), "a document is an object");
    hold(Json::accept(text), "what we accept is JSON to others");
    hold(Json::parse(text) == document.root(), "we read what others read");
    hold(Json::parse(document.root().dump()) == document.root(), "what is read can be written");
    check_bounds(document.root(), 1);
    check_kept(document, "/metadata");
    check_kept(document, "/panels/notes");
    hold(document.faults().size() <= api::kMaxFaults, "faults are bounded");
    for (const core::Violation& fault : document.faults()) {
      hold(document.root().contains(Json::json_pointer(fault.pointer)), "a fault has its place");
    }
  } catch (const core::Error& error) {
    hold(error.code() == core::ErrorCode::malformed_json ||
             error.code() == core::ErrorCode::validation_failed,
         "a refusal is one of two");
    hold(*error.what() != '\0', "a refusal says why");
  }
  return 0;
}
