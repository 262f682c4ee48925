#include "runtime/data/terminology.h"
#include "runtime/diagnostics/render.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "runtime/data/cell_reader.h"
#include "runtime/data/csv.h"
#include "runtime/data/file_text.h"
#include "runtime/ir/sha256.h"
#include "runtime/values/codes.h"

namespace merit {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr int deepest_nesting = 50;

/// A value set as one place in the files has it.
struct FoundSet {
  std::string url;
  std::string version;
  size_t file = 0;
  uint64_t line = 0;
  std::vector<std::string> codings;
  std::vector<std::string> references;  // urls of sets that are in it, perhaps with |version
  std::string problem;                  // why its codes are not known
  std::string help;
};

struct TerminologyFile {
  std::string name;
  std::string sha256;
};

std::string text_member(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

const Json* list_member(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_array() ? &*found : nullptr;
}

uint64_t count_member(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number_unsigned() ? found->get<uint64_t>() : 0;
}

/// How many concepts stand there, headings among them.
uint64_t read_contains(const Json& list, FoundSet& set, int depth) {
  uint64_t count = 0;
  for (const Json& item : list) {
    if (!item.is_object()) continue;
    ++count;
    const auto abstract = item.find("abstract");
    const bool heading = abstract != item.end() && abstract->is_boolean() && abstract->get<bool>();
    const std::string code = text_member(item, "code");
    if (!heading && !code.empty()) set.codings.push_back(coding_text(text_member(item, "system"), code));
    if (const Json* inner = list_member(item, "contains"); inner != nullptr && depth < deepest_nesting)
      count += read_contains(*inner, set, depth + 1);
  }
  return count;
}

void refuse(FoundSet& set, std::string problem, std::string help) {
  if (!set.problem.empty()) return;
  set.problem = std::move(problem);
  set.help = std::move(help);
}

void read_expansion(const Json& expansion, FoundSet& set) {
  uint64_t count = 0;
  if (const Json* contains = list_member(expansion, "contains")) count = read_contains(*contains, set, 0);
  const uint64_t total = count_member(expansion, "total");
  const uint64_t offset = count_member(expansion, "offset");
  if (!text_member(expansion, "next").empty()) {
    refuse(set, "its expansion goes on in another page",
           "Ask the terminology server for the whole expansion.");
  }
  if (total > count || offset > 0) {
    refuse(set,
           offset > 0 ? fmt::format("its expansion is one page of several: it begins at {}", offset)
                      : fmt::format("its expansion is cut off: it says {} codes and has {}", total, count),
           "Ask the terminology server for the whole expansion, or put its pages together.");
  }
}

void read_compose(const Json& compose, FoundSet& set) {
  static constexpr std::string_view expand = "Give the file of its expansion ($expand).";
  const Json* include = list_member(compose, "include");
  if (include == nullptr || include->empty()) {
    refuse(set, "it lists no codes and has no expansion", std::string(expand));
    return;
  }
  if (const Json* exclude = list_member(compose, "exclude"); exclude != nullptr && !exclude->empty())
    refuse(set, "it is defined by what it leaves out, and has no expansion", std::string(expand));
  for (const Json& part : *include) {
    if (!part.is_object()) continue;
    const std::string system = text_member(part, "system");
    const Json* concepts = list_member(part, "concept");
    const Json* sets = list_member(part, "valueSet");
    const Json* filter = list_member(part, "filter");
    if (filter != nullptr && !filter->empty()) {
      refuse(set, fmt::format("it is defined by a filter over {}, and has no expansion", system),
             std::string(expand));
    } else if (sets != nullptr && !sets->empty()) {
      if (sets->size() > 1 || !system.empty()) {
        refuse(set, "it is defined as what several sets have in common, and has no expansion",
               std::string(expand));
      } else if (sets->front().is_string()) {
        set.references.push_back(sets->front().get<std::string>());
      }
    } else if (concepts == nullptr || concepts->empty()) {
      refuse(set, fmt::format("it is the whole of {}, and has no expansion", system), std::string(expand));
    } else {
      for (const Json& item : *concepts) {
        const std::string code = item.is_object() ? text_member(item, "code") : std::string();
        if (!code.empty()) set.codings.push_back(coding_text(system, code));
      }
    }
  }
}

class Loader {
 public:
  Loader(const ir::Program& program, Diagnostics& diagnostics)
      : program_(program), diagnostics_(diagnostics) {}

  void read(const std::vector<fs::path>& paths) {
    for (const fs::path& path : paths) {
      std::error_code error;
      if (fs::is_directory(path, error)) {
        read_folder(path);
      } else {
        read_file(path, path.filename().string());
      }
    }
  }

  std::optional<Terminology> finish(const std::vector<bool>& needed, bool any_path) {
    // What is in no file may be in one that could not be read.
    if (diagnostics_.error_count() > 0) return std::nullopt;
    auto sets = std::make_shared<ValueSets>(program_);
    Terminology result;
    std::vector<uint32_t> wanted;
    for (uint32_t set = 0; set < program_.valuesets.size(); ++set) {
      if (needed[set] && !program_.valuesets[set].url.empty()) wanted.push_back(set);
    }
    if (!wanted.empty() && !any_path) {
      const ir::ValueSet& first = program_.valuesets[wanted.front()];
      diagnostics_.error(
          "D080", first.span,
          wanted.size() == 1
              ? fmt::format("The codes of the value set `{}` are needed, and no file has them.", first.name)
              : fmt::format("The codes of `{}` and {} more value set{} are needed, and no file has them.",
                            first.name, wanted.size() - 1, wanted.size() == 2 ? "" : "s"),
          "Give the file or the folder with them: --value-sets PATH.");
      return std::nullopt;
    }
    for (const uint32_t set : wanted) {
      const ir::ValueSet& shape = program_.valuesets[set];
      const FoundSet* found = find(shape.url, shape.version, shape);
      if (found == nullptr) continue;
      std::vector<std::string> codings;
      std::vector<const FoundSet*> open;
      if (!collect(*found, shape, codings, open)) continue;
      std::sort(codings.begin(), codings.end());
      codings.erase(std::unique(codings.begin(), codings.end()), codings.end());
      sets->give(set, codings);
      const TerminologyFile& file = files_[found->file];
      result.used.push_back({found->url, found->version, codings.size(), file.name, file.sha256});
    }
    if (diagnostics_.error_count() > 0) return std::nullopt;
    std::sort(result.used.begin(), result.used.end(),
              [](const UsedValueSet& a, const UsedValueSet& b) { return a.url < b.url; });
    result.sets = std::move(sets);
    return result;
  }

 private:
  void read_folder(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      std::string name = entry.path().filename().string();
      if (name.ends_with(".gz")) name.resize(name.size() - 3);
      if (entry.is_regular_file() &&
          (name.ends_with(".json") || name.ends_with(".ndjson") || name.ends_with(".csv"))) {
        files.push_back(entry.path());
      }
    }
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) read_file(file, fs::relative(file, folder).generic_string());
  }

