#pragma once
// Records of a CSV text (RFC 4180), and where a large text may be cut.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace merit::data {

constexpr size_t max_cell_bytes = size_t{16} << 20U;
constexpr size_t max_record_bytes = size_t{64} << 20U;

struct Cell {
  std::string_view text;  ///< without the quotes around it
  bool escaped = false;   ///< has doubled quotes in it: see plain()

  /// The cell's text; a cell with doubled quotes is written into `scratch`.
  std::string_view plain(std::string& scratch) const;
};

/// Reads record after record. Lines end in LF or CR LF. Lines with nothing on them are passed over.
class RecordReader {
 public:
  enum class Fatal : uint8_t { none, open_quote, long_cell, long_record };

  RecordReader(std::string_view text, uint64_t first_line) : text_(text), next_line_(first_line) {}

  /// False at the end of the text, and when what follows cannot be read (see fatal).
  bool next();

  const std::vector<Cell>& cells() const { return cells_; }

  /// Where the record begins: its line, and its offset in the text.
  uint64_t line() const { return line_; }

  size_t offset() const { return offset_; }

  /// Which row of the file it is, counted from 1 and with empty lines; for a reader that began at the file's
  /// begin.
  uint64_t row() const { return row_; }

  /// Where the next one begins.
  size_t next_offset() const { return position_; }

  uint64_t next_line() const { return next_line_; }

  /// A quote in the middle of a cell, or text behind the closing quote. The cell is read as it stands.
  bool stray_quote() const { return stray_quote_; }

  Fatal fatal() const { return fatal_; }

  uint64_t fatal_line() const { return fatal_line_; }

 private:
  bool read_quoted();
  void read_unquoted();
  bool refuse(Fatal fatal, uint64_t line);

  std::string_view text_;
  size_t position_ = 0;
  size_t offset_ = 0;
  uint64_t line_ = 0;
  uint64_t row_ = 0;
  uint64_t next_line_;
  bool stray_quote_ = false;
  Fatal fatal_ = Fatal::none;
  uint64_t fatal_line_ = 0;
  std::vector<Cell> cells_;
};

/// A part of a text that begins with a record.
struct Piece {
  size_t begin = 0;
  size_t end = 0;
  uint64_t first_line = 0;
};

/// Cuts the text from `begin` on, which is at `line`, into pieces of about `size` bytes at record ends.
/// Whether an end of line ends a record is told by the quotes before it, so the cuts are right for a text
/// without stray quotes; a reader that meets one, or whose last record does not end with its piece, reads the
/// text again as one piece.
std::vector<Piece> cut(std::string_view text, size_t begin, uint64_t line, size_t size, unsigned threads);

}  // namespace merit::data
