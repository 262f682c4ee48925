#pragma once
// The small evaluator: one value at a time, on demand, by the letter of the meaning. It answers explanations
// and is the oracle that the columnar engine is tested against, so it is obvious first and fast last.

#include <functional>
#include <map>
#include <memory>
#include <unordered_map>
#include <vector>

#include "runtime/data/evaluation.h"
#include "runtime/data/part_rows.h"
#include "runtime/ir/faults.h"
#include "runtime/ir/order.h"

namespace merit {

class RowEvaluator : public Evaluation {
 public:
  explicit RowEvaluator(std::shared_ptr<const Dataset> data, const Overrides& overrides = {});

  uint32_t rows(uint32_t entity) override;
  Value value(uint32_t column, uint32_t row) override;
  std::string key_text(uint32_t entity, uint32_t row) override;
  std::optional<uint32_t> find_row(uint32_t entity, const std::vector<std::string>& key) override;

  // For explanations, which walk a body node by node.

  /// Where a node is evaluated: in the body of `column`, with a row for each variable in sight.
  struct Scope {
    uint32_t column = 0;
    std::vector<uint32_t> rows;            ///< by variable; 0 is the program's row, 1 the column's own row
    std::map<uint32_t, Value> bound = {};  ///< by variable of largest, smallest: the value that is tried
  };

  Scope scope(uint32_t column, uint32_t row) const;

  struct Member {
    uint32_t row = ir::none;    ///< none where even the row is not known
    Value::FaultPointer fault;  ///< set: whether it belongs could not be computed
  };

  struct Collection {
    std::vector<Member> members;  ///< in order of row
    Value::FaultPointer fault;    ///< set: nothing is known of the members
  };

  /// How an apportion comes out, of all rows of its collection.
  struct Apportionment {
    Value total, step;
    std::vector<uint32_t> rows;
    std::vector<Number> weights;
    std::vector<Number> parts;  ///< empty: the value is `stop`
    uint32_t own = 0;           ///< the position of the row that asks; as many as there are rows: it is none
    Value stop;
  };

  Apportionment apportionment(const ir::Expr& node, Scope& scope);
  Value evaluate(const ir::Expr& node, Scope& scope);
  Collection members(const ir::Expr& node, Scope& scope);

  /// What is told of each row that a collection held when something was made of it, and of each row that a
  /// link led to: what a value rests on. Values are remembered, so that only the first to need one is told.
  using Reader = std::function<void(uint32_t entity, uint32_t row)>;

  void on_read(Reader reader) { reader_ = std::move(reader); }

  const Dataset& data() const { return *data_; }

  const ir::Program& program() const { return program_; }

 private:
  struct Groups {
    std::vector<Value> keys;      // sorted
    std::vector<Value> group_of;  // by member row: a row, missing or a fault
  };

  Value compute(uint32_t column, uint32_t row);
  Value field(const ir::Expr& node, Scope& scope);
  Value lookup(const ir::Expr& node, Scope& scope);
  Value arithmetic(const ir::Expr& node, Scope& scope);
  Value truth(const ir::Expr& node, Scope& scope);
  Value cases(const ir::Expr& node, Scope& scope);
  Value aggregate(const ir::Expr& node, Scope& scope);
  Value first(const ir::Expr& node, Scope& scope, const Collection& collection);
  // row_evaluator_time.cpp
  Value comparison(const ir::Expr& node, Scope& scope);
  Value time(const ir::Expr& node, Scope& scope);
  // row_order.cpp
  Value list(const ir::Expr& node, Scope& scope, const Collection& collection);
  Value previous(const ir::Expr& node, Scope& scope, const Collection& collection);
  /// What columns that read themselves on the row before need of earlier rows, from the earliest on.
  void compute_before(const ir::OrderLoop& loop, uint32_t row);
  // row_evaluator_solving.cpp
  Value solve(const ir::Expr& node, Scope& scope);
  Value apportion(const ir::Expr& node, Scope& scope);
  // row_evaluator_statistics.cpp
  Value of_known(const ir::Expr& node, Scope& scope);
  Value statistic(const ir::Expr& node, Scope& scope, const Collection& collection);
  /// How many days there are in the periods, the first operand of each member.
  Value covered(const ir::Expr& node, const Scope& scope,
                const std::vector<std::vector<Value>>& members) const;
  /// The operands from `first` to before `end`; when one is missing or a fault, `stop` is what the result is.
  bool operands(const ir::Expr& node, Scope& scope, std::vector<Value>& values, Value& stop, size_t first = 0,
                size_t end = SIZE_MAX);
  Value fault(const ir::Expr& node, const Scope& scope, ir::FaultKind kind, std::string detail = {}) const;
  Value number(const ir::Expr& node, const Scope& scope, Number result) const;
  const std::vector<Member>& reverse(uint32_t link_column, uint32_t target_row);
  const Groups& groups(uint32_t entity);
  const std::vector<PartRow>& parts(uint32_t entity);
  uint32_t part_rows(const ir::Column& key);

  std::shared_ptr<const Dataset> data_;
  const ir::Program& program_;
  std::unordered_map<uint32_t, Value> overrides_;
  std::unordered_map<uint32_t, uint32_t> group_links_;  // column -> groups entity
  std::unordered_map<uint32_t, std::vector<std::pair<bool, Value>>> memo_;
  std::unordered_map<uint32_t, std::vector<std::vector<Member>>> reverse_;
  std::unordered_map<uint32_t, Groups> groups_;
  std::unordered_map<uint32_t, std::vector<PartRow>> parts_;
  ir::OrderLoops order_loops_;
  std::unordered_map<uint32_t, const ir::OrderLoop*> loop_of_;  // by column
  Reader reader_;
};

}  // namespace merit
