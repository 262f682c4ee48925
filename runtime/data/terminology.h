#pragma once
// Terminology files: which codes the published value sets of a program hold.
//
// A file is FHIR JSON (a ValueSet, a Bundle of them, or NDJSON with one resource a line) or CSV with the
// header `url,version,system,code`; plain or gzip. The codes of a ValueSet are those of its expansion, else
// of its compose as far as that lists them: concepts by name, and other value sets. Nothing is guessed: a
// filter, a whole system or an exclusion without an expansion, an expansion that is cut off, the same version
// twice with different codes, two versions where the program names none: each is an error that names the
// value set, if the program needs it.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/data/value_sets.h"
#include "runtime/diagnostics/diagnostic.h"
#include "runtime/ir/ir.h"

namespace merit {

/// A published value set that a run rests on, for its manifest.
struct UsedValueSet {
  std::string url;
  std::string version;  ///< as the file has it; may be empty
  uint64_t codes = 0;
  std::string file;    ///< as found below what was given: "diabetes.json.gz"
  std::string sha256;  ///< of the file as it is on disk
};

struct Terminology {
  std::shared_ptr<const ValueSets> sets;
  std::vector<UsedValueSet> used;  ///< by url
};

/// Reads the files, and all *.json, *.ndjson, *.csv (also .gz) in the folders and below, for the value sets
/// of the program that are marked in `needed`. Nothing when they cannot be had: `diagnostics` says why (codes
/// D08x).
std::optional<Terminology> load_terminology(const ir::Program& program,
                                            const std::vector<std::filesystem::path>& paths,
                                            const std::vector<bool>& needed, Diagnostics& diagnostics);

}  // namespace merit
