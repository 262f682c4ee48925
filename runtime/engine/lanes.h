#pragma once
// The engine's chunks: a few thousand cells of one column or of one node of an expression.

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "runtime/data/vector.h"

namespace merit::engine {

/// Cells in sight: those of a whole column (nothing is copied) or of a vector of their own. A uniform chunk
/// has the same cell in every lane and stores it once.
struct Lanes {
  ValueKind kind = ValueKind::number;
  Form form = Form::decimal;
  uint32_t size = 0;
  int scale = 0;
  bool uniform = false;
  bool reduced = true;  ///< as in Vector
  const int64_t* i64 = nullptr;
  const int64_t* den = nullptr;
  const Number* big = nullptr;
  const uint8_t* u8 = nullptr;
  const uint32_t* u32 = nullptr;
  const int32_t* first = nullptr;
  const int32_t* second = nullptr;
  const uint32_t* missing = nullptr;  ///< null when nothing is missing; else as in Vector
  std::span<const FaultAt> faults;    ///< rows less fault_base are lanes (uniform: the one counts for all)
  uint32_t fault_base = 0;
  std::shared_ptr<Vector> own;  ///< the storage, when it is not a column's

  uint32_t cells() const { return uniform ? 1 : size; }

  uint32_t cell(uint32_t lane) const { return uniform ? 0 : lane; }

  bool all_known() const { return missing == nullptr && faults.empty(); }

  uint32_t missing_at(uint32_t lane) const { return missing == nullptr ? 0 : missing[cell(lane)]; }

  const Value::FaultPointer* fault_at(uint32_t lane) const;
  /// Points at `own` again after it was written.
  void refresh();
};

bool is_number(ValueKind kind);
/// A cell of datetimes or of periods of them; a time is the period that it alone fills.
DateTimePeriod period_of(const Lanes& lanes, uint32_t cell);
/// A cell of periods of either kind that ends before it starts, which no value does.
bool is_empty_period(const Lanes& lanes, uint32_t cell);
Form form_of(ValueKind kind);

/// Storage for so many lanes, all cells zero (a rational's denominators 1).
Lanes make_lanes(ValueKind kind, Form form, uint32_t size, bool uniform = false);
/// `size` cells of a column from `first` on.
Lanes view(const Vector& column, uint32_t first, uint32_t size);
/// One cell of a column in every lane.
Lanes view_one(const Vector& column, uint32_t row, uint32_t size);
/// Lane i of the result is lane index[i] of the source, which is not empty.
Lanes gather(const Lanes& source, const uint32_t* index, uint32_t size);
/// The same in storage of its own.
Lanes copy_of(const Lanes& lanes);
/// Not uniform.
Lanes expand(const Lanes& lanes);
/// The same value in all lanes.
Lanes uniform_of(const Value& value, ValueKind kind, uint32_t size, TextPool& pool);

/// 1 for each cell that is neither missing nor faulted.
std::vector<uint8_t> known_cells(const Lanes& lanes);

/// What operands make of the result: missing with the leftmost reason there is, the first of the faults.
struct Lifted {
  bool uniform = true;
  std::vector<uint32_t> missing;
  std::vector<FaultAt> faults;

  bool all_known() const { return missing.empty() && faults.empty(); }
};

Lifted lift(std::span<const Lanes> operands, uint32_t size);
/// 1 for each cell (one when uniform) that is neither missing nor faulted.
std::vector<uint8_t> known_cells(const Lifted& lifted, uint32_t size);
/// Gives a result (as uniform as they are) the states of its operands.
void attach(Lanes& lanes, Lifted&& lifted);

// Numbers in their three forms.

Number number_at(const Lanes& lanes, uint32_t cell);
/// Any known cell but a fault's.
Value value_at(const Lanes& lanes, uint32_t lane, const TextPool& pool);
/// In the least form that holds them all.
Lanes pack(ValueKind kind, std::vector<Number>&& numbers, uint32_t size, bool uniform);
/// The decimal form at another, greater scale; nothing when a cell does not fit.
std::optional<Lanes> rescale(const Lanes& decimal, int scale);
Lanes to_rational(const Lanes& lanes);
Lanes to_big(const Lanes& lanes);
/// All of one form, and of one scale.
void unify(std::span<Lanes> numbers);
/// Every cell's magnitude is at most 2 to this power.
int bits_of(const int64_t* values, uint32_t size);
int64_t power_of_ten(int exponent);

/// The order of the cells of two chunks of one kind.
int compare_cells(const Lanes& a, uint32_t a_cell, const Lanes& b, uint32_t b_cell, const TextPool& pool);

/// Chunks in order as one column.
Vector concatenate(ValueKind kind, std::vector<Lanes>&& chunks);

/// A column that is filled by chunks in any order, by several threads. Its form is guessed from a few of
/// them; chunks that do not fit in it are put aside, and then the column is made anew in a form that holds
/// all.
class ColumnBuilder {
 public:
  /// The samples must not be empty; they are not stored yet.
  ColumnBuilder(ValueKind kind, uint32_t size, std::span<const Lanes> samples, uint32_t chunk_rows);
  void store(uint32_t chunk, const Lanes& lanes);
  Vector finish();

 private:
  bool store_values(uint32_t first, const Lanes& lanes);

  Vector vector_;
  uint32_t chunk_rows_;
  std::atomic<bool> unreduced_{false};
  std::once_flag missing_once_;
  std::vector<std::vector<FaultAt>> faults_;
  std::vector<std::optional<Lanes>> aside_;
};

}  // namespace merit::engine
