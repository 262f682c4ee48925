#include "compiler/compile.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <utility>

#include "compiler/lower/assemble.h"
#include "compiler/model/amend.h"
#include "compiler/model/declare.h"
#include "compiler/model/load.h"

namespace merit {

namespace {

using FileLine = std::pair<uint32_t, uint32_t>;  // file, offset of the line's first byte

FileLine line_of(const SourceFiles& files, Span span) {
  const std::string& text = files[span.file].text;
  const size_t begin = std::min<size_t>(span.begin, text.size());
  const size_t before = begin == 0 ? std::string::npos : text.rfind('\n', begin - 1);
  return {span.file, before == std::string::npos ? 0 : static_cast<uint32_t>(before + 1)};
}

/// Errors that others follow from: what could not be read, and `as before` where it cannot stand.
bool is_cause(const Diagnostic& diagnostic) {
  return (diagnostic.code.starts_with('S') || diagnostic.code == "A107") && diagnostic.span.file != 0;
}

/// The names on a line that could not be read: what it was to declare is not declared.
void add_names(const std::string& text, size_t at, std::set<std::string, std::less<>>& names) {
  const auto is_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  while (at < text.size() && text[at] != '\n') {
    size_t end = at;
    while (end < text.size() && is_word(text[end])) ++end;
    if (end > at) names.insert(text.substr(at, end - at));
    at = std::max(end, at + 1);
  }
}

/// Takes away what follows from such an error and would go with it: errors on the same line or about it,
/// and names that are not known because the line that declares them could not be read.
void drop_followers(const SourceFiles& files, Diagnostics& diagnostics) {
  std::set<FileLine> lines;
  std::set<std::string, std::less<>> names;
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    if (!is_cause(diagnostic)) continue;
    const FileLine line = line_of(files, diagnostic.span);
    if (lines.insert(line).second) add_names(files[line.first].text, line.second, names);
  }
  if (lines.empty()) return;
  diagnostics.remove_if([&](const Diagnostic& diagnostic) {
    if (is_cause(diagnostic) || diagnostic.span.file == 0) return false;
    if (lines.contains(line_of(files, diagnostic.span))) return true;
    for (const Note& note : diagnostic.notes) {
      if (note.span.file != 0 && lines.contains(line_of(files, note.span))) return true;
    }
    const bool unknown = diagnostic.code.starts_with('N') || diagnostic.code == "G004" ||
                         diagnostic.code == "G005" || diagnostic.code == "G501" || diagnostic.code == "G504";
    const std::string& text = files[diagnostic.span.file].text;
    return unknown && names.contains(std::string_view(text).substr(
                          diagnostic.span.begin, diagnostic.span.end - diagnostic.span.begin));
  });
}

void finish(Compilation& compilation, model::Loaded loaded) {
  Diagnostics& diagnostics = compilation.diagnostics;
  if (loaded.modules.empty()) return;
  std::vector<ir::Module> records = std::move(loaded.records);
  model::Merged merged = model::merge(loaded, *compilation.files, diagnostics);
  model::Model model = model::declare(compilation.files, std::move(merged), std::move(records), diagnostics);
  compilation.program = assemble(model, diagnostics);
}

}  // namespace

Compilation compile(const std::filesystem::path& file, const CompileOptions& options) {
  Compilation compilation;
  compilation.files = std::make_shared<SourceFiles>();
  finish(compilation, model::load(file, options.library, *compilation.files, compilation.diagnostics));
  drop_followers(*compilation.files, compilation.diagnostics);
  compilation.diagnostics.sort();
  return compilation;
}

Compilation compile_text(std::string name, std::string text, const CompileOptions& options) {
  Compilation compilation;
  compilation.files = std::make_shared<SourceFiles>();
  finish(compilation, model::load_text(std::move(name), std::move(text), options.library, *compilation.files,
                                       compilation.diagnostics));
  drop_followers(*compilation.files, compilation.diagnostics);
  compilation.diagnostics.sort();
  return compilation;
}

}  // namespace merit
