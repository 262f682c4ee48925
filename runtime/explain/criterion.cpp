#include "runtime/explain/criterion.h"

#include <algorithm>
#include <cctype>

namespace merit {

using ir::Expr;
using ir::Op;

namespace {

bool is_inside(const Span& inner, const Span& outer) {
  return inner.file == outer.file && inner.begin >= outer.begin && inner.end <= outer.end;
}

}  // namespace

LineState line_state(const Value& value) {
  if (value.is_fault()) return LineState::fault;
  if (value.is_missing()) return LineState::not_reached;
  return value.boolean() ? LineState::met : LineState::not_met;
}

bool has_lines(const Expr& node) {
  if (node.op != Op::logical_and && node.op != Op::logical_or && node.op != Op::at_least) return false;
  return std::all_of(node.args.begin(), node.args.end(),
                     [&](const ir::ExprPtr& arg) { return is_inside(arg->span, node.span); });
}

std::string whole_line(const ir::Program& program, const Expr& node) {
  if (!program.files || node.span.file == 0 || node.span.file >= program.files->size()) return {};
  const std::string& text = (*program.files)[node.span.file].text;
  if (node.span.end > text.size() || node.span.begin >= node.span.end) return {};
  std::string line;
  bool space = false;
  bool quoted = false;
  for (size_t at = node.span.begin; at < node.span.end; ++at) {
    if (text[at] == '"') quoted = !quoted;
    if (text[at] == '#' && !quoted) {  // a comment beside a line is none of its words
      while (at < node.span.end && text[at] != '\n') ++at;
    }
    if (at < node.span.end && std::isspace(static_cast<unsigned char>(text[at])) == 0) {
      if (space) line += ' ';
      space = false;
      line += text[at];
    } else {
      space = !line.empty();
    }
  }
  return line;
}

namespace {

/// The criterion itself, without the `where` of its measure.
const Expr& without_where(const Expr& body) {
  return measure_where(body) == nullptr ? body : *body.args[1];
}

}  // namespace

const Expr* measure_where(const Expr& body) {
  const bool gated = body.op == Op::logical_and && body.args.size() == 2 &&
                     is_inside(body.args[1]->span, body.span) && !is_inside(body.args[0]->span, body.span);
  return gated ? body.args[0].get() : nullptr;
}

const Expr& criterion_body(const ir::Program& program, uint32_t& column) {
  const Expr* body = &without_where(*program.columns[column].body);
  const uint32_t last = last_named(program, column);
  if (last == column) return *body;
  const Expr& named = without_where(*program.columns[last].body);
  if (!has_lines(named)) return *body;
  column = last;
  return named;
}

uint32_t last_named(const ir::Program& program, uint32_t column) {
  while (true) {
    const Expr& body = without_where(*program.columns[column].body);
    if (body.op != Op::field || body.args.front()->op != Op::row || body.args.front()->variable != 1)
      return column;
    const ir::Column& named = program.columns[body.index];
    if (!named.body || named.type.kind != ir::TypeKind::boolean) return column;
    column = body.index;
  }
}

namespace {

class Lines {
 public:
  Lines(RowEvaluator& evaluator, RowEvaluator::Scope& scope) : evaluator_(evaluator), scope_(scope) {}

  std::string text(const Expr& node, bool met) {
    if (!has_lines(node)) return whole_line(evaluator_.program(), node);
    std::string all;
    const bool one_is_enough = !met && node.op == Op::logical_or;
    for (const ir::ExprPtr& arg : node.args) {
      const LineState state = line_state(evaluator_.evaluate(*arg, scope_));
      if (state != (met ? LineState::met : LineState::not_met)) continue;
      std::string line = text(*arg, met);
      const bool several = line.find("; ") != std::string::npos || line.find(", or ") != std::string::npos;
      if (one_is_enough && several && has_lines(*arg)) line = "(" + line + ")";
      all += (all.empty() ? "" : one_is_enough ? ", or " : "; ") + line;
    }
    return node.op == Op::at_least ? "at least " + std::to_string(node.index) + " of: " + all : all;
  }

 private:
  RowEvaluator& evaluator_;
  RowEvaluator::Scope& scope_;
};

}  // namespace

std::string criterion_lines(RowEvaluator& evaluator, uint32_t column, uint32_t row, bool met) {
  const Expr& body = criterion_body(evaluator.program(), column);
  RowEvaluator::Scope scope = evaluator.scope(column, row);
  return Lines(evaluator, scope).text(body, met);
}

}  // namespace merit
