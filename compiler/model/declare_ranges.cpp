// Tables whose keys are ranges, and the columns that are read along them: `linear`, `marginal`.
#include <algorithm>
#include <map>

#include "compiler/model/table_state.h"
#include "runtime/values/currency.h"

namespace merit::model {

namespace {

const Currency& currency_of(const ir::Program& program) {
  const Currency* found = find_currency(program.currency);
  return found == nullptr ? default_currency() : *found;
}

/// How ranges of a kind are written.
std::string range_examples(ir::TypeKind kind) {
  switch (kind) {
  case ir::TypeKind::integer: return "`10_000 to 14_999`, `60_000 or more`, `under 500`";
  case ir::TypeKind::money: return "`$0 to below $10_000`, `$60_000 or more`, `under $500`";
  case ir::TypeKind::date:
    return "`2022-04-01 to 2022-06-30`, `2022-07-01 or later`, `2013-03-31 or earlier`";
  default: return "`3.0% to below 5.0%`, `5% or more`, `under 3%`";
  }
}

std::string values_of(ir::TypeKind kind) {
  switch (kind) {
  case ir::TypeKind::integer: return "whole numbers";
  case ir::TypeKind::money: return "amounts";
  case ir::TypeKind::date: return "dates";
  default: return "numbers";
  }
}

bool has_ranges(ir::TypeKind kind) {
  return kind == ir::TypeKind::integer || kind == ir::TypeKind::number || kind == ir::TypeKind::money ||
         kind == ir::TypeKind::date;
}

}  // namespace

bool Declarer::is_ranged(const TableState& table, size_t position) const {
  return table.ranges[position].has_value();
}

/// Is this key a range in any of its rows?
void Declarer::range_header(TableState& table, size_t position, const std::optional<ir::Type>& declared) {
  if (declared && !has_ranges(declared->kind)) return;
  std::vector<const ast::Cellule*> cells;
  for (const auto* row : table.rows) cells.push_back(&(*row)[position]);
  const auto kind = ranges_of(cells, currency_of(model_.program));
  if (!kind) return;
  table.ranges[position].emplace();
  TableState::Ranges& ranges = *table.ranges[position];
  ranges.kind = declared ? declared->kind : *kind;
  if (declared || *kind != ir::TypeKind::integer) return;
  // Whole ends are of whole numbers only where the ranges do not already follow each other as numbers.
  std::map<std::string, std::vector<size_t>> groups;
  for (size_t row = 0; row < table.rows.size(); ++row) {
    std::string others;
    for (size_t i = 0; i < table.node->text.header.size(); ++i) {
      if (i != position && header_cell(table.node->text.header[i]).key)
        others += (*table.rows[row])[i].text + "\n";
    }
    groups[others].push_back(row);
  }
  Diagnostics unread;
  bool follow = true;
  for (const auto& [others, rows] : groups) {
    std::vector<RangeCell> read(rows.size());
    std::vector<RangeRow> list;
    for (size_t i = 0; i < rows.size(); ++i) {
      const ast::Cellule& cell = (*table.rows[rows[i]])[position];
      auto range = read_range(cell.text, ir::TypeKind::number, currency_of(model_.program));
      if (!range) return;
      read[i] = std::move(*range);
      list.push_back({&read[i], cell.text, cell.span});
    }
    follow = follow && !check_ranges(std::move(list), ir::TypeKind::number, {}, unread).empty();
  }
  if (follow) ranges.kind = ir::TypeKind::number;
}

std::optional<Value> Declarer::range_cell(TableState& table, size_t position, const ast::Cellule& cell) {
  TableState::Ranges& ranges = *table.ranges[position];
  auto range = cell.quoted ? std::nullopt : read_range(cell.text, ranges.kind, currency_of(model_.program));
  if (!range) {
    diagnostics_.error("G111", cell.span,
                       "`" + cell.text + "` is no range of " + values_of(ranges.kind) +
                           ", as the other rows of `" + model_.program.columns[table.columns[position]].name +
                           "` have.",
                       "Write it like " + range_examples(ranges.kind) + ".");
  } else if (const auto first = first_held(range->range, ranges.kind),
             last = last_held(range->range, ranges.kind);
             first && last &&
             (*last < *first || (*last == *first && !is_discrete(ranges.kind) &&
                                 (range->range.over_low || range->range.below_high)))) {
    diagnostics_.error("G111", cell.span,
                       "The range `" + cell.text + "` holds nothing: it ends before it begins.",
                       "Write the lower end first.");
    range.reset();
  }
  ranges.broken = ranges.broken || !range;
  ranges.cells.push_back(range.value_or(RangeCell()));
  return Value::of_text(cell.text);
}

/// The ranges of a table, all read: no gaps and no overlaps among rows whose other keys are equal. With
/// several ranges a row is a box, and boxes may leave room between them, but not overlap.
void Declarer::check_table_ranges(TableState& table) {
  std::vector<size_t> ranged;
  for (const size_t position : table.keys) {
    if (is_ranged(table, position)) ranged.push_back(position);
  }
  bool sound = !ranged.empty();
  for (const size_t position : ranged) {
    TableState::Ranges& ranges = *table.ranges[position];
    ir::Column& column = model_.program.columns[table.columns[position]];
    column.ranges.emplace();
    column.ranges->type.kind = ranges.kind;
    for (const RangeCell& cell : ranges.cells) column.ranges->rows.push_back(cell.range);
    sound = sound && !ranges.broken;
  }
  if (!sound) return;
  std::map<std::string, std::vector<uint32_t>> groups;
  for (uint32_t row = 0; row < table.rows.size(); ++row) {
    std::string others;
    for (const size_t position : table.keys) {
      if (!is_ranged(table, position)) others += (*table.rows[row])[position].text + "\n";
    }
    groups[others].push_back(row);
  }
  const std::string& name = table.node->name.text;
  bool covers = ranged.size() == 1;
  table.band_before.assign(table.rows.size(), ir::none);
  for (const auto& [others, rows] : groups) {
    if (ranged.size() > 1) {
      sound = boxes_apart(table, ranged, rows) && sound;
      continue;
    }
    const size_t position = ranged.front();
    const TableState::Ranges& ranges = *table.ranges[position];
    std::vector<RangeRow> list;
    for (const uint32_t row : rows) {
      const ast::Cellule& cell = (*table.rows[row])[position];
      list.push_back({&ranges.cells[row], cell.text, cell.span});
    }
    const std::vector<RangeRow> sorted = check_ranges(std::move(list), ranges.kind, name, diagnostics_);
    sound = sound && !sorted.empty();
    covers = covers && hold_everything(sorted);
    const auto row_of = [&](const RangeRow& row) {
      return static_cast<uint32_t>(row.range - ranges.cells.data());
    };
    for (size_t i = 1; i < sorted.size(); ++i) table.band_before[row_of(sorted[i])] = row_of(sorted[i - 1]);
  }
  table.ranges_sound = sound;
  if (sound && covers) model_.covering[table.entity] = groups.size();
}

bool Declarer::boxes_apart(const TableState& table, const std::vector<size_t>& ranged,
                           const std::vector<uint32_t>& rows) {
  const auto apart = [&](const ir::KeyRange& a, const ir::KeyRange& b, ir::TypeKind kind) {
    const auto before = [&](const ir::KeyRange& low, const ir::KeyRange& high) {
      const auto last = last_held(low, kind);
      const auto first = first_held(high, kind);
      if (!last || !first) return false;
      return *last < *first || (*last == *first && !is_discrete(kind) && (low.below_high || high.over_low));
    };
    return before(a, b) || before(b, a);
  };
  bool sound = true;
  for (size_t i = 0; i < rows.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      const bool free = std::any_of(ranged.begin(), ranged.end(), [&](size_t position) {
        const TableState::Ranges& ranges = *table.ranges[position];
        return apart(ranges.cells[rows[i]].range, ranges.cells[rows[j]].range, ranges.kind);
      });
      if (free) continue;
      const auto text = [&](uint32_t row) {
        std::string result;
        for (const size_t position : ranged)
          result += (result.empty() ? "" : ", ") + (*table.rows[row])[position].text;
        return result;
      };
      diagnostics_
          .error("G113", row_span(*table.rows[rows[i]]),
                 "Two rows of the table `" + table.node->name.text + "` hold the same values: `" +
                     text(rows[j]) + "` and `" + text(rows[i]) + "`.",
                 "A value may belong to one row only.")
          .notes.push_back(Note{row_span(*table.rows[rows[j]]), "The other row is here."});
      sound = false;
    }
  }
  return sound;
}

