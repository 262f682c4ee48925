#pragma once
// A large table kept as a CSV file (RFC 4180) beside its module: read into the same cells as a table in the
// text.

#include "compiler/syntax/ast.h"

namespace merit::model {

/// The text of `file` as a table: the first record is the header. Blank lines do not count. Quotation marks
/// in a CSV file only hold a cell together: its type is its column's. Reports a quote that does not end
/// (G110); what could be read is returned.
ast::TableText read_csv_table(const SourceFiles& files, uint32_t file, Diagnostics& diagnostics);

}  // namespace merit::model
