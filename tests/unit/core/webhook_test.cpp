#include "service/core/webhook.hpp"

#include <catch2/catch.hpp>

#include "service/core/utf8.hpp"

using namespace vitrine::core;

TEST_CASE("an answer is shown as text, and harmless", "[core][webhook]") {
  CHECK(shown_text("") == "");
  CHECK(shown_text("fine\nthanks") == "fine\nthanks");
  CHECK(shown_text(std::string_view("a\0b\x1b[31m\r\n", 9)) == "a b [31m ");
  CHECK(shown_text("caf\xC3\xA9 \xF0\x9F\x8E\xAC") == "caf\xC3\xA9 \xF0\x9F\x8E\xAC");
  CHECK(shown_text("\xFF\xC3") == "\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(shown_text("a\xE2\x80\xAE"
                   "b") == "a b");  // it would turn the writing around
}

TEST_CASE("at most the first 1,024 bytes are shown, and no half character", "[core][webhook]") {
  CHECK(shown_text(std::string(5000, 'x')) == std::string(1024, 'x'));
  CHECK(shown_text(std::string(1023, 'x') + "\xC3\xA9") == std::string(1023, 'x'));
  std::string garbage;
  for (int i = 0; i < 3000; ++i) garbage += static_cast<char>(0x80 + i % 128);
  const std::string shown = shown_text(garbage);
  CHECK(is_utf8(shown));
  CHECK(count_code_points(shown) <= 1024);
}

TEST_CASE("states and reasons read back", "[core][webhook]") {
  for (const auto state :
       {DeliveryState::pending, DeliveryState::succeeded, DeliveryState::failed}) {
    CHECK(delivery_state(to_text(state)) == state);
  }
  for (const auto reason : {DisabledReason::owner, DisabledReason::gone, DisabledReason::failing}) {
    CHECK(disabled_reason(to_text(reason)) == reason);
  }
  CHECK_FALSE(delivery_state("lost"));
  CHECK_FALSE(disabled_reason(""));
}
