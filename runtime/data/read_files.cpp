#include "runtime/data/read_files.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/data/json_rows.h"
#include "runtime/data/parallel.h"
#include "runtime/diagnostics/render.h"
#include "runtime/ir/sha256.h"

namespace merit::data {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr size_t headers_listed = 12;
constexpr uint64_t most_records = 0xfffffff0U;

struct PieceResult {
  std::vector<Vector> reads;
  std::vector<uint64_t> lines;
  std::vector<CellProblem> cell_problems;
  std::vector<RecordProblem> record_problems;
  bool stray_quote = false;
  RecordReader::Fatal fatal = RecordReader::Fatal::none;
  std::optional<Refusal> refusal;
};

/// Where the text is no text: a byte that is not UTF-8, or zero; npos where all is well.
size_t find_bad_byte(std::string_view text) {
  return std::min(find_bad_utf8(text), text.find('\0'));
}

Refusal bad_encoding(std::string_view text, size_t offset, uint64_t first_line) {
  const std::string_view before = text.substr(0, offset);
  const auto line = first_line + static_cast<uint64_t>(std::count(before.begin(), before.end(), '\n'));
  const size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  Refusal refusal;
  refusal.code = "D005";
  refusal.line = line;
  refusal.message = fmt::format("Byte {} of this line (hexadecimal {:02X}) is not UTF-8 text.",
                                offset - line_start + 1, static_cast<unsigned char>(text[offset]));
  if (text[offset] == '\0') {
    refusal.message =
        fmt::format("Byte {} of this line is zero, which no text has.", offset - line_start + 1);
    refusal.help = "The file is damaged or is no CSV text: get it again from where it comes from.";
    return refusal;
  }
  refusal.help = "Save the file again with the encoding UTF-8 (in Excel: \"CSV UTF-8\").";
  return refusal;
}

Refusal fatal_refusal(const RecordReader& reader) {
  Refusal refusal;
  refusal.line = reader.fatal_line();
  switch (reader.fatal()) {
  case RecordReader::Fatal::open_quote:
    refusal.code = "D006";
    refusal.message = "A cell that begins with a quote in this line is never closed.";
    refusal.help = "Close the cell with a quote; a quote within a cell is written twice.";
    break;
  case RecordReader::Fatal::long_cell:
  case RecordReader::Fatal::long_record:
    refusal.code = "D007";
    refusal.message = reader.fatal() == RecordReader::Fatal::long_cell
                          ? "A cell of this line is larger than 16 MiB."
                          : "This line is larger than 64 MiB.";
    refusal.help = "Check that the file has line ends, and that its quotes are closed.";
    break;
  case RecordReader::Fatal::none: break;
  }
  return refusal;
}

DataPlace place_of(const FileData& file, uint64_t line, std::string column = {}) {
  return DataPlace{file.name, line, std::move(column)};
}

void refuse(const FileData& file, const Refusal& refusal, Diagnostics& diagnostics) {
  diagnostics.data_error(refusal.code, place_of(file, refusal.line), refusal.message, refusal.help);
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return result;
}

/// One file from its name to its header.
class Opener {
 public:
  Opener(FileData& file, const std::filesystem::path& directory) : file_(file), directory_(directory) {}

  /// Where the records begin; nothing when the file cannot be used: then with messages.
  std::optional<RecordReader> open(Diagnostics& diagnostics) {
    Refusal refusal;
    file_.name = file_.plan->name;
    const std::optional<std::filesystem::path> path = find_data_file(directory_, file_.plan->name, refusal);
    if (!path) {
      Diagnostic& diagnostic =
          diagnostics.data_error(refusal.code, place_of(file_, 0), refusal.message, refusal.help);
      if (!file_.plan->reads.empty()) {
        diagnostic.notes.push_back(Note{file_.plan->reads[0].span, "It is read here."});
      }
      return std::nullopt;
    }
    file_.name = path->lexically_relative(directory_).generic_string();
    if (const std::optional<Refusal> refused = file_.content.open(*path)) {
      refuse(file_, *refused, diagnostics);
      return std::nullopt;
    }
    return read_header(diagnostics);
  }

