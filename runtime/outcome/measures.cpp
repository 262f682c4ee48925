#include "runtime/outcome/measures.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "runtime/data/value_text.h"
#include "runtime/ir/ops.h"
#include "runtime/outcome/text_table.h"
#include "runtime/values/statistics.h"

namespace merit {

using ir::Population;
using ir::Scoring;

namespace {

Membership membership(const Value& value) {
  if (value.is_fault()) return Membership::fault;
  return value.is_known() && value.boolean() ? Membership::in : Membership::out;
}

}  // namespace

uint32_t row_along(Evaluation& evaluation, const std::vector<uint32_t>& links, uint32_t row) {
  for (const uint32_t link : links) {
    const Value target = evaluation.value(link, row);
    if (!target.is_known()) return ir::none;
    row = target.row();
  }
  return row;
}

MeasureRows::MeasureRows(const ir::Program& program, Evaluation& evaluation, uint32_t measure)
    : program_(program), evaluation_(evaluation), measure_(program.measures[measure]),
      rows_(evaluation.rows(measure_.entity)), subject_entity_(measure_.entity) {
  subject_path_ = ir::subject_links(program, measure_);
  if (!subject_path_.empty()) subject_entity_ = program.columns[subject_path_.back()].type.target;
  for (const ir::MeasureGroup& group : measure_.groups) {
    auto& populations = members_.emplace_back();
    for (const ir::MeasurePopulation& population : group.populations) {
      auto& members = populations.emplace_back(rows_);
      for (uint32_t row = 0; row < rows_; ++row)
        members[row] = membership(evaluation.value(population.gated, row));
    }
  }
}

Membership MeasureRows::member(uint32_t group, Population kind, uint32_t row) const {
  const auto& populations = measure_.groups[group].populations;
  for (size_t i = 0; i < populations.size(); ++i) {
    if (populations[i].kind == kind) return members_[group][i][row];
  }
  return Membership::out;
}

bool MeasureRows::counts(uint32_t row) const {
  for (uint32_t group = 0; group < members_.size(); ++group) {
    const auto& populations = measure_.groups[group].populations;
    const bool initial = std::any_of(populations.begin(), populations.end(), [](const auto& population) {
      return population.kind == Population::initial_population;
    });
    for (size_t i = 0; i < populations.size(); ++i) {
      if (initial && populations[i].kind != Population::initial_population) continue;
      if (members_[group][i][row] != Membership::out) return true;
    }
  }
  return false;
}

Value::FaultPointer MeasureRows::fault(uint32_t group, size_t population, uint32_t row) const {
  const Value value = evaluation_.value(measure_.groups[group].populations[population].gated, row);
  return value.is_fault() ? value.fault_pointer() : nullptr;
}

// ------------------------------------------------------------------------------------------------------------
// counts and scores

namespace {

/// What a row adds to the counts of a group.
struct GroupRow {
  bool denominator = false;
  bool numerator = false;
};

bool is_in(const MeasureRows& rows, uint32_t group, Population kind, uint32_t row) {
  return rows.member(group, kind, row) == Membership::in;
}

GroupRow counted(const MeasureRows& rows, uint32_t group, uint32_t row) {
  GroupRow result;
  result.denominator = is_in(rows, group, Population::denominator, row) &&
                       !is_in(rows, group, Population::denominator_exclusion, row) &&
                       !is_in(rows, group, Population::denominator_exception, row);
  result.numerator = is_in(rows, group, Population::numerator, row) &&
                     !is_in(rows, group, Population::numerator_exclusion, row);
  return result;
}

Value aggregate(ir::AggregateMode mode, std::vector<Number>& values) {
  if (mode == ir::AggregateMode::count) return Value::of_number(static_cast<int64_t>(values.size()));
  Number sum = 0;
  for (const Number& value : values) sum += value;
  if (mode == ir::AggregateMode::sum) return Value::of_number(std::move(sum));
  if (values.empty()) return Value::of_missing("nothing observed");
  switch (mode) {
  case ir::AggregateMode::average: return Value::of_number(sum / Number(static_cast<int64_t>(values.size())));
  case ir::AggregateMode::minimum: return Value::of_number(*std::min_element(values.begin(), values.end()));
  case ir::AggregateMode::maximum: return Value::of_number(*std::max_element(values.begin(), values.end()));
  default: std::sort(values.begin(), values.end()); return Value::of_number(median(values));
  }
}

Value quotient(const Value& numerator, const Value& denominator, const char* none) {
  if (numerator.is_fault()) return numerator;
  if (!denominator.is_known()) return denominator;
  if (!numerator.is_known()) return numerator;
  if (denominator.number() == Number(0)) return Value::of_missing(none);
  return Value::of_number(numerator.number() / denominator.number());
}

class Counter {
 public:
  Counter(const MeasureRows& rows, uint32_t group)
      : rows_(rows), group_(group), shape_(rows.measure().groups[group]), values_(shape_.observations.size()),
        faulted_(shape_.observations.size()) {
    counts_.populations.resize(shape_.populations.size());
  }

