#pragma once
// The engine's inside: what is known of a program's columns, and the walk of their bodies over frames.

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runtime/data/keys.h"
#include "runtime/data/part_rows.h"
#include "runtime/engine/codes.h"
#include "runtime/engine/engine.h"
#include "runtime/engine/lanes.h"
#include "runtime/engine/operations.h"
#include "runtime/engine/plan.h"
#include "runtime/engine/thread_pool.h"
#include "runtime/ir/order.h"

namespace merit::engine {

inline constexpr uint32_t chunk_rows = 2048;

/// The row that a variable is bound to in each lane.
struct Rows {
  enum class Kind : uint8_t { unset, fixed, range, list, through } kind = Kind::unset;
  uint32_t first = 0;
  std::shared_ptr<const std::vector<uint32_t>> list;
  std::shared_ptr<const Rows> outer;  ///< through: the owners' rows; `list` is the owner of each lane

  uint32_t at(uint32_t lane) const {
    switch (kind) {
    case Kind::range: return first + lane;
    case Kind::list: return (*list)[lane];
    case Kind::through: return outer->at((*list)[lane]);
    default: return first;
    }
  }

  static Rows fixed(uint32_t row) { return {Kind::fixed, row, nullptr, nullptr}; }

  static Rows range(uint32_t first) { return {Kind::range, first, nullptr, nullptr}; }

  /// As a range when it is one.
  static Rows of(std::vector<uint32_t> rows);
  Rows pick(const std::vector<uint32_t>& lanes) const;
};

/// Values of nodes that are the same for all members of an owner: lanes are the owners.
using Invariants = std::unordered_map<const ir::Expr*, Lanes>;

/// The values that largest and smallest try, by variable; the same in all lanes.
using Trials = std::map<uint32_t, Value>;

/// Lanes in which a body is evaluated, all at once: each has a row for every variable in sight.
struct Frame {
  uint32_t column = 0;  ///< whose body, for the places of faults
  uint32_t size = 0;
  std::vector<Rows> rows;           ///< by variable; 0 is the program's row, 1 the column's own
  const uint8_t* needed = nullptr;  ///< null: all; else 0 for lanes whose value will not be read
  const Invariants* invariants = nullptr;
  std::shared_ptr<const Trials> trials;
  std::shared_ptr<const std::vector<uint32_t>> owner;  ///< the lane of each lane in `invariants`
  bool each_fault = false;  ///< members that may be anybody's come one by one, not as the first and a count

  Frame pick(const std::vector<uint32_t>& lanes) const;

  /// The row that faults of this frame name.
  uint32_t own_row(uint32_t lane) const { return rows.size() > 1 ? rows[1].at(lane) : 0; }
};

struct MemberFault {
  uint32_t lane;
  uint32_t row;  ///< none where even the row is not known
  Value::FaultPointer fault;
  uint64_t times = 1;  ///< for so many members, this being the first of their faults
};

/// Members of the collections of many lanes, in order of lane, then of row.
struct Members {
  std::vector<uint32_t> lane;
  std::vector<uint32_t> row;
  std::vector<MemberFault> faults;  ///< members of which it is not known whether they are
  std::vector<FaultAt> whole;       ///< lanes of whose members nothing is known
};

/// A collection before its filters: for each lane a run of rows.
struct Base {
  std::vector<uint64_t> offsets{0};   ///< lanes + 1
  std::vector<const uint32_t*> from;  ///< null: the rows from 0 on
  std::vector<uint32_t> storage;
  std::vector<MemberFault> faults;
  std::vector<FaultAt> whole;

  uint64_t pairs() const { return offsets.back(); }
};

/// A collection as written: filters over what is no filter.
struct Chain {
  const ir::Expr* base = nullptr;
  std::vector<const ir::Expr*> filters;  ///< the innermost first

  explicit Chain(const ir::Expr& collection);
};

class Accumulator;

/// The rows for which a stated order left members equal, by node. A row counts once, however often it is
/// computed, so that the counts are the same for every number of threads.
class Ties {
 public:
  /// One flag a lane, or none at all; a lane with a fault has no first.
  void note(const ir::Expr& node, const Frame& frame, const std::vector<uint8_t>& tied,
            std::span<const FaultAt> faults);
  /// Those of places with ties; `plan` for the nodes that are computed apart.
  std::vector<TieCount> counts(const ir::Program& program, const Plan& plan);

 private:
  struct Seen {
    std::vector<bool> rows;
    std::vector<bool> tied;
    bool any = false;
  };

