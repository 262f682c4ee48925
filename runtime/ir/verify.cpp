#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "runtime/ir/json.h"
#include "runtime/ir/ops.h"
#include "runtime/ir/order.h"
#include "runtime/ir/verify_nodes.h"
#include "runtime/values/currency.h"
#include "runtime/values/ucum.h"

namespace merit::ir {

namespace {

struct Violation {
  std::string text;
};

template <typename... Args>
void require(bool condition, fmt::format_string<Args...> format, Args&&... args) {
  if (!condition) throw Violation{fmt::format(format, std::forward<Args>(args)...)};
}

class Verifier {
 public:
  explicit Verifier(const Program& program) : p_(program) {}

  void run() {
    require(p_.files != nullptr, "the program has no files.");
    require(find_currency(p_.currency) != nullptr, "`{}` is no currency.", p_.currency);
    // In order: what follows leans on what was checked before.
    enums();
    value_sets();
    entity_lists();
    column_heads();
    entity_bodies();
    columns();
    no_cycles();
    loops();
    declarations();
    tests();
    sources();
    fhir_sources();
  }

 private:
  bool is_column(uint32_t index) const { return index < p_.columns.size(); }

  bool is_entity(uint32_t index) const { return index < p_.entities.size(); }

  void place(const Span& span, const std::string& what) const {
    const bool inside = span.begin <= span.end && span.file < p_.files->size() &&
                        (span.file == 0 || span.end <= (*p_.files)[span.file].text.size());
    require(inside, "{} has a place outside its file.", what);
  }

  void enums() const {
    require(!p_.enums.empty() && p_.enums[0].values.size() == 2, "the first enumeration is not `direction`.");
    std::unordered_set<std::string_view> names;
    for (const Enumeration& item : p_.enums) {
      require(!item.name.empty() && names.insert(item.name).second, "there are two enumerations `{}`.",
              item.name);
      std::unordered_set<std::string_view> values;
      for (const std::string& value : item.values) {
        require(values.insert(value).second, "the enumeration `{}` has `{}` twice.", item.name, value);
      }
      place(item.span, "the enumeration `" + item.name + "`");
    }
  }

  void value_sets() const {
    std::unordered_set<std::string_view> names;
    for (uint32_t i = 0; i < p_.valuesets.size(); ++i) {
      const ValueSet& item = p_.valuesets[i];
      require(!item.name.empty() && names.insert(item.name).second, "there are two value sets `{}`.",
              item.name);
      place(item.span, "the value set `" + item.name + "`");
      for (const uint32_t member : item.members) {
        require(member < i, "the value set `{}` is made of one that does not come before it.", item.name);
      }
      for (const std::string& coding : item.codings) {
        require(coding.find('|') != std::string::npos && coding.find('\n') == std::string::npos,
                "the value set `{}` has `{}`, which is no coding.", item.name, coding);
      }
      require(item.url.empty() || (item.codings.empty() && item.members.empty()),
              "the value set `{}` is published and made here.", item.name);
    }
  }

  void entity_lists() {
    listed_.assign(p_.columns.size(), false);
    require(!p_.entities.empty() && p_.entities[0].kind == EntityKind::program,
            "the first entity is not the program itself.");
    std::unordered_set<std::string_view> names;
    for (uint32_t e = 0; e < p_.entities.size(); ++e) {
      const Entity& entity = p_.entities[e];
      require(names.insert(entity.name).second, "there are two entities `{}`.", entity.name);
      require(e == 0 || !entity.name.empty(), "an entity has no name.");
      require(e == 0 || entity.kind != EntityKind::program, "`{}` is a second program.", entity.name);
      place(entity.span, "the entity `" + entity.name + "`");
      for (const uint32_t column : entity.columns) {
        require(is_column(column), "the entity `{}` names column {}, which there is not.", entity.name,
                column);
        require(!listed_[column], "the entity `{}` lists a column twice.", entity.name);
        listed_[column] = true;
        require(p_.columns[column].entity == e, "the entity `{}` lists `{}`, which is another entity's.",
                entity.name, p_.columns[column].name);
      }
      keys(entity);
    }
  }

