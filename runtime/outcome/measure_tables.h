#pragma once
// The results of measures as tables: for a terminal, as CSV and as JSON.

#include <functional>
#include <string>
#include <vector>

#include "runtime/outcome/measures.h"

namespace merit {

/// A table that is not a report of the program: its cells are text.
struct ResultTable {
  struct Cell {
    std::string text;
    enum class Kind : uint8_t { text, number, boolean, missing, fault } kind = Kind::text;
  };

  std::string name;  ///< of its file, without the ending
  std::vector<std::string> columns;
  std::vector<std::vector<Cell>> rows;
};

/// RFC 4180, with the conventions of report_csv.
std::string result_csv(const ResultTable& table);
/// A JSON array of objects, one a row, null for what is missing and for a fault.
std::string result_json(const ResultTable& table);

/// For a terminal: each measure with its populations, observations and score, a line a group and a stratum.
std::string measures_text(const ir::Program& program, Evaluation& evaluation,
                          const std::vector<MeasureResult>& results, bool color);

/// "measure.rates": a row for each measure and group, and for each of their strata.
ResultTable rates_table(const ir::Program& program, Evaluation& evaluation,
                        const std::vector<MeasureResult>& results);

/// "MEASURE.members": a row for each subject and group, where the subject is in the initial population of any
/// group; how many of its rows are in each population.
ResultTable members_table(const MeasureRows& rows);
/// "MEASURE.ENTITIES", of a measure of anything but its subjects: the same for each row.
ResultTable member_rows_table(const MeasureRows& rows);

/// The lines of a criterion at a row of the measure's entity that make it hold (`met`), or that keep it from
/// holding.
using CriterionLines = std::function<std::string(uint32_t column, uint32_t row, bool met)>;

/// An open gap: a row of the denominator, neither excluded nor excepted, that is not in the numerator; where
/// lower is better, one that is.
struct Gap {
  uint32_t group = 0;
  uint32_t row = 0;
};

/// Proportions have gaps, and composites that are all or none.
std::vector<Gap> gaps(const MeasureRows& rows);
/// "MEASURE.gaps": a row for each open gap; which lines of the numerator are open and until when it can be
/// closed.
ResultTable gaps_table(const MeasureRows& rows, const CriterionLines& lines);

}  // namespace merit
