#include "runtime/data/cell_reader.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>

#include "runtime/data/hash.h"
#include "runtime/data/quick_numbers.h"
#include "runtime/values/codes.h"
#include "runtime/values/datetime.h"

namespace merit::data {

namespace {

constexpr size_t smallest_cache = 64;
constexpr size_t largest_cache = 16384;
constexpr std::string_view ellipsis = "\xE2\x80\xA6";

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

/// "30 days", "6 weeks", "1 year 6 months".
std::optional<Duration> parse_duration(std::string_view text) {
  Duration duration;
  bool any = false;
  while (!text.empty()) {
    const size_t blank = text.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    int64_t count = 0;
    int scale = 0;
    if (!quick_decimal(text.substr(0, blank), count, scale) || scale != 0) return std::nullopt;
    if (count < 0 || count > 1'000'000) return std::nullopt;
    text.remove_prefix(blank + 1);
    const size_t end = std::min(text.find(' '), text.size());
    std::string_view unit = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (unit.ends_with('s')) unit.remove_suffix(1);
    const auto amount = static_cast<int32_t>(count);
    if (unit == "day") {
      duration.days += amount;
    } else if (unit == "week") {
      duration.days += 7 * amount;
    } else if (unit == "month") {
      duration.months += amount;
    } else if (unit == "year") {
      duration.months += 12 * amount;
    } else if (unit == "hour") {
      duration.seconds += int64_t{3600} * amount;
    } else if (unit == "minute") {
      duration.seconds += int64_t{60} * amount;
    } else if (unit == "second") {
      duration.seconds += amount;
    } else {
      return std::nullopt;
    }
    any = true;
  }
  return any ? std::optional(duration) : std::nullopt;
}

/// Takes the commas out of "1,234,567.5"; nothing when they do not part thousands.
std::optional<std::string> without_thousands(std::string_view text) {
  const size_t point = std::min(text.find('.'), text.size());
  const size_t sign = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  std::string plain;
  size_t digits = 0;
  bool comma = false;
  for (size_t i = 0; i < point; ++i) {
    if (text[i] == ',') {
      if (digits == 0 || digits > 3 || (comma && digits != 3)) return std::nullopt;
      comma = true;
      digits = 0;
      continue;
    }
    plain += text[i];
    if (i >= sign) ++digits;
  }
  if (comma && digits != 3) return std::nullopt;
  plain += text.substr(point);
  return plain;
}

}  // namespace

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n\v\f";
  const size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

Pattern::Pattern(std::string_view text) {
  std::string literal;
  const auto flush = [&] {
    if (!literal.empty()) parts_.push_back(Part{Kind::literal, std::move(literal)});
    literal.clear();
  };
  while (!text.empty()) {
    if (text.starts_with('*')) {
      flush();
      parts_.push_back(Part{Kind::keep, {}});
      text.remove_prefix(1);
    } else if (text.starts_with(ellipsis)) {
      flush();
      if (parts_.empty() || parts_.back().kind != Kind::drop) parts_.push_back(Part{Kind::drop, {}});
      text.remove_prefix(ellipsis.size());
    } else {
      literal += text.front();
      text.remove_prefix(1);
    }
  }
  flush();
}

bool Pattern::match(std::string_view cell, std::string_view& kept) const {
  return match_from(0, cell, kept);
}

bool Pattern::match_from(size_t part, std::string_view rest, std::string_view& kept) const {
  if (part == parts_.size()) return rest.empty();
  const Part& present = parts_[part];
  if (present.kind == Kind::literal) {
    return rest.starts_with(present.text) && match_from(part + 1, rest.substr(present.text.size()), kept);
  }
  const auto found = [&](size_t length) {
    if (!match_from(part + 1, rest.substr(length), kept)) return false;
    if (present.kind == Kind::keep) kept = rest.substr(0, length);
    return true;
  };
  if (part + 1 == parts_.size()) return found(rest.size());
  if (part + 2 == parts_.size() && parts_[part + 1].kind == Kind::literal) {
    // What is left is one literal: it stands at the end or the pattern does not fit.
    const std::string& tail = parts_[part + 1].text;
    return rest.ends_with(tail) && found(rest.size() - tail.size());
  }
  for (size_t length = 0; length <= rest.size(); ++length) {
    if (found(length)) return true;
  }
  return false;
}

CellFormat::CellFormat(CellType type) : type_(std::move(type)) {
  for (const std::string& pattern : type_.patterns) patterns_.emplace_back(pattern);
  if (type_.enumeration != nullptr) {
    for (uint32_t i = 0; i < type_.enumeration->values.size(); ++i) {
      names_.emplace(type_.enumeration->values[i], i);
    }
  }
  Number step(1);
  plain_scale_ = false;
  for (shift_ = 0; shift_ <= max_scale; ++shift_) {
    if (step == type_.scale) {
      plain_scale_ = true;
      break;
    }
    step = step / Number(10);
  }
}

CellReader::CellReader(const CellFormat& format, TextPool& pool) : format_(format), pool_(pool) {
  const CellType& type = format.type();
  if (type.known_test) {
    vector_.kind = ValueKind::boolean;
    vector_.form = Form::boolean;
    return;
  }
  switch (type.kind) {
  case ir::TypeKind::boolean:
    vector_.kind = ValueKind::boolean;
    vector_.form = Form::boolean;
    break;
  case ir::TypeKind::integer:
  case ir::TypeKind::number: vector_.kind = ValueKind::number; break;
  case ir::TypeKind::money: vector_.kind = ValueKind::money; break;
  case ir::TypeKind::date:
    vector_.kind = ValueKind::date;
    vector_.form = Form::date;
    break;
  case ir::TypeKind::duration:
    vector_.kind = ValueKind::duration;
    vector_.form = Form::duration;
    break;
  case ir::TypeKind::period:
    vector_.kind = ValueKind::period;
    vector_.form = Form::period;
    break;
  case ir::TypeKind::datetime:
    vector_.kind = ValueKind::datetime;
    vector_.form = Form::datetime;
    break;
  case ir::TypeKind::datetime_period:
    vector_.kind = ValueKind::datetime_period;
    vector_.form = Form::datetime_period;
    break;
  case ir::TypeKind::enumeration:
    vector_.kind = ValueKind::enumeration;
    vector_.form = Form::index;
    break;
  case ir::TypeKind::codes:
  case ir::TypeKind::quantity:
  case ir::TypeKind::text:
  case ir::TypeKind::link:
  case ir::TypeKind::collection:
    vector_.kind = type.kind == ir::TypeKind::codes      ? ValueKind::codes
                   : type.kind == ir::TypeKind::quantity ? ValueKind::quantity
                                                         : ValueKind::text;
    vector_.form = Form::text;
    cache_.resize(smallest_cache);
    break;
  }
}

void CellReader::reserve(size_t cells) {
  switch (vector_.form) {
  case Form::decimal: vector_.i64.reserve(cells); break;
  case Form::boolean: vector_.u8.reserve(cells); break;
  case Form::text:
    cache_.resize(std::bit_ceil(std::clamp(cells / 4, smallest_cache, largest_cache)));
    [[fallthrough]];
  case Form::index: vector_.u32.reserve(cells); break;
  case Form::datetime_period: vector_.den.reserve(cells); [[fallthrough]];
  case Form::datetime: vector_.i64.reserve(cells); break;
  case Form::duration: vector_.i64.reserve(cells); [[fallthrough]];
  case Form::period: vector_.second.reserve(cells); [[fallthrough]];
  case Form::date: vector_.first.reserve(cells); break;
  case Form::rational:
  case Form::big: break;
  }
}

Vector CellReader::take() {
  return std::move(vector_);
}

void CellReader::known() {
  ++vector_.size;
  if (!vector_.missing.empty()) vector_.missing.push_back(0);
}

void CellReader::append_missing(uint32_t reason) {
  if (vector_.missing.empty()) vector_.missing.assign(vector_.size, 0);
  vector_.missing.push_back(reason);
  ++vector_.size;
  switch (vector_.form) {
  case Form::decimal: vector_.i64.push_back(0); break;
  case Form::big: vector_.big.emplace_back(); break;
  case Form::boolean: vector_.u8.push_back(0); break;
  case Form::text:
  case Form::index: vector_.u32.push_back(0); break;
  case Form::datetime_period: vector_.den.push_back(0); [[fallthrough]];
  case Form::datetime: vector_.i64.push_back(0); break;
  case Form::duration: vector_.i64.push_back(0); [[fallthrough]];
  case Form::period: vector_.second.push_back(0); [[fallthrough]];
  case Form::date: vector_.first.push_back(0); break;
  case Form::rational: break;
  }
}

void CellReader::append_ready(std::string_view text) {
  push_text(text);
  known();
}

void CellReader::append_number(const Number& number) {
  push_number(number);
  known();
}

void CellReader::append_missing_because(std::string_view reason) {
  append_missing(reason.empty() ? 1 : pool_.add(reason) + 2);
}

CellFault CellReader::append(std::string_view cell) {
  const CellType& type = format_.type();
  const std::string_view trimmed = trim(cell);
  if (type.compared_with) {
    vector_.u8.push_back((trimmed == *type.compared_with) == type.known_value ? 1 : 0);
    known();
    return CellFault::none;
  }
  bool missing = trimmed.empty();
  if (!missing && type.missing != nullptr) {
    missing = std::any_of(type.missing->begin(), type.missing->end(),
                          [&](const std::string& word) { return word == trimmed; });
  }
  if (type.known_test) {
    vector_.u8.push_back(missing == type.known_value ? 0 : 1);
    known();
    return CellFault::none;
  }
  if (missing) {
    append_missing();
    return CellFault::none;
  }
  std::string_view text = trimmed;
  if (!format_.patterns_.empty()) {
    const bool fits = std::any_of(format_.patterns_.begin(), format_.patterns_.end(),
                                  [&](const Pattern& pattern) { return pattern.match(trimmed, text); });
    if (!fits) {
      append_missing();
      return CellFault::no_pattern;
    }
    text = trim(text);
    if (text.empty()) {
      append_missing();
      return CellFault::none;
    }
  }
  if (type.kind == ir::TypeKind::quantity && (text.starts_with('<') || text.starts_with('>'))) {
    append_missing(pool_.add("only a bound is known: " + std::string(text)) + 2);
    return CellFault::none;
  }
  const CellFault fault = append_value(text);
  if (fault != CellFault::none) {
    append_missing();
  } else {
    known();
  }
  return fault;
}

/// Appends to the values alone, or, when it cannot be read, to nothing.
CellFault CellReader::append_value(std::string_view text) {
  switch (format_.type().kind) {
  case ir::TypeKind::boolean: return append_boolean(text);
  case ir::TypeKind::integer:
  case ir::TypeKind::number: return append_number(text);
  case ir::TypeKind::money: return append_money(text);
  case ir::TypeKind::date: {
    const std::optional<Date> date = Date::parse(text);
    if (!date) return CellFault::not_date;
    vector_.first.push_back(date->days);
    return CellFault::none;
  }
  case ir::TypeKind::duration: {
    const std::optional<Duration> duration = parse_duration(text);
    if (!duration) return CellFault::not_duration;
    vector_.first.push_back(duration->months);
    vector_.second.push_back(duration->days);
    vector_.i64.push_back(duration->seconds);
    return CellFault::none;
  }
  case ir::TypeKind::period: {
    const std::optional<Period> period = Period::parse(text);
    if (!period) return CellFault::not_period;
    vector_.first.push_back(period->start.days);
    vector_.second.push_back(period->end.days);
    return CellFault::none;
  }
  case ir::TypeKind::datetime: {
    const std::optional<DateTime> time = DateTime::parse(text);
    if (!time) return CellFault::not_datetime;
    vector_.i64.push_back(time->packed());
    return CellFault::none;
  }
  case ir::TypeKind::datetime_period: {
    const std::optional<DateTimePeriod> period = DateTimePeriod::parse(text);
    if (!period) return CellFault::not_datetime_period;
    vector_.i64.push_back(period->start.packed());
    vector_.den.push_back(period->end.packed());
    return CellFault::none;
  }
  case ir::TypeKind::enumeration: {
    const auto found = format_.names_.find(text);
    if (found == format_.names_.end()) return CellFault::not_in_enumeration;
    vector_.u32.push_back(found->second);
    return CellFault::none;
  }
  case ir::TypeKind::codes: return append_codes(text);
  case ir::TypeKind::quantity: return append_quantity(text);
  case ir::TypeKind::text:
  case ir::TypeKind::link:
  case ir::TypeKind::collection: push_text(text); break;
  }
  return CellFault::none;
}

void CellReader::push_text(std::string_view text) {
  CachedText& cached = cache_[hash_text(text) & (cache_.size() - 1)];
  // No cell is empty here, so that an entry never used fits none.
  if (cached.size == text.size() && std::memcmp(cached.bytes.data(), text.data(), text.size()) == 0) {
    vector_.u32.push_back(cached.id);
    return;
  }
  const uint32_t id = pool_.add(text);
  vector_.u32.push_back(id);
  if (text.size() > cached.bytes.size()) return;
  std::memcpy(cached.bytes.data(), text.data(), text.size());
  cached.size = static_cast<uint32_t>(text.size());
  cached.id = id;
}

CellFault CellReader::append_number(std::string_view text) {
  int64_t mantissa = 0;
  int scale = 0;
  const bool whole = format_.type().kind == ir::TypeKind::integer;
  const bool percent = text.ends_with('%');
  const std::string_view digits = text.substr(0, text.size() - (percent ? 1 : 0));
  const int shift = format_.shift_ + (percent ? 2 : 0);
  if (format_.plain_scale_ && quick_decimal(digits, mantissa, scale) && scale + shift <= max_scale) {
    scale += shift;
    if (whole && scale > 0) {
      const int64_t unit = powers_of_ten[static_cast<size_t>(scale)];
      if (mantissa % unit != 0) return CellFault::not_whole;
      mantissa /= unit;
      scale = 0;
    }
    push_decimal(mantissa, scale);
    return CellFault::none;
  }
  if (text.find('_') != std::string_view::npos) return CellFault::not_number;
  const std::optional<std::string> plain = without_thousands(text);
  const std::optional<Number> number = plain ? Number::parse(*plain) : std::nullopt;
  if (!number) return CellFault::not_number;
  const Number scaled = *number * format_.type().scale;
  if (whole && !scaled.is_integer()) return CellFault::not_whole;
  push_number(scaled);
  return CellFault::none;
}

CellFault CellReader::append_money(std::string_view text) {
  int64_t mantissa = 0;
  int scale = 0;
  std::string_view digits = text;
  const std::string_view symbol = format_.type().currency->symbol;
  if (digits.starts_with(symbol)) digits.remove_prefix(symbol.size());
  if (format_.plain_scale_ && quick_decimal(digits, mantissa, scale) && scale + format_.shift_ <= max_scale) {
    push_decimal(mantissa, scale + format_.shift_);
    return CellFault::none;
  }
  const std::optional<Number> amount = parse_money(text, *format_.type().currency, MoneySource::data_cell);
  if (!amount) return CellFault::not_money;
  push_number(*amount * format_.type().scale);
  return CellFault::none;
}

CellFault CellReader::append_codes(std::string_view text) {
  // Most cells have one code, and are the set already.
  const bool one = text.find_first_of("; \n") == std::string_view::npos;
  if (one) {
    const size_t bar = text.rfind('|');
    if (bar == std::string_view::npos || bar + 1 == text.size()) return CellFault::not_codes;
    push_text(text);
    return CellFault::none;
  }
  const std::string codes = codes_of_cell(text);
  if (codes.empty()) return CellFault::not_codes;
  push_text(codes);
  return CellFault::none;
}

CellFault CellReader::append_quantity(std::string_view text) {
  if (const auto known = quantities_.find(text); known != quantities_.end()) {
    vector_.u32.push_back(known->second);
    return CellFault::none;
  }
  std::optional<Quantity> quantity = Quantity::parse(text);
  if (!quantity) return CellFault::not_quantity;
  quantity->number = quantity->number * format_.type().scale;
  const uint32_t id = pool_.add(quantity->text());
  vector_.u32.push_back(id);
  if (quantities_.size() < largest_cache) quantities_.emplace(text, id);
  return CellFault::none;
}

CellFault CellReader::append_boolean(std::string_view text) {
  const auto is = [&](std::string_view word) {
    return text.size() == word.size() &&
           std::equal(text.begin(), text.end(), word.begin(), [](char a, char b) { return lower(a) == b; });
  };
  const bool yes = is("yes") || is("y") || is("true") || is("1");
  if (!yes && !is("no") && !is("n") && !is("false") && !is("0")) return CellFault::not_boolean;
  vector_.u8.push_back(yes ? 1 : 0);
  return CellFault::none;
}

void CellReader::push_decimal(int64_t mantissa, int scale) {
  if (vector_.form == Form::decimal) {
    if (scale > vector_.scale && !rescale(vector_, scale)) {
      make_big();
    } else {
      int64_t stored = mantissa;
      const int64_t factor = powers_of_ten[static_cast<size_t>(vector_.scale - scale)];
      if (factor == 1 || !__builtin_mul_overflow(mantissa, factor, &stored)) {
        vector_.i64.push_back(stored);
        return;
      }
      make_big();
    }
  }
  vector_.big.push_back(Number::from_decimal(mantissa, scale));
}

void CellReader::push_number(const Number& number) {
  const int scale = number.is_small() ? decimals_of(number.den()) : -1;
  int64_t mantissa = 0;
  if (scale >= 0 && !__builtin_mul_overflow(
                        number.num(), powers_of_ten[static_cast<size_t>(scale)] / number.den(), &mantissa)) {
    push_decimal(mantissa, scale);
    return;
  }
  make_big();
  vector_.big.push_back(number);
}

void CellReader::make_big() {
  to_big(vector_);
}

}  // namespace merit::data