  void keys(const Entity& entity) const {
    if (entity.kind == EntityKind::program) {
      require(entity.keys.empty(), "the program has a key.");
      return;
    }
    require(!entity.keys.empty(), "the entity `{}` has no key.", entity.name);
    require(entity.kind != EntityKind::groups || entity.keys.size() == 1,
            "the entity `{}` has more than one key.", entity.name);
    for (const uint32_t key : entity.keys) {
      require(std::find(entity.columns.begin(), entity.columns.end(), key) != entity.columns.end(),
              "the entity `{}` has a key that is none of its columns.", entity.name);
      require(entity.kind != EntityKind::data || p_.columns[key].kind == ColumnKind::stored,
              "the key `{}.{}` is no field.", entity.name, p_.columns[key].name);
      require(p_.columns[key].key, "`{}.{}` is a key, but is not marked as one.", entity.name,
              p_.columns[key].name);
    }
  }

  void column_heads() const {
    std::vector<std::unordered_set<std::string_view>> names(p_.entities.size());
    for (const Column& column : p_.columns) {
      require(is_entity(column.entity), "the column `{}` belongs to no entity.", column.name);
      const Entity& entity = p_.entities[column.entity];
      require(!column.name.empty() && names[column.entity].insert(column.name).second,
              "the entity `{}` has two columns `{}`.", entity.name, column.name);
      const auto index = static_cast<uint32_t>(&column - p_.columns.data());
      require(listed_[index], "the column `{}` is not listed by its entity.", column.name);
      require(sound_type(p_, column.type), "the column `{}` has an unsound type.", column.name);
      place(column.span, "the column `" + column.name + "`");
      if (!column.key) continue;
      const TypeKind kind = column.type.kind;
      require(kind != TypeKind::collection && kind != TypeKind::duration && kind != TypeKind::codes &&
                  kind != TypeKind::quantity && !column.type.optional,
              "the key `{}` has a type that no key can have.", column.name);
      require(std::find(entity.keys.begin(), entity.keys.end(), index) != entity.keys.end(),
              "`{}.{}` is marked as a key, but is none.", entity.name, column.name);
    }
  }

  void entity_bodies() const {
    for (const Entity& entity : p_.entities) {
      if (entity.kind == EntityKind::pairs) {
        for (const uint32_t key : entity.keys) {
          const TypeKind kind = p_.columns[key].type.kind;
          require(kind == TypeKind::link || kind == TypeKind::enumeration,
                  "the key `{}` of the pairs `{}` is neither a link nor an enumeration.",
                  p_.columns[key].name, entity.name);
        }
      }
      require(entity.kind == EntityKind::groups ||
                  (!entity.group_members && !entity.group_value && entity.group_link == none),
              "the entity `{}` is grouped, but is no groups.", entity.name);
      if (entity.kind == EntityKind::groups) groups(entity);
      if (entity.kind == EntityKind::parts) parts(entity);
    }
  }

  void parts(const Entity& entity) const {
    require(!entity.parts.empty(), "`{}` has no parts.", entity.name);
    for (const Part& part : entity.parts) {
      require(is_column(part.link) && &p_.entities[p_.columns[part.link].entity] == &entity &&
                  p_.columns[part.link].type.kind == TypeKind::link,
              "a part of `{}` does not lead to its members.", entity.name);
      require(!entity.by_member || part.link == entity.parts.front().link, "`{}` goes by several members.",
              entity.name);
      const uint32_t member = p_.columns[part.link].type.target;
      for (const uint32_t filter : part.filters)
        boolean_of(filter, member, "a part of `" + entity.name + "`");
      require((part.low == none) == (part.high == none), "a part of `{}` has half a range.", entity.name);
      for (const uint32_t end : {part.low, part.high}) {
        require(end == none || (is_column(end) && p_.columns[end].entity == member &&
                                p_.columns[end].type.kind == TypeKind::integer),
                "a part of `{}` has a range that is not of whole numbers.", entity.name);
      }
    }
    for (const Part& part : entity.parts) merged_periods(entity, part);
    for (const uint32_t column : {entity.part_key, entity.number_key, entity.owner_key, entity.span_column}) {
      require(column == none || (is_column(column) && &p_.entities[p_.columns[column].entity] == &entity),
              "`{}` is numbered in a column that is not its own.", entity.name);
    }
    if (entity.part_key != none && p_.columns[entity.part_key].type.kind == TypeKind::enumeration) {
      require(p_.enums[p_.columns[entity.part_key].type.target].values.size() == entity.parts.size(),
              "`{}` has another number of parts than of names of them.", entity.name);
    }
  }

