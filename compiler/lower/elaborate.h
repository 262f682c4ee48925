#pragma once
// Expressions to the intermediate form: names resolved, types and missingness inferred and checked, facts
// followed, sugar removed.

#include <memory>
#include <optional>

#include "compiler/model/model.h"

namespace merit {

class Elaborator {
 public:
  Elaborator(model::Model& model, Diagnostics& diagnostics);
  ~Elaborator();

  /// Infers and checks one computed column: sets its type and body. Called on demand for what a body
  /// mentions, so that a cycle of definitions is found here and reported once, with the whole cycle.
  /// Idempotent. A column that was reported has no body. For the key of an entity of groups: sets its type
  /// and Entity::group_value, over variable 1 = the member's row.
  void column(uint32_t column);

  /// Checks the definitions with arguments that nothing calls; after all columns.
  void functions();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace merit
