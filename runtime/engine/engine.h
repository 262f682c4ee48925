#pragma once
// The columnar engine: computes whole columns, a few thousand rows at a time, on all threads.
//
// It says what the row evaluator (runtime/explain) says, on every value, missing reason and fault, and the
// same for every number of threads: sums are exact and faults have an order, so nothing depends on who
// computed what first. Columns are computed at first use and kept.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "runtime/data/dataset.h"
#include "runtime/data/evaluation.h"

namespace merit {

struct EngineOptions {
  unsigned threads = 0;  ///< 0: all that the machine has. None is started before there is work for it.
  Overrides overrides;
};

/// Not for several threads at once: it has threads of its own. All functions throw std::logic_error for a
/// program that verify() would refuse and std::length_error for more than four billion pairs.
class Engine : public Evaluation {
 public:
  /// A whole column (not a collection), computed if it was not yet. The reference stays good as long as the
  /// engine.
  virtual const Vector& column(uint32_t column) = 0;
  /// Computes these columns and what they need, and nothing else.
  virtual void compute(std::span<const uint32_t> columns) = 0;
};

std::unique_ptr<Engine> make_engine(std::shared_ptr<const Dataset> data, EngineOptions options = {});

}  // namespace merit
