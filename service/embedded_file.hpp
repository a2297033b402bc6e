#pragma once

#include <string_view>
#include <vector>

namespace vitrine {

// A file that CMake put into the binary (deploy/cmake/embed.cmake). Lives as long as the program.
struct EmbeddedFile {
  std::string_view name;
  std::string_view content;
};

const std::vector<EmbeddedFile>& embedded_schema();   // schema/*.sql, by name
const std::vector<EmbeddedFile>& embedded_openapi();  // openapi.yaml
const std::vector<EmbeddedFile>& embedded_docs();     // the page served at /docs

const std::vector<EmbeddedFile>& embedded_mail_templates();  // service/jobs/templates/*, by name

}  // namespace vitrine
