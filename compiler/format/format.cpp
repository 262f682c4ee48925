#include "compiler/format/format.h"

#include <algorithm>
#include <map>
#include <stdexcept>

#include "compiler/format/lines.h"
#include "compiler/syntax/table_row.h"

namespace merit {

namespace {

using format::Line;
using format::LineKind;
using format::Piece;
using format::width;

constexpr uint32_t level = 2;               // blanks for each block
constexpr uint32_t gap_before_case = 3;     // blanks before `when`
constexpr uint32_t widest_case_value = 60;  // of those that the column of `when` counts
constexpr uint32_t gap_before_comment = 2;

/// A place in a line that may be pushed to the right.
struct Mark {
  char sign;  // ':' or '=' of a definition, 'w' of a case, 't' of a text or word that a line ends with
  size_t at;  // in the text
  uint32_t source = 0;  // its column as written
};

struct OutLine {
  const Line* line = nullptr;
  uint32_t indent = 0;
  std::string text;
  std::vector<Mark> marks;
};

bool ends_value(int32_t type) {
  switch (type) {
  case token::NAME:
  case token::TEXT:
  case token::NUMBER:
  case token::PERCENT:
  case token::MONEY:
  case token::DATE:
  case token::DURATION:
  case token::BOOLEAN:
  case token::RPAREN:
  case token::MISSING:
  case token::AS_BEFORE:
  case token::QUESTION: return true;
  default: return false;
  }
}

void push_right(OutLine& line, size_t mark, uint32_t blanks) {
  line.text.insert(line.marks[mark].at, blanks, ' ');
  for (size_t i = mark; i < line.marks.size(); ++i) line.marks[i].at += blanks;
}

/// Puts one blank, or none, between the pieces of each line.
class Spacing {
 public:
  void write(const Line& line, OutLine& out) {
    if (line.kind == LineKind::statement) {
      brackets_ = 0;
      count_ = 0;
      previous_ = token::NONE;
      prefix_ = false;
    }
    for (size_t i = 0; i < line.pieces.size(); ++i) {
      const Piece& piece = line.pieces[i];
      const bool header = piece.type == token::COLON && is_header(line, i);
      if (i > 0 && blank_before(line, piece, header)) out.text += ' ';
      mark(line, i, header, out);
      out.text += piece.text;
      prefix_ = piece.type == token::MINUS && !ends_value(previous_);
      if (piece.type == token::LPAREN) ++brackets_;
      if (piece.type == token::RPAREN) --brackets_;
      previous_ = piece.type;
      ++count_;
    }
  }

 private:
  bool is_header(const Line& line, size_t i) const {
    if (brackets_ > 0) return false;
    if (i + 1 == line.pieces.size()) return true;
    const int32_t what = line.head == token::REPLACE ? line.second : line.head;
    return what == token::ENUM || what == token::VALUESET || what == token::ENSURE || what == token::REPORT;
  }

  bool blank_before(const Line& line, const Piece& piece, bool header) const {
    switch (piece.type) {
    case token::COMMA:
    case token::RPAREN:
    case token::QUESTION:
    case token::DOT: return false;
    case token::COLON: return !header;
    case token::LPAREN: {
      const bool plural = (line.head == token::ENTITY || line.head == token::TABLE) && count_ == 2;
      if (previous_ == token::NAME) return plural;
      if (previous_ == token::STATISTIC) return false;
      break;
    }
    default: break;
    }
    return previous_ != token::LPAREN && previous_ != token::DOT && !prefix_;
  }

  void mark(const Line& line, size_t i, bool header, OutLine& out) const {
    const Piece& piece = line.pieces[i];
    if (brackets_ > 0 || i == 0) return;
    char sign = 0;
    if (piece.type == token::EQUALS) sign = '=';
    if (piece.type == token::COLON && !header) sign = ':';
    if (piece.type == token::WHEN || piece.type == token::OTHERWISE) sign = 'w';
    const bool named = line.head == token::CODE || line.head == token::VALUESET;
    if (sign == 0 && (named ? piece.type == token::TEXT : i == 1 && line.pieces.size() == 2)) sign = 't';
    if (sign != 0) out.marks.push_back({sign, out.text.size(), piece.column});
  }