/// The type of a column headed `linear` or `marginal`; the column itself keeps its cells as written.
bool Declarer::scale_type(TableState& table, size_t position, const HeaderCell& header, ir::Type& type) {
  const std::string word = header.scale == ScaleKind::linear ? "linear" : "marginal";
  if (header.key) {
    diagnostics_.error("G114", header.name.span, "A key is no `" + word + "` column.",
                       "`" + word + "` stands before the header of what is looked up.");
    return false;
  }
  ir::Type& value = table.scaled[position];
  value = type;
  if (!header.type) {
    // By the ends of its cells.
    const Currency& currency = currency_of(model_.program);
    value.optional = false;
    value.kind = ir::TypeKind::text;
    for (const ir::TypeKind kind : {ir::TypeKind::money, ir::TypeKind::number}) {
      for (const auto* row : table.rows) {
        const ast::Cellule& cell = (*row)[position];
        if (cell.text.empty()) value.optional = true;
        if (!cell.quoted && read_range(cell.text, kind, currency)) value.kind = kind;
      }
    }
  }
  if (value.kind == ir::TypeKind::integer) value.kind = ir::TypeKind::number;
  if (value.kind != ir::TypeKind::number && value.kind != ir::TypeKind::money) {
    diagnostics_.error("G114", header.name.span,
                       "A `" + word + "` column holds numbers or amounts, and `" + header.name.text +
                           "` holds neither.",
                       header.scale == ScaleKind::linear ? "Its cells read `3.0% to 2.7%` or `2.0%`."
                                                         : "Its cells read `12%` or `$5`.");
    return false;
  }
  type = ir::Type{ir::TypeKind::text, value.optional, ir::none, {}};
  return true;
}