  void read_file(const fs::path& path, const std::string& name) {
    data::FileText file;
    if (const auto refusal = file.open(path)) {
      diagnostics_.data_error(refusal->code, DataPlace{name, refusal->line, {}}, refusal->message,
                              refusal->help);
      return;
    }
    files_.push_back({name, sha256(file.bytes())});
    std::string_view text = file.text();
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    if (data::find_bad_utf8(text) != std::string_view::npos) {
      bad_file(0, "It is not UTF-8 text.");
      return;
    }
    const size_t first = text.find_first_not_of(" \t\r\n");
    if (first != std::string_view::npos && (text[first] == '{' || text[first] == '[')) {
      read_json(text);
    } else {
      read_csv(text);
    }
  }

  void bad_file(uint64_t line, std::string what) {
    diagnostics_.data_error(
        "D085", DataPlace{files_.back().name, line, {}},
        fmt::format("This is no file of value sets. {}", what),
        "Value sets are read from FHIR JSON (a ValueSet, a Bundle, or one resource a line) or "
        "from CSV with the header url,version,system,code.");
  }

  void read_json(std::string_view text) {
    const Json whole = Json::parse(text, nullptr, false);
    if (!whole.is_discarded()) {
      if (!read_resource(whole, 1, 0)) bad_file(1, "There is no ValueSet in it.");
      return;
    }
    // One resource a line.
    uint64_t line = 0;
    while (!text.empty()) {
      ++line;
      const size_t end = std::min(text.find('\n'), text.size());
      std::string_view one = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      if (one.find_first_not_of(" \t\r") == std::string_view::npos) continue;
      const Json resource = Json::parse(one, nullptr, false);
      if (resource.is_discarded()) {
        bad_file(line, line == 1 ? "It is broken JSON." : "This line is broken JSON.");
        return;
      }
      read_resource(resource, line, 0);
    }
  }