  std::mutex mutex_;
  std::unordered_map<const ir::Expr*, Seen> seen_;
};

class Core final : public Engine {
 public:
  Core(std::shared_ptr<const Dataset> data, EngineOptions options);

  uint32_t rows(uint32_t entity) override;
  Value value(uint32_t column, uint32_t row) override;
  std::string key_text(uint32_t entity, uint32_t row) override;
  std::optional<uint32_t> find_row(uint32_t entity, const std::vector<std::string>& key) override;
  const Vector& column(uint32_t column) override;
  void compute(std::span<const uint32_t> columns) override;

  std::vector<TieCount> ties() override { return ties_.counts(program_, plan_); }

 private:
  enum class Progress : uint8_t { none, started, done };

  struct ReverseColumn {
    const ReverseIndex* index = nullptr;
    ReverseIndex own;
    std::vector<FaultAt> faulted;  // rows that may be anybody's
    Value::FaultPointer first_fault;
    std::map<uint32_t, std::vector<FaultAt>> own_faults;  // by owner: its rows of which nothing else is known
  };

  struct Groups {
    Progress progress = Progress::none;
    Vector keys;
    Vector group_of;  // by member row
    std::unique_ptr<data::KeyTable> table;
    std::vector<uint32_t> order;  // number in the table -> row
  };

  /// A named collection of every row of its entity.
  struct NamedCollection {
    Progress progress = Progress::none;
    bool stored = false;  // false: too large to keep, made anew where it is used
    std::vector<uint64_t> offsets;
    std::vector<uint32_t> members;
    std::vector<MemberFault> faults;
    std::vector<FaultAt> whole;
  };

  /// The places of all rows of many owners' collections.
  struct Ranking {
    std::vector<uint64_t> offsets{0};  // by owner
    std::vector<uint32_t> rows;        // ascending within an owner
    std::vector<int64_t> twice;        // twice the place: it may be half a one
    std::vector<bool> tied;            // is another row equal, and is that no place shared?
    std::map<uint32_t, Value::FaultPointer> faults;
    std::map<uint32_t, uint32_t> missing;  // owners of which a value is missing: the reason
  };

  /// How apportion comes out for the rows of each owner.
  struct Sharing {
    std::vector<uint64_t> offsets{0};  // by owner, into rows and parts
    std::vector<uint32_t> rows;        // of one owner in order
    std::vector<Number> parts;
    std::map<uint32_t, Value> operands;  // by owner: the total or the step is missing or a fault
    std::map<uint32_t, Value::FaultPointer> faults;
  };

  struct Hidden {
    Progress progress = Progress::none;
    Vector vector;
    Ranking ranking;
    Sharing sharing;
  };

  // columns.cpp: what has to be there before what
  void ensure(uint32_t column);
  void require(const ir::Expr& node);
  void require_one(const ir::Expr& node);
  void ensure_reverse(uint32_t link_column);
  void ensure_groups(uint32_t entity);
  const std::vector<PartRow>& parts(uint32_t entity);
  void add_part_faults(uint32_t entity, Vector& vector);
  Vector part_column(uint32_t column);
  void ensure_collection(uint32_t column);
  void ensure_hidden(uint32_t index);
  Vector compute_body(const ir::Expr& body, uint32_t column, uint32_t row_count);
  Vector override_vector(uint32_t column, const Value& value);
  Vector pair_key(uint32_t column);
  uint32_t part_rows(const ir::Column& key);
  void make_groups(uint32_t entity, Groups& groups);

  const Vector& known(uint32_t column) const { return *columns_[column]; }

  // walk.cpp
  Lanes evaluate(const ir::Expr& node, const Frame& frame);
  Lanes plain(const ir::Expr& node, const Frame& frame);
  Lanes lifted(const ir::Expr& node, const Frame& frame);
  Lanes field(const ir::Expr& node, const Frame& frame);
  Lanes at_rows(const Vector& column, const Rows& rows, uint32_t size);
  Lanes at_links(const Vector& column, const Lanes& links);
  Lanes row_lanes(const Rows& rows, uint32_t size);
  Lanes lookup(const ir::Expr& node, const Frame& frame);
  std::optional<uint32_t> find(uint32_t entity, const std::vector<Value>& key);
  Lanes in_value_set(const ir::Expr& node, const Frame& frame);
  Lanes in_unit(const ir::Expr& node, const Frame& frame);
  Lanes connective(const ir::Expr& node, const Frame& frame);
  Lanes choose(const ir::Expr& node, const Frame& frame);
  Lanes hidden_value(const NodePlan& plan, const ir::Expr& node, const Frame& frame);
  /// In the marked lanes; the others mean nothing.
  Lanes evaluate_where(const ir::Expr& node, const Frame& frame, const std::vector<uint8_t>& mask,
                       uint32_t marked);
  Lanes raise(Lanes lanes, const ir::Expr& node, const Frame& frame, std::vector<Raised> raised);

