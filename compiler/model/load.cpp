#include "compiler/model/load.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>
#include <unordered_map>

#include "compiler/model/csv_table.h"
#include "compiler/model/names.h"
#include "compiler/model/stdlib.h"
#include "compiler/syntax/parse.h"
#include "runtime/ir/sha256.h"

namespace merit::model {

namespace {

namespace fs = std::filesystem;

std::optional<std::string> read_text(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return std::nullopt;
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream) return std::nullopt;
  return std::move(text).str();
}

/// Where a module or table came from: what messages call its folder's files, and where they stand.
struct Folder {
  fs::path on_disk;   // empty: in memory, no files beside it
  std::string shown;  // "" or "clinical/": before a file's name in messages
};

class Loader {
 public:
  Loader(const std::vector<fs::path>& library, SourceFiles& files, Diagnostics& diagnostics)
      : files_(files), diagnostics_(diagnostics), library_(library) {}

  void main_file(const fs::path& path) {
    std::optional<std::string> text = read_text(path);
    if (!text) {
      const uint32_t file = files_.add(path.filename().string(), "");
      diagnostics_.error("C001", Span{file, 0, 0},
                         "The file " + path.filename().string() + " cannot be read.",
                         "Check that it exists and that you may read it.");
      return;
    }
    program_folder_ = path.has_parent_path() ? path.parent_path() : fs::path(".");
    main_text(path.filename().string(), std::move(*text), *program_folder_);
  }

  void main_text(std::string name, std::string text, const fs::path& folder = {}) {
    module(std::move(name), std::move(text), Folder{folder, ""}, nullptr, "");
  }

  Loaded finish() {
    for (ir::Module& record : table_records_) result_.records.push_back(std::move(record));
    return std::move(result_);
  }

 private:
  struct State {
    bool reading = true;
    uint32_t index = ir::none;  // in Loaded::modules, once it is read; none: it could not be
  };

  /// Parses one module and, before it takes its place in the list, all it needs. `wanted` and `path` are what
  /// a `use` or `amends` calls it; the main module is called by nobody.
  void module(std::string name, std::string text, const Folder& folder, const ast::Name* wanted,
              const std::string& path) {
    std::string hash = sha256(text);
    const uint32_t file = files_.add(std::move(name), std::move(text));
    std::unique_ptr<ast::Module> tree = parse_module(files_, file, diagnostics_);
    if (wanted != nullptr && !tree->name.text.empty() && tree->name.text != wanted->text) {
      diagnostics_
          .error("C005", tree->name.span,
                 "This file is looked for as `" + wanted->text + "` but calls itself `" + tree->name.text +
                     "`.",
                 "Write `module " + wanted->text + "`, or rename the file.")
          .notes.push_back(Note{wanted->span, "It is asked for here."});
    }
    if (wanted == nullptr) {
      states_[tree->name.text] = State{};
      chain_.push_back(tree->name.text);
    }
    uint32_t amends = ir::none;
    std::vector<uint32_t> needs;
    if (tree->amends) {
      amends = needed({*tree->amends}, tree->amends->span, "amends");
      if (amends != ir::none) needs.push_back(amends);
    }
    for (const auto& declaration : tree->declarations) {
      const auto* use = std::get_if<ast::Use>(&declaration->node);
      if (use == nullptr) continue;
      if (const uint32_t used = needed(use->path, use->span, "use"); used != ir::none) needs.push_back(used);
    }
    for (const auto& declaration : tree->declarations) {
      if (auto* table = std::get_if<ast::Table>(&declaration->node); table != nullptr && table->file) {
        table_file(*table, folder);
      }
    }
    ir::Module record;
    record.name = wanted == nullptr ? tree->name.text : path;
    if (tree->amends) record.amends = tree->amends->text;
    record.file = file;
    record.sha256 = std::move(hash);
    result_.records.push_back(std::move(record));
    result_.modules.push_back(std::move(tree));
    result_.needs.push_back(std::move(needs));
    result_.amends.push_back(amends);
  }

