#pragma once
// One column of values in memory, the exchange form between data, engine and reports.
//
// A Vector holds `size` cells of one physical form. Missing and fault stand beside the values, so that
// kernels run over plain arrays. Whole columns and the engine's chunks have the same form.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/values/number.h"
#include "runtime/values/value.h"

namespace merit {

/// Interned texts: equal text, equal number. Thread-safe to add; reading a text that was added is lock-free
/// after the add returned.
/// Numbers run from 0 without gaps once nobody is adding; which text gets which number is left open (threads
/// race for them).
class TextPool {
 public:
  uint32_t add(std::string_view text);
  std::string_view text(uint32_t id) const;
  /// The number of a text that was added; nothing for any other.
  std::optional<uint32_t> find(std::string_view text) const;
  /// How many texts there are.
  uint32_t size() const;
  TextPool();
  ~TextPool();
  TextPool(const TextPool&) = delete;
  TextPool& operator=(const TextPool&) = delete;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

enum class Form : uint8_t {
  decimal,   ///< integers, numbers, money: i64 mantissa of one power of ten for the whole vector (`scale`
             ///< decimals)
  rational,  ///< numbers, money: i64 numerator, den (> 0)
  big,       ///< numbers, money: Number each
  boolean,   ///< u8
  text,      ///< texts, codes, quantities: u32, TextPool (codes_text(), Quantity::text())
  index,     ///< u32: row of an entity, or value of an enumeration
  date,      ///< i32 days
  period,    ///< i32 start, i32 end
  duration,  ///< i32 months, i32 days, i64 seconds
  datetime,  ///< i64: DateTime::packed
  datetime_period,  ///< two of them, start and end, in i64 and den
};

/// A cell of Form::text.
Value text_value(ValueKind kind, std::string_view text);

struct FaultAt {
  uint32_t row;
  std::shared_ptr<const Fault> fault;
};

struct Vector {
  ValueKind kind = ValueKind::number;  ///< what a cell is to the language
  Form form = Form::decimal;
  uint32_t size = 0;
  int scale = 0;              ///< decimal: digits after the point, 0 to 18
  std::vector<int64_t> i64;   ///< decimal: mantissas; rational: numerators; datetimes, starts; seconds
  std::vector<int64_t> den;   ///< rational: denominators; datetime_period: ends
  bool reduced = true;        ///< rational: whether the fractions are; the engine's columns need not be
  std::vector<Number> big;    ///< big
  std::vector<uint8_t> u8;    ///< boolean
  std::vector<uint32_t> u32;  ///< text, index
  std::vector<int32_t> first, second;  ///< date: first; period: first, second; duration: months, days
  /// Empty when nothing is missing; else one a cell: 0 known, 1 missing without a reason, else 1 + TextPool
  /// id of the reason + 0 (that is: reason = pool.text(missing - 2)).
  std::vector<uint32_t> missing;
  std::vector<FaultAt> faults;  ///< sorted by row, at most one a row; a faulted cell's value means nothing

  bool is_missing(uint32_t row) const { return !missing.empty() && missing[row] != 0; }

  const Fault* fault(uint32_t row) const;  ///< null when none
  Value value(uint32_t row, const TextPool& pool) const;
};

/// The column of these values, in the best physical form: numbers and money as decimals of the smallest
/// common scale, else as rationals, else big. Every known value is of `kind`; missing and faulted ones may
/// stand among them.
Vector vector_of(ValueKind kind, const std::vector<Value>& values, TextPool& pool);

}  // namespace merit
