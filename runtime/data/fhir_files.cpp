#include "runtime/data/fhir_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <set>

#include "runtime/data/fhir_rows.h"
#include "runtime/data/parallel.h"
#include "runtime/ir/sha256.h"

namespace merit::data {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr uint64_t most_records = 0xfffffff0U;
constexpr size_t small_file = size_t{1} << 20U;  // on disk: read with others in one piece
constexpr size_t most_files = 256;               // in one piece

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// Is each line a resource of its own, whatever the file's name says?
bool is_lines(std::string_view text) {
  const size_t end = text.find('\n');
  if (end == std::string_view::npos) return true;
  std::string_view first = text.substr(0, end);
  while (!first.empty() && (first.back() == '\r' || first.back() == ' ')) first.remove_suffix(1);
  if (!first.ends_with('}')) return false;
  const size_t next = text.find_first_not_of(" \t\r\n", end);
  return next == std::string_view::npos || text[next] == '{';
}

struct OpenFile {
  std::filesystem::path path;
  FhirFile about;
  FileText content;
  std::string_view text;
  bool lines = true;
  bool blank = false;
  bool is_small = false;  // opened, read and closed in one go
  std::optional<Refusal> refusal;
};

/// A part of one file, or all of several small ones.
struct PieceTask {
  size_t file = 0;
  size_t files = 1;
  size_t begin = 0;
  size_t end = 0;
};

std::vector<OpenFile> find_files(const ReadOptions& options) {
  std::vector<OpenFile> files;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(options.directory, error), end; !error && entry != end;
       entry.increment(error)) {
    std::filesystem::path name = entry->path().filename();
    if (name.native().starts_with('.')) continue;  // what systems leave beside files
    if (name.extension() == ".gz") name = name.stem();
    if ((name.extension() != ".ndjson" && name.extension() != ".json") || !entry->is_regular_file(error) ||
        options.row_files.contains(name.generic_string()))
      continue;
    OpenFile file;
    file.path = entry->path();
    file.about.name = entry->path().filename().generic_string();
    file.is_small = options.piece_size == 0 && entry->file_size(error) <= small_file;
    files.push_back(std::move(file));
  }
  std::sort(files.begin(), files.end(),
            [](const OpenFile& a, const OpenFile& b) { return a.about.name < b.about.name; });
  return files;
}

bool has_fhir_file(const std::filesystem::path& folder) {
  ReadOptions there;
  there.directory = folder;
  return !find_files(there).empty();
}

/// What to do about a folder without a FHIR file: one below it may have some, or it has some in another form.
std::string help_to_find(const std::filesystem::path& folder) {
  std::error_code error;
  std::set<std::filesystem::path> below;
  bool xml = false;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code unreadable;
    if (entry->is_directory(unreadable) && has_fhir_file(entry->path())) below.insert(entry->path());
    xml = xml || entry->path().extension() == ".xml";
  }
  if (!below.empty())
    return fmt::format("The folder {} has some; folders below the one that is given are not looked into.",
                       below.begin()->filename().generic_string());
  if (xml) return "FHIR in XML is not read: export it as JSON.";
  return "Give the folder of the .ndjson or .json files (or .gz of them) with --data.";
}

void open(OpenFile& file) {
  const bool named_lines = file.about.name.find(".ndjson") != std::string::npos;
  file.refusal = file.content.open(file.path, named_lines);
  if (file.refusal) return;
  file.about.bytes = file.content.bytes().size();
  file.about.sha256 = sha256(file.content.bytes());
  file.content.release(file.content.bytes());
  file.text = file.content.text();
  if (file.text.starts_with(byte_order_mark)) file.text.remove_prefix(byte_order_mark.size());
  if (file.text.starts_with("\xFF\xFE") || file.text.starts_with("\xFE\xFF")) {
    file.refusal = Refusal{"D005", "This file is UTF-16 text.",
                           "FHIR is UTF-8 text: convert it, or export it again.", 1};
    return;
  }
  file.lines = named_lines || is_lines(file.text);
  file.blank = !file.content.is_packed() && is_blank(file.text);
}

