#include "runtime/data/part_rows.h"

#include <algorithm>
#include <stdexcept>

#include "runtime/data/merged_periods.h"
#include "runtime/ir/faults.h"

namespace merit {

namespace {

constexpr uint64_t most_rows = 0xfffffffeU;

[[noreturn]] void too_many(const ir::Entity& entity) {
  throw std::length_error("more than four billion " + entity.plural);
}

class Maker {
 public:
  Maker(const ir::Entity& entity, const std::function<Value(uint32_t, uint32_t)>& value)
      : entity_(entity), value_(value) {}

  void member(uint32_t part_index, uint32_t row) {
    const ir::Part& part = entity_.parts[part_index];
    for (const uint32_t filter : part.filters) {
      const Value holds = value_(filter, row);
      if (holds.is_fault()) {
        if (part.period != ir::none)
          merged_.add(row, value_(part.owner, row), holds);
        else
          add({part_index, row, 0, holds.fault_pointer()});
        return;
      }
      if (holds.is_missing() || !holds.boolean()) return;
    }
    if (part.period != ir::none) {
      merged_.add(row, value_(part.owner, row), value_(part.period, row));
      return;
    }
    if (part.low == ir::none) {
      add({part_index, row, 0, nullptr});
      return;
    }
    const Value low = value_(part.low, row);
    const Value high = value_(part.high, row);
    if (low.is_fault() || high.is_fault()) {
      const Value::FaultPointer fault = low.is_fault() && high.is_fault()
                                            ? ir::first_of(low.fault_pointer(), high.fault_pointer())
                                        : low.is_fault() ? low.fault_pointer()
                                                         : high.fault_pointer();
      add({part_index, row, 0, fault});
      return;
    }
    if (low.is_missing() || high.is_missing() || low.number() > high.number()) return;
    if (high.number() - low.number() > Number(static_cast<int64_t>(most_rows))) too_many(entity_);
    if (!low.number().is_small() || !high.number().is_small()) too_many(entity_);
    const int64_t first = low.number().num();
    const auto count = static_cast<int64_t>(high.number().num() - first);
    for (int64_t i = 0; i <= count; ++i) add({part_index, row, first + i, nullptr});
  }

  std::vector<PartRow> finish() {
    if (entity_.owner_key != ir::none) return merged_.finish(entity_.parts.front().gap);
    if (entity_.by_member) {
      std::stable_sort(rows_.begin(), rows_.end(),
                       [](const PartRow& a, const PartRow& b) { return a.member < b.member; });
    }
    std::vector<int64_t> places(entity_.parts.size(), 0);
    for (PartRow& row : rows_) {
      const int64_t place = ++places[row.part];
      if (entity_.parts[row.part].low == ir::none) row.number = place;
    }
    return std::move(rows_);
  }

 private:
  void add(PartRow row) {
    if (rows_.size() == most_rows) too_many(entity_);
    rows_.push_back(std::move(row));
  }

  const ir::Entity& entity_;
  const std::function<Value(uint32_t, uint32_t)>& value_;
  std::vector<PartRow> rows_;
  MergedPeriods merged_;
};

}  // namespace

std::vector<PartRow> rows_of_parts(const ir::Program& program, const ir::Entity& entity,
                                   const std::function<uint32_t(uint32_t entity)>& rows,
                                   const std::function<Value(uint32_t column, uint32_t row)>& value) {
  Maker maker(entity, value);
  for (uint32_t part = 0; part < entity.parts.size(); ++part) {
    const uint32_t members = rows(program.columns[entity.parts[part].link].type.target);
    for (uint32_t row = 0; row < members; ++row) maker.member(part, row);
  }
  return maker.finish();
}

Value part_value(const ir::Program& program, const ir::Entity& entity, uint32_t column, const PartRow& row) {
  if (row.fault) return Value::of_fault(row.fault);
  if (column == entity.owner_key && column != ir::none)
    return row.owner == ir::none ? Value::of_missing() : Value::of_row(row.owner);
  if (column == entity.span_column && column != ir::none) return row.span;
  if (column == entity.number_key) return Value::of_number(Number(row.number));
  if (column == entity.part_key) {
    if (program.columns[column].type.kind == ir::TypeKind::enumeration)
      return Value::of_enumeration(row.part);
    return Value::of_number(Number(int64_t{row.part} + 1));
  }
  return entity.parts[row.part].link == column ? Value::of_row(row.member) : Value::of_missing();
}

bool is_part_link(const ir::Entity& entity, uint32_t column) {
  return column == entity.owner_key || std::any_of(entity.parts.begin(), entity.parts.end(),
                                                   [&](const ir::Part& part) { return part.link == column; });
}

uint32_t part_target(const ir::Entity& entity, uint32_t column, const PartRow& row) {
  return column == entity.owner_key ? row.owner : row.member;
}

}  // namespace merit
