#include "runtime/data/solving_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/data/value_text.h"

namespace merit {

namespace {

using ir::Op;

/// As written, on one line, without brackets around the whole.
std::string source_text(const ir::Program& program, const Span& span) {
  if (!program.files || span.file == 0 || span.file >= program.files->size()) return {};
  const std::string& text = (*program.files)[span.file].text;
  if (span.end > text.size() || span.begin >= span.end) return {};
  std::string line;
  for (size_t at = span.begin; at < span.end; ++at) {
    const bool blank = text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t';
    if (!blank) line += text[at];
    if (blank && !line.empty() && line.back() != ' ') line += ' ';
  }
  if (line.starts_with('(')) {
    int open = 0;
    size_t end = 0;
    while (end < line.size() && (line[end] != ')' || --open > 0)) open += line[end++] == '(' ? 1 : 0;
    if (end + 1 == line.size()) line = line.substr(1, line.size() - 2);
  }
  constexpr size_t longest = 80;
  return line.size() > longest ? std::string() : line;
}

bool mentions(const ir::Expr& node, uint32_t variable) {
  if (node.op == Op::bound) return node.variable == variable;
  return std::any_of(node.args.begin(), node.args.end(),
                     [&](const ir::ExprPtr& argument) { return mentions(*argument, variable); });
}

/// What the side that depends on the variable is asked to be; empty when the condition is no such comparison.
std::string_view asked(Op op, bool mirrored) {
  switch (op) {
  case Op::less: return mirrored ? "above" : "below";
  case Op::less_equal: return mirrored ? "at least" : "at most";
  case Op::greater: return mirrored ? "below" : "above";
  case Op::greater_equal: return mirrored ? "at most" : "at least";
  case Op::equal: return "exactly";
  default: return "";
  }
}

}  // namespace

std::string solving_text(Evaluation& evaluation, const ir::Program& program, const ir::Expr& node,
                         const Grid& grid, const GridAnswer& answer, const ValueAtEnd& value) {
  const auto trial = [&](int64_t position) {
    const Number number = grid.at(position);
    const Value shown =
        node.type.kind == ir::TypeKind::money ? Value::of_money(number) : Value::of_number(number);
    return value_text(evaluation, program, node.type, shown, TextStyle::people);
  };
  const bool smallest = node.op == Op::smallest;
  if (answer.kind == GridAnswer::Kind::not_monotone) {
    return fmt::format("`{}` needs a condition that, once it fails, fails from there on, and this one holds "
                       "at {}, fails at {} "
                       "and holds again at {}",
                       smallest ? "smallest" : "largest", trial(answer.first), trial(answer.second),
                       trial(answer.third));
  }
  const ir::Expr& condition = *node.args[3];
  std::string text = fmt::format("no value from {} to {} meets the condition", trial(0), trial(grid.last));
  const std::string end = trial(answer.position);
  const bool two = condition.args.size() == 2;
  const bool mirrored = two && !mentions(*condition.args[0], node.variable);
  const std::string_view wanted = asked(condition.op, mirrored);
  if (wanted.empty() || !two) return text + fmt::format(": it does not even hold at {}", end);
  const ir::Expr& side = *condition.args[mirrored ? 1 : 0];
  const ir::Expr& limit = *condition.args[mirrored ? 0 : 1];
  const Value reached = value(side);
  const Value bound = value(limit);
  if (!reached.is_known() || !bound.is_known())
    return text + fmt::format(": it does not even hold at {}", end);
  const std::string what = source_text(program, side.span);
  return text + fmt::format(": even with {}, {} is {}, and it has to be {} {}", end,
                            what.empty() ? "what is compared" : "`" + what + "`",
                            value_text(evaluation, program, side.type, reached, TextStyle::people), wanted,
                            value_text(evaluation, program, limit.type, bound, TextStyle::people));
}

std::string sharing_text(Evaluation& evaluation, const ir::Program& program, const ir::Expr& node,
                         const Shares& shares, const Value& total, const Value& step, const Value& weight,
                         std::uint32_t member_row) {
  const auto text = [&](const ir::Expr& operand, const Value& value) {
    return value_text(evaluation, program, operand.type, value, TextStyle::people);
  };
  const uint32_t entity = node.args[0]->type.target;
  switch (shares.kind) {
  case Shares::Kind::step_not_positive: return "the step that a total is shared out in is not above zero";
  case Shares::Kind::not_whole_steps:
    return fmt::format("{} cannot be shared out in steps of {}: round it first", text(*node.args[2], total),
                       text(*node.args[3], step));
  case Shares::Kind::negative_weight:
    return fmt::format("nobody can share by a weight below zero, and that of {} {} is {}",
                       program.entities[entity].name, evaluation.key_text(entity, member_row),
                       text(*node.args[4], weight));
  default: break;
  }
  return fmt::format("there is {} to share out, and the weights of all {} are zero",
                     text(*node.args[2], total), program.entities[entity].plural);
}

}  // namespace merit
