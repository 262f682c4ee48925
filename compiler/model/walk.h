#pragma once
// Visits the parts of an expression.

#include <functional>

#include "compiler/syntax/ast.h"

namespace merit::model {

/// Calls `visit` for each expression directly below this one, in order of writing. What is absent is not
/// visited.
void for_each_part(const ast::Expr& expr, const std::function<void(const ast::Expr&)>& visit);

/// Does `as before` stand anywhere in it?
bool mentions_as_before(const ast::Expr& expr);

}  // namespace merit::model
