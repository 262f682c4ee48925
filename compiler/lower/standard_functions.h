#pragma once
// The one table of the standard functions: what can be applied to values (`round`) and to rows (`sum of`).
// The elaborator looks up here what a function takes, gives and makes of what is missing; the messages quote
// its examples; docs/functions.md is printed from it, and a test runs every example. Functions that can be
// said in Merit are not here: they stand in the standard library (stdlib/).

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "compiler/syntax/ast.h"
#include "runtime/ir/ir.h"

namespace merit {

/// A set of kinds of values.
class Kinds {
 public:
  constexpr Kinds(std::initializer_list<ir::TypeKind> kinds) {
    for (const ir::TypeKind kind : kinds) bits_ |= bit(kind);
  }

  constexpr bool has(ir::TypeKind kind) const { return (bits_ & bit(kind)) != 0; }

  constexpr bool empty() const { return bits_ == 0; }

 private:
  static constexpr uint32_t bit(ir::TypeKind kind) { return uint32_t{1} << static_cast<uint32_t>(kind); }

  uint32_t bits_ = 0;
};

/// "numbers, money and dates"
std::string text_of(const Kinds& kinds);

enum class FunctionForm : uint8_t {
  rounding,  ///< round(x, step, mode)
  greatest,  ///< minimum(a, b, …): the values have one type in common
  limits,    ///< clamp(x, low to high)
  common,    ///< common_part(p, q)
  of_one,    ///< abs(x)
  rows,      ///< count of C
  values,    ///< sum of E over C
  pick,      ///< latest of C by E
  rank,      ///< rank of E over C, …
  clause,    ///< apportion …, largest …
};

enum class Gives : uint8_t {
  same,       ///< what it takes: a rounded amount stays one, a whole number stays one
  unrounded,  ///< what it takes, but a whole number becomes a number and an amount loses its rounding
  whole,      ///< a whole number
  number,
  boolean,
  row,
  text,
};

/// When the answer is missing.
enum class MissingRule : uint8_t {
  carried,   ///< where an argument is missing
  left_out,  ///< where all arguments are
  never,
  of_none,         ///< of no rows, unless it is established that there are some
  of_one,          ///< of fewer than two rows
  not_among,       ///< where the current row is not one of them
  nothing_before,  ///< where no row comes before
  nothing_common,  ///< where an argument is, or nothing is in both
};

struct StandardFunction {
  std::string_view chapter;      ///< of the reference
  std::string_view name;         ///< "round", "minimum of known"; of rows the word: "sum"
  std::string_view option = {};  ///< what stands in the brackets of a statistic: "sas_5", "sample"
  std::string_view written;      ///< "round(x, step)"
  FunctionForm form = FunctionForm::of_one;
  bool weighted = false;                                ///< the form with `weighted by`
  ast::AggregateKind kind = ast::AggregateKind::count;  ///< of what is asked of rows
  ir::Op op = ir::Op::aggregate;
  ir::AggregateMode mode = ir::AggregateMode::count;  ///< of Op::aggregate
  uint32_t least = 1, most = 1;  ///< arguments in the brackets; `ir::none` for any number
  std::string_view arity = {};   ///< what a message says about their number
  std::string_view help = {};    ///< and what it shows
  Kinds takes = {};              ///< empty: whatever is written there
  Gives gives = Gives::same;
  MissingRule missing = MissingRule::carried;
  std::string_view text;     ///< what it does, a sentence or two
  std::string_view example;  ///< an expression about the rows of the reference's example
  std::string_view value;    ///< of it, as the cell of a test
};

std::span<const StandardFunction> standard_functions();

/// The function called so in brackets; nullptr when there is none.
const StandardFunction* standard_call(std::string_view name);

/// What is asked of rows; nullptr when it has no such option or no weights.
const StandardFunction* standard_aggregate(ast::AggregateKind kind, std::string_view option = {},
                                           bool weighted = false);

/// "sum", "standard deviation": how messages speak of it.
std::string spoken(ast::AggregateKind kind);

}  // namespace merit
