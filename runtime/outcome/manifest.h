#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/ir/ir.h"
#include "runtime/outcome/summary.h"

namespace merit {

/// Everything that a run's results depend on, and what they came to. It names no time, no machine and no path
/// outside the data and program folders: the same rules on the same data give the same manifest, byte by
/// byte.
struct Manifest {
  struct DataFile {
    std::string name;
    std::string sha256;
    uint64_t bytes = 0;
    uint64_t rows = 0;
  };

  struct EntityRows {
    std::string name;
    uint64_t rows = 0;
    uint64_t set_aside = 0;  ///< bad rows that were left out
  };

  struct Parameter {
    std::string name;
    std::string value;
    bool given = false;  ///< by whoever started the run, in place of the program's own value
  };

  struct ResultFile {
    std::string name;
    std::string sha256;
    uint64_t rows = 0;
  };

  /// A published value set as it was read.
  struct ValueSet {
    std::string url;
    std::string version;
    uint64_t codes = 0;
    std::string file;
    std::string sha256;
  };

  std::vector<DataFile> data;
  std::vector<ValueSet> value_sets;
  std::vector<EntityRows> entities;
  std::vector<Parameter> parameters;
  std::vector<ResultFile> results;
};

/// "manifest.json": the engine's version, the program, the hash of every rule file and data file, the
/// parameters, the counts, and the outcome of payments, ensures and faults;
/// and `ties` where an order left rows equal.
std::string manifest_json(const ir::Program& program, const Manifest& manifest, const RunSummary& summary);

}  // namespace merit
