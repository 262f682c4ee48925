#include "compiler/model/key_ranges.h"

#include <algorithm>
#include <array>

namespace merit::model {

namespace {

std::optional<Value> read_end(std::string_view text, ir::TypeKind kind, const Currency& currency) {
  switch (kind) {
  case ir::TypeKind::integer: {
    const auto number = text.ends_with('%') ? std::nullopt : Number::parse(text);
    return number && number->is_integer() ? std::optional(Value::of_number(*number)) : std::nullopt;
  }
  case ir::TypeKind::number: {
    const auto number = Number::parse(text);
    return number ? std::optional(Value::of_number(*number)) : std::nullopt;
  }
  case ir::TypeKind::money: {
    const auto amount = parse_money(text, currency, MoneySource::program);
    return amount ? std::optional(Value::of_money(*amount)) : std::nullopt;
  }
  default: {
    const auto date = Date::parse(text);
    return date ? std::optional(Value::of_date(*date)) : std::nullopt;
  }
  }
}

std::string_view without_blanks(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text = without_blanks(text.substr(prefix.size()));
  return true;
}

bool take_suffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text = without_blanks(text.substr(0, text.size() - suffix.size()));
  return true;
}

/// A whole number or a day as the author would write it.
std::string written(const Number& number, ir::TypeKind kind, bool grouped) {
  if (kind == ir::TypeKind::date) return Date{static_cast<int32_t>(number.to_int64().value_or(0))}.text();
  std::string digits = number.exact_text();
  const size_t first = digits.starts_with('-') ? 1 : 0;
  if (grouped) {
    for (size_t at = digits.size(); at > first + 3;) digits.insert(at -= 3, "_");
  }
  return digits;
}

/// `1_000 to 1_999`, or the one value.
std::string span_text(const Number& from, const Number& to, ir::TypeKind kind, bool grouped) {
  if (from == to) return written(from, kind, grouped);
  return written(from, kind, grouped) + " to " + written(to, kind, grouped);
}

/// The values after `before` and ahead of `after`, whose ends are written in them.
std::string between_text(const RangeCell& before, const RangeCell& after) {
  if (end_number(before.range.high) == end_number(after.range.low)) return before.high;
  if (before.range.below_high) {
    return before.high + (after.range.over_low ? " to " : " to below ") + after.low;
  }
  if (after.range.over_low) return "over " + before.high + " to " + after.low;
  return "what lies between " + before.high + " and " + after.low;
}

bool begins_before(const RangeRow& a, const RangeRow& b, ir::TypeKind kind) {
  const auto low = first_held(a.range->range, kind);
  const auto other = first_held(b.range->range, kind);
  if (!low || !other) return !low && other.has_value();
  if (*low != *other) return *low < *other;
  return !a.range->range.over_low && b.range->range.over_low;
}

class Checker {
 public:
  Checker(ir::TypeKind kind, const std::string& table, bool grouped, Diagnostics& diagnostics)
      : kind_(kind), table_(table), grouped_(grouped), diagnostics_(diagnostics) {}

  /// `row` begins at or after `before`, which of all before it reaches farthest.
  bool follows(const RangeRow& before, const RangeRow& row) {
    const auto last = last_held(before.range->range, kind_);
    const auto first = first_held(row.range->range, kind_);
    if (!last || !first) return overlap(before, row);
    if (is_discrete(kind_)) {
      if (*first <= *last) return overlap(before, row);
      const Number next = *last + Number(1);
      return *first == next || gap(before, row, span_text(next, *first - Number(1), kind_, grouped_));
    }
    if (*first < *last) return overlap(before, row);
    const bool left_out = before.range->range.below_high && row.range->range.over_low;
    const bool shared = !before.range->range.below_high && !row.range->range.over_low;
    if (*first == *last && shared) return overlap(before, row);
    return (*first == *last && !left_out) || gap(before, row, between_text(*before.range, *row.range));
  }

 private:
  bool gap(const RangeRow& before, const RangeRow& row, const std::string& left) {
    std::string help = "Let one of the two rows reach as far as the other begins";
    if (!is_discrete(kind_)) help += ", as in `" + low_text(before) + " to below " + row.range->low + "`";
    diagnostics_
        .error("G112", row.span,
               "The table `" + table_ + "` says nothing of " + left + ": it goes from `" + before.text +
                   "` to `" + row.text + "`.",
               help + ", or add a row for what is between.")
        .notes.push_back(Note{before.span, "The row before is here."});
    return false;
  }

  bool overlap(const RangeRow& before, const RangeRow& row) {
    std::string help = "A value may belong to one row only.";
    const auto last = last_held(before.range->range, kind_);
    const auto first = first_held(row.range->range, kind_);
    if (!is_discrete(kind_) && last && first && *first == *last && !before.range->low.empty()) {
      help =
          "Leave the end out of one of them: `" + low_text(before) + " to below " + before.range->high + "`.";
    }
    diagnostics_
        .error("G113", row.span,
               "Two rows of the table `" + table_ + "` hold " + shared_text(before, row) + ": `" +
                   before.text + "` and `" + row.text + "`.",
               help)
        .notes.push_back(Note{before.span, "The other row is here."});
    return false;
  }

