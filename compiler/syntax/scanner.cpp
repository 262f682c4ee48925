#include "compiler/syntax/scanner.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/syntax/encoding.h"
#include "compiler/syntax/lexer.h"
#include "compiler/syntax/literate.h"
#include "compiler/syntax/words.h"

namespace merit {

namespace {

// Deeper than any rule that a person could read; what follows in the compiler may recurse to these depths.
constexpr size_t deepest_brackets = 100;
constexpr size_t deepest_blocks = 50;
constexpr size_t most_operators = 1000;

class Scanner {
 public:
  Scanner(const SourceFiles& files, uint32_t file, ScannedFile& out, Diagnostics& diagnostics)
      : text_(files[file].text), file_(file), out_(out), diagnostics_(diagnostics),
        lexer_(text_, file, out, diagnostics) {}

  void scan_fence(const Fence& fence) {
    base_ = fence.base;
    for (uint32_t at = fence.begin; at < fence.end;) {
      const auto line_end = static_cast<uint32_t>(std::min<size_t>(text_.find('\n', at), fence.end));
      scan_line(at, line_end);
      at = line_end + 1;
    }
    close_brackets();
    end_statement();
  }

  void finish() {
    if (tabs_ > 1) {
      diagnostics_.error(
          "S004", tab_,
          fmt::format("There are tabs in the indentation of this line and of {} more.", tabs_ - 1),
          "Indent with blanks; two for each level is usual.");
    } else if (tabs_ == 1) {
      diagnostics_.error("S004", tab_, "There is a tab in the indentation of this line.",
                         "Indent with blanks; two for each level is usual.");
    }
    while (depths_.size() > 1) close_block();
    drop_docs();
    const auto end = static_cast<uint32_t>(text_.size());
    lexer_.add(token::END, end, end);
    out_.blamed.resize(statement_ + 1);
  }

  /// One expression: no layout.
  void scan_expression(uint32_t begin, uint32_t end) {
    for (uint32_t at = lexer_.skip_blanks(begin, end); at < end; at = lexer_.skip_blanks(at, end)) {
      at = lexer_.scan(at, end);
      count_token();
    }
    drop_long_statement();
    lexer_.add(token::END, end, end);
    out_.blamed.resize(statement_ + 1);
  }

 private:
  uint32_t last_end() const { return out_.tokens.empty() ? 0 : out_.tokens.back().end; }

  void next_statement() { lexer_.set_statement(++statement_); }

  uint32_t indentation(uint32_t begin, uint32_t& at, uint32_t end) {
    uint32_t columns = 0;
    bool tab = false;
    for (at = begin; at < end; ++at) {
      if (text_[at] == ' ') {
        ++columns;
      } else if (text_[at] == '\t') {
        columns += 8 - columns % 8;
        tab = true;
      } else if (text_[at] != '\r') {
        break;
      }
    }
    tab_on_line_ = tab;
    return columns - std::min(columns, base_);
  }

  void scan_line(uint32_t begin, uint32_t end) {
    uint32_t at = begin;
    const uint32_t indent = indentation(begin, at, end);
    const uint32_t first = at;
    at = lexer_.skip_blanks(at, end);
    if (at >= end) return;
    if (text_[at] == '#') {
      scan_comment(at, end, true);
      return;
    }
    if (tab_on_line_) {
      if (tabs_++ == 0) tab_ = {file_, begin, first};
    }
    if (brackets_.empty() || !goes_on_in_brackets(indent, at)) place_line(indent, at);
    if (tab_on_line_) {
      if (out_.blamed.size() <= statement_) out_.blamed.resize(statement_ + 1);
      out_.blamed[statement_] = true;
    }
    if (text_[at] == '|' && brackets_.empty()) {
      scan_row(at, end);
      return;
    }
    const size_t tokens_before = out_.tokens.size();
    while (at < end) {
      if (text_[at] == '#') {
        scan_comment(at, end, false);
        break;
      }
      at = lexer_.scan(at, end);
      count_token();
      at = lexer_.skip_blanks(at, end);
    }
    if (out_.tokens.size() == tokens_before) return;
    out_.tokens[tokens_before].first_on_line = true;
    statement_open_ = true;
    const int32_t last = out_.tokens.back().type;
    opens_block_ = brackets_.empty() && (last == token::COLON || last == token::EQUALS);
  }