  void merged_periods(const Entity& entity, const Part& part) const {
    require((part.owner == none) == (part.period == none) &&
                (part.owner == none) == (entity.owner_key == none) &&
                (part.owner == none) == (entity.span_column == none),
            "`{}` has merged periods that lack their owner or period.", entity.name);
    if (part.owner == none) return;
    const uint32_t member = p_.columns[part.link].type.target;
    require(entity.parts.size() == 1 && part.low == none, "`{}` merges periods beside something else.",
            entity.name);
    require(is_column(part.owner) && is_column(part.period) && is_column(entity.owner_key) &&
                is_column(entity.span_column) && p_.columns[part.owner].entity == member &&
                p_.columns[part.period].entity == member,
            "`{}` merges periods of other rows than its members.", entity.name);
    const Type& owner = p_.columns[part.owner].type;
    const Type& key = p_.columns[entity.owner_key].type;
    const TypeKind period = p_.columns[part.period].type.kind;
    require(owner.kind == TypeKind::link && key.kind == TypeKind::link && key.target == owner.target,
            "`{}` has spans whose owner is no row of the owners.", entity.name);
    require((period == TypeKind::period || period == TypeKind::datetime_period) &&
                p_.columns[entity.span_column].type.kind == period,
            "`{}` merges something else than periods.", entity.name);
    require(part.gap.seconds == 0 || period == TypeKind::datetime_period,
            "`{}` has gaps of hours between dates.", entity.name);
  }

  static bool is_made_by_parts(const Entity& entity, uint32_t column) {
    return column == entity.part_key || column == entity.number_key || column == entity.owner_key ||
           column == entity.span_column ||
           std::any_of(entity.parts.begin(), entity.parts.end(),
                       [&](const Part& part) { return part.link == column; });
  }

  void groups(const Entity& entity) const {
    require(entity.group_members != nullptr, "the groups `{}` have no members.", entity.name);
    require(entity.group_value != nullptr, "the groups `{}` have no value to group by.", entity.name);
    expression(*entity.group_members, entity.name + "~members", {{0, 0}});
    require(entity.group_members->type.kind == TypeKind::collection, "the members of `{}` are no collection.",
            entity.name);
    const uint32_t member = entity.group_members->type.target;
    expression(*entity.group_value, entity.name + "~value", {{0, 0}, {1, member}});
    Type key = p_.columns[entity.keys[0]].type;
    key.optional = true;  // a member without a value belongs to no group
    require(fits(entity.group_value->type, key), "the groups `{}` are not of their key's type.", entity.name);
    if (entity.group_link == none) return;
    require(is_column(entity.group_link), "the groups `{}` have no link from their members.", entity.name);
    const Column& link = p_.columns[entity.group_link];
    require(link.entity == member && link.type.kind == TypeKind::link &&
                &p_.entities[link.type.target] == &entity,
            "`{}` does not lead from the members of `{}` to their group.", link.name, entity.name);
  }

  void expression(const Expr& root, const std::string& name, std::vector<Bound> variables) const {
    const std::string problem = verify_expression(p_, root, name, std::move(variables));
    if (!problem.empty()) throw Violation{problem};
  }

  void columns() const {
    for (uint32_t i = 0; i < p_.columns.size(); ++i) {
      const Column& column = p_.columns[i];
      const Entity& entity = p_.entities[column.entity];
      const std::string name = qualified_name(p_, i);
      switch (column.kind) {
      case ColumnKind::stored:
        require(!column.body, "the stored column `{}` has a body.", name);
        require(column.type.kind != TypeKind::collection, "the stored column `{}` is a collection.", name);
        break;
      case ColumnKind::constant: constants(column, entity, name); break;
      case ColumnKind::computed: computed(i, column, entity, name); break;
      }
    }
  }

  void constants(const Column& column, const Entity& entity, const std::string& name) const {
    require(entity.kind == EntityKind::table, "the column `{}` has cells, but its entity is no table.", name);
    require(!column.body, "the constant column `{}` has a body.", name);
    require(column.values.size() == entity.rows, "the column `{}` has {} cells for {} rows.", name,
            column.values.size(), entity.rows);
    for (size_t row = 0; row < column.values.size(); ++row) {
      require(is_of_type(p_, column.values[row], column.type), "the cell {} of `{}` does not fit its type.",
              row + 1, name);
    }
    if (column.ranges) ranges(column, *column.ranges, name);
  }

  void ranges(const Column& column, const KeyRanges& ranges, const std::string& name) const {
    const TypeKind kind = ranges.type.kind;
    require(column.key && column.type.kind == TypeKind::text, "the ranges of `{}` are no key.", name);
    require(!ranges.type.optional && (kind == TypeKind::integer || kind == TypeKind::number ||
                                      kind == TypeKind::money || kind == TypeKind::date),
            "the ranges of `{}` are of a type that has no ranges.", name);
    require(ranges.rows.size() == column.values.size(), "the column `{}` has {} ranges for {} rows.", name,
            ranges.rows.size(), column.values.size());
    Type end = ranges.type;
    end.optional = true;
    for (size_t row = 0; row < ranges.rows.size(); ++row) {
      const KeyRange& range = ranges.rows[row];
      require(is_of_type(p_, range.low, end) && is_of_type(p_, range.high, end),
              "the range {} of `{}` does not fit its type.", row + 1, name);
    }
  }