  /// Is it FHIR?
  bool read_resource(const Json& resource, uint64_t line, int depth) {
    if (!resource.is_object()) return false;
    const std::string type = text_member(resource, "resourceType");
    if (type == "Bundle" && depth < deepest_nesting) {
      if (const Json* entries = list_member(resource, "entry")) {
        for (const Json& entry : *entries) {
          if (entry.is_object() && entry.contains("resource"))
            read_resource(entry["resource"], line, depth + 1);
        }
      }
      return true;
    }
    if (type != "ValueSet") return !type.empty();
    FoundSet set;
    set.url = text_member(resource, "url");
    set.version = text_member(resource, "version");
    set.file = files_.size() - 1;
    set.line = line;
    if (set.url.empty()) return true;  // nobody can name it
    const auto expansion = resource.find("expansion");
    const auto compose = resource.find("compose");
    if (expansion != resource.end() && expansion->is_object()) {
      read_expansion(*expansion, set);
    } else if (compose != resource.end() && compose->is_object()) {
      read_compose(*compose, set);
    } else {
      refuse(set, "it lists no codes and has no expansion", "Give the file of its expansion ($expand).");
    }
    add(std::move(set));
    return true;
  }

  void read_csv(std::string_view text) {
    data::RecordReader reader(text, 1);
    std::string scratch;
    const auto cell = [&](size_t i) {
      return i < reader.cells().size() ? std::string(data::trim(reader.cells()[i].plain(scratch)))
                                       : std::string();
    };
    if (!reader.next() || reader.cells().size() != 4 || cell(0) != "url" || cell(1) != "version" ||
        cell(2) != "system" || cell(3) != "code") {
      bad_file(1, "Its first line is not url,version,system,code.");
      return;
    }
    std::map<std::pair<std::string, std::string>, FoundSet> sets;
    while (reader.next()) {
      const std::string url = cell(0);
      if (reader.cells().size() != 4 || url.empty() || cell(3).empty()) {
        bad_file(reader.line(), "This line has not url, version, system and code.");
        return;
      }
      FoundSet& set = sets[{url, cell(1)}];
      if (set.url.empty()) {
        set.url = url;
        set.version = cell(1);
        set.file = files_.size() - 1;
        set.line = reader.line();
      }
      set.codings.push_back(coding_text(cell(2), cell(3)));
    }
    if (reader.fatal() != data::RecordReader::Fatal::none) {
      bad_file(reader.fatal_line(), "A quote is never closed, or a line is too long.");
      return;
    }
    for (auto& [key, set] : sets) add(std::move(set));
  }

  void add(FoundSet set) {
    std::sort(set.codings.begin(), set.codings.end());
    set.codings.erase(std::unique(set.codings.begin(), set.codings.end()), set.codings.end());
    found_[set.url].push_back(std::move(set));
  }

  DataPlace place(const FoundSet& set) const { return {files_[set.file].name, set.line, {}}; }

