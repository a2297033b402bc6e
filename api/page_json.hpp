#pragma once

#include <string>

#include "api/json_writer.hpp"
#include "api/page_token.hpp"
#include "service/core/page.hpp"

namespace vitrine::api {

// `{items, next_page_token}`; `write` writes one item.
template <class Item, class Write>
std::string page_json(const core::Page<Item>& page, const PageScope& scope,
                      const PageTokens& tokens, Write write) {
  JsonWriter json;
  json.open_object().name("items").open_array();
  for (const Item& item : page.items) {
    write(json, item);
  }
  json.close_array().name("next_page_token");
  if (page.next) {
    json.value(tokens.seal(scope, *page.next));
  } else {
    json.null();
  }
  json.close_object();
  return json.take();
}

}  // namespace vitrine::api