/// Reads documents one a line, or the whole text as one.
class PieceReader {
 public:
  PieceReader(const FhirPlan& plan, const FhirFormats& formats, TextPool& pool, const CodeSystems* systems)
      : rows_(plan, formats, pool, systems) {}

  /// What follows stands in this file.
  void begin_file(size_t number) {
    rows_.begin_file(static_cast<uint32_t>(number));
    line_ = 0;
  }

  uint64_t resources() const { return rows_.resources(); }

  FhirPiece take() { return rows_.take(line_); }

  /// `file` is the text that `text` is a part of, and ends where may be read.
  void lines(std::string_view text, std::string_view file) { add_lines(text, file.data() + file.size()); }

  /// Lines from a packed file, so many of them at a time as fit into the memory for a piece.
  void packed(GzipStream& stream) {
    constexpr size_t step = size_t{4} << 20U;
    std::string text;
    size_t size = 0;
    for (;;) {
      if (text.size() < size + step + simdjson::SIMDJSON_PADDING)
        text.resize(size + step + simdjson::SIMDJSON_PADDING);
      const size_t got = stream.read(text.data() + size, step);
      const bool first = line_ == 0 && size == 0;
      size += got;
      std::string_view all(text.data(), size);
      if (first && all.starts_with(byte_order_mark)) all.remove_prefix(byte_order_mark.size());
      if (stream.damaged()) break;
      const size_t last = got == 0 ? all.size() : all.rfind('\n') + 1;  // npos + 1 is 0
      add_lines(all.substr(0, last), text.data() + text.size());
      if (got == 0) break;
      const std::string_view left = all.substr(last);
      std::memmove(text.data(), left.data(), left.size());
      size = left.size();
    }
  }

  void whole(std::string_view text) { document(text, text.size(), 1, true); }

 private:
  void add_lines(std::string_view text, const char* readable_end) {
    for (size_t at = 0; at < text.size();) {
      const size_t end = std::min(text.find('\n', at), text.size());
      const std::string_view one = text.substr(at, end - at);
      ++line_;
      if (!is_blank(one)) document(one, static_cast<size_t>(readable_end - one.data()), line_, false);
      at = end + 1;
    }
  }

  /// `readable`: how many bytes may be read from where the document begins.
  void document(std::string_view text, size_t readable, uint64_t line, bool several_lines) {
    if (text.size() + simdjson::SIMDJSON_PADDING <= readable) {
      rows_.read(text, readable, line, several_lines);
      return;
    }
    padded_.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    padded_.assign(text);
    rows_.read(padded_, padded_.capacity(), line, several_lines);
  }

  FhirRowReader rows_;
  std::string padded_;
  uint64_t line_ = 0;
};

/// Pieces at the ends of lines.
void cut(const OpenFile& file, size_t number, const ReadOptions& options, std::vector<PieceTask>& tasks) {
  constexpr size_t least = size_t{1} << 20U;
  constexpr size_t most = size_t{1} << 25U;
  const std::string_view text = file.text;
  if (file.content.is_packed()) tasks.push_back(PieceTask{number, 1, 0, 0});
  size_t wanted = options.piece_size;
  if (wanted == 0) wanted = std::clamp(text.size() / (4 * options.threads), least, most);
  if (!file.lines) wanted = text.size();
  wanted = std::max<size_t>(wanted, 1);
  for (size_t begin = 0; begin < text.size();) {
    size_t end = begin + std::min(wanted, text.size() - begin);
    if (end < text.size()) {
      const size_t line_end = text.find('\n', end);
      end = line_end == std::string_view::npos ? text.size() : line_end + 1;
    }
    tasks.push_back(PieceTask{number, 1, begin, end});
    begin = end;
  }
}