  /// The one that the program means; reports when there is none, or more than one.
  const FoundSet* find(const std::string& url, const std::string& version, const ir::ValueSet& shape) {
    const auto all = found_.find(url);
    if (all == found_.end()) {
      std::vector<std::string> urls;
      for (const auto& [known, sets] : found_) urls.push_back(known);
      std::sort(urls.begin(), urls.end());
      // Of two OIDs, which differ in numbers, neither is meant by the other.
      const auto numbers = [](const std::string& text) {
        std::string digits;
        std::copy_if(text.begin(), text.end(), std::back_inserter(digits),
                     [](char c) { return c >= '0' && c <= '9'; });
        return digits;
      };
      const std::string near = nearest_name(url, urls);
      const bool misspelt = !near.empty() && numbers(near) == numbers(url) &&
                            std::none_of(program_.valuesets.begin(), program_.valuesets.end(),
                                         [&](const ir::ValueSet& other) { return other.url == near; });
      diagnostics_.error("D080", shape.span,
                         url == shape.url
                             ? fmt::format("The value set `{}` is in none of the files: {}.", shape.name, url)
                             : fmt::format("The value set `{}` is made of {}, which is in none of the files.",
                                           shape.name, url),
                         misspelt ? fmt::format("The files have {}: is that the one?", near)
                                  : "Give the file that has it, too: --value-sets PATH.");
      return nullptr;
    }
    const FoundSet* one = nullptr;
    std::vector<std::string> versions;
    for (const FoundSet& set : all->second) {
      versions.push_back(set.version.empty() ? "one without a version" : set.version);
      if (!version.empty() && set.version != version) continue;
      if (one == nullptr) {
        one = &set;
      } else if (one->version != set.version) {
        diagnostics_.error("D082", shape.span,
                           fmt::format("The files have the value set `{}` in two versions, {} and {}.",
                                       shape.name, versions.front(), versions.back()),
                           "Say which is meant: version \"…\" after its url; or give one of them alone.");
        return nullptr;
      } else if (one->codings != set.codings || one->references != set.references) {
        if (!said_.insert(&set).second) return nullptr;
        diagnostics_.data_error(
            "D083", place(set),
            fmt::format(
                "The value set {} is here with other codes than in {}, line {}, under the same version.", url,
                files_[one->file].name, one->line),
            "Give one of the two alone.");
        return nullptr;
      }
    }
    if (one == nullptr) {
      std::sort(versions.begin(), versions.end());
      versions.erase(std::unique(versions.begin(), versions.end()), versions.end());
      diagnostics_.error("D081", shape.span,
                         fmt::format("The value set `{}` is needed in version {}, and the files have {}.",
                                     shape.name, version, fmt::join(versions, ", ")),
                         "Give the file with this version, or change the version in the program.");
    }
    return one;
  }

  bool collect(const FoundSet& set, const ir::ValueSet& shape, std::vector<std::string>& codings,
               std::vector<const FoundSet*>& open) {
    if (!set.problem.empty()) {
      diagnostics_.data_error("D084", place(set),
                              fmt::format("The codes of the value set `{}` ({}) are not known: {}.",
                                          shape.name, set.url, set.problem),
                              set.help);
      return false;
    }
    if (std::find(open.begin(), open.end(), &set) != open.end()) return true;  // it adds nothing to itself
    codings.insert(codings.end(), set.codings.begin(), set.codings.end());
    open.push_back(&set);
    bool sound = true;
    for (const std::string& reference : set.references) {
      const size_t bar = std::min(reference.find('|'), reference.size());
      const std::string version = bar < reference.size() ? reference.substr(bar + 1) : std::string();
      const FoundSet* inner = find(reference.substr(0, bar), version, shape);
      sound = inner != nullptr && collect(*inner, shape, codings, open) && sound;
    }
    open.pop_back();
    return sound;
  }

  const ir::Program& program_;
  Diagnostics& diagnostics_;
  std::vector<TerminologyFile> files_;
  std::map<std::string, std::vector<FoundSet>> found_;  // by url
  std::set<const FoundSet*> said_;
};

}  // namespace

std::optional<Terminology> load_terminology(const ir::Program& program,
                                            const std::vector<std::filesystem::path>& paths,
                                            const std::vector<bool>& needed, Diagnostics& diagnostics) {
  Diagnostics own;
  Loader loader(program, own);
  try {
    loader.read(paths);
  } catch (const std::filesystem::filesystem_error& error) {
    own.data_error("D003", DataPlace{error.path1().filename().string(), 0, {}}, "It cannot be read.", "");
  }
  auto result = loader.finish(needed, !paths.empty());
  for (const Diagnostic& diagnostic : own.all()) diagnostics.add(diagnostic);
  return result;
}

}  // namespace merit
