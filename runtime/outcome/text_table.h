#pragma once
// Tables for a terminal.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace merit {

/// How many places of a terminal a UTF-8 text takes: combining marks none, East Asian wide characters and
/// emoji two.
size_t display_width(std::string_view text);

/// The text cut to at most `width` places, the last of them "…" when something was cut.
std::string cut_to_width(std::string_view text, size_t width);

/// "2 462": digits in groups of three, parted by no-break spaces.
std::string grouped(uint64_t count);

class TextTable {
 public:
  enum class Align : uint8_t { left, right };
  enum class Tone : uint8_t { plain, faint, alarm };

  struct Cell {
    std::string text;
    Tone tone = Tone::plain;
  };

  void add_column(std::string_view title, Align align);
  /// One cell a column. Line breaks and other control characters are shown as spaces.
  void add_row(std::vector<Cell> cells);
  /// The titles, a line below them, the rows; every line ends in a line break. Colour only when asked.
  std::string render(bool color) const;

 private:
  struct Column {
    std::string title;
    Align align;
  };

  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace merit
