#pragma once
// The standard library: modules that `use` finds when the program's folder and the folders of --library have
// none of that name. Their texts are part of the compiler (cmake/stdlib.cmake).

#include <span>
#include <string_view>

namespace merit::model {

struct LibraryModule {
  std::string_view file;  ///< "scoring.merit"
  std::string_view text;
};

std::span<const LibraryModule> standard_library();

}  // namespace merit::model
