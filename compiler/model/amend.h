#pragma once
// Amendments: `module hvbp_2025 amends hvbp_2024` replaces named declarations and keyed rows and leaves the
// rest. Base and amendment become one text, which is then declared and checked as if it were written so.

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/model/load.h"

namespace merit::model {

struct Merged {
  /// Without any replace, add or remove: what is replaced stands in the base's place, with the amendment's
  /// spans.
  std::vector<std::unique_ptr<ast::Module>> modules;
  std::vector<ir::Removal> removals;
  /// By the last of the removed path, or a removed row's key as written: index in removals.
  std::unordered_map<std::string, uint32_t> removed;
  /// What was replaced by something that mentions it (`as before`), by the body that replaced it.
  std::unordered_map<const ast::Expr*, const ast::Definition*> before;
  std::vector<std::unique_ptr<ast::Definition>> replaced;  ///< owns them
  /// By a module's file: the files of all that it uses or amends, directly or by way of others; itself too.
  std::unordered_map<uint32_t, std::vector<uint32_t>> reached;
};

/// Parameters that several modules declare in the same words become one (repeated.h). Applies every amendment
/// of `loaded`, in load order. An amendment reaches what its base declares, uses and amends. Reports what it
/// names and is not there (A101), two amendments of one base (A002), and the other A codes.
Merged merge(Loaded& loaded, const SourceFiles& files, Diagnostics& diagnostics);

}  // namespace merit::model
