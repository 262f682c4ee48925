#include "compiler/format/lines.h"

#include <algorithm>

namespace merit::format {

namespace {

/// Walks the lines of all fences and the tokens along with them.
class Reader {
 public:
  Reader(std::string_view text, const ScannedFile& scanned) : text_(text), scanned_(scanned) {}

  std::vector<std::vector<Line>> run() {
    std::vector<std::vector<Line>> fences;
    for (const Span& fence : scanned_.fences) {
      lines_.clear();
      for (uint32_t at = fence.begin; at < fence.end;) {
        const auto end = static_cast<uint32_t>(std::min<size_t>(text_.find('\n', at), fence.end));
        read_line(at, end);
        at = end + 1;
      }
      place_comments();
      fences.push_back(std::move(lines_));
    }
    return fences;
  }

 private:
  uint32_t column_of(uint32_t line_begin, uint32_t at) const {
    return width(text_.substr(line_begin, at - line_begin));
  }

  void read_line(uint32_t begin, uint32_t end) {
    Line line;
    const size_t found = text_.substr(0, end).find_first_not_of(" \t\r", begin);
    if (found == std::string_view::npos) {
      lines_.push_back(line);
      return;
    }
    const auto first = static_cast<uint32_t>(found);
    line.column = column_of(begin, first);
    if (text_[first] == '#') {
      line.kind = LineKind::comment;
      line.comment = trimmed(first, end);
      lines_.push_back(line);
      return;
    }
    take_layout(first);
    bool starts = true;
    while (next_ < scanned_.tokens.size() && scanned_.tokens[next_].begin < end) {
      const Lexeme& token = scanned_.tokens[next_];
      if (is_layout(token.type)) break;  // of the next line
      if (starts) open_line(line, token);
      starts = false;
      add_pieces(line, token, begin, end);
      if (token.end > end) break;  // goes on in the next line
      ++next_;
    }
    if (const ast::Comment* comment = comment_in(begin, end); comment != nullptr) {
      line.comment = trimmed(comment->span.begin, comment->span.end);
      line.comment_column = column_of(begin, comment->span.begin);
    }
    lines_.push_back(std::move(line));
  }

  std::string_view trimmed(uint32_t begin, uint32_t end) const {
    std::string_view part = text_.substr(begin, end - begin);
    return part.substr(0, part.find_last_not_of(" \t\r") + 1);
  }

  /// Layout tokens before the first token of a line.
  void take_layout(uint32_t first) {
    while (next_ < scanned_.tokens.size()) {
      const Lexeme& token = scanned_.tokens[next_];
      if (!is_layout(token.type) || token.type == token::END || token.begin > first) return;
      if (token.type == token::INDENT) {
        blocks_.push_back(++last_block_);
        for (size_t i = lines_.size(); i-- > 0;) {
          if (lines_[i].kind == LineKind::blank || lines_[i].kind == LineKind::comment) continue;
          lines_[i].opens_block = true;
          break;
        }
      } else if (token.type == token::DEDENT) {
        blocks_.pop_back();
      }
      ++next_;
    }
  }

  void open_line(Line& line, const Lexeme& token) {
    line.depth = static_cast<uint32_t>(blocks_.size() - 1);
    line.block = blocks_.back();
    const bool goes_on = next_ > 0 && !ends_statement(scanned_.tokens[next_ - 1].type);
    if (token.type == token::ROW) {
      line.kind = LineKind::row;
    } else if (goes_on || split_) {
      line.kind = LineKind::continuation;
      line.statement_line = statement_line_;
    } else {
      line.kind = LineKind::statement;
      statement_line_ = static_cast<uint32_t>(lines_.size());
      head_ = token.type;
      const Lexeme& following = scanned_.tokens[next_ + 1];
      second_ = following.type;
    }
    line.head = head_;
    line.second = second_;
  }

  /// The words of a token that stand on this line; the rest is left for the lines after it.
  void add_pieces(Line& line, const Lexeme& token, uint32_t line_begin, uint32_t line_end) {
    const auto add = [&](uint32_t from, uint32_t to, int32_t type) {
      line.pieces.push_back({type, text_.substr(from, to - from), column_of(line_begin, from)});
    };
    if (token.type == token::TEXT || token.type == token::ROW || token.type == token::UNIT) {
      add(token.begin, std::min(token.end, line_end), token.type);
      return;
    }
    uint32_t at = std::max(token.begin, line_begin);
    const uint32_t end = std::min(token.end, line_end);
    while (at < end) {
      if (text_[at] == ' ' || text_[at] == '\t' || text_[at] == '\r') {
        ++at;
      } else if (text_[at] == '#') {
        break;
      } else if (text_[at] == ',') {
        add(at, at + 1, token::COMMA);
        ++at;
      } else {
        uint32_t stop = at;
        while (stop < end && text_[stop] != ' ' && text_[stop] != '\t' && text_[stop] != '\r' &&
               text_[stop] != '#')
          ++stop;
        add(at, stop, token.type);
        at = stop;
      }
    }
    split_ = token.end > line_end;
  }

  const ast::Comment* comment_in(uint32_t begin, uint32_t end) const {
    const auto found = std::lower_bound(
        scanned_.comments.begin(), scanned_.comments.end(), begin,
        [](const ast::Comment& comment, uint32_t place) { return comment.span.begin < place; });
    return found != scanned_.comments.end() && found->span.begin < end ? &*found : nullptr;
  }

  /// A comment on a line of its own belongs to the block of what follows, unless it is deeper than that: then
  /// it ends the block before.
  void place_comments() {
    struct Open {
      uint32_t column;
      uint32_t depth;
    };

    std::vector<Open> above;  // where the blocks that are open stand
    for (size_t i = 0; i < lines_.size(); ++i) {
      Line& line = lines_[i];
      if (line.kind == LineKind::statement || line.kind == LineKind::row) {
        while (!above.empty() && above.back().depth >= line.depth) above.pop_back();
        above.push_back({line.column, line.depth});
        continue;
      }
      if (line.kind != LineKind::comment) continue;
      size_t next = i + 1;
      while (next < lines_.size() &&
             (lines_[next].kind == LineKind::blank || lines_[next].kind == LineKind::comment))
        ++next;
      const bool last = next == lines_.size();
      if (!last && lines_[next].kind == LineKind::continuation) {
        line.kind = LineKind::continuation;
        line.statement_line = lines_[next].statement_line;
        line.depth = lines_[next].depth;
        continue;
      }
      const uint32_t next_column = last ? 0 : lines_[next].column;
      line.depth = last ? 0 : lines_[next].depth;
      if (line.column <= next_column) continue;
      for (const Open& open : above) {
        if (open.column <= line.column) line.depth = std::max(line.depth, open.depth);
      }
    }
  }

  std::string_view text_;
  const ScannedFile& scanned_;
  std::vector<Line> lines_;
  size_t next_ = 0;     // token
  bool split_ = false;  // the line before ended within a token
  uint32_t statement_line_ = 0;
  int32_t head_ = token::NONE;
  int32_t second_ = token::NONE;
  std::vector<uint32_t> blocks_ = {0};
  uint32_t last_block_ = 0;
};

}  // namespace

std::vector<std::vector<Line>> lines_of(std::string_view text, const ScannedFile& scanned) {
  return Reader(text, scanned).run();
}

uint32_t width(std::string_view text) {
  return static_cast<uint32_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace merit::format
