#pragma once
// From the model to a whole program in the intermediate form: every column elaborated, what depends on types
// finished, the program checked as a whole.

#include <optional>

#include "compiler/model/model.h"

namespace merit {

/// Elaborates everything, so that every error of a program is reported, and returns the program when there is
/// none (errors that stand in `diagnostics` already count). The model's program is moved
/// out. Throws std::logic_error when what was made fails ir::verify: a defect of the compiler, not of the
/// program.
std::optional<ir::Program> assemble(model::Model& model, Diagnostics& diagnostics);

}  // namespace merit