  static std::string low_text(const RangeRow& row) {
    return (row.range->range.over_low ? "over " : "") + row.range->low;
  }

  std::string shared_text(const RangeRow& before, const RangeRow& row) const {
    const auto last = last_held(before.range->range, kind_);
    const auto own = last_held(row.range->range, kind_);
    const auto first = first_held(row.range->range, kind_);
    if (!first) return "the same values";
    if (!last && !own) return "everything from " + row.range->low + " on";
    const Number& to = !last || (own && *own < *last) ? *own : *last;
    if (is_discrete(kind_)) return span_text(*first, to, kind_, grouped_);
    const std::string& end = !last || (own && *own < *last) ? row.range->high : before.range->high;
    return *first == to ? row.range->low : "values from " + row.range->low + " to " + end;
  }

  ir::TypeKind kind_;
  const std::string& table_;
  bool grouped_;
  Diagnostics& diagnostics_;
};

}  // namespace

bool is_discrete(ir::TypeKind kind) {
  return kind == ir::TypeKind::integer || kind == ir::TypeKind::date;
}

Number end_number(const Value& end) {
  return end.kind() == ValueKind::date ? Number(end.date().days) : end.number_or_amount();
}

std::optional<Number> first_held(const ir::KeyRange& range, ir::TypeKind kind) {
  if (!range.low.is_known()) return std::nullopt;
  const Number low = end_number(range.low);
  return range.over_low && is_discrete(kind) ? low + Number(1) : low;
}

std::optional<Number> last_held(const ir::KeyRange& range, ir::TypeKind kind) {
  if (!range.high.is_known()) return std::nullopt;
  const Number high = end_number(range.high);
  return range.below_high && is_discrete(kind) ? high - Number(1) : high;
}

std::optional<RangeCell> read_range(std::string_view text, ir::TypeKind kind, const Currency& currency) {
  RangeCell cell;
  std::string_view low;
  std::string_view high;
  text = without_blanks(text);
  bool above = take_suffix(text, " or more") || take_suffix(text, " or later");
  bool below = !above && (take_suffix(text, " or less") || take_suffix(text, " or earlier"));
  if (above) {
    low = text;
  } else if (below) {
    high = text;
  } else if (take_prefix(text, "under ") || take_prefix(text, "before ")) {
    cell.range.below_high = true;
    high = text;
  } else {
    cell.range.over_low = take_prefix(text, "over ") || take_prefix(text, "after ");
    const size_t to = text.find(" to ");
    low = without_blanks(text.substr(0, to));
    if (to != std::string_view::npos) {
      high = without_blanks(text.substr(to + 4));
      cell.range.below_high = take_prefix(high, "below ");
      if (high.empty()) return std::nullopt;
    } else if (!cell.range.over_low) {
      high = low;
      cell.single = true;
    }
    if (low.empty()) return std::nullopt;
  }
  if (!low.empty()) {
    auto end = read_end(low, kind, currency);
    if (!end) return std::nullopt;
    cell.range.low = std::move(*end);
  }
  if (!high.empty()) {
    auto end = read_end(high, kind, currency);
    if (!end) return std::nullopt;
    cell.range.high = std::move(*end);
  }
  if (low.empty() && high.empty()) return std::nullopt;
  cell.low = low;
  cell.high = high;
  return cell;
}

std::optional<ir::TypeKind> ranges_of(const std::vector<const ast::Cellule*>& cells,
                                      const Currency& currency) {
  std::optional<ir::TypeKind> best;
  size_t most = 0;
  for (const ir::TypeKind kind :
       {ir::TypeKind::integer, ir::TypeKind::number, ir::TypeKind::money, ir::TypeKind::date}) {
    size_t fitting = 0;
    bool real = false;
    for (const ast::Cellule* cell : cells) {
      const auto range = cell->quoted ? std::nullopt : read_range(cell->text, kind, currency);
      if (!range) continue;
      ++fitting;
      real = real || !range->single;
    }
    if (real && fitting > most) {
      best = kind;
      most = fitting;
    }
  }
  return best;
}

std::vector<RangeRow> check_ranges(std::vector<RangeRow> rows, ir::TypeKind kind, const std::string& table,
                                   Diagnostics& diagnostics) {
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const RangeRow& a, const RangeRow& b) { return begins_before(a, b, kind); });
  const bool grouped = std::any_of(
      rows.begin(), rows.end(), [](const RangeRow& row) { return row.text.find('_') != std::string::npos; });
  Checker checker(kind, table, grouped, diagnostics);
  bool sound = true;
  size_t farthest = 0;
  for (size_t i = 1; i < rows.size(); ++i) {
    sound = checker.follows(rows[farthest], rows[i]) && sound;
    const auto reached = last_held(rows[farthest].range->range, kind);
    const auto last = last_held(rows[i].range->range, kind);
    if (reached && (!last || *last >= *reached)) farthest = i;
  }
  if (!sound) rows.clear();
  return rows;
}

bool hold_everything(const std::vector<RangeRow>& sorted) {
  return !sorted.empty() && sorted.front().range->range.low.is_missing() &&
         sorted.back().range->range.high.is_missing();
}

}  // namespace merit::model
