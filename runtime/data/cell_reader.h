#pragma once
// Cells of text into columns of values: one reader for a column of a file, read as one type.

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/data/vector.h"
#include "runtime/ir/ir.h"
#include "runtime/values/currency.h"

namespace merit::data {

/// What can be wrong with one cell.
enum class CellFault : uint8_t {
  none,
  not_number,
  not_whole,
  not_money,
  not_date,
  not_boolean,
  not_in_enumeration,
  not_period,
  not_duration,
  not_datetime,
  not_datetime_period,
  not_codes,
  not_quantity,
  no_pattern,  ///< none of the `like` patterns fits
  // what stands in a resource
  wrong_kind,  ///< not the kind of JSON that the field needs; the text found names both
  several,     ///< several different values where one is meant
  no_system,   ///< a coding without its system
  odd_system,  ///< a system in another spelling than the value sets have
};

/// A `like` pattern: `*` is kept (and there is exactly one), `…` fits anything and is dropped, the rest
/// stands for itself.
class Pattern {
 public:
  explicit Pattern(std::string_view text);

  /// The part that `*` stands for, as short as it can be; false when the pattern does not fit.
  bool match(std::string_view cell, std::string_view& kept) const;

 private:
  enum class Kind : uint8_t { literal, keep, drop };

  struct Part {
    Kind kind;
    std::string text;
  };

  bool match_from(size_t part, std::string_view rest, std::string_view& kept) const;

  std::vector<Part> parts_;
};

/// How the cells of one column of a file are to be read.
struct CellType {
  ir::TypeKind kind = ir::TypeKind::text;  ///< never a link or a collection
  bool known_test = false;                 ///< boolean: is the cell known?
  bool known_value = true;                 ///< the value of the test for a known cell, or for an equal one
  std::optional<std::string> compared_with = std::nullopt;  ///< boolean: is the cell this text?
  const ir::Enumeration* enumeration = nullptr;
  const Currency* currency = nullptr;                 ///< money
  const std::vector<std::string>* missing = nullptr;  ///< cells that mean missing, the empty one aside
  std::vector<std::string> patterns;
  Number scale = Number(1);

  friend bool operator==(const CellType&, const CellType&) = default;
};

/// What all threads share of a CellType: its patterns and names made ready.
class CellFormat {
 public:
  explicit CellFormat(CellType type);

  const CellType& type() const { return type_; }

 private:
  friend class CellReader;
  CellType type_;
  std::vector<Pattern> patterns_;
  std::unordered_map<std::string_view, uint32_t> names_;  // of the enumeration
  int shift_ = 0;                                         // scale_ is 10^-shift_ ...
  bool plain_scale_ = true;                               // ... or something else
};

/// Appends cells to a vector. One thread, one reader.
class CellReader {
 public:
  CellReader(const CellFormat& format, TextPool& pool);

  /// A cell that cannot be read is appended as missing.
  CellFault append(std::string_view cell);
  /// A text as the column keeps it: the set of codes.
  void append_ready(std::string_view text);
  void append_number(const Number& number);
  /// Without a reason when that is empty.
  void append_missing_because(std::string_view reason);
  /// How many cells to expect.
  void reserve(size_t cells);
  Vector take();

 private:
  CellFault append_value(std::string_view text);
  CellFault append_number(std::string_view text);
  CellFault append_money(std::string_view text);
  CellFault append_codes(std::string_view text);
  CellFault append_quantity(std::string_view text);
  CellFault append_boolean(std::string_view text);
  /// `reason` as in Vector.
  void append_missing(uint32_t reason = 1);
  void push_decimal(int64_t mantissa, int scale);
  void push_number(const Number& number);
  void push_text(std::string_view text);
  void make_big();
  void known();

  const CellFormat& format_;
  TextPool& pool_;
  Vector vector_;

  /// A short text of the pool, so that the cells of a column, which like to repeat, need not go there.
  struct CachedText {
    std::array<char, 24> bytes;
    uint32_t size;
    uint32_t id;
  };

  std::vector<CachedText> cache_;

  struct TextHash {
    using is_transparent = void;

    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  /// Quantities as they are written, which like to repeat, too: the number of what they mean.
  std::unordered_map<std::string, uint32_t, TextHash, std::equal_to<>> quantities_;
};

/// All parts one after the other, in one physical form.
Vector concatenate(std::vector<Vector> parts);

/// Brings columns of numbers into one physical form and scale, so that equal cells are equal in memory.
void unify_numbers(const std::vector<Vector*>& vectors);

/// Big numbers into the best form that holds them.
void settle(Vector& vector);

std::string_view trim(std::string_view text);

}  // namespace merit::data
