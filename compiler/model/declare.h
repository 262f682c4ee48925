#pragma once
// From the merged modules to the model: every entity, column, table row, payment, report, ensure, test and
// source declared, names registered, no body elaborated yet.

#include "compiler/model/model.h"

namespace merit::model {

/// `modules` in load order: used modules before their users, a base before its amendments; amendments are
/// already merged (amend.h), so that these are plain declarations.
Model declare(std::shared_ptr<SourceFiles> files, std::vector<std::unique_ptr<ast::Module>> modules,
              Diagnostics& diagnostics);

}  // namespace merit::model
