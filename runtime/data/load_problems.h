#pragma once
// What is wrong with rows of data, in words.

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/data/load.h"
#include "runtime/data/read_files.h"

namespace merit::data {

struct Problem {
  uint32_t file = 0;  ///< number of the file, for sorting
  std::string name;   ///< of the file
  uint64_t line = 0;
  uint32_t column = ir::none;  ///< of the file; none: the whole line
  std::string header;
  bool element = false;  ///< `header` is an element of a resource
  std::string code;
  std::string message;
  std::string help;
  Span asked;                  ///< the place in the program that a note points to; file 0: none
  uint32_t entity = ir::none;  ///< whose row is bad
  std::string key;
};

/// A cell that could not be read.
Problem cell_problem(const ir::Program& program, const std::vector<FileData>& files, uint32_t file,
                     const CellProblem& cell);
/// A problem with a cell of a record (`read`: in FilePlan::reads), or with the record.
Problem problem_of(const std::vector<FileData>& files, uint32_t file, uint32_t record,
                   uint32_t read = ir::none);
/// A line that is no row.
Problem record_problem(const std::vector<FileData>& files, uint32_t file, const RecordProblem& record);

/// The problems in order of place; the first `most` of them as messages, and a last message that counts the
/// others.
void report_problems(std::vector<Problem> problems, size_t most, Diagnostics& diagnostics);

/// A cell as messages quote it: cut when long, without control characters, in quotes.
std::string in_quotes(std::string_view text);

}  // namespace merit::data
