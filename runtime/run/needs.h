#pragma once

#include <cstdint>
#include <unordered_set>
#include <vector>

#include "runtime/ir/ir.h"

namespace merit {

/// The columns that the program's reports, payments and ensures consist of.
std::vector<uint32_t> result_columns(const ir::Program& program);

/// Every column that the program's reports, payments and ensures rest on, themselves included: what a run
/// computes and reads, and no more.
std::unordered_set<uint32_t> needed_columns(const ir::Program& program);

}  // namespace merit
