#include "compiler/lower/assemble.h"

#include <stdexcept>

#include "compiler/lower/derived_cycles.h"
#include "compiler/lower/elaborate.h"
#include "compiler/model/declare.h"
#include "runtime/ir/json.h"

namespace merit {

std::optional<ir::Program> assemble(model::Model& model, Diagnostics& diagnostics) {
  Elaborator elaborator(model, diagnostics);
  for (const model::Group& group : model.groups) {
    if (group.value == nullptr) continue;
    elaborator.column(group.key);
    elaborator.column(group.link);
  }
  for (uint32_t column = 0; column < model.program.columns.size(); ++column) {
    if (model.column_sources[column].is_written() || !model.column_sources[column].part_values.empty())
      elaborator.column(column);
  }
  elaborator.functions();
  model::finish_declarations(model, diagnostics);
  check_derived_cycles(model.program, diagnostics);
  if (diagnostics.has_errors()) return std::nullopt;
  check_order_loops(model.program, diagnostics);
  check_part_ranges(model.program, diagnostics);
  if (diagnostics.has_errors()) return std::nullopt;

  ir::number_nodes(model.program);
#ifndef NDEBUG
  // A check of the compiler on itself: every program of the tests passes it in the builds with assertions.
  // What is read from a file is verified always.
  const std::string violation = ir::verify(model.program);
  if (!violation.empty()) throw std::logic_error("the compiled program does not hold together: " + violation);
#endif
  return std::move(model.program);
}

}  // namespace merit
