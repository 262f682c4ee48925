#pragma once
// From the merged modules to the model: every entity, column, table row, payment, report, ensure, test and
// source declared, names registered, no body elaborated yet.

#include "compiler/model/amend.h"
#include "compiler/model/model.h"

namespace merit::model {

/// Declares everything but the cells of tests, which need the types of computed columns
/// (finish_declarations). `records` are the files of the program (Loaded::records). Reports what cannot stand
/// (G and C codes); what could be declared is in the model, so that one wrong declaration hides no other
/// error.
Model declare(std::shared_ptr<SourceFiles> files, Merged merged, std::vector<ir::Module> records,
              Diagnostics& diagnostics);

/// After all columns are elaborated: the cells and settings of tests, and what of reports and sources depends
/// on types.
void finish_declarations(Model& model, Diagnostics& diagnostics);

}  // namespace merit::model