/// All of a file that is open.
void read_whole(OpenFile& file, PieceReader& reader) {
  if (file.content.is_packed()) {
    GzipStream stream(file.content.bytes());
    reader.packed(stream);
    if (stream.damaged()) file.refusal = damaged_gzip();
  } else if (file.lines) {
    reader.lines(file.text, file.text);
  } else if (!file.blank) {
    reader.whole(file.text);
  }
}

/// Several small files, one after the other. None of them stays open: there may be very many.
void read_small(std::vector<OpenFile>& files, const PieceTask& task, PieceReader& reader) {
  for (size_t i = task.file; i < task.file + task.files; ++i) {
    OpenFile& file = files[i];
    open(file);
    if (file.refusal) continue;
    const uint64_t before = reader.resources();
    reader.begin_file(i);
    read_whole(file, reader);
    file.about.resources = reader.resources() - before;
    file.text = {};
    file.content = FileText();
  }
}

/// Puts the pieces together, block by block.
class Joiner {
 public:
  Joiner(const FhirPlan& plan, std::vector<FhirPiece>& pieces, const std::vector<PieceTask>& tasks)
      : plan_(plan), pieces_(pieces), first_lines_(pieces.size(), 0) {
    for (size_t i = 1; i < pieces.size(); ++i) {
      if (tasks[i].file == tasks[i - 1].file) first_lines_[i] = first_lines_[i - 1] + pieces[i - 1].lines;
    }
    for (const FhirPiece& piece : pieces) {
      std::vector<uint64_t>& counts = counts_.emplace_back();
      for (const FhirRows& rows : piece.blocks) counts.push_back(rows.lines.size());
    }
  }

  uint64_t first_line(size_t piece) const { return first_lines_[piece]; }

  bool fits(uint32_t block) const {
    uint64_t records = 0;
    for (const FhirPiece& piece : pieces_) records += piece.blocks[block].lines.size();
    return records <= most_records;
  }

  void join(uint32_t block, FileData& data) const {
    const FhirBlockPlan& plan = *plan_.blocks[block];
    data.plan = &plan.file;
    data.name = plan.file.name;
    for (uint32_t read = 0; read < plan.file.reads.size(); ++read) {
      data.header.push_back(plan.file.reads[read].header);
      data.columns.push_back(read);
    }
    uint32_t owners_before = 0;
    for (size_t i = 0; i < pieces_.size(); ++i) {
      FhirRows& rows = pieces_[i].blocks[block];
      const auto before = static_cast<uint32_t>(data.lines.size());
      for (const FileData::Stretch& stretch : rows.stretches) {
        if (data.stretches.empty() || data.stretches.back().file != stretch.file)
          data.stretches.push_back(FileData::Stretch{before + stretch.first, stretch.file});
      }
      for (const uint64_t line : rows.lines) data.lines.push_back(line + first_lines_[i]);
      for (const uint32_t owner : rows.owners) data.owners.push_back(owner + owners_before);
      data.contents.insert(data.contents.end(), rows.contents.begin(), rows.contents.end());
      for (CellProblem& problem : rows.problems) {
        problem.record += before;
        data.cell_problems.push_back(std::move(problem));
      }
      if (plan.owner != ir::none) owners_before += static_cast<uint32_t>(counts_[i][plan.owner]);
      rows.lines = {};
      rows.owners = {};
      rows.contents = {};
    }
    data.records = static_cast<uint32_t>(data.lines.size());
  }

 private:
  const FhirPlan& plan_;
  std::vector<FhirPiece>& pieces_;
  std::vector<uint64_t> first_lines_;
  std::vector<std::vector<uint64_t>> counts_;  // by piece and block
};

