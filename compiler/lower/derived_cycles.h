#pragma once

#include "runtime/ir/ir.h"

namespace merit {

/// Reports groups and pairs whose rows depend on values of themselves (C102): the elaborator sees the cycles
/// of definitions, and a derived entity is none.
void check_derived_cycles(const ir::Program& program, Diagnostics& diagnostics);

/// Number ranges go from one whole number to another (G207). For programs without errors.
void check_part_ranges(const ir::Program& program, Diagnostics& diagnostics);

/// Definitions that read themselves on the row before have to do so along one order (C104). For programs
/// without errors.
void check_order_loops(const ir::Program& program, Diagnostics& diagnostics);

}  // namespace merit