  void computed(uint32_t index, const Column& column, const Entity& entity, const std::string& name) const {
    if (!column.body) {
      // What the evaluators make themselves: the keys of derived rows, and the links of members to their
      // groups.
      const bool derived_key =
          (column.key && (entity.kind == EntityKind::groups || entity.kind == EntityKind::pairs)) ||
          (entity.kind == EntityKind::parts && is_made_by_parts(entity, index));
      const bool group_link = std::any_of(p_.entities.begin(), p_.entities.end(),
                                          [&](const Entity& other) { return other.group_link == index; });
      require(derived_key || group_link, "the computed column `{}` has no body.", name);
      return;
    }
    expression(*column.body, name,
               column.entity == 0 ? std::vector<Bound>{{0, 0}, {1, 0}}
                                  : std::vector<Bound>{{0, 0}, {1, column.entity}});
    require(fits(column.body->type, column.type), "the body of `{}` does not fit its type.", name);
  }

  // What a column or an entity needs to be computed. Columns come first in the numbering, then entities.
  void needs(const Expr& node, std::vector<uint32_t>& result) const {
    const auto entity_node = [&](uint32_t entity) {
      return static_cast<uint32_t>(p_.columns.size()) + entity;
    };
    switch (info(node.op).index) {
    case IndexMeaning::column:
      if (!steps_back(p_, node)) result.push_back(node.index);
      break;
    case IndexMeaning::entity: result.push_back(entity_node(node.index)); break;
    case IndexMeaning::none:
    case IndexMeaning::value_set:
    case IndexMeaning::count: break;
    }
    for (const ExprPtr& arg : node.args) needs(*arg, result);
  }

  std::vector<uint32_t> needs_of(uint32_t item) const {
    const auto count = static_cast<uint32_t>(p_.columns.size());
    std::vector<uint32_t> result;
    if (item >= count) {
      const Entity& entity = p_.entities[item - count];
      if (entity.group_members) needs(*entity.group_members, result);
      if (entity.group_value) needs(*entity.group_value, result);
      for (const Part& part : entity.parts) {
        result.insert(result.end(), part.filters.begin(), part.filters.end());
        if (part.low != none) result.insert(result.end(), {part.low, part.high});
        if (part.period != none) result.insert(result.end(), {part.owner, part.period});
        result.push_back(count + p_.columns[part.link].type.target);
      }
      if (entity.kind == EntityKind::pairs) {
        for (const uint32_t key : entity.keys) {
          if (p_.columns[key].type.kind == TypeKind::link)
            result.push_back(count + p_.columns[key].type.target);
        }
      }
      return result;
    }
    const Column& column = p_.columns[item];
    const EntityKind kind = p_.entities[column.entity].kind;
    if (kind == EntityKind::groups || kind == EntityKind::pairs || kind == EntityKind::parts)
      result.push_back(count + column.entity);
    if (column.body) {
      needs(*column.body, result);
    } else if (column.kind == ColumnKind::computed && column.type.kind == TypeKind::link) {
      result.push_back(count + column.type.target);
    }
    return result;
  }

  std::string item_name(uint32_t item) const {
    const auto count = static_cast<uint32_t>(p_.columns.size());
    return item < count ? qualified_name(p_, item) : p_.entities[item - count].plural;
  }

  void loops() const {
    const OrderLoops found = order_loops(p_);
    if (found.problem)
      throw Violation{"`" + qualified_name(p_, found.problem->column) +
                      "` needs itself, and not along an order."};
  }

  void no_cycles() const {
    enum class State : uint8_t { unseen, open, done };

    struct Open {
      uint32_t item;
      std::vector<uint32_t> needs;
      size_t next = 0;
    };

    const size_t count = p_.columns.size() + p_.entities.size();
    std::vector<State> states(count, State::unseen);
    std::vector<Open> path;  // no recursion: a chain of columns may be as long as the program
    for (uint32_t start = 0; start < count; ++start) {
      if (states[start] != State::unseen) continue;
      states[start] = State::open;
      path.push_back({start, needs_of(start)});
      while (!path.empty()) {
        Open& top = path.back();
        if (top.next == top.needs.size()) {
          states[top.item] = State::done;
          path.pop_back();
          continue;
        }
        const uint32_t item = top.needs[top.next++];
        require(states[item] != State::open, "`{}` needs itself.", item_name(item));
        if (states[item] == State::done) continue;
        states[item] = State::open;
        path.push_back({item, needs_of(item)});
      }
    }
  }