 private:
  std::optional<RecordReader> read_header(Diagnostics& diagnostics) {
    std::string_view text = file_.content.text();
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
      refuse(file_,
             Refusal{"D005", "This file is UTF-16 text.", "Save the file again with the encoding UTF-8.", 1},
             diagnostics);
      return std::nullopt;
    }
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    if (file_.plan->json) {
      if (const std::optional<Refusal> refused = to_rows(text)) {
        refuse(file_, *refused, diagnostics);
        return std::nullopt;
      }
      text = file_.content.text();
    }
    RecordReader reader(text, 1);
    bool found = reader.next();
    while (found && reader.row() < file_.plan->header_first) found = reader.next();
    if (!found) {
      if (reader.fatal() != RecordReader::Fatal::none) {
        refuse(file_, fatal_refusal(reader), diagnostics);
      } else {
        const bool first = file_.plan->header_first == 1;
        refuse(file_,
               Refusal{"D004",
                       first ? "This file is empty."
                             : fmt::format("This file ends before row {}, which should name the columns.",
                                           file_.plan->header_first),
                       first ? "Its first line must name the columns." : "", 0},
               diagnostics);
      }
      return std::nullopt;
    }
    const size_t bad = find_bad_byte(text.substr(0, reader.next_offset()));
    if (bad != std::string_view::npos) {
      refuse(file_, bad_encoding(text, bad, 1), diagnostics);
      return std::nullopt;
    }
    std::string scratch;
    for (const Cell& cell : reader.cells()) file_.header.emplace_back(cell.plain(scratch));
    if (file_.plan->header_last > file_.plan->header_first) header_rows_.push_back(file_.header);
    const uint64_t header_line = reader.line();
    skip_to_data(reader);
    bool all_found = true;
    for (const ColumnRead& read : file_.plan->reads) {
      all_found = find_column(read, header_line, diagnostics) && all_found;
    }
    return all_found ? std::optional(std::move(reader)) : std::nullopt;
  }

  std::optional<Refusal> to_rows(std::string_view text) {
    if (const size_t bad = find_bad_byte(text); bad != std::string_view::npos)
      return bad_encoding(text, bad, 1);
    std::vector<std::string> paths;
    for (const ColumnRead& read : file_.plan->reads) {
      if (std::find(paths.begin(), paths.end(), read.header) == paths.end()) paths.push_back(read.header);
    }
    JsonRows rows;
    if (std::optional<Refusal> refused = read_json_rows(text, paths, rows)) return refused;
    file_.content.replace(std::move(rows.csv));
    file_.object_lines = std::move(rows.lines);
    return std::nullopt;
  }

  /// Further rows of the header, and what stands between them and the data.
  void skip_to_data(RecordReader& reader) {
    std::string scratch;
    for (;;) {
      RecordReader ahead = reader;
      if (!ahead.next() || ahead.row() >= file_.plan->data_from) return;
      reader = std::move(ahead);
      if (reader.row() > file_.plan->header_last) continue;
      const std::vector<Cell>& cells = reader.cells();
      if (cells.size() > file_.header.size()) file_.header.resize(cells.size());
      std::vector<std::string>& row = header_rows_.emplace_back();
      for (size_t i = 0; i < cells.size(); ++i) {
        const std::string_view more = trim(cells[i].plain(scratch));
        row.emplace_back(more);
        std::string& header = file_.header[i];
        header = std::string(trim(header));
        if (!header.empty() && !more.empty()) header += ' ';
        header += more;
      }
    }
  }

  bool find_column(const ColumnRead& read, uint64_t line, Diagnostics& diagnostics) {
    const std::vector<std::string>& header = file_.header;
    size_t found = header.size();
    size_t count = 0;
    for (size_t i = 0; i < header.size(); ++i) {
      if (header[i] == read.header && count++ == 0) found = i;
    }
    if (count == 0) {
      const std::string wanted = lower(trim(read.header));
      for (size_t i = 0; i < header.size(); ++i) {
        if (lower(trim(header[i])) == wanted && count++ == 0) found = i;
      }
    }
    // A heading over several columns stands above the first of them only: what one row says is enough.
    for (size_t row = 0; count == 0 && row < header_rows_.size(); ++row) {
      for (size_t i = 0; i < header_rows_[row].size(); ++i) {
        if (trim(header_rows_[row][i]) == trim(read.header) && count++ == 0) found = i;
      }
    }
    if (count == 1) {
      file_.columns.push_back(static_cast<uint32_t>(found));
      return true;
    }
    if (count == 0 && read.optional) {
      file_.columns.push_back(ir::none);
      return true;
    }
    Diagnostic* diagnostic = nullptr;
    if (count > 1) {
      diagnostic = &diagnostics.data_error(
          "D009", place_of(file_, line),
          fmt::format("{} columns of this file are headed \"{}\".", count, read.header),
          "Give every column that is read a header of its own.");
    } else {
      diagnostic = &diagnostics.data_error("D008", place_of(file_, line),
                                           fmt::format("This file has no column \"{}\".", read.header),
                                           missing_help(read.header));
    }
    diagnostic->notes.push_back(Note{read.span, "It is read here."});
    return false;
  }

