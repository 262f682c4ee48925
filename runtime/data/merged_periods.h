#pragma once
// The periods of an owner's rows put together into spans.

#include <cstdint>
#include <vector>

#include "runtime/data/part_rows.h"

namespace merit {

/// Collects rows with their owner and period, then gives one row for each span: the periods of one owner that
/// follow one another with no more than a gap between them.
class MergedPeriods {
 public:
  /// A row whose owner or period is missing belongs to no span. A fault instead of the period, or as the
  /// owner, makes a row of its own.
  void add(uint32_t row, const Value& owner, const Value& period);

  /// By owner, then in order of time, then what could not be computed; last the rows whose owner could not.
  /// Days follow one another without a gap when the one is the day after the other; instants when they are
  /// the same.
  std::vector<PartRow> finish(Duration gap);

 private:
  struct Entry {
    uint32_t owner;
    uint32_t row;
    DateTimePeriod period;
  };

  std::vector<Entry> entries_;
  std::vector<PartRow> faults_;
  bool dates_ = false;  // periods of dates, kept as datetimes
};

}  // namespace merit