  void boolean_of(uint32_t column, uint32_t entity, const std::string& what) const {
    require(is_column(column), "{} names column {}, which there is not.", what, column);
    const Column& found = p_.columns[column];
    require(found.entity == entity && found.type.kind == TypeKind::boolean && !found.type.optional,
            "{} has `{}` as its condition, which is no condition of its rows.", what, found.name);
  }

  void declarations() const {
    std::unordered_set<uint32_t> parameters;
    for (const uint32_t column : p_.parameters) {
      require(is_column(column) && p_.columns[column].entity == 0,
              "a parameter is no column of the program.");
      require(parameters.insert(column).second, "the parameter `{}` is listed twice.",
              p_.columns[column].name);
    }
    payments();
    measures();
    reports();
    for (const Ensure& ensure : p_.ensures) {
      const std::string what = fmt::format("the ensure \"{}\"", ensure.title);
      require(is_entity(ensure.entity), "{} is of no entity.", what);
      if (ensure.filter != none) boolean_of(ensure.filter, ensure.entity, what);
      boolean_of(ensure.condition, ensure.entity, what);
      place(ensure.span, what);
    }
    for (const Removal& removal : p_.removals) place(removal.span, "the removal of `" + removal.name + "`");
    std::unordered_set<std::string_view> modules;
    for (const Module& module : p_.modules) {
      require(modules.insert(module.name).second, "there are two modules `{}`.", module.name);
      require(module.file != 0 && module.file < p_.files->size(), "the module `{}` has no file.",
              module.name);
    }
  }

  void payments() const {
    std::unordered_set<std::string_view> names;
    for (const Payment& payment : p_.payments) {
      const std::string what = fmt::format("the payment `{}`", payment.name);
      require(names.insert(payment.name).second, "there are two payments `{}`.", payment.name);
      require(is_entity(payment.entity), "{} is of no entity.", what);
      require(!payment.steps.empty(), "{} has no steps.", what);
      for (const uint32_t step : payment.steps) {
        require(is_column(step) && p_.columns[step].entity == payment.entity,
                "{} has a step that is no column of its rows.", what);
      }
      if (payment.applies != none) boolean_of(payment.applies, payment.entity, what);
      place(payment.span, what);
    }
  }

  void measures() const {
    std::unordered_set<std::string_view> names;
    for (const Measure& measure : p_.measures) {
      const std::string what = fmt::format("the measure `{}`", measure.name);
      require(names.insert(measure.name).second, "there are two measures `{}`.", measure.name);
      require(is_entity(measure.entity), "{} is of no entity.", what);
      require(!measure.groups.empty(), "{} has no group.", what);
      for (const MeasureGroup& group : measure.groups) measure_group(measure, group, what);
      for (const auto* columns : {&measure.stratifiers, &measure.supplemental}) {
        for (const MeasureColumn& item : *columns) column_of(item.column, measure.entity, what);
      }
      if (measure.due != none) {
        column_of(measure.due, measure.entity, what);
        require(p_.columns[measure.due].type.kind == TypeKind::date, "{} is due on no day.", what);
      }
      if (measure.period != none) {
        column_of(measure.period, 0, what);
        require(p_.columns[measure.period].type.kind == TypeKind::period, "{} is of no period.", what);
      }
      require(measure.composite.has_value() != measure.components.empty(),
              "{} is no composite with components.", what);
      for (const MeasureComponent& component : measure.components) {
        require(component.measure < p_.measures.size() && !p_.measures[component.measure].composite &&
                    component.group < p_.measures[component.measure].groups.size(),
                "{} has a component that is no measure.", what);
      }
      place(measure.span, what);
    }
  }

