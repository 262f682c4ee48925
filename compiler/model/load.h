#pragma once
// The files of a program: the main module, the modules it uses, and the chain it amends, each read once.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "compiler/syntax/ast.h"
#include "runtime/ir/ir.h"

namespace merit::model {

struct Loaded {
  /// What a module uses or amends stands before it; the main module is the last.
  std::vector<std::unique_ptr<ast::Module>> modules;
  /// For each module the modules that it uses or amends.
  std::vector<std::vector<uint32_t>> needs;
  /// For each module the one that it amends, or ir::none.
  std::vector<uint32_t> amends;
  /// The modules in the same order, then the table files; with the SHA-256 of each file's bytes.
  std::vector<ir::Module> records;
};

/// Reads `file` and everything it needs. A module `a.b` is a/b.merit or a/b.merit.md in the main file's
/// folder, else in the first of the `library` folders that has it; a table's file stands beside its module.
/// What cannot be found or read, and what uses itself, is reported (C001 to C006); what could be read is
/// returned.
Loaded load(const std::filesystem::path& file, const std::vector<std::filesystem::path>& library,
            SourceFiles& files, Diagnostics& diagnostics);

/// The same for a main module that stands in memory.
Loaded load_text(std::string name, std::string text, const std::vector<std::filesystem::path>& library,
                 SourceFiles& files, Diagnostics& diagnostics);

}  // namespace merit::model
