#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/data/evaluation.h"

namespace merit {

/// A parameter and its value as written: "withhold_rate", "3%".
using GivenParameters = std::vector<std::pair<std::string, std::string>>;

/// The overrides that replace the program's parameters by the given ones, each read as the parameter's type.
/// Unknown names and unreadable values go to `diagnostics` (R010, R011); then nothing is returned.
std::optional<Overrides> read_parameters(const ir::Program& program, const GivenParameters& given,
                                         Evaluation& tables, Diagnostics& diagnostics);

}  // namespace merit
