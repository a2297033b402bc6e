#pragma once

#include <string>

#include "api/json_writer.hpp"
#include "api/page_token.hpp"
#include "service/core/page.hpp"

namespace vitrine::api {

// `{items, next_page_token}`; `write` writes one item, `write_more` further members of the page.
template <class Item, class Write, class WriteMore>
std::string page_json(const core::Page<Item>& page, const PageScope& scope,
                      const PageTokens& tokens, Write write, WriteMore write_more) {
  JsonWriter json;
  json.open_object().name("items").open_array();
  for (const Item& item : page.items) {
    write(json, item);
  }
  json.close_array().name("next_page_token");
  if (page.next) {
    json.value(tokens.seal(scope, {*page.next, page.next_time}));
  } else {
    json.null();
  }
  write_more(json);
  json.close_object();
  return json.take();
}

template <class Item, class Write>
std::string page_json(const core::Page<Item>& page, const PageScope& scope,
                      const PageTokens& tokens, Write write) {
  return page_json(page, scope, tokens, write, [](JsonWriter&) {});
}

}  // namespace vitrine::api