  void scan_comment(uint32_t at, uint32_t end, bool own_line) {
    while (end > at && (text_[end - 1] == '\r' || text_[end - 1] == ' ' || text_[end - 1] == '\t')) --end;
    const bool doc =
        own_line && end - at >= 2 && text_[at + 1] == '#' && (end - at == 2 || text_[at + 2] != '#');
    if (!doc) {
      out_.comments.push_back({{file_, at, end}, own_line});
      return;
    }
    doc_lines_.push_back({file_, at, end});
  }

  /// `##` lines that no statement follows are comments.
  void drop_docs() {
    for (const Span& line : doc_lines_) out_.comments.push_back({line, true});
    doc_lines_.clear();
  }

  void attach_docs() {
    if (doc_lines_.empty()) return;
    DocBlock block;
    block.token = static_cast<uint32_t>(out_.tokens.size());
    block.doc.span = {file_, doc_lines_.front().begin, doc_lines_.back().end};
    for (const Span& line : doc_lines_) {
      std::string_view words = text_.substr(line.begin + 2, line.end - line.begin - 2);
      if (words.starts_with(' ')) words.remove_prefix(1);
      if (!block.doc.text.empty()) block.doc.text += '\n';
      block.doc.text += words;
    }
    out_.docs.push_back(std::move(block));
    doc_lines_.clear();
  }

  /// A line inside brackets that stands at the left edge of its statement and begins with a word is a new
  /// statement: the bracket was never closed. Better said there than at the end of the file.
  bool goes_on_in_brackets(uint32_t indent, uint32_t at) {
    const char c = text_[at];
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '|';
    if (indent > depths_.back() || !word) {
      drop_docs();
      return true;
    }
    close_brackets();
    return false;
  }

  void close_brackets() {
    if (brackets_.empty()) return;
    const uint32_t opened = brackets_.back();
    lexer_.blame("S006", opened, opened + 1, "This bracket is never closed.",
                 "Write the ) that is missing. Lines inside brackets are indented deeper than the line that "
                 "they belong to.");
    for (; !brackets_.empty(); brackets_.pop_back()) lexer_.add(token::RPAREN, last_end(), last_end());
  }

  void end_statement() {
    if (!statement_open_) return;
    drop_long_statement();
    const uint32_t end = last_end();
    lexer_.add(token::NEWLINE, end, end);
    statement_open_ = false;
    next_statement();
    operators_ = 0;
    statement_token_ = out_.tokens.size();
  }

  void close_block() {
    depths_.pop_back();
    lexer_.add(token::DEDENT, last_end(), last_end());
    next_statement();
    statement_token_ = out_.tokens.size();
  }

  /// The layout rule: what the indentation of a line says before its first token.
  void place_line(uint32_t indent, uint32_t at) {
    const bool row = text_[at] == '|';
    if (out_.tokens.empty() && indent > 0 && !tab_on_line_) {
      lexer_.blame("S005", at - indent, at, "The first line of a module is not indented.",
                   "Move it to the left edge.");
      depths_.front() = indent;
    }
    if (statement_open_ && !opens_block_ && indent > depths_.back() && lacks_colon(at)) {
      const uint32_t end = last_end();
      lexer_.blame("S020", end, end, "A `:` is missing at the end of this line.");
      lexer_.add(token::COLON, end, end);
      opens_block_ = true;
    }
    if (opens_block_ && indent > depths_.back()) {
      open_block(indent, at);
      attach_docs();
      return;
    }
    opens_block_ = false;
    if (statement_open_ && indent > depths_.back() && !row) {
      drop_docs();
      return;  // goes on with the line above
    }
    end_statement();
    if (depths_.size() == 1 && indent < depths_.back()) depths_.front() = indent;  // told at the first line
    if (indent < depths_.back()) {
      while (depths_.size() > 1 && depths_[depths_.size() - 2] >= indent) close_block();
      if (depths_.back() > indent) bad_indentation(indent, at);
    } else if (indent > depths_.back() && !row && !out_.tokens.empty()) {
      bad_indentation(indent, at);
    }
    attach_docs();
  }

  std::string_view word_at(uint32_t at) const {
    uint32_t end = at;
    while (end < text_.size() && ((text_[end] >= 'a' && text_[end] <= 'z') || text_[end] == '_' ||
                                  (text_[end] >= '0' && text_[end] <= '9'))) {
      ++end;
    }
    return text_.substr(at, end - at);
  }

