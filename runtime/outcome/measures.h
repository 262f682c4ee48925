#pragma once
// What a run gives of the measures that a program declares: who is in which population, counts and scores of
// everybody and of each stratum. The sources of what counts as what: HL7 Quality Measure Implementation
// Guide, measure scoring; the gating itself is the program's (ir::MeasurePopulation::gated).

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runtime/data/evaluation.h"
#include "runtime/ir/subjects.h"

namespace merit {

/// The row that these links lead to; none where one on the way is missing.
uint32_t row_along(Evaluation& evaluation, const std::vector<uint32_t>& links, uint32_t row);

/// Is a row in a population? Whether it is may not be computable.
enum class Membership : uint8_t { out, in, fault };

/// The rows of one measure. Each column is asked for once, so that reading it again costs nothing.
class MeasureRows {
 public:
  MeasureRows(const ir::Program& program, Evaluation& evaluation, uint32_t measure);

  const ir::Program& program() const { return program_; }

  Evaluation& evaluation() const { return evaluation_; }

  const ir::Measure& measure() const { return measure_; }

  uint32_t rows() const { return rows_; }

  /// `population` counts in the group's populations.
  Membership member(uint32_t group, size_t population, uint32_t row) const {
    return members_[group][population][row];
  }

  /// The same by what the population is; `out` where the group has none such.
  Membership member(uint32_t group, ir::Population kind, uint32_t row) const;
  /// In the initial population, or in any population of a measure that has none, of any group.
  bool counts(uint32_t row) const;
  /// What it is that stands in the way of telling whether a row is in a population.
  Value::FaultPointer fault(uint32_t group, size_t population, uint32_t row) const;

  /// Whose rows they are: where the links lead (subject_links).
  uint32_t subject_entity() const { return subject_entity_; }

  /// Is one row one subject, so that counts of rows are counts of subjects?
  bool of_subjects() const { return subject_entity_ == measure_.entity; }

  /// The subject of a row; none where a link on the way is missing.
  uint32_t subject(uint32_t row) const { return row_along(evaluation_, subject_path_, row); }

 private:
  const ir::Program& program_;
  Evaluation& evaluation_;
  const ir::Measure& measure_;
  uint32_t rows_ = 0;
  uint32_t subject_entity_ = 0;
  std::vector<uint32_t> subject_path_;  // link columns from the row to its subject
  std::vector<std::vector<std::vector<Membership>>> members_;
};

/// Counts and score of a group of a measure, over all rows or those of a stratum.
struct MeasureCounts {
  std::vector<uint64_t> populations;  ///< rows, one number for each population of the group
  uint64_t denominator = 0;           ///< rows that the score is taken over: less those excluded and excepted
  uint64_t numerator = 0;             ///< of them, those that meet the numerator and are not excluded from it
  std::vector<uint64_t> observed;     ///< rows that observe something, one number an observation
  std::vector<Value> observations;  ///< what they come to: number, missing where nobody observes, or a fault
  Value score;                      ///< number; missing where there is nothing to divide by; or a fault
};

struct MeasureStratum {
  std::string value;  ///< as text; "missing" for rows without one
  MeasureCounts counts;
};

struct MeasureGroupResult {
  MeasureCounts all;
  std::vector<std::vector<MeasureStratum>> stratifiers;  ///< one list a stratifier, in order of value
};

struct MeasureResult {
  uint32_t measure = 0;  ///< in Program::measures
  std::vector<MeasureGroupResult> groups;
  std::vector<Value::FaultPointer> faults;  ///< of memberships, observations and scores
};

/// Counts of some rows alone, such as those of one subject. Their score is that of the rows.
MeasureGroupResult group_result(const MeasureRows& rows, uint32_t group, std::span<const uint32_t> of,
                                std::vector<Value::FaultPointer>& faults);
MeasureResult measure_result(const MeasureRows& rows);
/// Of every measure of the program.
std::vector<MeasureResult> measure_results(const ir::Program& program, Evaluation& evaluation);

/// "poor_control", or "statin_therapy.ascvd" of a group.
std::string measure_name(const ir::Measure& measure, uint32_t group);
/// "denominator exclusion".
std::string population_words(ir::Population population);
/// Is its score a share, which people read in percent?
bool scores_a_share(const ir::Measure& measure);
/// Is the score of a group a count of rows divided by another (and not of what they observe)?
bool scores_counts(const ir::Measure& measure, const ir::MeasureGroup& group);
/// "44.68% (21 of 47)", "missing: nobody in the denominator", "3.2".
std::string score_text(const ir::Program& program, Evaluation& evaluation, const ir::Measure& measure,
                       uint32_t group, const MeasureCounts& counts);

}  // namespace merit
