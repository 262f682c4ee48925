#pragma once
// A parameter that two modules declare in the same words says the same thing twice. Measures are modules that
// stand alone, each with its `parameter measurement_period`; a program that uses several has one of it.

#include <memory>
#include <vector>

#include "compiler/syntax/ast.h"

namespace merit::model {

/// Takes out of `modules` every parameter that one before it declares with the same type and value, blanks
/// apart. Parameters of one name that differ stay; declaring them is refused (G001).
void drop_repeated_parameters(const std::vector<ast::Module*>& modules, const SourceFiles& files);

}  // namespace merit::model