/// The constants of a column that is read along the range of its row.
void Declarer::scale_cells(TableState& table, size_t position) {
  const ast::Cellule& header = table.node->text.header[position];
  const bool linear = table.scales[position] == ScaleKind::linear;
  const std::string word = linear ? "linear" : "marginal";
  const uint32_t visible = table.columns[position];
  for (const auto* row : table.rows) {
    const ast::Cellule& cell = (*row)[position];
    model_.program.columns[visible].values.push_back(cell.text.empty() ? Value() : Value::of_text(cell.text));
  }
  Scale scale;
  size_t ranged = 0;
  for (size_t k = 0; k < table.keys.size(); ++k) {
    if (!is_ranged(table, table.keys[k])) continue;
    scale.key = k;
    ++ranged;
  }
  model_.refused.insert(model_.program.columns[visible].name);  // until it stands
  if (ranged != 1) {
    diagnostics_.error("G114", header.span,
                       "A `" + word + "` column goes along the ranges of one key, and the table `" +
                           table.node->name.text + "` has " +
                           (ranged == 0 ? "no key of ranges." : "several."),
                       ranged == 0 ? "Write the key's cells as ranges: `0 to below 10`, `10 or more`." : "");
    return;
  }
  if (!table.ranges_sound) return;
  const TableState::Ranges& ranges = *table.ranges[table.keys[scale.key]];
  scale.type = table.scaled[position];
  const bool money_key = ranges.kind == ir::TypeKind::money;
  const bool money_cells = scale.type.kind == ir::TypeKind::money;
  if (!linear && (ranges.kind == ir::TypeKind::date || (money_key && money_cells))) {
    diagnostics_.error(
        "G114", header.span,
        ranges.kind == ir::TypeKind::date
            ? "Each band of a `marginal` column pays on a part of an amount or a number, and the key "
              "is a date."
            : "Each band of a `marginal` column pays its rate on a part of an amount, and a rate of "
              "an amount is a number.",
        ranges.kind == ir::TypeKind::date ? "" : "Write it in percent: `12%`.");
    return;
  }
  std::vector<Value> bases(table.rows.size());
  std::vector<Value> slopes(table.rows.size());
  std::vector<Value> origins(table.rows.size());
  const bool money_base = linear ? money_cells : money_cells || money_key;
  const bool money_slope = money_cells && !money_key;
  const auto amount = [](bool money, Number number) {
    return money ? Value::of_money(std::move(number)) : Value::of_number(std::move(number));
  };
  bool sound = true;
  std::vector<Number> rates(table.rows.size());
  for (size_t row = 0; row < table.rows.size(); ++row) {
    const ast::Cellule& cell = (*table.rows[row])[position];
    const RangeCell& key = ranges.cells[row];
    const bool open = key.range.low.is_missing() || key.range.high.is_missing();
    const Number origin = key.range.low.is_known()    ? end_number(key.range.low)
                          : key.range.high.is_known() ? end_number(key.range.high)
                                                      : Number(0);
    if (ranges.kind == ir::TypeKind::date) {
      origins[row] = Value::of_date(Date{static_cast<int32_t>(origin.to_int64().value_or(0))});
    } else {
      origins[row] = amount(money_key, origin);
    }
    if (cell.text.empty() && scale.type.optional && linear) continue;
    const auto ends =
        cell.quoted ? std::nullopt : read_range(cell.text, scale.type.kind, currency_of(model_.program));
    const bool plain = ends && !ends->range.over_low && !ends->range.below_high &&
                       ends->range.low.is_known() && ends->range.high.is_known();
    if (!plain || (!linear && !ends->single)) {
      diagnostics_.error("G114", cell.span,
                         cell.text.empty() ? "This cell of a `" + word + "` column is empty."
                                           : "`" + cell.text + "` cannot stand in a `" + word + "` column.",
                         linear ? "Write its value at both ends of the range, `3.0% to 2.7%`, or one value."
                                : "Write the rate of the band: `12%`.");
      sound = false;
      continue;
    }
    const Number low = end_number(ends->range.low);
    const Number rise = end_number(ends->range.high) - low;
    rates[row] = low;
    if (!linear) continue;
    Number width(1);
    if (!rise.is_zero()) {
      if (!open) width = end_number(key.range.high) - end_number(key.range.low);
      if (open || width.is_zero()) {
        const std::string& text = (*table.rows[row])[table.keys[scale.key]].text;
        diagnostics_.error("G114", cell.span,
                           "From `" + cell.text + "` cannot be told what holds inside `" + text +
                               (open ? "`: the range has no other end." : "`: that is one value."),
                           "Write one value here" + std::string(open ? ", or close the range." : "."));
        sound = false;
        continue;
      }
    }
    bases[row] = amount(money_base, low);
    slopes[row] = amount(money_slope, rise / width);
  }
  if (!linear && sound) sound = marginal_bands(table, position, rates, origins, bases, slopes);
  if (!sound) return;
  const auto add_constants = [&](const std::string& what, ir::Type type, std::vector<Value> values) {
    const uint32_t column = add_column(table.entity, "~" + model_.program.columns[visible].name + "." + what,
                                       std::move(type), ir::ColumnKind::constant, header.span);
    model_.program.columns[column].hidden = true;
    model_.program.columns[column].values = std::move(values);
    return column;
  };
  const auto type_of = [&](bool money) {
    ir::Type type;
    type.kind = money ? ir::TypeKind::money : ir::TypeKind::number;
    type.optional = scale.type.optional && linear;
    return type;
  };
  ir::Type key_type;
  key_type.kind = ranges.kind;
  scale.base = add_constants("base", type_of(money_base), std::move(bases));
  scale.slope = add_constants("slope", type_of(money_slope), std::move(slopes));
  scale.origin = add_constants("origin", key_type, std::move(origins));
  scale.type = type_of(money_base);
  model_.refused.erase(model_.program.columns[visible].name);
  model_.scales[visible] = scale;
}

