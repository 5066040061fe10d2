# kartei_warnings: the warnings that every target of ours is built with.
# kartei_library(name sources...): a library of one folder, with them.
# kartei_precompile(target headers...): with KARTEI_PRECOMPILE, reads these headers once for all of the target's files.

add_library(kartei_warnings INTERFACE)
target_compile_options(kartei_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
    -Wold-style-cast -Woverloaded-virtual -Wimplicit-fallthrough
    $<$<BOOL:${KARTEI_WARNINGS_AS_ERRORS}>:-Werror>)

if(KARTEI_SANITIZE)
  add_compile_options(-fsanitize=${KARTEI_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${KARTEI_SANITIZE})
  add_compile_options($<$<CXX_COMPILER_ID:Clang>:-fsanitize-ignorelist=${PROJECT_SOURCE_DIR}/cmake/sanitizers.txt>)
  # GCC 12 loses track of std::optional between the sanitizers' own checks and warns of what cannot be.
  target_compile_options(kartei_warnings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endif()

# Boost 1.74 does not know that clang 14 has coroutines.
add_compile_definitions($<$<CXX_COMPILER_ID:Clang>:BOOST_ASIO_HAS_CO_AWAIT>)

function(kartei_library name)
  add_library(${name} STATIC ${ARGN})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE kartei_warnings)
endfunction()

function(kartei_precompile target)
  if(KARTEI_PRECOMPILE)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
endfunction()