  /// The index of the module that a `use` or `amends` names, reading it the first time; none when it cannot
  /// be had.
  uint32_t needed(const std::vector<ast::Name>& path, Span span, std::string_view word) {
    const std::string name = path_text(path);
    if (const auto known = states_.find(name); known != states_.end()) {
      if (known->second.reading) cycle(name, span);
      return known->second.index;
    }
    fs::path relative;
    for (const ast::Name& part : path) relative /= part.text;
    std::vector<std::string> looked_for;
    for (const char* extension : {".merit", ".merit.md"}) {
      fs::path candidate = relative;
      candidate += extension;
      looked_for.push_back(candidate.generic_string());
    }
    for (const fs::path& root : roots()) {
      for (const std::string& shown : looked_for) {
        std::optional<std::string> text = read_text(root / shown);
        if (!text) continue;
        const size_t slash = shown.rfind('/');
        const std::string folder = slash == std::string::npos ? std::string() : shown.substr(0, slash + 1);
        return read_needed(shown, std::move(*text), Folder{root / folder, folder}, path.back(), name);
      }
    }
    for (const LibraryModule& entry : standard_library()) {
      if (looked_for.front() == entry.file)
        return read_needed("stdlib/" + looked_for.front(), std::string(entry.text), Folder{}, path.back(),
                           name);
    }
    states_[name] = State{false, ir::none};  // reported once
    const bool amends = word == "amends";
    std::string help = did_you_mean(name, modules_in_sight());
    if (!help.empty()) help += ' ';
    diagnostics_.error(
        "C002", span, "There is no module `" + name + "`" + (amends ? " to amend." : "."),
        help + "Looked for " + any_of(looked_for) +
            (program_folder_ ? " in the program's folder and the library." : " in the library."));
    return ir::none;
  }

  uint32_t read_needed(std::string shown, std::string text, const Folder& folder, const ast::Name& wanted,
                       const std::string& name) {
    states_[name] = State{};
    chain_.push_back(name);
    module(std::move(shown), std::move(text), folder, &wanted, name);
    chain_.pop_back();
    const auto index = static_cast<uint32_t>(result_.modules.size() - 1);
    states_[name] = State{false, index};
    return index;
  }

  std::vector<fs::path> roots() const {
    std::vector<fs::path> result;
    if (program_folder_) result.push_back(*program_folder_);
    result.insert(result.end(), library_.begin(), library_.end());
    return result;
  }

  /// The modules that stand directly in the folders where modules are looked for, and the standard library's.
  std::vector<std::string> modules_in_sight() const {
    std::vector<std::string> result;
    for (const LibraryModule& entry : standard_library()) {
      std::string name(entry.file.substr(0, entry.file.rfind('.')));
      std::replace(name.begin(), name.end(), '/', '.');
      result.push_back(std::move(name));
    }
    for (const fs::path& root : roots()) {
      std::error_code error;
      for (auto entry = fs::directory_iterator(root, error); !error && entry != fs::directory_iterator();
           entry.increment(error)) {
        std::string name = entry->path().filename().string();
        for (const std::string_view extension : {".merit.md", ".merit"}) {
          if (!name.ends_with(extension)) continue;
          name.resize(name.size() - extension.size());
          result.push_back(std::move(name));
          break;
        }
      }
    }
    std::sort(result.begin(), result.end());
    return result;
  }

  void cycle(const std::string& name, Span span) {
    std::string way = name;
    bool inside = false;
    for (const std::string& link : chain_) {
      if (inside) way += " needs " + link + ", which";
      inside = inside || link == name;
    }
    diagnostics_.error("C003", span,
                       "The module `" + name + "` needs itself: " + way + " needs " + name + ".",
                       "Move what both need into a module of its own.");
  }

  void table_file(ast::Table& table, const Folder& folder) {
    std::optional<std::string> text;
    if (!folder.on_disk.empty() && is_beside(*table.file)) text = read_text(folder.on_disk / *table.file);
    if (!text) {
      diagnostics_.error("C004", table.file_span,
                         "The file \"" + *table.file + "\" of the table `" + table.name.text +
                             "` cannot be read.",
                         "It is looked for in the folder of this module.");
      return;
    }
    ir::Module record;
    record.name = folder.shown + *table.file;
    record.sha256 = sha256(*text);
    record.file = files_.add(record.name, std::move(*text));
    table.text = read_csv_table(files_, record.file, diagnostics_);
    const bool known = std::any_of(table_records_.begin(), table_records_.end(),
                                   [&](const ir::Module& other) { return other.name == record.name; });
    if (!known) table_records_.push_back(std::move(record));
  }

  /// Rules know no file outside the program's folders.
  static bool is_beside(const std::string& file) {
    const fs::path path(file);
    if (path.is_absolute()) return false;
    for (const fs::path& part : path) {
      if (part == "..") return false;
    }
    return true;
  }

  SourceFiles& files_;
  Diagnostics& diagnostics_;
  const std::vector<fs::path>& library_;
  std::optional<fs::path> program_folder_;
  Loaded result_;
  std::vector<ir::Module> table_records_;
  std::unordered_map<std::string, State> states_;
  std::vector<std::string> chain_;
};

}  // namespace

Loaded load(const fs::path& file, const std::vector<fs::path>& library, SourceFiles& files,
            Diagnostics& diagnostics) {
  Loader loader(library, files, diagnostics);
  loader.main_file(file);
  return loader.finish();
}

Loaded load_text(std::string name, std::string text, const std::vector<fs::path>& library, SourceFiles& files,
                 Diagnostics& diagnostics) {
  Loader loader(library, files, diagnostics);
  loader.main_text(std::move(name), std::move(text));
  return loader.finish();
}

}  // namespace merit::model
