# vitrine_embed(target NAME schema FOLDER schema PATTERN *.sql)
#
# Puts the files into the binary: generates `embedded/NAME.cpp`, which defines
# `const std::vector<vitrine::EmbeddedFile>& vitrine::embedded_NAME()`, sorted by file name. The
# declaration is `service/embedded_file.hpp`. A changed, new or removed file rebuilds the target.
function(vitrine_embed target)
  cmake_parse_arguments(EMBED "" "NAME;FOLDER;PATTERN" "" ${ARGN})
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${EMBED_FOLDER}/${EMBED_PATTERN})
  list(SORT files)
  set(output ${CMAKE_BINARY_DIR}/generated/embedded/${EMBED_NAME}.cpp)
  set(script ${CMAKE_SOURCE_DIR}/deploy/cmake/embed_files.cmake)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DNAME=${EMBED_NAME} -DOUTPUT=${output} "-DFILES=${files}" -P ${script}
    DEPENDS ${files} ${script}
    COMMENT "Embedding ${EMBED_FOLDER}/${EMBED_PATTERN}"
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
