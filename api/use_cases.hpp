#pragma once

#include "api/page_token.hpp"

namespace vitrine {
class Comments;
class EventWatch;
class Events;
class Explanations;
class KeyAdmin;
class Keys;
class LinkUrls;
class Links;
class Mails;
class Opens;
class Policies;
class Recordings;
class Resolver;
class Shares;
class Webhooks;
namespace media {
class LocalStore;
}
}  // namespace vitrine

namespace vitrine::api {

// What the handlers can call. Borrowed: everything outlives the dispatcher.
struct UseCases {
  Recordings& recordings;
  Shares& shares;
  Links& links;
  Comments& comments;
  Keys& keys;
  KeyAdmin& key_admin;
  Resolver& resolver;
  const LinkUrls& link_urls;
  const media::LocalStore* local_media;  // null when media is stored elsewhere
  const PageTokens& page_tokens;
  Policies& policies;
  Explanations& explanations;
  Opens& opens;
  Events& events;
  EventWatch& event_watch;
  Webhooks& webhooks;
  Mails& mails;
};

}  // namespace vitrine::api
