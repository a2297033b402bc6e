# vitrine_docs_page(target)
#
# Renders openapi.yaml into the page served at /docs and puts it into the binary, as
# `const std::vector<vitrine::EmbeddedFile>& vitrine::embedded_docs()` with one file.
function(vitrine_docs_page target)
  # Debian's own Python, because python3-yaml is installed for that one.
  find_program(VITRINE_PYTHON python3 PATHS /usr/bin NO_DEFAULT_PATH REQUIRED)
  set(folder ${CMAKE_SOURCE_DIR}/api/docs)
  file(GLOB parts CONFIGURE_DEPENDS ${folder}/*.py ${folder}/*.css ${folder}/*.js)
  set(page ${CMAKE_BINARY_DIR}/generated/docs/docs.html)
  add_custom_command(
    OUTPUT ${page}
    COMMAND ${VITRINE_PYTHON} -B ${folder}/render.py ${CMAKE_SOURCE_DIR}/openapi.yaml ${page}
    DEPENDS ${CMAKE_SOURCE_DIR}/openapi.yaml ${parts}
    COMMENT "Rendering the documentation page"
    VERBATIM)
  set(output ${CMAKE_BINARY_DIR}/generated/embedded/docs.cpp)
  set(script ${CMAKE_SOURCE_DIR}/deploy/cmake/embed_files.cmake)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DNAME=docs -DOUTPUT=${output} -DFILES=${page} -P ${script}
    DEPENDS ${page} ${script}
    COMMENT "Embedding the documentation page"
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