  std::string missing_help(const std::string& wanted) const {
    if (file_.header.size() == 1) {
      for (const auto& [separator, name] :
           {std::pair(';', "semicolons"), std::pair('\t', "tabs"), std::pair('|', "bars")}) {
        if (file_.header[0].find(separator) == std::string::npos) continue;
        return fmt::format("Its columns seem to be parted by {}; save it with commas between them.", name);
      }
    }
    const std::string nearest = nearest_name(wanted, file_.header);
    std::string help = nearest.empty() ? "" : fmt::format("Did you mean \"{}\"? ", nearest);
    const size_t listed = std::min(file_.header.size(), headers_listed);
    help += fmt::format(
        "Its columns: \"{}\"",
        fmt::join(file_.header.begin(), file_.header.begin() + static_cast<ptrdiff_t>(listed), "\", \""));
    help += listed < file_.header.size() ? fmt::format(" and {} more.", file_.header.size() - listed) : ".";
    return help;
  }

  FileData& file_;
  const std::filesystem::path& directory_;
  std::vector<std::vector<std::string>> header_rows_;  // by themselves, where there are several
};

/// Reads the records of one piece.
class PieceReader {
 public:
  PieceReader(const FileData& file, const std::vector<CellFormat>& formats, TextPool& pool) : file_(file) {
    for (const CellFormat& format : formats) readers_.emplace_back(format, pool);
    for (uint32_t read = 0; read < file.columns.size(); ++read) {
      if (file.columns[read] != ir::none) order_.push_back(read);
    }
    std::stable_sort(order_.begin(), order_.end(),
                     [&](uint32_t a, uint32_t b) { return file.columns[a] < file.columns[b]; });
  }

  PieceResult read(std::string_view text, uint64_t first_line) {
    PieceResult result;
    const size_t bad = find_bad_byte(text);
    if (bad != std::string_view::npos) {
      result.refusal = bad_encoding(text, bad, first_line);
      return result;
    }
    RecordReader records(text, first_line);
    while (records.next()) {
      if (result.lines.empty()) reserve(text.size() / std::max<size_t>(1, records.next_offset()), result);
      append(records, result);
    }
    result.fatal = records.fatal();
    if (result.fatal != RecordReader::Fatal::none) result.refusal = fatal_refusal(records);
    for (CellReader& reader : readers_) result.reads.push_back(reader.take());
    return result;
  }

 private:
  void reserve(size_t records, PieceResult& result) {
    const size_t expected = records + records / 8 + 1;
    result.lines.reserve(expected);
    for (const uint32_t read : order_) readers_[read].reserve(expected);
  }

  void append(const RecordReader& records, PieceResult& result) {
    const auto record = static_cast<uint32_t>(result.lines.size());
    const std::vector<Cell>& cells = records.cells();
    result.lines.push_back(records.line());
    if (records.stray_quote() || cells.size() != file_.header.size()) {
      result.stray_quote = result.stray_quote || records.stray_quote();
      result.record_problems.push_back(RecordProblem{record, records.stray_quote(), cells.size()});
      for (const uint32_t read : order_) readers_[read].append({});
      return;
    }
    for (const uint32_t read : order_) {
      const Cell& cell = cells[file_.columns[read]];
      const CellFault fault = readers_[read].append(cell.plain(scratch_));
      if (fault != CellFault::none) result.cell_problems.push_back(CellProblem{record, read, fault, cell});
    }
  }

  const FileData& file_;
  std::vector<CellReader> readers_;
  std::vector<uint32_t> order_;  // reads in order of their column
  std::string scratch_;
};

/// Puts the pieces of a file together, all but its columns.
void join_records(FileData& file, std::vector<PieceResult>& pieces) {
  for (PieceResult& piece : pieces) {
    const auto before = static_cast<uint32_t>(file.lines.size());
    for (CellProblem& problem : piece.cell_problems) {
      problem.record += before;
      file.cell_problems.push_back(problem);
    }
    for (RecordProblem& problem : piece.record_problems) {
      problem.record += before;
      file.record_problems.push_back(problem);
    }
    if (before == 0) {
      file.lines = std::move(piece.lines);
    } else {
      file.lines.insert(file.lines.end(), piece.lines.begin(), piece.lines.end());
    }
  }
  if (file.plan->json) file.lines = std::move(file.object_lines);
  file.records = static_cast<uint32_t>(file.lines.size());
}

/// Some pieces a thread, so that all end at about the same time; larger ones make better use of what a reader
/// remembers.
size_t piece_size(const ReadOptions& options, size_t bytes) {
  constexpr size_t least = size_t{1} << 18U;
  constexpr size_t most = size_t{1} << 25U;
  if (options.piece_size != 0) return options.piece_size;
  if (options.threads == 1) return std::max<size_t>(bytes, 1);
  return std::clamp(bytes / (4 * options.threads), least, most);
}

struct OpenFile {
  std::optional<RecordReader> start;  // behind the header
  Diagnostics diagnostics;
  std::vector<CellFormat> formats;
  std::vector<Piece> pieces;
  std::vector<PieceResult> results;