  /// Is the statement so far a header without its `:`, and the line at `at` a line of its block?
  bool lacks_colon(uint32_t at) const {
    if (text_[at] == '|') return true;
    const std::string_view head = word_at(out_.tokens[statement_token_].begin);
    if (head != "for" && head != "payment" && head != "findings" && head != "entity" && head != "test" &&
        head != "source" && head != "program" && head != "measure" && head != "composite") {
      return false;
    }
    for (size_t i = statement_token_; i < out_.tokens.size(); ++i) {
      if (out_.tokens[i].type == token::EQUALS) return false;
    }
    std::string_view word = word_at(at);
    if (head == "test") return word == "given" || word == "expect";
    if (head == "program") return word == "authority" || word == "effective" || word == "currency";
    if (head == "source" && word == "missing") return true;
    uint32_t after = at + static_cast<uint32_t>(word.size());
    const auto skip = [&] {
      while (after < text_.size() && text_[after] == ' ') ++after;
    };
    skip();
    if (head == "entity" && word == "key") {
      word = word_at(after);
      after += static_cast<uint32_t>(word.size());
      skip();
    }
    if (word.empty() || after >= text_.size()) return false;
    const char sign = text_[after];
    const char next = after + 1 < text_.size() ? text_[after + 1] : '\n';
    if (sign == '=') return next != '=';
    return sign == ':' && (head == "source" || (next != '\n' && next != '\r'));
  }

  void open_block(uint32_t indent, uint32_t at) {
    end_statement();
    opens_block_ = false;
    depths_.push_back(indent);
    if (depths_.size() == deepest_blocks + 1) {
      lexer_.blame("S018", at, at + 1,
                   fmt::format("Blocks are nested more than {} deep here.", deepest_blocks),
                   "Give the inner ones names of their own.");
    }
    lexer_.add(token::INDENT, at, at);
    next_statement();
    statement_token_ = out_.tokens.size();
  }

  /// The line stands at no depth that a line above has. It is read as part of the innermost block.
  void bad_indentation(uint32_t indent, uint32_t at) {
    if (tabs_ > 0) return;  // told already, and what the tab stands for is a guess
    const auto blanks = [](uint32_t n) {
      return n == 0 ? std::string("at the left edge") : fmt::format("indented by {}", n);
    };
    std::string help = fmt::format("The lines of its block are {}", blanks(depths_.back()));
    if (depths_.size() > 1 && indent < depths_.back())
      help += fmt::format(", those around it {}", blanks(depths_[depths_.size() - 2]));
    lexer_.blame("S005", at - indent, at,
                 fmt::format("This line is {}, and no block above it is.", blanks(indent)), help + ".");
  }

  void count_token() {
    if (out_.tokens.empty()) return;
    const Lexeme& last = out_.tokens.back();
    switch (last.type) {
    case token::LPAREN:
      brackets_.push_back(last.begin);
      ++operators_;
      if (brackets_.size() == deepest_brackets + 1) {
        too_long(last, fmt::format("Brackets are nested more than {} deep here.", deepest_brackets));
      }
      break;
    case token::RPAREN:
      if (!brackets_.empty()) {
        brackets_.pop_back();
        break;
      }
      lexer_.blame("S007", last.begin, last.end, "This bracket closes nothing.",
                   "Delete it, or write the ( that is missing.");
      out_.tokens.pop_back();
      return;
    case token::NAME: {
      const std::string_view word = text_.substr(last.begin, last.end - last.begin);
      if (word == "and" || word == "or" || word == "not" || word == "of") ++operators_;
      break;
    }
    case token::COMMA:
    case token::COLON:
    case token::EQUALS:
    case token::TEXT:
    case token::NUMBER:
    case token::MONEY:
    case token::DATE: break;
    default: ++operators_;
    }
    if (operators_ == most_operators + 1) {
      too_long(last,
               fmt::format("This has more than {} operators, more than anyone can check.", most_operators));
    }
  }

  void too_long(const Lexeme& place, std::string message) {
    if (!drop_) {
      lexer_.blame("S018", place.begin, place.end, std::move(message),
                   "Break it up into definitions with names of their own.");
    }
    drop_ = true;
  }

  /// What is nested too deep does not reach the parser, whose own nesting follows it.
  void drop_long_statement() {
    if (drop_ && out_.tokens.size() > statement_token_) {
      const Lexeme first = out_.tokens[statement_token_];
      const bool opens = opens_block_;
      const uint32_t end = last_end();
      out_.tokens.resize(statement_token_);
      lexer_.add(token::ERROR, first.begin, end);
      if (opens) lexer_.add(token::COLON, end, end);
    }
    drop_ = false;
  }

