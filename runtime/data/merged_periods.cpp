#include "runtime/data/merged_periods.h"

#include <algorithm>
#include <stdexcept>
#include <tuple>

#include "runtime/ir/faults.h"

namespace merit {

namespace {

/// Does what ends at `end` reach a start, with this gap between them?
bool reaches(DateTime end, DateTime start, Duration gap) {
  if (end.is_open()) return true;
  try {
    if (!end.is_day()) return compare(start, add(end, gap)) <= 0;
    const Duration days{gap.months, gap.days + 1, 0};
    return start.date() <= add(end.date(), days);
  } catch (const std::domain_error&) {
    return true;  // up to beyond the calendar
  }
}

}  // namespace

void MergedPeriods::add(uint32_t row, const Value& owner, const Value& period) {
  if (owner.is_fault() || period.is_fault()) {
    const Value::FaultPointer fault = owner.is_fault() && period.is_fault()
                                          ? ir::first_of(owner.fault_pointer(), period.fault_pointer())
                                      : owner.is_fault() ? owner.fault_pointer()
                                                         : period.fault_pointer();
    if (owner.is_missing()) return;
    faults_.push_back({0, row, 0, fault, owner.is_fault() ? ir::none : owner.row(), {}});
    return;
  }
  if (owner.is_missing() || period.is_missing()) return;
  dates_ = period.kind() == ValueKind::period;
  entries_.push_back(
      {owner.row(), row, dates_ ? DateTimePeriod::of(period.period()) : period.datetime_period()});
}

std::vector<PartRow> MergedPeriods::finish(Duration gap) {
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.owner, a.period.start, a.row) < std::tie(b.owner, b.period.start, b.row);
  });
  std::vector<PartRow> rows;
  for (size_t first = 0; first < entries_.size();) {
    DateTimePeriod span = entries_[first].period;
    size_t next = first + 1;
    for (; next < entries_.size() && entries_[next].owner == entries_[first].owner; ++next) {
      const DateTimePeriod& period = entries_[next].period;
      if (!reaches(span.end, period.start, gap)) break;
      if (compare(period.end, span.end) > 0) span.end = period.end;
    }
    PartRow row{0, entries_[first].row, 0, nullptr, entries_[first].owner, {}};
    row.span = dates_ ? Value::of_period(span.dates()) : Value::of_datetime_period(span);
    rows.push_back(std::move(row));
    first = next;
  }
  rows.insert(rows.end(), faults_.begin(), faults_.end());
  std::stable_sort(rows.begin(), rows.end(),
                   [](const PartRow& a, const PartRow& b) { return a.owner < b.owner; });
  for (size_t i = 0; i < rows.size(); ++i)
    rows[i].number = i > 0 && rows[i].owner == rows[i - 1].owner ? rows[i - 1].number + 1 : 1;
  return rows;
}

}  // namespace merit
