#pragma once
// One token at a time: names, literals and signs, with what is wrong in them. Knows nothing of layout.

#include <set>
#include <string>
#include <vector>

#include "compiler/syntax/scanner.h"

namespace merit {

class Lexer {
 public:
  Lexer(std::string_view text, uint32_t file, ScannedFile& out, Diagnostics& diagnostics)
      : text_(text), file_(file), out_(out), diagnostics_(diagnostics) {}

  /// Scans what stands at `at` (no blank, no comment, no line end) before `limit`, adds its token and gives
  /// the place after it. Names are left as NAME: words.h decides what they mean.
  uint32_t scan(uint32_t at, uint32_t limit);

  /// The number of the statement that tokens are added to.
  void set_statement(uint32_t statement) { statement_ = statement; }

  void add(int32_t type, uint32_t begin, uint32_t end);
  /// Reports an error within the current statement.
  Diagnostic& blame(std::string_view code, uint32_t begin, uint32_t end, std::string message,
                    std::string help = {});
  /// Blanks of all kinds; those that are not plain are reported once.
  uint32_t skip_blanks(uint32_t at, uint32_t limit);

 private:
  std::string_view slice(uint32_t begin, uint32_t end) const { return text_.substr(begin, end - begin); }

  char peek(uint32_t at, uint32_t limit) const { return at < limit ? text_[at] : '\0'; }

  bool first_of_statement(uint32_t back) const;
  bool defines_name() const;
  uint32_t scan_name(uint32_t at, uint32_t limit);
  uint32_t scan_number(uint32_t at, uint32_t limit);
  uint32_t scan_date(uint32_t at, uint32_t limit);
  uint32_t scan_time(uint32_t at, uint32_t day_end, uint32_t limit);
  uint32_t scan_money(uint32_t at, uint32_t sign_end, uint32_t limit);
  uint32_t digits_end(uint32_t at, uint32_t limit) const;
  uint32_t thousands_with_commas(uint32_t number, uint32_t at, uint32_t limit);
  uint32_t scan_text(uint32_t at, uint32_t limit);
  uint32_t scan_unit(uint32_t at, uint32_t limit);
  uint32_t scan_sign(uint32_t at, uint32_t limit);
  uint32_t scan_foreign(uint32_t at, uint32_t limit);

  std::string_view text_;
  uint32_t file_;
  ScannedFile& out_;
  Diagnostics& diagnostics_;
  uint32_t statement_ = 0;
  std::set<std::string, std::less<>> misspelled_;  // names already reported
  bool odd_blank_seen_ = false;
};

}  // namespace merit
