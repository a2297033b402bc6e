#include "api/docs/docs_page.hpp"

#include "service/embedded_file.hpp"

namespace vitrine::api {

std::string_view docs_page() { return embedded_docs().front().content; }

}  // namespace vitrine::api