  void measure_group(const Measure& measure, const MeasureGroup& group, const std::string& what) const {
    for (size_t i = 0; i < group.populations.size(); ++i) {
      const MeasurePopulation& population = group.populations[i];
      require(i == 0 || group.populations[i - 1].kind < population.kind,
              "{} has its populations twice or out of order.", what);
      boolean_of(population.gated, measure.entity, what);
      require((population.criteria == none) == measure.composite.has_value(),
              "{} has a population without criteria.", what);
      if (population.criteria != none) boolean_of(population.criteria, measure.entity, what);
    }
    for (const MeasureObservation& observation : group.observations) {
      column_of(observation.value, measure.entity, what);
      const TypeKind kind = p_.columns[observation.value].type.kind;
      require(kind == TypeKind::number || kind == TypeKind::integer, "{} observes no number.", what);
      const AggregateMode mode = observation.aggregate;
      require(mode <= AggregateMode::maximum || mode == AggregateMode::median,
              "{} has observations that are not put together.", what);
    }
    if (group.rate != none) {
      column_of(group.rate, 0, what);
      require(p_.columns[group.rate].type.kind == TypeKind::number, "{} has a rate that is no number.", what);
    }
  }

  void column_of(uint32_t column, uint32_t entity, const std::string& what) const {
    require(is_column(column) && p_.columns[column].entity == entity,
            "{} has a column that is not of its rows.", what);
  }

  void reports() const {
    std::unordered_set<std::string_view> names;
    for (const Report& report : p_.reports) {
      const std::string what = fmt::format("the report `{}`", report.name);
      require(names.insert(report.name).second, "there are two reports `{}`.", report.name);
      require(!report.name.empty() && report.name.find_first_of("/\\:") == std::string::npos &&
                  report.name[0] != '.',
              "{} has a name that no file can have.", what);
      require(is_entity(report.entity), "{} is of no entity.", what);
      if (report.filter != none) boolean_of(report.filter, report.entity, what);
      for (const ReportColumn& column : report.columns) {
        require(is_column(column.column) && p_.columns[column.column].entity == report.entity,
                "{} has a column that is not of its rows.", what);
        require(p_.columns[column.column].type.kind != TypeKind::collection,
                "{} has a collection for a column.", what);
      }
      place(report.span, what);
    }
  }

  void tests() const {
    for (const Test& test : p_.tests) {
      const std::string what = fmt::format("the test \"{}\"", test.title);
      place(test.span, what);
      for (const TestSetting& setting : test.settings) {
        require(std::find(p_.parameters.begin(), p_.parameters.end(), setting.column) != p_.parameters.end(),
                "{} sets what is no parameter.", what);
        require(is_of_type(p_, setting.value, p_.columns[setting.column].type),
                "{} gives `{}` a value that does not fit its type.", what, p_.columns[setting.column].name);
      }
      for (const TestRows& rows : test.given) {
        test_rows(rows, what);
        given_rows(rows, what);
      }
      for (const TestRows& rows : test.expected) test_rows(rows, what);
      for (const uint32_t condition : test.conditions) boolean_of(condition, 0, what);
    }
  }

  void test_rows(const TestRows& table, const std::string& what) const {
    require(is_entity(table.entity), "{} has rows of no entity.", what);
    place(table.span, what);
    for (const std::vector<TestCell>& row : table.rows) {
      for (const TestCell& cell : row) {
        require(is_column(cell.column) && p_.columns[cell.column].entity == table.entity,
                "{} has a cell in a column that is not of its rows.", what);
        place(cell.span, what);
        if (cell.state != TestCell::State::known) continue;
        const Type& type = p_.columns[cell.column].type;
        const bool to_data = type.kind == TypeKind::link && p_.entities[type.target].kind == EntityKind::data;
        require(to_data || cell.more.empty(), "{} has a cell in several parts that names no row of data.",
                what);
        require(!to_data || cell.more.size() + 1 == key_parts(type.target, 0),
                "{} has a cell that does not name a row by its whole key.", what);
        for (const Value& part : cell.more)
          require(part.is_known(), "{} has a cell with an unknown part.", what);
        require(is_test_value(cell.value, type), "{} has a cell that does not fit the type of `{}`.", what,
                p_.columns[cell.column].name);
      }
    }
  }

  void given_rows(const TestRows& table, const std::string& what) const {
    require(p_.entities[table.entity].kind == EntityKind::data, "{} gives rows of what is no entity of data.",
            what);
    for (const std::vector<TestCell>& row : table.rows) {
      for (const TestCell& cell : row) {
        require(p_.columns[cell.column].kind == ColumnKind::stored, "{} gives `{}`, which is no field.", what,
                p_.columns[cell.column].name);
        require(cell.state != TestCell::State::fault, "{} gives a fault.", what);
      }
    }
  }

