#include "compiler/compile.h"

#include "compiler/lower/assemble.h"
#include "compiler/model/amend.h"
#include "compiler/model/declare.h"
#include "compiler/model/load.h"

namespace merit {

namespace {

void finish(Compilation& compilation, model::Loaded loaded) {
  Diagnostics& diagnostics = compilation.diagnostics;
  if (loaded.modules.empty()) return;
  std::vector<ir::Module> records = std::move(loaded.records);
  model::Merged merged = model::merge(loaded, diagnostics);
  model::Model model = model::declare(compilation.files, std::move(merged), std::move(records), diagnostics);
  compilation.program = assemble(model, diagnostics);
}

}  // namespace

Compilation compile(const std::filesystem::path& file, const CompileOptions& options) {
  Compilation compilation;
  compilation.files = std::make_shared<SourceFiles>();
  finish(compilation, model::load(file, options.library, *compilation.files, compilation.diagnostics));
  compilation.diagnostics.sort();
  return compilation;
}

Compilation compile_text(std::string name, std::string text, const CompileOptions& options) {
  Compilation compilation;
  compilation.files = std::make_shared<SourceFiles>();
  finish(compilation, model::load_text(std::move(name), std::move(text), options.library, *compilation.files,
                                       compilation.diagnostics));
  compilation.diagnostics.sort();
  return compilation;
}

}  // namespace merit
