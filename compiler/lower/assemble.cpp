#include "compiler/lower/assemble.h"

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
    if (model.column_sources[column].body != nullptr) elaborator.column(column);
  }
  elaborator.functions();
  model::finish_declarations(model, diagnostics);
  check_derived_cycles(model.program, diagnostics);
  if (diagnostics.has_errors()) return std::nullopt;

  ir::number_nodes(model.program);
  if (const std::string violation = ir::verify(model.program); !violation.empty()) {
    diagnostics.error("C090", {},
                      "Merit made something of this program that does not hold together: " + violation,
                      "This is a defect of Merit, not of the program. Please report it with the program.");
    return std::nullopt;
  }
  return std::move(model.program);
}

}  // namespace merit