  // collections.cpp
  Base base(const ir::Expr& node, const Frame& frame);
  static void add_anybodys(const ReverseColumn& reverse, uint32_t lane, const Frame& frame, Base& base);
  static void add_own_faults(const ReverseColumn& reverse, uint32_t lane, uint32_t owner, Base& base);
  Base reverse_base(const ir::Expr& node, const Frame& frame);
  Base named_base(const ir::Expr& node, const Frame& frame);
  Base set_base(const ir::Expr& node, const Frame& frame);
  Members collect(const ir::Expr& collection, const Frame& frame);

  /// Takes the pairs of owner and member that passed the filters, in tasks that are parts of the whole in
  /// order; within a task in order. Tasks run at the same time.
  struct PairSink {
    std::function<void(uint32_t tasks)> start;
    std::function<void(uint32_t task, uint32_t first_lane, uint32_t lane_end)> begin;
    std::function<void(uint32_t task, Members& members)> part;
  };

  void run_pairs(const Chain& chain, const Base& base, const Frame& frame, const Invariants& invariants,
                 const PairSink& sink);
  void add_invariants(const ir::Expr& binder, const Frame& frame, Invariants& invariants);
  Frame inner_frame(const Frame& frame, const Members& members, uint32_t variable,
                    const Invariants& invariants) const;
  void filter_members(const ir::Expr& filter, const Frame& frame, Members& members,
                      const Invariants& invariants);
  // solving.cpp
  Lanes solve(const ir::Expr& node, const Frame& frame);
  Value solve_lane(const ir::Expr& node, Frame frame, const std::vector<Value>& range);
  Lanes apportion(const ir::Expr& node, const Frame& frame);
  Sharing make_sharing(const ir::Expr& body, uint32_t column, uint32_t owners);
  void share_chunk(const ir::Expr& node, const Frame& frame, uint32_t first_owner, Sharing& sharing);
  Lanes share_in(const Sharing& sharing, const ir::Expr& node, const Lanes* owners, const Frame& frame);
  void ensure_keys(uint32_t entity);

  Lanes aggregate(const ir::Expr& node, const Frame& frame);

  // statistics.cpp
  Lanes of_known(const ir::Expr& node, const Frame& frame);
  Ranking make_ranking(const ir::Expr& body, uint32_t column, uint32_t owners);
  void rank_chunk(const ir::Expr& body, const Frame& frame, uint32_t first_owner, Ranking& ranking);
  Lanes place_in(const Ranking& ranking, const ir::Expr& node, const Lanes* owners, const Frame& frame);
  Lanes aggregate_lanes(const ir::Expr& node, const Frame& frame);

  // order.cpp: lists, the row before, columns that read themselves on it
  Lanes list(const ir::Expr& node, const Frame& frame);
  Lanes previous(const ir::Expr& node, const Frame& frame);
  void compute_loop(const ir::OrderLoop& loop);
  void require_outside(const ir::Expr& node, const ir::OrderLoop& loop);
  Lanes building_field(const std::vector<Value>& column, const ir::Expr& node, const Frame& frame);

  std::shared_ptr<const Dataset> data_;
  const ir::Program& program_;
  TextPool& pool_;
  ThreadPool threads_;
  Plan plan_;
  std::unordered_map<uint32_t, Value> overrides_;
  std::unordered_map<uint32_t, uint32_t> group_links_;  // column -> groups entity
  ir::OrderLoops order_loops_;
  std::unordered_map<uint32_t, const ir::OrderLoop*> loop_of_;  // by column
  std::unordered_map<uint32_t, std::vector<Value>> building_;   // columns of the loop under way
  std::vector<const Vector*> columns_;
  std::vector<Progress> progress_;
  std::deque<Vector> storage_;
  std::map<uint32_t, ReverseColumn> reverse_;
  std::map<uint32_t, Groups> groups_;
  std::map<uint32_t, std::vector<PartRow>> parts_;
  std::map<uint32_t, NamedCollection> collections_;
  std::vector<Hidden> hidden_;
  std::vector<std::unique_ptr<Memberships>> memberships_;            // by value set
  std::map<std::string, std::unique_ptr<Conversions>> conversions_;  // by unit
  std::mutex codes_mutex_;
  Ties ties_;
};

}  // namespace merit::engine