/// What the bands below pay in all is where a band begins.
bool Declarer::marginal_bands(const TableState& table, size_t position, const std::vector<Number>& rates,
                              std::vector<Value>& origins, std::vector<Value>& bases,
                              std::vector<Value>& slopes) {
  const auto ranged =
      std::find_if(table.keys.begin(), table.keys.end(), [&](size_t key) { return is_ranged(table, key); });
  const TableState::Ranges& ranges = *table.ranges[*ranged];
  const bool money_key = ranges.kind == ir::TypeKind::money;
  const bool money_cells = table.scaled[position].kind == ir::TypeKind::money;
  const auto amount = [](bool money, Number number) {
    return money ? Value::of_money(std::move(number)) : Value::of_number(std::move(number));
  };
  std::vector<uint32_t> order(table.rows.size());
  for (uint32_t row = 0; row < order.size(); ++row) order[row] = row;
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    const auto low = first_held(ranges.cells[a].range, ranges.kind);
    const auto other = first_held(ranges.cells[b].range, ranges.kind);
    return low && other ? *low < *other : !low && other.has_value();
  });
  std::vector<Number> paid(table.rows.size());
  for (const uint32_t row : order) {
    const ir::KeyRange& range = ranges.cells[row].range;
    const uint32_t before = table.band_before[row];
    Number from;
    Number base;
    if (before == ir::none) {
      const auto low = first_held(range, ranges.kind);
      if (!low) {
        const ast::Cellule& key = (*table.rows[row])[*ranged];
        diagnostics_.error("G114", (*table.rows[row])[position].span,
                           "The first band, `" + key.text +
                               "`, has no beginning, so nothing says on how much it pays.",
                           "Let it begin somewhere, as in `" +
                               std::string(money_key ? "$0 to below $10_000" : "0 to below 100") + "`.");
        return false;
      }
      // The first of so many things is the whole of the first.
      from = ranges.kind == ir::TypeKind::integer && *low > Number(0) ? *low - Number(1) : *low;
    } else {
      const Number end = *last_held(ranges.cells[before].range, ranges.kind);
      from = end;
      base = paid[before] + rates[before] * (end - end_number(origins[before]));
    }
    paid[row] = base;
    origins[row] = amount(money_key, from);
    bases[row] = amount(money_cells || money_key, base);
    slopes[row] = amount(money_cells && !money_key, rates[row]);
  }
  return true;
}

}  // namespace merit::model