  std::string_view body(const FileData& file) const {
    const std::string_view text = file.content.text();
    return text.starts_with(byte_order_mark) ? text.substr(byte_order_mark.size()) : text;
  }
};

}  // namespace

uint32_t FileData::number_of(uint32_t record) const {
  const auto after = std::upper_bound(stretches.begin(), stretches.end(), record,
                                      [](uint32_t wanted, const Stretch& one) { return wanted < one.first; });
  return after == stretches.begin() ? 0 : (after - 1)->file;
}

DataPlace FileData::place(uint32_t record, uint32_t read) const {
  const std::string text = read == ir::none ? std::string() : header[columns[read]];
  return DataPlace{name_of(record), line_of(lines[record]), element_text(text, lines[record]),
                   names != nullptr};
}

std::vector<FileData> read_files(const std::vector<FilePlan>& plans, const ReadOptions& options,
                                 TextPool& pool, Diagnostics& diagnostics) {
  std::vector<FileData> files(plans.size());
  std::vector<OpenFile> opened(plans.size());
  parallel_for(plans.size(), options.threads, [&](size_t i) {
    files[i].plan = &plans[i];
    opened[i].start = Opener(files[i], options.directory).open(opened[i].diagnostics);
  });

  struct Task {
    size_t file;
    size_t piece;
  };

  constexpr size_t hashing = SIZE_MAX;
  std::vector<Task> tasks;
  for (size_t i = 0; i < files.size(); ++i) tasks.push_back(Task{i, hashing});
  for (size_t i = 0; i < files.size(); ++i) {
    OpenFile& open = opened[i];
    if (!open.start) continue;
    for (const ColumnRead& read : plans[i].reads) open.formats.emplace_back(read.type);
    open.pieces = cut(open.body(files[i]), open.start->next_offset(), open.start->next_line(),
                      piece_size(options, open.body(files[i]).size()), options.threads);
    open.results.resize(open.pieces.size());
    for (size_t piece = 0; piece < open.pieces.size(); ++piece) tasks.push_back(Task{i, piece});
  }
  parallel_for(tasks.size(), options.threads, [&](size_t t) {
    FileData& file = files[tasks[t].file];
    if (tasks[t].piece == hashing) {
      file.sha256 = sha256(file.content.bytes());
      return;
    }
    OpenFile& open = opened[tasks[t].file];
    const Piece& piece = open.pieces[tasks[t].piece];
    open.results[tasks[t].piece] =
        PieceReader(file, open.formats, pool)
            .read(open.body(file).substr(piece.begin, piece.end - piece.begin), piece.first_line);
  });

  struct Join {
    size_t file;
    size_t read;
  };

  std::vector<Join> joins;
  for (size_t i = 0; i < files.size(); ++i) {
    OpenFile& open = opened[i];
    for (const Diagnostic& diagnostic : open.diagnostics.all()) diagnostics.add(diagnostic);
    if (!open.start) continue;
    const bool doubtful =
        std::any_of(open.results.begin(), open.results.end(), [](const PieceResult& result) {
          return result.stray_quote || result.fatal != RecordReader::Fatal::none;
        });
    if (doubtful && open.results.size() > 1) {
      const Piece whole{open.pieces.front().begin, open.pieces.back().end, open.pieces.front().first_line};
      open.results.clear();
      open.results.push_back(PieceReader(files[i], open.formats, pool)
                                 .read(open.body(files[i]).substr(whole.begin), whole.first_line));
    }
    const auto refused = std::find_if(open.results.begin(), open.results.end(),
                                      [](const PieceResult& result) { return result.refusal.has_value(); });
    if (refused != open.results.end()) {
      refuse(files[i], *refused->refusal, diagnostics);
      continue;
    }
    uint64_t records = 0;
    for (const PieceResult& result : open.results) records += result.lines.size();
    if (records > most_records) {
      refuse(files[i],
             Refusal{"D007", "This file has more than four billion lines.", "Cut it into parts by rows.", 0},
             diagnostics);
      continue;
    }
    join_records(files[i], open.results);
    if (files[i].records == 0) {
      diagnostics.data_error(
          "D060", place_of(files[i], 1),
          plans[i].json ? "This list has no objects in it." : "This file has a header and no rows.", "");
    }
    files[i].reads.resize(plans[i].reads.size());
    for (size_t read = 0; read < plans[i].reads.size(); ++read) joins.push_back(Join{i, read});
  }
  parallel_for(joins.size(), options.threads, [&](size_t j) {
    std::vector<Vector> parts;
    for (PieceResult& result : opened[joins[j].file].results)
      parts.push_back(std::move(result.reads[joins[j].read]));
    files[joins[j].file].reads[joins[j].read] = concatenate(std::move(parts));
  });
  return files;
}

}  // namespace merit::data