/// A source that lets nothing through where there was something to let through. What is not done, cancelled
/// or refused is often not there, so that this is told only where the resources are read by no other source
/// either, or were asked for their profiles.
void warn_of_idle_sources(const FhirPlan& plan, const std::vector<FhirPiece>& pieces,
                          Diagnostics& diagnostics) {
  uint64_t met = 0;
  for (size_t r = 0; r < plan.resources.size(); ++r) {
    const FhirResourcePlan& resource = plan.resources[r];
    uint64_t all = 0;
    std::vector<uint64_t> through(resource.sources.size());
    for (const FhirPiece& piece : pieces) {
      all += piece.of_type[r];
      for (size_t s = 0; s < through.size(); ++s) through[s] += piece.let_through[r][s];
    }
    met += all;
    if (all == 0) continue;
    const bool unread = std::all_of(through.begin(), through.end(), [](uint64_t some) { return some == 0; });
    for (size_t s = 0; s < through.size(); ++s) {
      const FhirSourcePlan& source = resource.sources[s];
      if (through[s] > 0 || !(unread || source.asks_profile)) continue;
      diagnostics.error(
          "D086", source.span,
          all == 1 ? fmt::format("The one {} of the data does not pass this `where`; nothing is read here.",
                                 resource.type)
                   : fmt::format(
                         "None of the {} {} resources of the data passes this `where`; nothing is read here.",
                         all, resource.type),
          source.asks_profile
              ? "A profile is what the sender says of a resource, and many say nothing: ask for what the "
                "resource holds, such as its code or its category."
              : "Look at what the resources hold at these paths.");
    }
  }
  uint64_t resources = 0;
  bool damaged = false;
  for (const FhirPiece& piece : pieces) {
    resources += piece.resources;
    damaged = damaged || !piece.problems.empty();
  }
  if (met > 0 || resources == 0 || damaged) return;
  std::string types;
  for (const FhirResourcePlan& resource : plan.resources)
    types += (types.empty() ? "" : ", ") + resource.type;
  diagnostics.data_error(
      "D086", {},
      fmt::format("The data folder has {} FHIR resource{}, none of them of a type that the "
                  "program reads: {}.",
                  resources, resources == 1 ? "" : "s", types),
      "Is this the right folder?");
}

}  // namespace

