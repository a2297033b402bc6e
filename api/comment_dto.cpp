#include "api/comment_dto.hpp"

#include <optional>
#include <utility>

#include "api/json_reader.hpp"
#include "api/json_writer.hpp"
#include "api/object_reader.hpp"
#include "api/page_json.hpp"
#include "service/core/utf8.hpp"

namespace vitrine::api {
namespace {

constexpr StringRule kBody{.max = 10'000, .min = 1, .not_blank = true};
constexpr StringRule kAuthor{.max = 200, .min = 1, .not_blank = true};

std::optional<std::string> read_author(ObjectReader& comment) {
  auto author = comment.string("author", Need::nullable, kAuthor);
  if (author && core::has_control(*author)) {
    comment.refuse("author", "invalid_format",
                   "Must not hold line breaks, control characters or marks of direction.");
  }
  return author;
}

std::optional<std::string> text_of(const std::optional<core::LinkId>& link) {
  return link ? std::optional(link->text()) : std::nullopt;
}

void ignore_output(ObjectReader& comment) {
  comment.ignore({"id", "share_id", "created_at", "updated_at", "version"});
}

void refuse_other_link(ObjectReader& comment, const std::function<core::Comment()>& current) {
  const Json* named = comment.find("link_id");
  if (named == nullptr) {
    return;
  }
  const auto link = text_of(current().link_id);
  if (link ? *named != *link : !named->is_null()) {
    comment.refuse("link_id", "read_only_field",
                   "A comment stays with its link; write another one instead.");
  }
}

void write(JsonWriter& json, const core::Comment& comment) {
  json.open_object()
      .member("id", comment.id.text())
      .member("share_id", comment.share_id.text())
      .member("link_id", text_of(comment.link_id))
      .member("at_ms", comment.at_ms)
      .member("body", comment.body)
      .member("author", comment.author)
      .member("created_at", comment.created_at)
      .member("updated_at", comment.updated_at)
      .member("version", comment.version)
      .close_object();
}

}  // namespace

core::CommentDraft read_comment_draft(std::string_view body) {
  const JsonDocument document = JsonDocument::read(body);
  Faults faults(document.faults());
  ObjectReader comment(document.root(), faults);
  auto text = comment.string("body", Need::required, kBody);
  const auto at_ms = comment.integer("at_ms", Need::nullable);
  auto author = read_author(comment);
  const auto link = comment.parsed<core::LinkId>("link_id", Need::nullable, core::LinkId::parse,
                                                 "a link's id, or null");
  ignore_output(comment);
  comment.refuse_unknown();
  faults.raise();
  return {*std::move(text), at_ms, std::move(author), link};
}

core::CommentPatch read_comment_patch(std::string_view body,
                                      const std::function<core::Comment()>& current) {
  const JsonDocument document = JsonDocument::read(body);
  Faults faults(document.faults());
  ObjectReader comment(document.root(), faults);
  core::CommentPatch patch;
  patch.body = comment.string("body", Need::optional, kBody);
  if (comment.find("at_ms") != nullptr) {
    patch.at_ms = std::make_optional(comment.integer("at_ms", Need::nullable));
  }
  if (comment.find("author") != nullptr) {
    patch.author = std::make_optional(read_author(comment));
  }
  refuse_other_link(comment, current);
  ignore_output(comment);
  comment.refuse_unknown();
  faults.raise();
  return patch;
}

std::string to_json(const core::Comment& comment) {
  JsonWriter json;
  write(json, comment);
  return json.take();
}

std::string to_json(const core::Page<core::Comment>& page, const PageScope& scope,
                    const PageTokens& tokens) {
  return page_json(page, scope, tokens, write);
}

}  // namespace vitrine::api
