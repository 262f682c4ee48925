# The standard library's modules, inside the compiler: a built command and an installed one find them alike.
file(GLOB modules CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}/stdlib" "${PROJECT_SOURCE_DIR}/stdlib/*.merit"
     "${PROJECT_SOURCE_DIR}/stdlib/*/*.merit")
set(entries "")
foreach(module IN LISTS modules)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/stdlib/${module}")
  file(READ "${PROJECT_SOURCE_DIR}/stdlib/${module}" text)
  string(APPEND entries "    LibraryModule{\"${module}\", R\"merit(${text})merit\"},\n")
endforeach()
list(LENGTH modules module_count)
file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/generated/stdlib.cpp" @ONLY CONTENT [[
#include "compiler/model/stdlib.h"

#include <array>

namespace merit::model {

namespace {

constexpr std::array<LibraryModule, @module_count@> modules = {
@entries@};

}  // namespace

std::span<const LibraryModule> standard_library() {
  return modules;
}

}  // namespace merit::model
]])
