#include "runtime/data/fhir_rows.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/data/dataset.h"
#include "runtime/data/load_problems.h"
#include "runtime/values/codes.h"
#include "runtime/values/date.h"
#include "runtime/values/quantity.h"

namespace merit::data {

namespace {

using Kind = ir::FhirValue::Kind;

constexpr int64_t most_zeros = 400;  // that an exponent may stand for

/// 1.5e2 as 150; the text itself when there is no exponent, nothing when it would be too long.
std::optional<std::string> without_exponent(std::string_view text) {
  const size_t e = text.find_first_of("eE");
  if (e == std::string_view::npos) return std::string(text);
  std::string_view power = text.substr(e + 1);
  const bool negative = power.starts_with('-');
  if (negative || power.starts_with('+')) power.remove_prefix(1);
  int64_t exponent = 0;
  for (const char c : power) {
    if (c < '0' || c > '9' || exponent > most_zeros) return std::nullopt;
    exponent = exponent * 10 + (c - '0');
  }
  if (negative) exponent = -exponent;
  std::string_view mantissa = text.substr(0, e);
  const bool minus = mantissa.starts_with('-');
  if (minus) mantissa.remove_prefix(1);
  const size_t point = std::min(mantissa.find('.'), mantissa.size());
  std::string digits(mantissa.substr(0, point));
  if (point < mantissa.size()) digits += mantissa.substr(point + 1);
  int64_t at = static_cast<int64_t>(point) + exponent;
  if (at > static_cast<int64_t>(digits.size())) digits.append(static_cast<size_t>(at) - digits.size(), '0');
  if (at <= 0) {
    digits.insert(0, static_cast<size_t>(1 - at), '0');
    at = 1;
  }
  if (at < static_cast<int64_t>(digits.size())) digits.insert(static_cast<size_t>(at), ".");
  return (minus ? "-" : "") + digits;
}

/// An end of a period: of a year or a month its first or its last day, of a time the day where days are
/// wanted.
std::string end_of(std::string_view text, bool last, bool days) {
  constexpr size_t year_size = 4;
  constexpr size_t month_size = 7;
  constexpr size_t day_size = 10;
  if (text.size() == year_size) return std::string(text) + (last ? "-12-31" : "-01-01");
  if (text.size() == month_size) {
    const std::optional<Date> first = Date::parse(std::string(text) + "-01");
    if (!first) return std::string(text);
    return (last ? Date{add_months(*first, 1).days - 1} : *first).text();
  }
  if (days && text.size() > day_size && text[day_size] == 'T') text = text.substr(0, day_size);
  return std::string(text);
}

}  // namespace

FhirRowReader::FhirRowReader(const FhirPlan& plan, const FhirFormats& formats, TextPool& pool,
                             const CodeSystems* systems)
    : plan_(plan), pool_(pool), systems_(systems), document_(plan), blocks_(plan.blocks.size()),
      passed_by_(plan.resources.size()), of_type_(plan.resources.size()) {
  for (const FhirResourcePlan& resource : plan.resources) let_through_.emplace_back(resource.sources.size());
  for (size_t i = 0; i < blocks_.size(); ++i) {
    for (const CellFormat& format : formats[i]) blocks_[i].columns.emplace_back(format, pool);
  }
}

FhirPiece FhirRowReader::take(uint64_t lines) {
  FhirPiece piece;
  for (Block& block : blocks_) {
    for (CellReader& column : block.columns) block.rows.reads.push_back(column.take());
    piece.blocks.push_back(std::move(block.rows));
  }
  piece.problems = std::move(problems_);
  piece.passed_by = std::move(passed_by_);
  piece.let_through = std::move(let_through_);
  piece.of_type = std::move(of_type_);
  piece.lines = lines;
  return piece;
}

void FhirRowReader::read(std::string_view text, size_t capacity, uint64_t line, bool several_lines) {
  urls_.clear();
  urls_made_ = false;
  if (std::optional<FhirDamage> damage = document_.read(text, capacity)) {
    problems_.push_back(FhirProblem{file_, line, std::move(*damage)});
    return;
  }
  const char* counted = text.data();
  for (const FhirEntry& entry : document_.entries()) {
    ++resources_;
    if (several_lines && entry.begin > counted) {
      line += static_cast<uint64_t>(std::count(counted, entry.begin, '\n'));
      counted = entry.begin;
    }
    const uint64_t place = line | uint64_t{entry.number} << entry_shift;
    if (entry.damage) {
      problems_.push_back(FhirProblem{file_, place, *entry.damage});
    } else if (entry.plan != nullptr) {
      rows_of(entry, place);
    }
  }
}

void FhirRowReader::rows_of(const FhirEntry& entry, uint64_t place) {
  const auto resource = static_cast<size_t>(entry.plan - plan_.resources.data());
  ++of_type_[resource];
  for (size_t number = 0; number < entry.plan->sources.size(); ++number) {
    const FhirSourcePlan& source = entry.plan->sources[number];
    if (source.filter && !holds(*source.filter, entry.first_frame)) {
      if (entry.plan->linked && !entry.id.empty()) passed_by_[resource].push_back(pool_.add(entry.id));
      continue;
    }
    ++let_through_[resource][number];
    for (const uint32_t made : source.blocks) {
      begin(made, entry.first_frame);
      block(made, entry, entry.first_frame, ir::none, place);
    }
  }
}

void FhirRowReader::begin(uint32_t number, uint32_t frame) {
  blocks_[number].cursor = frame;
  for (const uint32_t inner : plan_.blocks[number]->nested) begin(inner, frame);
}

/// The rows of a block within one frame: one, or one for each frame of its own in that.
void FhirRowReader::block(uint32_t number, const FhirEntry& entry, uint32_t around, uint32_t owner,
                          uint64_t place) {
  const FhirBlockPlan& plan = *plan_.blocks[number];
  if (plan.shape == document_.frame(around).shape) {
    row(number, entry, around, owner, place);
    return;
  }
  // The frames of one kind stand in the order of their parents.
  uint32_t& cursor = blocks_[number].cursor;
  for (; cursor < entry.end_frame; ++cursor) {
    const FhirFrame& frame = document_.frame(cursor);
    if (frame.shape != plan.shape || frame.parent < around) continue;
    if (frame.parent > around) break;
    row(number, entry, cursor, owner, place);
  }
}

void FhirRowReader::row(uint32_t number, const FhirEntry& entry, uint32_t frame, uint32_t owner,
                        uint64_t place) {
  const FhirBlockPlan& plan = *plan_.blocks[number];
  if (plan.filter && !holds(*plan.filter, frame)) return;
  Block& block = blocks_[number];
  const auto record = static_cast<uint32_t>(block.rows.lines.size());
  block.rows.lines.push_back(place);
  if (block.rows.stretches.empty() || block.rows.stretches.back().file != file_)
    block.rows.stretches.push_back(FileData::Stretch{record, file_});
  if (owner != ir::none) block.rows.owners.push_back(owner);
  if (plan.shape == 0) block.rows.contents.push_back(entry.content[0]);
  for (uint32_t read = 0; read < plan.takes.size(); ++read) {
    Found found = value(plan.takes[read], entry, frame);
    switch (found.state) {
    case Found::State::known: found.fault = block.columns[read].append(found.text); break;
    case Found::State::ready: block.columns[read].append_ready(found.text); break;
    case Found::State::number: block.columns[read].append_number(number_); break;
    case Found::State::missing: block.columns[read].append_missing_because(found.text); break;
    case Found::State::wrong: block.columns[read].append_missing_because({}); break;
    }
    if (found.fault != CellFault::none)
      block.rows.problems.push_back(CellProblem{record, read, found.fault, {}, std::string(found.text)});
  }
  for (const uint32_t inner : plan.nested) this->block(inner, entry, frame, record, place);
}

const FhirFrame& FhirRowReader::outward(const FhirTake& take, uint32_t frame) const {
  for (uint32_t i = 0; i < take.up; ++i) frame = document_.frame(frame).parent;
  return document_.frame(frame);
}

bool FhirRowReader::holds(const FhirTake& take, uint32_t frame) const {
  const auto here = [&]() -> const FhirSlot& { return document_.slot(outward(take, frame), take.slot); };
  switch (take.kind) {
  case Kind::is_known: return here().count > 0;
  case Kind::is_missing: return here().count == 0;
  case Kind::is_one_of:
    for (uint32_t i = here().first; i != ir::none; i = document_.item(i).next) {
      const std::string_view text = document_.item(i).text;
      if (std::find(take.texts.begin(), take.texts.end(), text) != take.texts.end()) return true;
    }
    return false;
  case Kind::logical_not: return !holds(take.args[0], frame);
  case Kind::logical_and:
    return std::all_of(take.args.begin(), take.args.end(),
                       [&](const FhirTake& arg) { return holds(arg, frame); });
  case Kind::logical_or:
    return std::any_of(take.args.begin(), take.args.end(),
                       [&](const FhirTake& arg) { return holds(arg, frame); });
  default: return false;
  }
}

FhirRowReader::Found FhirRowReader::written(std::string text) {
  scratch_ = std::move(text);
  return {Found::State::known, CellFault::none, scratch_};
}

FhirRowReader::Found FhirRowReader::value(const FhirTake& take, const FhirEntry& entry, uint32_t frame) {
  switch (take.kind) {
  case Kind::path: {
    const FhirSlot& slot = document_.slot(outward(take, frame), take.slot);
    if (slot.count == 0) return {};
    switch (take.type) {
    case ir::TypeKind::link: return reference(take, slot);
    case ir::TypeKind::period:
    case ir::TypeKind::datetime_period: return period(take, slot);
    case ir::TypeKind::codes: return codes(slot);
    case ir::TypeKind::quantity: return quantity(take, slot);
    default: return scalar(take, slot);
    }
  }
  case Kind::first_of:
    for (const FhirTake& arg : take.args) {
      const Found found = value(arg, entry, frame);
      if (found.state != Found::State::missing) return found;
    }
    return {};
  case Kind::only: {
    std::string_view id;
    for (const FhirEntry& other : document_.entries()) {
      if (other.type != take.text || other.id.empty() || other.id == id) continue;
      if (!id.empty()) return {};
      id = other.id;
    }
    return {id.empty() ? Found::State::missing : Found::State::known, CellFault::none, id};
  }
  case Kind::position: return written(std::to_string(outward(take, frame).position));
  case Kind::count: return written(std::to_string(document_.slot(outward(take, frame), take.slot).count));
  case Kind::fingerprint: return written(fmt::format("{:016x}{:016x}", entry.content[0], entry.content[1]));
  case Kind::constant:
  case Kind::owner: return {};
  default: return {Found::State::known, CellFault::none, holds(take, frame) ? "true" : "false"};
  }
}

FhirRowReader::Found FhirRowReader::wrong_kind(const FhirItem& item, std::string_view wanted) {
  switch (item.kind) {
  case JsonKind::text: scratch_ = "the text " + in_quotes(item.text); break;
  case JsonKind::number: scratch_ = "the number " + std::string(item.text.substr(0, 40)); break;
  case JsonKind::boolean: scratch_ = item.text; break;
  case JsonKind::object: scratch_ = "an object"; break;
  case JsonKind::list: scratch_ = "a list"; break;
  }
  scratch_ += fmt::format("\n{}", wanted);
  return {Found::State::wrong, CellFault::wrong_kind, scratch_};
}

FhirRowReader::Found FhirRowReader::scalar(const FhirTake& take, const FhirSlot& slot) {
  const FhirItem& item = document_.item(slot.first);
  for (uint32_t i = item.next; i != ir::none; i = document_.item(i).next) {
    const FhirItem& other = document_.item(i);
    if (other.kind == item.kind && other.text == item.text) continue;
    scratch_ = fmt::format("{} and {}", in_quotes(item.text), in_quotes(other.text));
    return {Found::State::wrong, CellFault::several, scratch_};
  }
  switch (take.type) {
  case ir::TypeKind::integer:
  case ir::TypeKind::number:
  case ir::TypeKind::money: {
    if (item.kind != JsonKind::number) return wrong_kind(item, "a number");
    if (item.text.find_first_of("eE") == std::string_view::npos) break;
    std::optional<std::string> plain = without_exponent(item.text);
    if (plain) return written(std::move(*plain));
    return {Found::State::wrong, CellFault::not_number, item.text};
  }
  case ir::TypeKind::boolean:
    if (item.kind != JsonKind::boolean) return wrong_kind(item, "true or false");
    break;
  case ir::TypeKind::enumeration:
    if (item.kind != JsonKind::text) return wrong_kind(item, "a text");
    if (item.text.find('-') == std::string_view::npos) break;
    scratch_ = item.text;
    std::replace(scratch_.begin(), scratch_.end(), '-', '_');
    return {Found::State::known, CellFault::none, scratch_};
  case ir::TypeKind::date: {
    constexpr size_t day_size = 10;
    if (item.kind != JsonKind::text) return wrong_kind(item, "a text");
    if (item.text.size() > day_size && item.text[day_size] == 'T')
      return {Found::State::known, CellFault::none, item.text.substr(0, day_size)};
    break;
  }
  default:
    if (item.kind != JsonKind::text) return wrong_kind(item, "a text");
    break;
  }
  return {Found::State::known, CellFault::none, item.text};
}

FhirRowReader::Found FhirRowReader::codes(const FhirSlot& slot) {
  codings_.clear();
  for (uint32_t i = slot.first; i != ir::none; i = document_.item(i).next) {
    const FhirItem& item = document_.item(i);
    if (item.kind == JsonKind::object && item.other.empty()) {
      scratch_ = item.text;
      return {Found::State::wrong, CellFault::no_system, scratch_};
    }
    if (item.kind != JsonKind::object && item.kind != JsonKind::text) return wrong_kind(item, "codes");
    if (systems_ != nullptr && !item.other.empty() && item.other != usual_system_) {
      if (const auto meant = systems_->meant(item.other)) {
        scratch_ = fmt::format("{}\n{}", item.other, *meant);
        return {Found::State::wrong, CellFault::odd_system, scratch_};
      }
      usual_system_ = item.other;
    }
    codings_.push_back(coding_text(item.other, item.text));
  }
  if (codings_.size() == 1) {
    scratch_ = std::move(codings_.front());
  } else {
    scratch_ = codes_text(std::move(codings_));
  }
  return {scratch_.empty() ? Found::State::missing : Found::State::ready, CellFault::none, scratch_};
}

FhirRowReader::Found FhirRowReader::quantity(const FhirTake& take, const FhirSlot& slot) {
  const FhirItem& item = document_.item(slot.first);
  for (uint32_t i = item.next; i != ir::none; i = document_.item(i).next) {
    const FhirItem& other = document_.item(i);
    if (other.text == item.text && other.other == item.other && other.comparator == item.comparator) continue;
    scratch_ = fmt::format("{} {} and {} {}", item.text, item.other, other.text, other.other);
    return {Found::State::wrong, CellFault::several, scratch_};
  }
  if (item.kind != JsonKind::object && item.kind != JsonKind::number) return wrong_kind(item, "a quantity");
  const std::optional<std::string> number = without_exponent(item.text);
  if (!number) return {Found::State::wrong, CellFault::not_number, item.text};
  scratch_ = fmt::format("{}{}{}{}", item.comparator, *number, item.other.empty() ? "" : " ", item.other);
  if (!take.unit) return {Found::State::known, CellFault::none, scratch_};
  if (!item.comparator.empty()) {
    reason_ = "only a bound is known: " + scratch_;
    return {Found::State::missing, CellFault::none, reason_};
  }
  const std::optional<Quantity> quantity = Quantity::parse(scratch_);
  if (!quantity) return {Found::State::wrong, CellFault::not_number, scratch_};
  ucum::Converted converted = ucum::convert(*quantity, *take.unit, take.text);
  if (!converted.number) {
    reason_ = std::move(converted.problem);
    return {Found::State::missing, CellFault::none, reason_};
  }
  number_ = std::move(*converted.number);
  return {Found::State::number, CellFault::none, {}};
}

/// A Period, or one moment: a period from it to it.
FhirRowReader::Found FhirRowReader::period(const FhirTake& take, const FhirSlot& slot) {
  const FhirItem& item = document_.item(slot.first);
  if (slot.count > 1) {
    scratch_ = fmt::format("{} periods", slot.count);
    return {Found::State::wrong, CellFault::several, scratch_};
  }
  if (item.kind != JsonKind::object && item.kind != JsonKind::text) return wrong_kind(item, "a period");
  const bool days = take.type == ir::TypeKind::period;
  const std::string_view end = item.kind == JsonKind::text ? item.text : item.other;
  std::string text = item.text.empty() ? end_of(end, true, days) + " or earlier"
                     : end.empty()     ? end_of(item.text, false, days) + " or later"
                                       : end_of(item.text, false, days) + " to " + end_of(end, true, days);
  return written(std::move(text));
}

FhirRowReader::Found FhirRowReader::reference(const FhirTake& take, const FhirSlot& slot) {
  std::string_view id;
  for (uint32_t i = slot.first; i != ir::none; i = document_.item(i).next) {
    const FhirItem& item = document_.item(i);
    if (item.kind != JsonKind::text) return wrong_kind(item, "a reference");
    const std::string_view named = resolve(item.text, take.resources);
    if (named.empty() || named == id) continue;
    if (!id.empty()) {
      scratch_ = fmt::format("{} and {}", in_quotes(id), in_quotes(named));
      return {Found::State::wrong, CellFault::several, scratch_};
    }
    id = named;
  }
  return {id.empty() ? Found::State::missing : Found::State::known, CellFault::none, id};
}

const FhirEntry* FhirRowReader::entry_at(std::string_view url) {
  const std::vector<FhirEntry>& entries = document_.entries();
  if (!urls_made_) {
    for (uint32_t i = 0; i < entries.size(); ++i) {
      if (!entries[i].url.empty()) urls_.emplace(entries[i].url, i);
    }
    urls_made_ = true;
  }
  const auto found = urls_.find(url);
  return found == urls_.end() ? nullptr : &entries[found->second];
}

/// "Patient/1", "http://server/fhir/Patient/1/_history/2", "urn:uuid:…" of the same Bundle.
std::string_view FhirRowReader::resolve(std::string_view reference, const std::vector<std::string>& types) {
  const auto fits = [&](std::string_view type) {
    return types.empty() || std::find(types.begin(), types.end(), type) != types.end();
  };
  if (reference.empty() || reference.front() == '#') return {};  // what is contained is no row of its own
  const bool urn = reference.starts_with("urn:");
  if (urn || reference.find("://") != std::string_view::npos) {
    if (const FhirEntry* entry = entry_at(reference); entry != nullptr)
      return fits(entry->type) ? entry->id : std::string_view();
    if (urn) return reference.substr(reference.rfind(':') + 1);
  }
  if (const size_t version = reference.find("/_history/"); version != std::string_view::npos)
    reference = reference.substr(0, version);
  const size_t slash = reference.rfind('/');
  if (slash == std::string_view::npos) return reference;
  const size_t before = reference.rfind('/', slash - 1);
  const size_t begin = before == std::string_view::npos || slash == 0 ? 0 : before + 1;
  return fits(reference.substr(begin, slash - begin)) ? reference.substr(slash + 1) : std::string_view();
}

}  // namespace merit::data
