#include "runtime/data/csv.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "runtime/data/parallel.h"

namespace merit::data {

namespace {

constexpr std::array<bool, 256> make_stops() {
  std::array<bool, 256> stops{};
  stops[','] = true;
  stops['\n'] = true;
  stops['"'] = true;
  return stops;
}

/// The bytes that end, or do not belong in, a cell without quotes.
constexpr auto stops = make_stops();

uint64_t count_lines(std::string_view text) {
  return static_cast<uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

std::string_view Cell::plain(std::string& scratch) const {
  if (!escaped) return text;
  scratch.clear();
  for (size_t i = 0; i < text.size(); ++i) {
    scratch += text[i];
    if (text[i] == '"' && i + 1 < text.size() && text[i + 1] == '"') ++i;
  }
  return scratch;
}

bool RecordReader::refuse(Fatal fatal, uint64_t line) {
  fatal_ = fatal;
  fatal_line_ = line;
  position_ = text_.size();
  return false;
}

/// From behind the opening quote to the comma or line end after the cell. False when it is never closed.
bool RecordReader::read_quoted() {
  const size_t begin = ++position_;
  const uint64_t quote_line = next_line_;
  bool escaped = false;
  for (;;) {
    const size_t quote = text_.find('"', position_);
    if (quote == std::string_view::npos) return refuse(Fatal::open_quote, quote_line);
    next_line_ += count_lines(text_.substr(position_, quote - position_));
    position_ = quote + 1;
    if (position_ == text_.size() || text_[position_] != '"') break;
    escaped = true;
    ++position_;
  }
  cells_.push_back(Cell{text_.substr(begin, position_ - 1 - begin), escaped});
  const auto at_end = [&] {
    if (position_ == text_.size() || text_[position_] == ',' || text_[position_] == '\n') return true;
    const size_t after = position_ + 1;
    return text_[position_] == '\r' && (after == text_.size() || text_[after] == '\n');
  };
  if (!at_end()) {
    stray_quote_ = true;
    while (position_ < text_.size() && text_[position_] != ',' && text_[position_] != '\n') ++position_;
    cells_.back() = Cell{text_.substr(begin, position_ - begin), false};
  } else if (position_ < text_.size() && text_[position_] == '\r') {
    ++position_;
  }
  return true;
}

void RecordReader::read_unquoted() {
  const size_t begin = position_;
  const char* p = text_.data() + begin;
  const char* const end = text_.data() + text_.size();
  for (;;) {
    while (p != end && !stops[static_cast<unsigned char>(*p)]) ++p;
    if (p == end || *p != '"') break;
    stray_quote_ = true;
    ++p;
  }
  position_ = static_cast<size_t>(p - text_.data());
  size_t length = position_ - begin;
  if (length > 0 && text_[position_ - 1] == '\r' && (p == end || *p == '\n')) --length;
  cells_.push_back(Cell{text_.substr(begin, length), false});
}

bool RecordReader::next() {
  while (position_ < text_.size()) {
    cells_.clear();
    stray_quote_ = false;
    line_ = next_line_;
    ++row_;
    offset_ = position_;
    for (;;) {
      const bool quoted = position_ < text_.size() && text_[position_] == '"';
      if (quoted) {
        if (!read_quoted()) return false;
      } else {
        read_unquoted();
      }
      if (cells_.back().text.size() > max_cell_bytes) return refuse(Fatal::long_cell, line_);
      if (position_ == text_.size() || text_[position_] == '\n') break;
      ++position_;  // the comma
    }
    if (position_ - offset_ > max_record_bytes) return refuse(Fatal::long_record, line_);
    if (position_ < text_.size()) {
      ++position_;
      ++next_line_;
    }
    const bool blank = cells_.size() == 1 && cells_[0].text.empty() && text_[offset_] != '"';
    if (!blank) return true;
  }
  return false;
}

std::vector<Piece> cut(std::string_view text, size_t begin, uint64_t line, size_t size, unsigned threads) {
  std::vector<Piece> pieces{Piece{begin, text.size(), line}};
  const size_t blocks = (text.size() - begin) / size;
  if (blocks < 2) return pieces;

  struct Counts {
    uint64_t quotes = 0;
    uint64_t lines = 0;
  };

  std::vector<Counts> counts(blocks);
  parallel_for(blocks, threads, [&](size_t i) {
    const std::string_view block = text.substr(begin + i * size, size);
    counts[i].quotes = static_cast<uint64_t>(std::count(block.begin(), block.end(), '"'));
    counts[i].lines = count_lines(block);
  });

  uint64_t quotes = 0;
  for (size_t i = 1; i < blocks; ++i) {
    quotes += counts[i - 1].quotes;
    line += counts[i - 1].lines;
    bool inside = quotes % 2 != 0;
    const size_t start = begin + i * size;
    const size_t limit = i + 1 < blocks ? start + size : text.size();
    uint64_t piece_line = line;
    for (size_t at = start; at < limit; ++at) {
      if (text[at] == '"') inside = !inside;
      if (text[at] != '\n') continue;
      ++piece_line;
      if (inside) continue;
      if (at + 1 < text.size()) {
        pieces.back().end = at + 1;
        pieces.push_back(Piece{at + 1, text.size(), piece_line});
      }
      break;
    }
  }
  return pieces;
}

}  // namespace merit::data