  int brackets_ = 0;
  size_t count_ = 0;  // pieces of the statement so far
  int32_t previous_ = token::NONE;
  bool prefix_ = false;  // the piece before is a sign, not a subtraction
};

class FenceFormatter {
 public:
  FenceFormatter(const std::vector<Line>& lines, std::string_view text) : source_(lines), text_(text) {}

  /// The lines of the fence, each with its line end.
  std::string run(uint32_t base, std::string_view line_end) {
    Spacing spacing;
    for (const Line& line : source_) {
      OutLine out;
      out.line = &line;
      out.indent = indentation(line);
      if (line.kind == LineKind::row) {
        out.text = line.pieces.front().text;
      } else {
        spacing.write(line, out);
      }
      lines_.push_back(std::move(out));
    }
    align_tables();
    align_cases();
    align_definitions(0);
    align_definitions(1);
    add_comments();
    return join(base, line_end);
  }

 private:
  uint32_t indentation(const Line& line) const {
    const uint32_t block = level * line.depth;
    if (line.kind != LineKind::continuation) return block;
    const uint32_t owner = source_[line.statement_line].column;
    const uint32_t distance = line.column > owner ? line.column - owner : 0;
    const bool closes = !line.pieces.empty() && line.pieces.front().type == token::RPAREN;
    return block + std::max(distance, closes ? 0 : level);
  }

  void align_tables() {
    std::map<uint32_t, std::vector<OutLine*>> tables;
    for (OutLine& line : lines_) {
      if (line.line->kind == LineKind::row) tables[line.line->block].push_back(&line);
    }
    for (auto& [block, rows] : tables) align_table(rows);
  }

  static void align_table(const std::vector<OutLine*>& rows) {
    std::vector<uint32_t> widths;
    std::vector<std::vector<std::string>> cells;
    for (const OutLine* row : rows) {
      std::vector<std::string> written;
      for (const ast::Cellule& cell : split_row(row->text, 0, 0)) {
        written.push_back(row->text.substr(cell.span.begin, cell.span.end - cell.span.begin));
        if (widths.size() < written.size()) widths.push_back(0);
        widths[written.size() - 1] = std::max(widths[written.size() - 1], width(written.back()));
      }
      cells.push_back(std::move(written));
    }
    for (size_t r = 0; r < rows.size(); ++r) {
      std::string text = "|";
      for (size_t c = 0; c < cells[r].size(); ++c) {
        text += " " + cells[r][c] + std::string(widths[c] - width(cells[r][c]), ' ') + " |";
      }
      rows[r]->text = std::move(text);
    }
  }

  static const Mark* case_mark(const OutLine& line) {
    if (line.line->kind != LineKind::statement || line.marks.empty() || line.marks.front().sign != 'w')
      return nullptr;
    return &line.marks.front();
  }

  void align_cases() {
    std::map<uint32_t, uint32_t> widest;  // by block
    const auto value_width = [](const OutLine& line, const Mark& mark) {
      return width(line.text.substr(0, mark.at)) - 1;
    };
    for (const OutLine& line : lines_) {
      const Mark* mark = case_mark(line);
      if (mark == nullptr || value_width(line, *mark) > widest_case_value) continue;
      uint32_t& column = widest[line.line->block];
      column = std::max(column, value_width(line, *mark));
    }
    for (OutLine& line : lines_) {
      const Mark* mark = case_mark(line);
      if (mark == nullptr) continue;
      const uint32_t value = value_width(line, *mark);
      const uint32_t column = std::max(widest[line.line->block], value);
      push_right(line, 0, (value > widest_case_value ? 0 : column - value) + gap_before_case - 1);
    }
  }

  /// Does the line after `above` continue a list of definitions whose marks the author has aligned?
  static bool aligned(const OutLine& above, const OutLine& below, size_t mark) {
    return below.line->kind == LineKind::statement && below.line->block == above.line->block &&
           mark < above.marks.size() && mark < below.marks.size() && above.marks[mark].sign != 'w' &&
           above.marks[mark].sign == below.marks[mark].sign &&
           above.marks[mark].source == below.marks[mark].source;
  }