FhirData read_fhir(const FhirPlan& plan, const ReadOptions& options, uint32_t first_file, TextPool& pool,
                   Diagnostics& diagnostics) {
  FhirData data;
  if (plan.blocks.empty()) return data;
  std::vector<OpenFile> files = find_files(options);
  if (files.empty()) {
    std::error_code error;
    const bool folder = std::filesystem::is_directory(options.directory, error);
    diagnostics.data_error(
        "D077", DataPlace{options.directory.filename().generic_string(), 0, {}},
        folder ? fmt::format("There is no FHIR file here, and the program needs resources of the type {}.",
                             plan.resources.front().type)
               : "There is no such folder.",
        help_to_find(options.directory));
    return data;
  }
  FhirFormats formats(plan.blocks.size());
  for (size_t i = 0; i < formats.size(); ++i) {
    for (const ColumnRead& read : plan.blocks[i]->file.reads) formats[i].emplace_back(read.type);
  }

  parallel_for(files.size(), options.threads, [&](size_t i) {
    if (!files[i].is_small) open(files[i]);
  });
  std::vector<PieceTask> tasks;
  for (size_t i = 0; i < files.size(); ++i) {
    if (!files[i].is_small) {
      if (!files[i].refusal) cut(files[i], i, options, tasks);
      continue;
    }
    const bool goes_on = !tasks.empty() && files[tasks.back().file].is_small &&
                         tasks.back().file + tasks.back().files == i && tasks.back().files < most_files;
    if (goes_on) {
      ++tasks.back().files;
    } else {
      tasks.push_back(PieceTask{i, 1, 0, 0});
    }
  }
  std::vector<FhirPiece> pieces(tasks.size());
  parallel_for(tasks.size(), options.threads, [&](size_t t) {
    PieceReader reader(plan, formats, pool, options.systems);
    OpenFile& file = files[tasks[t].file];
    if (file.is_small) {
      read_small(files, tasks[t], reader);
    } else {
      reader.begin_file(tasks[t].file);
      if (file.content.is_packed() || !file.lines) {
        read_whole(file, reader);
      } else {
        const std::string_view text = file.text.substr(tasks[t].begin, tasks[t].end - tasks[t].begin);
        reader.lines(text, file.text);
        file.content.release(text);
      }
    }
    const uint64_t resources = reader.resources();
    pieces[t] = reader.take();
    pieces[t].resources = resources;
  });

  warn_of_idle_sources(plan, pieces, diagnostics);

  auto passed_by = std::make_shared<FileData::PassedBy>();
  for (const auto& [entity, types] : plan.types) {
    for (const std::string& type : types) {
      const FhirResourcePlan* resource = plan.find(type);
      if (resource == nullptr || !resource->linked) continue;
      const auto number = static_cast<size_t>(resource - plan.resources.data());
      std::unordered_set<uint32_t>& ids = (*passed_by)[entity];
      for (const FhirPiece& piece : pieces)
        ids.insert(piece.passed_by[number].begin(), piece.passed_by[number].end());
    }
  }

  auto names = std::make_shared<std::vector<std::string>>();
  const auto problem_at = [&](size_t file, uint64_t place, const std::string& header) {
    Problem problem;
    problem.file = static_cast<uint32_t>(first_file + plan.blocks.size() + file);
    problem.name = files[file].about.name;
    problem.line = line_of(place);
    problem.header = element_text(header, place);
    problem.element = true;
    return problem;
  };
  for (size_t i = 0; i < files.size(); ++i) {
    names->push_back(files[i].about.name);
    if (files[i].refusal) {
      const Refusal& refusal = *files[i].refusal;
      diagnostics.data_error(refusal.code, DataPlace{files[i].about.name, refusal.line, {}}, refusal.message,
                             refusal.help);
    } else if (files[i].blank) {
      Problem problem = problem_at(i, 0, {});
      problem.code = "D070";
      problem.message = "This file is empty.";
      problem.help = "Take it out, or export it again.";
      data.problems.push_back(std::move(problem));
    }
  }
  Joiner joiner(plan, pieces, tasks);
  for (size_t t = 0; t < pieces.size(); ++t) {
    OpenFile& file = files[tasks[t].file];
    if (!file.is_small) file.about.resources += pieces[t].resources;
    for (FhirProblem& found : pieces[t].problems) {
      Problem problem = problem_at(found.file, found.place + joiner.first_line(t), found.damage.path);
      problem.code = std::move(found.damage.code);
      problem.message = std::move(found.damage.message);
      problem.help = std::move(found.damage.help);
      data.problems.push_back(std::move(problem));
    }
  }
  data.blocks.resize(plan.blocks.size());
  for (uint32_t block = 0; block < plan.blocks.size(); ++block) {
    if (!joiner.fits(block)) {
      diagnostics.data_error("D007", DataPlace{plan.blocks[block]->file.name, 0, {}},
                             "There are more than four billion rows of one kind.",
                             "Cut the data into parts.");
      return data;
    }
    FileData& made = data.blocks[block];
    made.names = names;
    made.passed_by = passed_by;
    if (plan.blocks[block]->owner != ir::none) made.owner = first_file + plan.blocks[block]->owner;
  }
  parallel_for(plan.blocks.size(), options.threads,
               [&](size_t block) { joiner.join(static_cast<uint32_t>(block), data.blocks[block]); });

  struct Join {
    size_t block;
    size_t read;
  };

  std::vector<Join> joins;
  for (size_t block = 0; block < data.blocks.size(); ++block) {
    data.blocks[block].reads.resize(plan.blocks[block]->file.reads.size());
    for (size_t read = 0; read < data.blocks[block].reads.size(); ++read) joins.push_back(Join{block, read});
  }
  parallel_for(joins.size(), options.threads, [&](size_t j) {
    std::vector<Vector> parts;
    for (FhirPiece& piece : pieces)
      parts.push_back(std::move(piece.blocks[joins[j].block].reads[joins[j].read]));
    data.blocks[joins[j].block].reads[joins[j].read] = concatenate(std::move(parts));
  });
  for (OpenFile& file : files) data.files.push_back(std::move(file.about));
  return data;
}

}  // namespace merit::data
