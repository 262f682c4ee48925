#pragma once
// The lines of a criterion: what stands on a line of `all of:` or `any of:`, or on each side of an `and` or
// an `or`.

#include <string>

#include "runtime/explain/row_evaluator.h"

namespace merit {

/// Did a line hold? A line that could not be told is one that stands behind the line that decided: what it
/// says goes without saying there, so that it may have no value.
enum class LineState : uint8_t { met, not_met, not_reached, fault };

LineState line_state(const Value& value);

/// Is a node a list of lines that stand in the text where it does (and not the inside of a definition with
/// arguments, whose text is its call)?
bool has_lines(const ir::Expr& node);

/// The whole text of a node on one line, however long.
std::string whole_line(const ir::Program& program, const ir::Expr& node);

/// The `where` of the measure that a criterion stands in, which the compiler puts before it; null: none.
const ir::Expr* measure_where(const ir::Expr& body);

/// The column that a criterion comes down to: of one that only names another, that of the other.
uint32_t last_named(const ir::Program& program, uint32_t column);

/// The body of a criterion; of one that only names another with lines of its own, that of the other: its
/// column is `column` then.
const ir::Expr& criterion_body(const ir::Program& program, uint32_t& column);

/// The lines that make a criterion hold (`met`), or that keep it from holding, in the author's words:
/// "a; b" where each of them does, "a, or b" where one would have to change.
std::string criterion_lines(RowEvaluator& evaluator, uint32_t column, uint32_t row, bool met);

}  // namespace merit
