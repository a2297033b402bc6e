#pragma once

#include <optional>
#include <string>

#include "service/core/ids.hpp"
#include "service/core/instant.hpp"
#include "service/core/open_class.hpp"
#include "service/core/share.hpp"

namespace vitrine::core {

// One open of a link, kept while tracking is `identified`.
struct View {
  ViewId id;
  LinkId link_id;
  std::optional<Recipient> recipient;  // whom the link was made for; nobody: it is anonymous
  Instant opened_at;
  OpenClass open_class;
  std::string reason;
  std::optional<std::string> client;     // coarse: see client_name()
  std::optional<std::string> time_zone;  // the viewer's own
};

}  // namespace vitrine::core
