#include "runtime/outcome/text_table.h"

#include <algorithm>
#include <array>

namespace merit {

namespace {

// Wide enough for a sentence that says why a value is missing.
constexpr size_t widest_column = 44;

struct Range {
  char32_t first;
  char32_t last;
};

// Unicode 15: what has no width of its own, and what has two places. Coarse on purpose: whole blocks.
constexpr std::array no_width = {Range{0x0300, 0x036F}, Range{0x0483, 0x0489}, Range{0x0591, 0x05BD},
                                 Range{0x064B, 0x065F}, Range{0x1AB0, 0x1AFF}, Range{0x1DC0, 0x1DFF},
                                 Range{0x200B, 0x200F}, Range{0x20D0, 0x20FF}, Range{0xFE00, 0xFE0F},
                                 Range{0xFE20, 0xFE2F}, Range{0xFEFF, 0xFEFF}};
constexpr std::array two_wide = {Range{0x1100, 0x115F},   Range{0x2E80, 0x303E},  Range{0x3041, 0xA4CF},
                                 Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},  Range{0xFE30, 0xFE6F},
                                 Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},  Range{0x1F300, 0x1F64F},
                                 Range{0x1F900, 0x1F9FF}, Range{0x20000, 0x3FFFD}};

template <size_t Size>
bool within(const std::array<Range, Size>& ranges, char32_t c) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [c](const Range& range) { return range.first <= c && c <= range.last; });
}

size_t width_of(char32_t c) {
  if (within(no_width, c)) return 0;
  return within(two_wide, c) ? 2 : 1;
}

// The next code point and how many bytes it takes; a byte that is no UTF-8 counts as one character.
std::pair<char32_t, size_t> next_character(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  const size_t length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (length == 1 || length > text.size()) return {lead, 1};
  char32_t c = lead & (0xFFU >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {lead, 1};
    c = c << 6U | (byte(i) & 0x3FU);
  }
  return {c, length};
}

std::string one_line(std::string_view text) {
  std::string result(text);
  std::replace_if(
      result.begin(), result.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  return result;
}

}  // namespace

size_t display_width(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    const auto [c, length] = next_character(text);
    width += width_of(c);
    text.remove_prefix(length);
  }
  return width;
}

std::string cut_to_width(std::string_view text, size_t width) {
  if (display_width(text) <= width) return std::string(text);
  std::string result;
  size_t taken = 0;
  while (!text.empty()) {
    const auto [c, length] = next_character(text);
    if (taken + width_of(c) + 1 > width) break;
    taken += width_of(c);
    result += text.substr(0, length);
    text.remove_prefix(length);
  }
  return result + "…";
}

std::string grouped(uint64_t count) {
  const std::string digits = std::to_string(count);
  std::string result;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) result += "\u00A0";
    result += digits[i];
  }
  return result;
}

void TextTable::add_column(std::string_view title, Align align) {
  columns_.push_back({one_line(title), align});
}

void TextTable::add_row(std::vector<Cell> cells) {
  for (Cell& cell : cells) cell.text = cut_to_width(one_line(cell.text), widest_column);
  rows_.push_back(std::move(cells));
}

std::string TextTable::render(bool color) const {
  std::vector<size_t> widths;
  for (size_t column = 0; column < columns_.size(); ++column) {
    size_t width = std::min(display_width(columns_[column].title), widest_column);
    for (const std::vector<Cell>& row : rows_) width = std::max(width, display_width(row[column].text));
    widths.push_back(width);
  }
  std::string result;
  const auto add = [&](size_t column, const std::string& text, std::string_view on) {
    if (column > 0) result += "  ";
    const std::string blanks(widths[column] - std::min(widths[column], display_width(text)), ' ');
    const bool right = columns_[column].align == Align::right;
    if (right) result += blanks;
    if (color && !on.empty()) {
      result += on;
      result += text;
      result += "\x1b[0m";
    } else {
      result += text;
    }
    if (!right && column + 1 < columns_.size()) result += blanks;
  };
  for (size_t column = 0; column < columns_.size(); ++column) {
    add(column, cut_to_width(columns_[column].title, widest_column), "\x1b[1m");
  }
  result += "\n";
  for (size_t column = 0; column < columns_.size(); ++column) {
    if (column > 0) result += "  ";
    for (size_t i = 0; i < widths[column]; ++i) result += "─";
  }
  result += "\n";
  for (const std::vector<Cell>& row : rows_) {
    for (size_t column = 0; column < columns_.size(); ++column) {
      const Tone tone = row[column].tone;
      add(column, row[column].text, tone == Tone::faint ? "\x1b[2m" : tone == Tone::alarm ? "\x1b[31m" : "");
    }
    result += "\n";
  }
  return result;
}

}  // namespace merit
