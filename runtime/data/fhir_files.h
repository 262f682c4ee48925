#pragma once
// Reads the FHIR files of a data folder: *.ndjson, *.json, plain or gzip, resources and Bundles, one a line
// or one a file, of one type or mixed; in parallel over files and over pieces of large ones.

#include <string>
#include <vector>

#include "runtime/data/fhir_plan.h"
#include "runtime/data/load_problems.h"
#include "runtime/data/read_files.h"

namespace merit::data {

struct FhirFile {
  std::string name;
  std::string sha256;
  uint64_t bytes = 0;  ///< on disk
  uint64_t resources = 0;
};

struct FhirData {
  std::vector<FhirFile> files;
  std::vector<FileData> blocks;   ///< one a block of the plan
  std::vector<Problem> problems;  ///< lines and resources that give nothing
};

/// `first_file`: the number of the first block's FileData among all. What makes a file unusable goes to
/// `diagnostics`.
FhirData read_fhir(const FhirPlan& plan, const ReadOptions& options, uint32_t first_file, TextPool& pool,
                   Diagnostics& diagnostics);

}  // namespace merit::data