  void scan_row(uint32_t at, uint32_t end) {
    uint32_t close = at + 1;  // after the last `|`
    for (uint32_t i = at + 1; i < end;) {
      uint32_t cell = i;
      while (cell < end && (text_[cell] == ' ' || text_[cell] == '\t')) ++cell;
      if (cell < end && text_[cell] == '#' && text_.substr(0, end).find('|', cell) == std::string_view::npos)
        break;
      uint32_t bar = cell;
      if (cell < end && text_[cell] == '"') {
        ++bar;
        while (bar < end && text_[bar] != '"') bar += text_[bar] == '\\' && bar + 1 < end ? 2 : 1;
      }
      while (bar < end && text_[bar] != '|') ++bar;
      if (bar >= end) break;
      close = bar + 1;
      i = close;
    }
    lexer_.add(token::ROW, at, close);
    out_.tokens.back().first_on_line = true;
    uint32_t rest = close;
    while (rest < end && (text_[rest] == ' ' || text_[rest] == '\t' || text_[rest] == '\r')) ++rest;
    if (rest < end && text_[rest] == '#') {
      scan_comment(rest, end, false);
    } else if (rest < end) {
      uint32_t last = end;
      while (last > rest && (text_[last - 1] == ' ' || text_[last - 1] == '\r')) --last;
      lexer_.blame("S028", rest, last, "The last cell of this row is not closed.",
                   "Write a | at the end of the row.");
    }
    statement_open_ = false;
    opens_block_ = false;
    next_statement();
    statement_token_ = out_.tokens.size();
  }

  std::string_view text_;
  uint32_t file_;
  ScannedFile& out_;
  Diagnostics& diagnostics_;
  Lexer lexer_;
  uint32_t base_ = 0;                   // indentation of the fence
  std::vector<uint32_t> depths_ = {0};  // of the open blocks
  std::vector<uint32_t> brackets_;      // places of those that are open
  std::vector<Span> doc_lines_;         // waiting for their statement
  uint32_t statement_ = 0;
  size_t statement_token_ = 0;   // its first token
  size_t operators_ = 0;         // in the statement
  bool statement_open_ = false;  // tokens since the last layout token
  bool opens_block_ = false;     // the last line ended in `:` or `=`
  bool drop_ = false;            // the statement is too long to be parsed
  bool tab_on_line_ = false;
  size_t tabs_ = 0;
  Span tab_;
};

}  // namespace

bool is_literate(std::string_view file_name) {
  return file_name.ends_with(".md");
}

std::string unescape(std::string_view inside) {
  std::string out;
  out.reserve(inside.size());
  for (size_t i = 0; i < inside.size(); ++i) {
    if (inside[i] == '\\' && i + 1 < inside.size()) {
      ++i;
      out += inside[i] == 'n' ? '\n' : inside[i];
    } else {
      out += inside[i];
    }
  }
  return out;
}

ScannedFile scan_module(const SourceFiles& files, uint32_t file, Diagnostics& diagnostics) {
  ScannedFile out;
  const std::string_view text = files[file].text;
  out.tokens.reserve(text.size() / 3 + 16);
  std::vector<Fence> fences;
  if (check_encoding(text, file, diagnostics)) {
    if (is_literate(files[file].name)) {
      fences = merit_fences(text, file, diagnostics);
    } else {
      const uint32_t start = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
      fences.push_back({start, static_cast<uint32_t>(text.size()), 0});
    }
  }
  Scanner scanner(files, file, out, diagnostics);
  for (const Fence& fence : fences) {
    out.fences.push_back({file, fence.begin, fence.end});
    scanner.scan_fence(fence);
  }
  scanner.finish();
  std::sort(out.comments.begin(), out.comments.end(),
            [](const ast::Comment& a, const ast::Comment& b) { return a.span.begin < b.span.begin; });
  join_words(text, out);
  return out;
}

ScannedFile scan_range(const SourceFiles& files, Span range, Diagnostics& diagnostics) {
  ScannedFile out;
  Scanner(files, range.file, out, diagnostics).scan_expression(range.begin, range.end);
  join_words(files[range.file].text, out);
  return out;
}

}  // namespace merit
