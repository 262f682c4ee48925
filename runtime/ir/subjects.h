#pragma once

#include <cstdint>
#include <vector>

#include "runtime/ir/ir.h"

namespace merit::ir {

/// The links from a row of a measure's entity to its subject: to the entity called `patient`, as few as can
/// be. None where the rows are patients, or do not lead to one: then they are the subjects themselves.
std::vector<uint32_t> subject_links(const Program& program, const Measure& measure);

}  // namespace merit::ir