  void align_definitions(size_t mark) {
    for (size_t i = 0; i < lines_.size();) {
      std::vector<OutLine*> group;
      size_t next = i + 1;
      if (lines_[i].line->kind == LineKind::statement) {
        group.push_back(&lines_[i]);
        for (; next < lines_.size(); ++next) {
          if (lines_[next].line->kind == LineKind::comment) continue;
          if (!aligned(*group.back(), lines_[next], mark)) break;
          group.push_back(&lines_[next]);
        }
      }
      uint32_t column = 0;
      const auto place = [&](const OutLine& line) { return width(line.text.substr(0, line.marks[mark].at)); };
      if (group.size() > 1) {
        for (const OutLine* line : group) column = std::max(column, place(*line));
        for (OutLine* line : group) push_right(*line, mark, column - place(*line));
      }
      i = std::max(next, i + 1);
    }
  }

  void add_comments() {
    for (size_t i = 0; i < lines_.size();) {
      const auto trails = [&](size_t k) {
        return k < lines_.size() && !lines_[k].line->comment.empty() && !lines_[k].line->pieces.empty();
      };
      if (!trails(i)) {
        if (lines_[i].line->pieces.empty()) lines_[i].text = lines_[i].line->comment;
        ++i;
        continue;
      }
      size_t end = i + 1;
      while (trails(end) && lines_[end].line->comment_column == lines_[i].line->comment_column) ++end;
      uint32_t column = 0;
      for (size_t k = i; k < end; ++k) column = std::max(column, lines_[k].indent + width(lines_[k].text));
      for (; i < end; ++i) {
        const uint32_t blanks = column - lines_[i].indent - width(lines_[i].text) + gap_before_comment;
        lines_[i].text += std::string(blanks, ' ') + std::string(lines_[i].line->comment);
      }
    }
  }

  std::string join(uint32_t base, std::string_view line_end) const {
    std::string out;
    bool blank = false;
    bool may_blank = false;  // something that an empty line can part from what follows
    for (const OutLine& line : lines_) {
      if (line.line->kind == LineKind::blank) {
        blank = may_blank;
        continue;
      }
      if (blank) out += line_end;
      blank = false;
      out += std::string(base + line.indent, ' ') + line.text + std::string(line_end);
      may_blank = !line.line->opens_block;
    }
    return out;
  }

  const std::vector<Line>& source_;
  std::string_view text_;
  std::vector<OutLine> lines_;
};

uint32_t fence_base(std::string_view text, Span fence) {
  if (fence.begin < 2) return 0;
  const size_t before = text.rfind('\n', fence.begin - 2);
  const size_t line = before == std::string_view::npos ? 0 : before + 1;
  return static_cast<uint32_t>(std::min(text.find_first_not_of(' ', line), text.size()) - line);
}

/// The tokens with their texts, blanks aside: what a program is to the parser.
std::string essence(std::string_view text, const ScannedFile& scanned) {
  std::string out;
  for (const Lexeme& token : scanned.tokens) {
    out += std::to_string(token.type);
    out += ' ';
    for (const char c : text.substr(token.begin, token.end - token.begin)) {
      if (token.type == token::TEXT || (c != ' ' && c != '\t' && c != '\r' && c != '\n')) out += c;
    }
    out += '\n';
  }
  for (const ast::Comment& comment : scanned.comments) {
    out += text.substr(comment.span.begin, comment.span.end - comment.span.begin);
    out += '\n';
  }
  return out;
}

}  // namespace

std::string format_module(const ast::Module& module, const SourceFiles& files) {
  const SourceFile& source = files[module.file];
  const std::string_view text = source.text;
  Diagnostics ignored;
  const ScannedFile scanned = scan_module(files, module.file, ignored);
  const bool literate = is_literate(source.name);
  const size_t first_line = text.find('\n');
  const bool windows = first_line != std::string_view::npos && first_line > 0 && text[first_line - 1] == '\r';

  std::string out;
  size_t copied = 0;
  const std::vector<std::vector<format::Line>> fences = format::lines_of(text, scanned);
  for (size_t i = 0; i < fences.size(); ++i) {
    const Span fence = scanned.fences[i];
    if (literate) out += text.substr(copied, fence.begin - copied);
    out +=
        FenceFormatter(fences[i], text).run(literate ? fence_base(text, fence) : 0, windows ? "\r\n" : "\n");
    copied = fence.end;
  }
  if (literate) out += text.substr(copied);

  SourceFiles formatted;
  const uint32_t file = formatted.add(source.name, out);
  if (essence(out, scan_module(formatted, file, ignored)) != essence(text, scanned)) {
    throw std::logic_error("formatting " + source.name + " would have changed the program");
  }
  return out;
}

}  // namespace merit
