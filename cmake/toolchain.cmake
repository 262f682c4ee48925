# Language level, warnings, optimisation and sanitizers: one place for every target of ours.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Release, Debug or Sanitize" FORCE)
endif()

# -O2 of g++ 12 vectorises nothing that matters to the engine.
set(CMAKE_CXX_FLAGS_RELEASE "-O3 -DNDEBUG")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g -D_GLIBCXX_ASSERTIONS")
set(CMAKE_CXX_FLAGS_SANITIZE "-O1 -g1 -fno-omit-frame-pointer -D_GLIBCXX_ASSERTIONS")

set(MERIT_SANITIZE "" CACHE STRING "Sanitizers to build with, as -fsanitize= takes them")

find_program(CCACHE_PROGRAM ccache)
mark_as_advanced(CCACHE_PROGRAM)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()

if(MERIT_SANITIZE)
  add_compile_options(-fsanitize=${MERIT_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${MERIT_SANITIZE})
endif()

add_library(merit_warnings INTERFACE)
target_compile_options(merit_warnings INTERFACE -Wall -Wextra -Wpedantic -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports these inside std::string and std::variant of correct programs (GCC bugs 105651 and 105593),
  # the more so the more it inlines or instruments: worth reading, not worth failing on.
  target_compile_options(merit_warnings INTERFACE
    -Wno-restrict -Wno-error=maybe-uninitialized -Wno-error=array-bounds -Wno-error=stringop-overflow
    -Wno-error=stringop-overread -Wno-error=dangling-pointer -Wno-error=free-nonheap-object)
  if(MERIT_SANITIZE)
    # Instrumentation makes it cry wolf inside std::function and std::regex; the release build still says it.
    target_compile_options(merit_warnings INTERFACE -Wno-maybe-uninitialized)
  endif()
endif()
