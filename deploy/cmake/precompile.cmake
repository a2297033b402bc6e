# vitrine_precompile(target <header>…)
#
# Makes a target whose headers are compiled once, for those that `REUSE_FROM` it. Clang keeps what it
# made of their templates: the store takes it 30 s of CPU with AddressSanitizer instead of 49. GCC
# gains nothing; its builds do without, and so find the file that does not name what it uses.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  set(CMAKE_DISABLE_PRECOMPILE_HEADERS ON)
endif()

function(vitrine_precompile target)
  set(source ${CMAKE_BINARY_DIR}/generated/${target}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "")
  add_library(${target} OBJECT ${source})
  target_precompile_headers(${target} PRIVATE ${ARGN})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # A compiler cache knows the same headers by the same bytes.
    target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
  endif()
endfunction()