  void add(uint32_t row, std::vector<Value::FaultPointer>& faults) {
    for (size_t i = 0; i < shape_.populations.size(); ++i) {
      const Membership membership = rows_.member(group_, i, row);
      if (membership == Membership::in) ++counts_.populations[i];
      if (membership != Membership::fault) continue;
      faults.push_back(rows_.fault(group_, i, row));
      if (!fault_) fault_ = faults.back();
    }
    const GroupRow counts = counted(rows_, group_, row);
    counts_.denominator += counts.denominator ? 1 : 0;
    counts_.numerator += counts.numerator ? 1 : 0;
    for (size_t i = 0; i < shape_.observations.size(); ++i) {
      const Value value = rows_.evaluation().value(shape_.observations[i].value, row);
      if (value.is_known()) values_[i].push_back(value.number());
      if (!value.is_fault()) continue;
      faults.push_back(value.fault_pointer());
      if (!faulted_[i]) faulted_[i] = value.fault_pointer();
    }
  }

  MeasureCounts finish() {
    for (size_t i = 0; i < shape_.observations.size(); ++i) {
      counts_.observed.push_back(values_[i].size());
      counts_.observations.push_back(faulted_[i] ? Value::of_fault(faulted_[i])
                                                 : aggregate(shape_.observations[i].aggregate, values_[i]));
    }
    counts_.score = fault_ ? Value::of_fault(fault_) : score();
    return std::move(counts_);
  }

 private:
  const Value* observation(Population of) const {
    for (size_t i = 0; i < shape_.observations.size(); ++i) {
      if (shape_.observations[i].of == of) return &counts_.observations[i];
    }
    return nullptr;
  }

  Value score() const {
    const ir::Measure& measure = rows_.measure();
    switch (measure.scoring) {
    case Scoring::cohort: return Value::of_missing("a cohort has no score");
    case Scoring::continuous_variable:
      return counts_.observations.empty() ? Value::of_missing("nothing observed")
                                          : counts_.observations.front();
    case Scoring::ratio: {
      const Value* above = observation(Population::numerator);
      const Value* below = observation(Population::denominator);
      if (above != nullptr && below != nullptr)
        return quotient(*above, *below, "nothing observed in the denominator");
      break;
    }
    case Scoring::proportion: break;
    }
    return quotient(Value::of_number(static_cast<int64_t>(counts_.numerator)),
                    Value::of_number(static_cast<int64_t>(counts_.denominator)), "nobody in the denominator");
  }

