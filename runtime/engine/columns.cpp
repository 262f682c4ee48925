// What has to be there before what: columns, indexes of links, groups, named collections.

#include <algorithm>
#include <array>
#include <atomic>
#include <compare>
#include <limits>
#include <mutex>
#include <numeric>
#include <stdexcept>

#include "runtime/engine/core.h"
#include "runtime/values/codes.h"

namespace merit::engine {

using ir::EntityKind;
using ir::Expr;
using ir::Op;
using ir::TypeKind;

namespace {

/// Rows below which one thread is done before another has woken up.
constexpr uint32_t least_parallel_rows = 4 * chunk_rows;
/// Pairs of owner and member of a named collection over all rows that are kept; beyond they are made anew.
constexpr uint64_t most_kept_pairs = uint64_t{1} << 26;

template <typename State>
void start(State& progress) {
  progress = State::started;
}

[[noreturn]] void refuse_cycle() {
  throw std::logic_error("a column that depends on itself");
}

}  // namespace

Core::Core(std::shared_ptr<const Dataset> data, EngineOptions options)
    : data_(std::move(data)), program_(data_->program()), pool_(data_->pool()), threads_(options.threads),
      plan_(program_), overrides_(options.overrides.begin(), options.overrides.end()),
      order_loops_(ir::order_loops(program_)), columns_(program_.columns.size(), nullptr),
      progress_(program_.columns.size(), Progress::none), hidden_(plan_.hidden().size()) {
  for (const ir::OrderLoop& loop : order_loops_.loops) {
    for (const uint32_t column : loop.columns) loop_of_.emplace(column, &loop);
  }
  for (uint32_t entity = 0; entity < program_.entities.size(); ++entity) {
    const ir::Entity& shape = program_.entities[entity];
    if (shape.kind == EntityKind::groups && shape.group_link != ir::none)
      group_links_.emplace(shape.group_link, entity);
  }
}

uint32_t Core::part_rows(const ir::Column& key) {
  return key.type.kind == TypeKind::enumeration
             ? static_cast<uint32_t>(program_.enums[key.type.target].values.size())
             : rows(key.type.target);
}

uint32_t Core::rows(uint32_t entity) {
  switch (program_.entities[entity].kind) {
  case EntityKind::groups: ensure_groups(entity); return groups_.at(entity).keys.size;
  case EntityKind::pairs: {
    uint64_t product = 1;
    for (const uint32_t key : program_.entities[entity].keys) {
      product *= part_rows(program_.columns[key]);
      if (product > std::numeric_limits<uint32_t>::max() - 1)
        throw std::length_error("more than four billion pairs");
    }
    return static_cast<uint32_t>(product);
  }
  case EntityKind::parts: return static_cast<uint32_t>(parts(entity).size());
  case EntityKind::program:
  case EntityKind::data:
  case EntityKind::table: break;
  }
  return data_->rows(entity);
}

const Vector& Core::column(uint32_t column) {
  ensure(column);
  return *columns_[column];
}

void Core::compute(std::span<const uint32_t> columns) {
  for (const uint32_t column : columns) ensure(column);
}

Value Core::value(uint32_t column, uint32_t row) {
  return this->column(column).value(row, pool_);
}

std::string Core::key_text(uint32_t entity, uint32_t row) {
  const ir::Entity& shape = program_.entities[entity];
  const bool of_parts = shape.kind == EntityKind::parts;
  if (shape.kind != EntityKind::groups && shape.kind != EntityKind::pairs && !of_parts)
    return data_->key_text(entity, row);
  std::string text;
  for (const uint32_t key : shape.keys) {
    if (!text.empty()) text += ", ";
    Value part;
    if (of_parts) {  // also of a row that could not be computed
      PartRow made = parts(entity)[row];
      made.fault = nullptr;
      part = part_value(program_, shape, key, made);
    } else {
      part = value(key, row);
    }
    const ir::Type& type = program_.columns[key].type;
    switch (part.kind()) {
    case ValueKind::row: text += key_text(type.target, part.row()); break;
    case ValueKind::enumeration: text += program_.enums[type.target].values[part.enumeration()]; break;
    case ValueKind::number:
    case ValueKind::money: text += part.number_or_amount().exact_text(); break;
    case ValueKind::codes: text += cell_of_codes(part.codes()); break;
    case ValueKind::quantity: text += part.quantity().text(); break;
    case ValueKind::text: text += part.text(); break;
    case ValueKind::date: text += part.date().text(); break;
    case ValueKind::period: text += part.period().text(); break;
    case ValueKind::duration: text += part.duration().text(); break;
    case ValueKind::datetime: text += part.datetime().text(); break;
    case ValueKind::datetime_period: text += part.datetime_period().text(); break;
    case ValueKind::boolean: text += part.boolean() ? "yes" : "no"; break;
    case ValueKind::missing:
    case ValueKind::fault: text += "?"; break;
    }
  }
  return text;
}

std::optional<uint32_t> Core::find_row(uint32_t entity, const std::vector<std::string>& key) {
  std::string wanted;
  for (const std::string& part : key) wanted += (wanted.empty() ? "" : ", ") + part;
  for (uint32_t row = 0, count = rows(entity); row < count; ++row) {
    if (key_text(entity, row) == wanted) return row;
  }
  return std::nullopt;
}

// ------------------------------------------------------------------------------------------------------------
// before a column

void Core::ensure(uint32_t column) {
  if (progress_[column] == Progress::done) return;
  if (progress_[column] == Progress::started) refuse_cycle();
  if (const auto loop = loop_of_.find(column); loop != loop_of_.end()) {
    compute_loop(*loop->second);
    return;
  }
  start(progress_[column]);
  const ir::Column& shape = program_.columns[column];
  const auto keep = [&](Vector vector) {
    storage_.push_back(std::move(vector));
    columns_[column] = &storage_.back();
  };
  if (const auto found = overrides_.find(column); found != overrides_.end()) {
    keep(override_vector(column, found->second));
  } else if (shape.kind != ir::ColumnKind::computed) {
    columns_[column] = &data_->column(column);
  } else if (shape.body) {
    require(*shape.body);
    Vector made = compute_body(*shape.body, column, rows(shape.entity));
    if (program_.entities[shape.entity].kind == EntityKind::parts) add_part_faults(shape.entity, made);
    keep(std::move(made));
  } else if (const auto group = group_links_.find(column); group != group_links_.end()) {
    ensure_groups(group->second);
    columns_[column] = &groups_.at(group->second).group_of;
  } else if (program_.entities[shape.entity].kind == EntityKind::parts) {
    keep(part_column(column));
  } else if (program_.entities[shape.entity].kind == EntityKind::groups) {
    ensure_groups(shape.entity);
    columns_[column] = &groups_.at(shape.entity).keys;
  } else {
    keep(pair_key(column));
  }
  progress_[column] = Progress::done;
}

void Core::require(const Expr& node) {
  for (const auto& arg : node.args) require(*arg);
  require_one(node);
}

void Core::require_one(const Expr& node) {
  switch (node.op) {
  case Op::field:
    if (program_.columns[node.index].type.kind == TypeKind::collection)
      ensure_collection(node.index);
    else
      ensure(node.index);
    break;
  case Op::lookup: {
    const ir::Entity& entity = program_.entities[node.index];
    if (entity.kind == EntityKind::groups) ensure_groups(node.index);
    if (entity.kind == EntityKind::pairs) rows(node.index);
    break;
  }
  case Op::all_rows: rows(node.index); break;
  case Op::reverse:
  case Op::reverse_each: ensure_reverse(node.index); break;
  case Op::targets: ensure(node.index); break;
  case Op::apportion: ensure_keys(node.args.front()->type.target); [[fallthrough]];
  case Op::largest:
  case Op::smallest:
  case Op::aggregate:
    if (const uint32_t hidden = plan_.of(node).hidden; hidden != ir::none) ensure_hidden(hidden);
    break;
  default: break;
  }
}

void Core::ensure_reverse(uint32_t link_column) {
  if (reverse_.contains(link_column)) return;
  ensure(link_column);
  const ir::Column& shape = program_.columns[link_column];
  const Vector& link = known(link_column);
  const uint32_t targets = rows(shape.type.target);
  ReverseColumn& reverse = reverse_[link_column];
  if (is_part_link(program_.entities[shape.entity], link_column)) {
    for (const FaultAt& at : link.faults) {
      const uint32_t target =
          part_target(program_.entities[shape.entity], link_column, parts(shape.entity)[at.row]);
      if (target == ir::none)
        reverse.faulted.push_back(at);
      else
        reverse.own_faults[target].push_back(at);
    }
  } else {
    reverse.faulted = link.faults;
  }
  for (const FaultAt& at : link.faults)
    reverse.first_fault = reverse.first_fault ? ir::first_of(reverse.first_fault, at.fault) : at.fault;
  if (link.faults.empty()) {
    if (shape.kind != ir::ColumnKind::computed) {
      reverse.index = &data_->reverse(link_column);
      return;
    }
    reverse.own = make_reverse_index(link, targets);
  } else {
    Vector without = link;
    without.missing.resize(without.size, 0);
    for (const FaultAt& at : link.faults) without.missing[at.row] = 1;
    reverse.own = make_reverse_index(without, targets);
  }
  reverse.index = &reverse.own;
}

void Core::ensure_collection(uint32_t column) {
  NamedCollection& collection = collections_[column];
  if (collection.progress == Progress::done) return;
  if (collection.progress == Progress::started) refuse_cycle();
  start(collection.progress);
  const ir::Column& shape = program_.columns[column];
  require(*shape.body);
  const uint32_t owners = rows(shape.entity);
  // A collection by a link has each row for one owner; one over all rows has them all for each.
  const Chain chain(*shape.body);
  const bool by_link = chain.base->op == Op::reverse;
  collection.stored = by_link || uint64_t{owners} * rows(shape.type.target) <= most_kept_pairs;
  if (collection.stored) {
    const uint32_t chunks = (owners + chunk_rows - 1) / chunk_rows;
    std::vector<Members> parts(chunks);
    threads_.parallel_for(chunks, [&](uint32_t chunk) {
      Frame frame;
      frame.column = column;
      frame.size = std::min(chunk_rows, owners - chunk * chunk_rows);
      frame.rows = {Rows::fixed(0), Rows::range(chunk * chunk_rows)};
      parts[chunk] = collect(*shape.body, frame);
    });
    collection.offsets.assign(size_t{owners} + 1, 0);
    for (uint32_t chunk = 0; chunk < chunks; ++chunk) {
      Members& part = parts[chunk];
      const uint32_t first = chunk * chunk_rows;
      for (const uint32_t lane : part.lane) ++collection.offsets[first + lane + 1];
      collection.members.insert(collection.members.end(), part.row.begin(), part.row.end());
      for (MemberFault& at : part.faults)
        collection.faults.push_back({first + at.lane, at.row, at.fault, at.times});
      for (FaultAt& at : part.whole) collection.whole.push_back({first + at.row, at.fault});
      part = Members();
    }
    std::partial_sum(collection.offsets.begin(), collection.offsets.end(), collection.offsets.begin());
  }
  collection.progress = Progress::done;
}

void Core::ensure_hidden(uint32_t index) {
  Hidden& hidden = hidden_[index];
  if (hidden.progress != Progress::none) return;
  const HiddenColumn& plan = plan_.hidden()[index];
  const uint32_t count = rows(plan.entity);
  const uint32_t readers = rows(plan.reader);
  // Not where fewer rows ask than would be computed.
  if (!plan.repeated && plan.entity != 0 && count > std::max(chunk_rows, 2 * readers)) return;
  start(hidden.progress);
  require(*plan.body);
  if (plan.body->op == Op::apportion)
    hidden.sharing = make_sharing(*plan.body, plan.source, count);
  else if (plan.ranks)
    hidden.ranking = make_ranking(*plan.body, plan.source, count);
  else
    hidden.vector = compute_body(*plan.body, plan.source, count);
  hidden.progress = Progress::done;
}

// ------------------------------------------------------------------------------------------------------------
// bodies

Vector Core::compute_body(const Expr& body, uint32_t column, uint32_t row_count) {
  const uint32_t chunks = (row_count + chunk_rows - 1) / chunk_rows;
  const ValueKind kind = value_kind(body.type);
  const auto one = [&](uint32_t chunk) {
    Frame frame;
    frame.column = column;
    frame.size = std::min(chunk_rows, row_count - chunk * chunk_rows);
    frame.rows = {Rows::fixed(0), row_count == 1 ? Rows::fixed(0) : Rows::range(chunk * chunk_rows)};
    return evaluate(body, frame);
  };
  if (row_count < least_parallel_rows) {
    std::vector<Lanes> parts;
    parts.reserve(chunks);
    for (uint32_t chunk = 0; chunk < chunks; ++chunk) parts.push_back(one(chunk));
    return concatenate(kind, std::move(parts));
  }
  const std::array<uint32_t, 3> sampled{0, chunks / 2, chunks - 1};
  std::vector<Lanes> samples;
  for (const uint32_t chunk : sampled) samples.push_back(one(chunk));
  ColumnBuilder builder(kind, row_count, samples, chunk_rows);
  for (size_t i = 0; i < sampled.size(); ++i) builder.store(sampled[i], samples[i]);
  threads_.parallel_for(chunks, [&](uint32_t chunk) {
    if (std::find(sampled.begin(), sampled.end(), chunk) == sampled.end()) builder.store(chunk, one(chunk));
  });
  return builder.finish();
}

Vector Core::override_vector(uint32_t column, const Value& value) {
  const ir::Column& shape = program_.columns[column];
  return vector_of(value_kind(shape.type), std::vector<Value>(rows(shape.entity), value), pool_);
}

Vector Core::pair_key(uint32_t column) {
  const ir::Column& shape = program_.columns[column];
  const ir::Entity& entity = program_.entities[shape.entity];
  if (entity.kind != EntityKind::pairs) throw std::logic_error("a computed column without a body");
  uint32_t below = 1;  // combinations of the parts after this one
  uint32_t size = 1;
  for (size_t part = entity.keys.size(); part-- > 0;) {
    size = part_rows(program_.columns[entity.keys[part]]);
    if (entity.keys[part] == column) break;
    below *= size;
  }
  const uint32_t count = rows(shape.entity);
  const ValueKind kind = value_kind(shape.type);
  Lanes lanes = make_lanes(kind, Form::index, count);
  for (uint32_t row = 0; row < count; ++row) lanes.own->u32[row] = row / below % size;
  return std::move(*lanes.own);
}

// ------------------------------------------------------------------------------------------------------------
// groups

void Core::ensure_groups(uint32_t entity) {
  Groups& groups = groups_[entity];
  if (groups.progress == Progress::done) return;
  if (groups.progress == Progress::started) refuse_cycle();
  start(groups.progress);
  make_groups(entity, groups);
  groups.progress = Progress::done;
}

void Core::make_groups(uint32_t entity, Groups& groups) {
  const ir::Entity& shape = program_.entities[entity];
  require(*shape.group_members);
  require(*shape.group_value);
  const uint32_t members_count = rows(shape.group_members->type.target);

  Frame outside;
  outside.column = shape.keys.front();
  outside.size = 1;
  outside.rows = {Rows::fixed(0)};
  outside.each_fault = true;
  const Members members = collect(*shape.group_members, outside);
  const ValueKind kind = value_kind(shape.group_value->type);

  // The value of each member.
  const auto found = static_cast<uint32_t>(members.row.size());
  const uint32_t chunks = (found + chunk_rows - 1) / chunk_rows;
  std::vector<Lanes> parts(chunks);
  threads_.parallel_for(chunks, [&](uint32_t chunk) {
    const auto begin = members.row.begin() + static_cast<std::ptrdiff_t>(chunk) * chunk_rows;
    Frame frame;
    frame.column = shape.keys.front();
    frame.size = std::min(chunk_rows, found - chunk * chunk_rows);
    frame.rows = {Rows::fixed(0), Rows::of(std::vector<uint32_t>(begin, begin + frame.size))};
    parts[chunk] = evaluate(*shape.group_value, frame);
  });
  const Vector values = concatenate(kind, std::move(parts));

  // Number the distinct ones, then bring them into the order of their values.
  groups.table = std::make_unique<data::KeyTable>(1);
  Lanes group_of = make_lanes(ValueKind::row, Form::index, members_count);
  Vector& out = *group_of.own;
  out.missing.assign(members_count, pool_.add("in no " + shape.name) + 2);
  std::vector<uint32_t> number_of(found, data::KeyTable::absent);
  std::vector<Value> distinct;
  const Lanes cells = view(values, 0, values.size);
  for (uint32_t i = 0; i < found; ++i) {
    if (const Value::FaultPointer* fault = cells.fault_at(i)) {
      out.faults.push_back({members.row[i], *fault});
    } else if (values.is_missing(i)) {
      out.missing[members.row[i]] = values.missing[i];
    } else {
      const uint64_t code = data::key_code(values, i, pool_);
      number_of[i] = groups.table->add(&code);
      if (number_of[i] == distinct.size()) distinct.push_back(values.value(i, pool_));
    }
  }
  std::vector<uint32_t> sorted(distinct.size());
  std::iota(sorted.begin(), sorted.end(), 0U);
  std::sort(sorted.begin(), sorted.end(),
            [&](uint32_t a, uint32_t b) { return std::is_lt(compare_values(distinct[a], distinct[b])); });
  groups.order.resize(sorted.size());
  std::vector<Value> keys;
  for (uint32_t row = 0; row < sorted.size(); ++row) {
    groups.order[sorted[row]] = row;
    keys.push_back(distinct[sorted[row]]);
  }
  groups.keys = vector_of(kind, keys, pool_);
  for (uint32_t i = 0; i < found; ++i) {
    if (number_of[i] == data::KeyTable::absent) continue;
    out.u32[members.row[i]] = groups.order[number_of[i]];
    out.missing[members.row[i]] = 0;
  }
  for (const MemberFault& at : members.faults) {
    if (at.row != ir::none) out.faults.push_back({at.row, at.fault});
  }
  if (!members.whole.empty()) {
    out.faults.clear();
    for (uint32_t row = 0; row < members_count; ++row)
      out.faults.push_back({row, members.whole.front().fault});
  }
  std::stable_sort(out.faults.begin(), out.faults.end(),
                   [](const FaultAt& a, const FaultAt& b) { return a.row < b.row; });
  // A member that may be anybody's came once for each owner.
  out.faults.erase(std::unique(out.faults.begin(), out.faults.end(),
                               [](const FaultAt& a, const FaultAt& b) { return a.row == b.row; }),
                   out.faults.end());
  groups.group_of = std::move(out);
}

}  // namespace merit::engine

namespace merit {

std::unique_ptr<Engine> make_engine(std::shared_ptr<const Dataset> data, EngineOptions options) {
  return std::make_unique<engine::Core>(std::move(data), std::move(options));
}

}  // namespace merit
