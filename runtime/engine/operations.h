#pragma once
// The operations on chunks of operands: arithmetic, comparison, time.

#include <string>
#include <vector>

#include "runtime/engine/lanes.h"
#include "runtime/ir/faults.h"

namespace merit::engine {

/// A fault that an operation met in a lane (in lane 0 of a uniform result: in all).
struct Raised {
  uint32_t lane;
  ir::FaultKind kind;
  std::string detail;
};

/// One operation on its operands, without the states of the result: cells where an operand is not known mean
/// nothing and raise nothing.
struct Operation {
  const ir::Expr& node;
  std::vector<Lanes>& operands;
  const Lifted& lifted;
  const uint8_t* needed;  ///< null: all lanes; else what is not marked raises nothing
  uint32_t size;
  const TextPool& pool;
  std::vector<Raised>& raised;

  bool uniform() const { return lifted.uniform; }

  uint32_t cells() const { return lifted.uniform ? 1 : size; }

  /// 1 for the cells that have to be computed.
  std::vector<uint8_t> wanted() const;
};

Lanes arithmetic(const Operation& operation);
Lanes comparison(const Operation& operation);
Lanes time_operation(const Operation& operation);

/// round_to a positive step that is the same in all lanes, in the decimal form; nothing when that form does
/// not hold it.
std::optional<Lanes> round_quickly(const Lanes& x, const Lanes& step, RoundingMode mode, ValueKind kind);

}  // namespace merit::engine