  /// How many values name a row of data: the keys, each that is a link to data as many as its own target has.
  size_t key_parts(uint32_t entity, size_t depth) const {
    require(depth <= p_.entities.size(), "`{}` has itself in its key.", p_.entities[entity].name);
    size_t parts = 0;
    for (const uint32_t key : p_.entities[entity].keys) {
      const Type& type = p_.columns[key].type;
      const bool to_data = type.kind == TypeKind::link && p_.entities[type.target].kind == EntityKind::data;
      parts += to_data ? key_parts(type.target, depth + 1) : 1;
    }
    return parts;
  }

  // A row of an entity that is data is named by its key.
  bool is_test_value(const Value& value, const Type& type) const {
    if (type.kind != TypeKind::link || p_.entities[type.target].kind != EntityKind::data) {
      return is_of_type(p_, value, type);
    }
    return value.is_known() && value.kind() != ValueKind::row;
  }

  void sources() const {
    for (const Source& source : p_.sources) {
      const std::string what = fmt::format("the source \"{}\"", source.file);
      place(source.span, what);
      require(source.header_first > 0 && source.header_first <= source.header_last &&
                  source.header_last < source.data_from,
              "{} has its data before its headers.", what);
      for (const SourceBlock& block : source.blocks) {
        require(is_entity(block.entity) && p_.entities[block.entity].kind == EntityKind::data,
                "{} fills what is no entity of data.", what);
        place(block.span, what);
        const bool each = block.for_each != none;
        require(!each || (is_entity(block.for_each) && p_.entities[block.for_each].kind == EntityKind::table),
                "{} goes through the rows of what is no table.", what);
        require(block.filter == none || each, "{} chooses rows of no table.", what);
        if (block.filter != none) boolean_of(block.filter, block.for_each, what);
        for (const SourceField& field : block.fields) source_field(block, field, what);
      }
    }
  }

  void fhir_sources() const {
    for (const FhirSource& source : p_.fhir_sources) {
      const std::string what = fmt::format("the source of {}", source.resource);
      place(source.span, what);
      require(!source.resource.empty(), "{} names no type of resource.", what);
      if (source.filter) fhir_condition(*source.filter, 0, what);
      for (const FhirBlock& block : source.blocks) fhir_block(block, nullptr, 0, what);
    }
  }

  void fhir_block(const FhirBlock& block, const FhirBlock* around, uint32_t depth,
                  const std::string& what) const {
    require(depth < 16, "{} is nested too deep.", what);
    require(is_entity(block.entity) && p_.entities[block.entity].kind == EntityKind::data,
            "{} fills what is no entity of data.", what);
    place(block.span, what);
    require(block.each || around == nullptr, "{} has rows within rows without a list.", what);
    require(!block.each || (block.from == depth && !block.list.empty()), "{} goes through no list.", what);
    fhir_steps(block.list, what);
    const uint32_t inner = depth + (block.each ? 1 : 0);
    if (block.filter) fhir_condition(*block.filter, inner, what);
    for (const FhirField& field : block.fields) {
      require(is_column(field.column) && p_.columns[field.column].entity == block.entity &&
                  p_.columns[field.column].kind == ColumnKind::stored,
              "{} fills what is no field of its rows.", what);
      const Column& column = p_.columns[field.column];
      fhir_value(field.value, column, inner, what);
      const bool owner = field.value.kind == FhirValue::Kind::owner;
      require(!owner || (around != nullptr && column.type.kind == TypeKind::link &&
                         column.type.target == around->entity),
              "{} fills `{}` with a row of another block.", what, column.name);
    }
    for (const uint32_t key : p_.entities[block.entity].keys) {
      const bool filled = std::any_of(block.fields.begin(), block.fields.end(),
                                      [&](const FhirField& field) { return field.column == key; });
      require(filled, "{} gives rows without their key `{}`.", what, p_.columns[key].name);
    }
    for (const FhirBlock& nested : block.blocks) fhir_block(nested, &block, inner, what);
  }

  void fhir_steps(const std::vector<PathStep>& steps, const std::string& what) const {
    for (const PathStep& step : steps) {
      require(!step.name.empty() && (step.kind == PathStep::Kind::extension) == !step.url.empty(),
              "{} has a path with an empty step.", what);
    }
  }

