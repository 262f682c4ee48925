#pragma once
// The compiler as one call: from a program's main file to the intermediate form.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/ir/ir.h"

namespace merit {

struct CompileOptions {
  /// Folders where `use` and `amends` look after the program's own folder; the standard library is last.
  std::vector<std::filesystem::path> library;
};

struct Compilation {
  std::shared_ptr<SourceFiles> files;
  Diagnostics diagnostics;             ///< sorted
  std::optional<ir::Program> program;  ///< present when there is no error
};

/// Reads the module at `file`, the modules it uses and the chain it amends, and compiles the whole. Never
/// throws for faults of the program or for unreadable files: those are diagnostics.
Compilation compile(const std::filesystem::path& file, const CompileOptions& options = {});

/// The same for a text that stands in memory (tests, editors): `name` is what messages call it. `use` finds
/// only the library.
Compilation compile_text(std::string name, std::string text, const CompileOptions& options = {});

}  // namespace merit
