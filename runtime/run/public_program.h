#pragma once
// What stands behind include/merit/merit.hpp: for its implementation and the compiler's.

#include <memory>

#include "merit/merit.hpp"
#include "runtime/ir/ir.h"

namespace merit {

struct Program::Impl {
  std::shared_ptr<const ir::Program> program;
};

}  // namespace merit