  void fhir_value(const FhirValue& value, const Column& column, uint32_t depth,
                  const std::string& what) const {
    using Kind = FhirValue::Kind;
    place(value.span, what);
    require(value.from <= depth, "{} reads `{}` from an element that is not around it.", what, column.name);
    fhir_steps(value.steps, what);
    const TypeKind type = column.type.kind;
    bool fits = true;
    switch (value.kind) {
    case Kind::path:
      fits = value.text.empty() || (type == TypeKind::number && ucum::parse(value.text));
      break;
    case Kind::owner: break;
    case Kind::first_of:
      fits = !value.args.empty();
      for (const FhirValue& arg : value.args) {
        require(arg.kind != Kind::first_of && arg.kind != Kind::owner, "{} has a choice in a choice.", what);
        fhir_value(arg, column, depth, what);
      }
      break;
    case Kind::only: fits = type == TypeKind::link && !value.text.empty(); break;
    case Kind::position: fits = type == TypeKind::integer && value.from > 0; break;
    case Kind::count: fits = type == TypeKind::integer; break;
    case Kind::fingerprint: fits = type == TypeKind::text; break;
    case Kind::constant: fits = is_test_value(value.value, column.type); break;
    case Kind::is_known:
    case Kind::is_missing:
    case Kind::is_one_of:
    case Kind::logical_not:
    case Kind::logical_and:
    case Kind::logical_or:
      fits = type == TypeKind::boolean;
      fhir_condition(value, depth, what);
      break;
    }
    require(fits, "{} fills `{}` with what does not fit its type.", what, column.name);
  }

  void fhir_condition(const FhirValue& value, uint32_t depth, const std::string& what) const {
    using Kind = FhirValue::Kind;
    place(value.span, what);
    require(value.from <= depth, "{} asks of an element that is not around it.", what);
    fhir_steps(value.steps, what);
    switch (value.kind) {
    case Kind::is_known:
    case Kind::is_missing:
    case Kind::is_one_of: break;
    case Kind::logical_not:
      require(value.args.size() == 1, "{} has a `not` of {} conditions.", what, value.args.size());
      [[fallthrough]];
    case Kind::logical_and:
    case Kind::logical_or:
      for (const FhirValue& arg : value.args) fhir_condition(arg, depth, what);
      break;
    default: require(false, "{} has a condition that is none.", what);
    }
  }

  static bool alike_cells(const Type& from, const Type& to) {
    return from.kind == to.kind || (from.kind == TypeKind::integer && to.kind == TypeKind::number);
  }

  void source_field(const SourceBlock& block, const SourceField& field, const std::string& what) const {
    require(is_column(field.column) && p_.columns[field.column].entity == block.entity &&
                p_.columns[field.column].kind == ColumnKind::stored,
            "{} fills what is no field of its rows.", what);
    const Column& column = p_.columns[field.column];
    const SourceValue& value = field.value;
    place(value.span, what);
    const auto holes = value.header_holes.size();
    switch (value.kind) {
    case SourceValue::Kind::cell:
    case SourceValue::Kind::cell_known:
    case SourceValue::Kind::cell_missing:
    case SourceValue::Kind::cell_is:
    case SourceValue::Kind::cell_is_not:
      require(value.header.size() == holes + 1, "{} has a header of {} parts for `{}`.", what,
              value.header.size(), column.name);
      for (const uint32_t hole : value.header_holes) {
        require(block.for_each != none && is_column(hole) && p_.columns[hole].entity == block.for_each &&
                    p_.columns[hole].type.kind != TypeKind::collection,
                "{} has a header for `{}` with a part that is no column of its table.", what, column.name);
      }
      require(value.kind == SourceValue::Kind::cell || column.type.kind == TypeKind::boolean,
              "{} fills `{}` with true or false.", what, column.name);
      require((value.kind != SourceValue::Kind::cell_is && value.kind != SourceValue::Kind::cell_is_not) ||
                  value.value.kind() == ValueKind::text,
              "{} compares a cell for `{}` with no text.", what, column.name);
      break;
    case SourceValue::Kind::for_each_value:
      require(block.for_each != none && holes == 1 && is_column(value.header_holes.front()) &&
                  p_.columns[value.header_holes.front()].entity == block.for_each &&
                  alike_cells(p_.columns[value.header_holes.front()].type, column.type),
              "{} fills `{}` with a value that its table does not have.", what, column.name);
      break;
    case SourceValue::Kind::for_each_row:
      require(block.for_each != none && column.type.kind == TypeKind::link &&
                  column.type.target == block.for_each,
              "{} fills `{}` with a row of another table.", what, column.name);
      break;
    case SourceValue::Kind::constant:
      require(is_test_value(value.value, column.type),
              "{} fills `{}` with a value that does not fit its type.", what, column.name);
      break;
    }
  }

  const Program& p_;
  std::vector<bool> listed_;  // columns that their entity lists
};

}  // namespace

std::string verify(const Program& program) {
  try {
    Verifier(program).run();
  } catch (const Violation& violation) {
    return violation.text;
  }
  return {};
}

}  // namespace merit::ir
