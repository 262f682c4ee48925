#include "runtime/ir/needs.h"

#include <algorithm>
#include <vector>

#include "runtime/ir/ops.h"
#include "runtime/ir/subjects.h"

namespace merit {

namespace {

class Needs {
 public:
  explicit Needs(const ir::Program& program) : program_(program), entities_(program.entities.size(), false) {}

  void column(uint32_t index) {
    if (index != ir::none && found_.insert(index).second) waiting_.push_back(index);
  }

  void entity(uint32_t index) {
    if (index == ir::none || entities_[index]) return;
    entities_[index] = true;
    const ir::Entity& entity = program_.entities[index];
    for (const uint32_t key : entity.keys) column(key);
    if (entity.group_members) node(*entity.group_members);
    if (entity.group_value) node(*entity.group_value);
    for (const ir::Part& part : entity.parts) {
      for (const uint32_t filter : part.filters) column(filter);
      column(part.low);
      column(part.high);
      column(part.owner);
      column(part.period);
      column(part.link);
    }
  }

  std::unordered_set<uint32_t> finish() {
    while (!waiting_.empty()) {
      const ir::Column& next = program_.columns[waiting_.back()];
      waiting_.pop_back();
      entity(next.entity);
      if (next.type.kind == ir::TypeKind::link) entity(next.type.target);
      if (next.body) node(*next.body);
    }
    return std::move(found_);
  }

 private:
  void node(const ir::Expr& expr) {
    switch (ir::info(expr.op).index) {
    case ir::IndexMeaning::column: column(expr.index); break;
    case ir::IndexMeaning::entity: entity(expr.index); break;
    case ir::IndexMeaning::none:
    case ir::IndexMeaning::value_set:
    case ir::IndexMeaning::count: break;
    }
    for (const ir::ExprPtr& arg : expr.args) node(*arg);
  }

  const ir::Program& program_;
  std::vector<bool> entities_;
  std::vector<uint32_t> waiting_;
  std::unordered_set<uint32_t> found_;
};

}  // namespace

std::vector<uint32_t> result_columns(const ir::Program& program) {
  std::vector<uint32_t> columns;
  const auto add = [&](uint32_t column) {
    if (column != ir::none) columns.push_back(column);
  };
  for (const ir::Payment& payment : program.payments) {
    add(payment.applies);
    for (const uint32_t step : payment.steps) add(step);
  }
  for (const ir::Report& report : program.reports) {
    add(report.filter);
    for (const ir::ReportColumn& column : report.columns) add(column.column);
  }
  for (const ir::Ensure& ensure : program.ensures) {
    add(ensure.filter);
    add(ensure.condition);
  }
  for (const ir::Measure& measure : program.measures) {
    for (const ir::MeasureGroup& group : measure.groups) {
      for (const ir::MeasurePopulation& population : group.populations) add(population.gated);
      for (const ir::MeasureObservation& observation : group.observations) add(observation.value);
      add(group.rate);
    }
    for (const ir::MeasureColumn& item : measure.stratifiers) add(item.column);
    for (const ir::MeasureColumn& item : measure.supplemental) add(item.column);
    add(measure.due);
    add(measure.period);
    for (const uint32_t link : ir::subject_links(program, measure)) add(link);
  }
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  return columns;
}

std::unordered_set<uint32_t> needed_columns(const ir::Program& program,
                                            const std::vector<uint32_t>& columns) {
  Needs needs(program);
  for (const uint32_t column : columns) needs.column(column);
  return needs.finish();
}

namespace {

void mark_value_sets(const ir::Expr& expr, std::vector<bool>& needed) {
  if (ir::info(expr.op).index == ir::IndexMeaning::value_set) needed.at(expr.index) = true;
  for (const ir::ExprPtr& arg : expr.args) mark_value_sets(*arg, needed);
}

}  // namespace

std::vector<bool> needed_value_sets(const ir::Program& program, const std::unordered_set<uint32_t>& columns) {
  std::vector<bool> needed(program.valuesets.size(), false);
  for (const uint32_t column : columns) {
    if (program.columns[column].body) mark_value_sets(*program.columns[column].body, needed);
  }
  for (const ir::Entity& entity : program.entities) {
    const bool asked = std::any_of(entity.keys.begin(), entity.keys.end(),
                                   [&](uint32_t key) { return columns.contains(key); });
    if (asked && entity.group_members) mark_value_sets(*entity.group_members, needed);
    if (asked && entity.group_value) mark_value_sets(*entity.group_value, needed);
  }
  // A set comes after those that it is made of.
  for (size_t set = needed.size(); set-- > 0;) {
    if (!needed[set]) continue;
    for (const uint32_t member : program.valuesets[set].members) needed[member] = true;
  }
  return needed;
}

}  // namespace merit
