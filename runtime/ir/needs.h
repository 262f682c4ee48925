#pragma once

#include <cstdint>
#include <unordered_set>
#include <vector>

#include "runtime/ir/ir.h"

namespace merit {

/// The columns that the program's reports, payments and ensures consist of.
std::vector<uint32_t> result_columns(const ir::Program& program);

/// These columns and every column that they rest on: what a run that asks for them computes and reads, and no
/// more.
std::unordered_set<uint32_t> needed_columns(const ir::Program& program, const std::vector<uint32_t>& columns);

/// The value sets that these columns ask, one flag each; with those that they are made of.
std::vector<bool> needed_value_sets(const ir::Program& program, const std::unordered_set<uint32_t>& columns);

}  // namespace merit
