#pragma once
// A report's rows, and their three forms: a table for a terminal, CSV and JSON.

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/data/evaluation.h"

namespace merit {

/// The rows and cells of one report. Values are asked of the evaluation when they are needed, so both must
/// outlive this.
class ReportTable {
 public:
  ReportTable(const ir::Program& program, const ir::Report& report, Evaluation& evaluation);

  const ir::Program& program() const { return program_; }

  const ir::Report& report() const { return report_; }

  Evaluation& evaluation() const { return evaluation_; }

  uint64_t rows() const { return rows_.size(); }

  /// The row of the report's entity that the report's row shows.
  uint32_t entity_row(uint64_t row) const { return rows_[row]; }

  /// A row whose `where` is a fault is shown: each cell that is no key is that fault; where only keys
  /// are shown, they are.
  Value cell(uint64_t row, size_t column) const;
  const ir::Type& type(size_t column) const;

 private:
  const ir::Program& program_;
  const ir::Report& report_;
  Evaluation& evaluation_;
  std::vector<uint32_t> rows_;
  std::vector<std::pair<uint32_t, Value::FaultPointer>> faulted_;  // by row of the entity, ascending
  bool keys_alone_ = false;
};

/// For a terminal: aligned columns, numbers to the right, long texts cut; at most `max_rows` rows and then
/// how many more there are.
std::string report_text(const ReportTable& table, uint64_t max_rows, bool color);

/// RFC 4180, with a header line: numbers exact where they end within 12 decimals, else rounded to 12; a
/// missing cell is empty (an empty text is `""`), a fault is `#FAULT`.
std::string report_csv(const ReportTable& table);

/// One JSON object: `report`, `columns`, `rows`. A row has `values`, null where there is none, and `notes`
/// about single columns: the exact fraction of a rounded number, why a value is missing, which fault there
/// is.
std::string report_json(const ReportTable& table);

}  // namespace merit