  const MeasureRows& rows_;
  uint32_t group_;
  const ir::MeasureGroup& shape_;
  MeasureCounts counts_;
  std::vector<std::vector<Number>> values_;
  std::vector<Value::FaultPointer> faulted_;
  Value::FaultPointer fault_;
};

bool in_any(const MeasureRows& rows, uint32_t group, uint32_t row) {
  for (size_t i = 0; i < rows.measure().groups[group].populations.size(); ++i) {
    if (rows.member(group, i, row) != Membership::out) return true;
  }
  return false;
}

/// One list a stratifier; the rows without a value last.
std::vector<MeasureStratum> strata(const MeasureRows& rows, uint32_t group, const ir::MeasureColumn& by,
                                   std::span<const uint32_t> of, std::vector<Value::FaultPointer>& faults) {
  const auto order = [](const Value& a, const Value& b) {
    if (!a.is_known() || !b.is_known()) return a.is_known() && !b.is_known();
    return compare_values(a, b) < 0;
  };
  std::map<Value, Counter, decltype(order)> found(order);
  for (const uint32_t row : of) {
    if (!in_any(rows, group, row)) continue;
    Value value = rows.evaluation().value(by.column, row);
    if (value.is_fault()) faults.push_back(value.fault_pointer());
    found.try_emplace(std::move(value), rows, group).first->second.add(row, faults);
  }
  std::vector<MeasureStratum> result;
  for (auto& [value, counter] : found) {
    std::string text = value.is_known()
                           ? value_text(rows.evaluation(), rows.program(),
                                        rows.program().columns[by.column].type, value, TextStyle::people)
                           : "missing";
    result.push_back({std::move(text), counter.finish()});
  }
  return result;
}

}  // namespace

MeasureGroupResult group_result(const MeasureRows& rows, uint32_t group, std::span<const uint32_t> of,
                                std::vector<Value::FaultPointer>& faults) {
  MeasureGroupResult result;
  Counter all(rows, group);
  for (const uint32_t row : of) all.add(row, faults);
  result.all = all.finish();
  std::vector<Value::FaultPointer> told;  // those of populations are already
  for (const ir::MeasureColumn& by : rows.measure().stratifiers)
    result.stratifiers.push_back(strata(rows, group, by, of, told));
  return result;
}

MeasureResult measure_result(const MeasureRows& rows) {
  const ir::Measure& measure = rows.measure();
  MeasureResult result;
  result.measure = static_cast<uint32_t>(&measure - rows.program().measures.data());
  std::vector<uint32_t> every(rows.rows());
  std::iota(every.begin(), every.end(), 0U);
  for (uint32_t group = 0; group < measure.groups.size(); ++group) {
    result.groups.push_back(group_result(rows, group, every, result.faults));
    // What the program itself says the rate is counts; strata are counted here in the same way.
    if (measure.groups[group].rate == ir::none) continue;
    Value& score = result.groups.back().all.score;
    score = rows.evaluation().value(measure.groups[group].rate, 0);
    if (score.is_fault() && result.faults.empty()) result.faults.push_back(score.fault_pointer());
  }
  return result;
}

std::vector<MeasureResult> measure_results(const ir::Program& program, Evaluation& evaluation) {
  std::vector<MeasureResult> results;
  for (uint32_t measure = 0; measure < program.measures.size(); ++measure)
    results.push_back(measure_result(MeasureRows(program, evaluation, measure)));
  return results;
}

// ------------------------------------------------------------------------------------------------------------
// words

std::string measure_name(const ir::Measure& measure, uint32_t group) {
  const std::string& name = measure.groups[group].name;
  return name.empty() ? measure.name : measure.name + "." + name;
}

std::string population_words(Population population) {
  std::string words(ir::name_of(population));
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

bool scores_a_share(const ir::Measure& measure) {
  if (measure.composite) return *measure.composite != ir::CompositeScoring::weighted;
  return measure.scoring == Scoring::proportion;
}

bool scores_counts(const ir::Measure& measure, const ir::MeasureGroup& group) {
  const bool divides = measure.scoring == Scoring::proportion || measure.scoring == Scoring::ratio;
  return divides && !group.populations.empty() && group.observations.empty();
}

std::string score_text(const ir::Program& program, Evaluation& evaluation, const ir::Measure& measure,
                       uint32_t group, const MeasureCounts& counts) {
  ir::Type number;
  number.kind = ir::TypeKind::number;
  number.optional = true;
  if (!counts.score.is_known())
    return value_text(evaluation, program, number, counts.score, TextStyle::people);
  std::string text = value_text(evaluation, program, number, counts.score, TextStyle::people);
  if (scores_a_share(measure))
    text = round_to(counts.score.number() * Number(100), Number(1, 100)).decimal_text(2) + "%";
  if (scores_counts(measure, measure.groups[group]))
    text += fmt::format(" ({} of {})", grouped(counts.numerator), grouped(counts.denominator));
  return text;
}

}  // namespace merit
