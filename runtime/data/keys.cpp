#include "runtime/data/keys.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "runtime/data/hash.h"

namespace merit::data {

namespace {

constexpr uint64_t sign_bit = uint64_t{1} << 63U;

/// The first eight bytes of a text as a number that sorts as they do.
uint64_t text_prefix(std::string_view text) {
  uint64_t prefix = 0;
  const size_t count = std::min<size_t>(text.size(), 8);
  for (size_t i = 0; i < count; ++i) {
    prefix |= static_cast<uint64_t>(static_cast<unsigned char>(text[i]))
              << (56U - 8U * static_cast<unsigned>(i));
  }
  return prefix;
}

/// Numbers whose order is that of the cells, except that some texts and fractions need a second look.
std::vector<uint64_t> order_words(const Vector& vector, uint32_t rows, const TextPool& pool) {
  std::vector<uint64_t> words(rows);
  for (uint32_t row = 0; row < rows; ++row) {
    switch (vector.form) {
    case Form::decimal: words[row] = static_cast<uint64_t>(vector.i64[row]) ^ sign_bit; break;
    case Form::boolean: words[row] = vector.u8[row]; break;
    case Form::text: words[row] = text_prefix(pool.text(vector.u32[row])); break;
    case Form::index: words[row] = vector.u32[row]; break;
    case Form::date:
    case Form::period:
    case Form::duration:
      words[row] = static_cast<uint64_t>(static_cast<int64_t>(vector.first[row])) ^ sign_bit;
      break;
    case Form::datetime:
    case Form::datetime_period:
      words[row] = static_cast<uint64_t>(DateTime::from_packed(vector.i64[row]).sort_key()) ^ sign_bit;
      break;
    case Form::rational:
    case Form::big: break;
    }
  }
  return words;
}

/// Decides between two cells with equal order words.
std::strong_ordering compare_equal_words(const Vector& vector, uint32_t a, uint32_t b, const TextPool& pool) {
  switch (vector.form) {
  case Form::text:
    if (vector.u32[a] == vector.u32[b]) return std::strong_ordering::equal;
    return pool.text(vector.u32[a]).compare(pool.text(vector.u32[b])) <=> 0;
  case Form::rational:
    return Number::from_reduced(vector.i64[a], vector.den[a]) <=>
           Number::from_reduced(vector.i64[b], vector.den[b]);
  case Form::big: return vector.big[a] <=> vector.big[b];
  case Form::period: return vector.second[a] <=> vector.second[b];
  case Form::duration:
    return vector.second[a] != vector.second[b] ? vector.second[a] <=> vector.second[b]
                                                : vector.i64[a] <=> vector.i64[b];
  case Form::datetime_period:
    return DateTime::from_packed(vector.den[a]) <=> DateTime::from_packed(vector.den[b]);
  default: return std::strong_ordering::equal;
  }
}

/// Sorts by keys whose words lie close together (rows, enumerations, small numbers), the last key first, in
/// one pass a key. False, and nothing done, when one of them is not such a key.
bool sort_by_counting(std::span<const Vector* const> keys, const std::vector<std::vector<uint64_t>>& words,
                      std::vector<uint32_t>& order) {
  struct Range {
    uint64_t least;
    size_t size;
  };

  std::vector<Range> ranges;
  for (size_t k = 0; k < keys.size(); ++k) {
    const Form form = keys[k]->form;
    if (form != Form::index && form != Form::decimal && form != Form::date && form != Form::boolean)
      return false;
    const auto [least, most] = std::minmax_element(words[k].begin(), words[k].end());
    if (*most - *least > 4 * order.size()) return false;
    ranges.push_back(Range{*least, *most - *least + 1});
  }
  std::vector<uint32_t> sorted(order.size());
  for (size_t k = keys.size(); k-- > 0;) {
    std::vector<uint32_t> starts(ranges[k].size + 1, 0);
    for (const uint64_t word : words[k]) ++starts[word - ranges[k].least + 1];
    for (size_t i = 0; i < ranges[k].size; ++i) starts[i + 1] += starts[i];
    for (const uint32_t row : order) sorted[starts[words[k][row] - ranges[k].least]++] = row;
    std::swap(order, sorted);
  }
  return true;
}

template <typename T>
void reorder_part(std::vector<T>& part, const std::vector<uint32_t>& order) {
  if (part.empty()) return;
  std::vector<T> result(order.size());
  for (size_t i = 0; i < order.size(); ++i) result[i] = part[order[i]];
  part = std::move(result);
}

/// Whole numbers that fit in 63 bits code as themselves (even); all else as the number of an interned text
/// (odd).
constexpr uint64_t code_of_integer(int64_t value) {
  return static_cast<uint64_t>(value) << 1U;
}

constexpr uint64_t code_of_text(uint32_t id) {
  return uint64_t{id} << 1U | 1U;
}

bool is_short_integer(const Number& number) {
  return number.is_small() && number.den() == 1 && number.num() >= -(int64_t{1} << 62U) &&
         number.num() < (int64_t{1} << 62U);
}

uint64_t code_of_number(const Number& number, TextPool& pool) {
  return is_short_integer(number) ? code_of_integer(number.num())
                                  : code_of_text(pool.add(number.exact_text()));
}

/// The same for periods that are the same, whatever their offsets.
std::string text_of_ends(const DateTimePeriod& period) {
  return std::to_string(period.start.sort_key()) + ' ' + std::to_string(period.end.sort_key());
}

uint64_t code_of_pair(int32_t first, int32_t second) {
  return static_cast<uint64_t>(static_cast<uint32_t>(first)) << 32U | static_cast<uint32_t>(second);
}

}  // namespace

std::vector<uint32_t> key_order(std::span<const Vector* const> keys, uint32_t rows, const TextPool& pool) {
  std::vector<std::vector<uint64_t>> words;
  words.reserve(keys.size());
  for (const Vector* key : keys) words.push_back(order_words(*key, rows, pool));

  const auto before = [&](uint32_t a, uint32_t b) {
    for (size_t k = 0; k < keys.size(); ++k) {
      if (words[k][a] != words[k][b]) return words[k][a] < words[k][b];
      const std::strong_ordering order = compare_equal_words(*keys[k], a, b, pool);
      if (order != 0) return order < 0;
    }
    return false;
  };
  std::vector<uint32_t> order(rows);
  std::iota(order.begin(), order.end(), 0U);
  if (keys.empty() || std::is_sorted(order.begin(), order.end(), before)) return order;

  if (sort_by_counting(keys, words, order)) return order;

  // The first word travels with the row: most comparisons then touch nothing else.
  struct Entry {
    uint64_t word;
    uint32_t row;
  };

  std::vector<Entry> entries(rows);
  for (uint32_t row = 0; row < rows; ++row) entries[row] = Entry{words[0][row], row};
  std::sort(entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) {
    if (a.word != b.word) return a.word < b.word;
    if (before(a.row, b.row)) return true;
    return !before(b.row, a.row) && a.row < b.row;
  });
  for (uint32_t i = 0; i < rows; ++i) order[i] = entries[i].row;
  return order;
}

void reorder(Vector& vector, const std::vector<uint32_t>& order) {
  reorder_part(vector.i64, order);
  reorder_part(vector.den, order);
  reorder_part(vector.big, order);
  reorder_part(vector.u8, order);
  reorder_part(vector.u32, order);
  reorder_part(vector.first, order);
  reorder_part(vector.second, order);
  reorder_part(vector.missing, order);
  if (!vector.faults.empty()) {
    std::vector<uint32_t> place(order.size());
    for (uint32_t i = 0; i < order.size(); ++i) place[order[i]] = i;
    for (FaultAt& fault : vector.faults) fault.row = place[fault.row];
    std::sort(vector.faults.begin(), vector.faults.end(),
              [](const FaultAt& a, const FaultAt& b) { return a.row < b.row; });
  }
  vector.size = static_cast<uint32_t>(order.size());
}

uint64_t key_code(const Vector& vector, uint32_t row, TextPool& pool) {
  switch (vector.form) {
  case Form::decimal:
    if (vector.scale == 0) return code_of_number(Number(vector.i64[row]), pool);
    return code_of_number(Number::from_decimal(vector.i64[row], vector.scale), pool);
  case Form::rational: return code_of_number(Number::from_reduced(vector.i64[row], vector.den[row]), pool);
  case Form::big: return code_of_number(vector.big[row], pool);
  case Form::boolean: return vector.u8[row];
  case Form::text: return code_of_text(vector.u32[row]);
  case Form::index: return vector.u32[row];
  case Form::date: return code_of_integer(vector.first[row]);
  case Form::period: return code_of_pair(vector.first[row], vector.second[row]);
  case Form::datetime: return code_of_integer(DateTime::from_packed(vector.i64[row]).sort_key());
  case Form::duration:
    return code_of_text(pool.add(Duration{vector.first[row], vector.second[row], vector.i64[row]}.text()));
  case Form::datetime_period:
    return code_of_text(pool.add(
        text_of_ends({DateTime::from_packed(vector.i64[row]), DateTime::from_packed(vector.den[row])})));
  }
  return 0;
}

std::optional<uint64_t> key_code(const Value& value, const TextPool& pool) {
  const auto coded = [&](std::string_view text) -> std::optional<uint64_t> {
    const std::optional<uint32_t> id = pool.find(text);
    return id ? std::optional(code_of_text(*id)) : std::nullopt;
  };
  switch (value.kind()) {
  case ValueKind::number:
  case ValueKind::money: {
    const Number& number = value.number_or_amount();
    return is_short_integer(number) ? std::optional(code_of_integer(number.num()))
                                    : coded(number.exact_text());
  }
  case ValueKind::boolean: return value.boolean() ? 1 : 0;
  case ValueKind::text: return coded(value.text());
  case ValueKind::codes: return coded(value.codes());
  case ValueKind::quantity: return coded(value.quantity().text());
  case ValueKind::enumeration: return value.enumeration();
  case ValueKind::row: return value.row();
  case ValueKind::date: return code_of_integer(value.date().days);
  case ValueKind::period: return code_of_pair(value.period().start.days, value.period().end.days);
  case ValueKind::datetime: return code_of_integer(value.datetime().sort_key());
  case ValueKind::duration: return coded(value.duration().text());
  case ValueKind::datetime_period: return coded(text_of_ends(value.datetime_period()));
  case ValueKind::missing:
  case ValueKind::fault: break;
  }
  return std::nullopt;
}

KeyTable::KeyTable(size_t width, size_t expected) : width_(width) {
  codes_.reserve(expected * width_);
  grow(std::bit_ceil(std::max<size_t>(16, expected * 2)));
}

uint64_t KeyTable::hash(const uint64_t* key) const {
  uint64_t hash = 0;
  for (size_t i = 0; i < width_; ++i) hash = hash_integer(hash ^ key[i]);
  return hash;
}

bool KeyTable::equal(uint32_t number, const uint64_t* key) const {
  return std::equal(key, key + width_, codes_.data() + number * width_);
}

uint32_t KeyTable::add(const uint64_t* key) {
  size_t i = hash(key) & mask_;
  for (; slots_[i] != 0; i = (i + 1) & mask_) {
    if (equal(slots_[i] - 1, key)) return slots_[i] - 1;
  }
  const uint32_t number = size();
  codes_.insert(codes_.end(), key, key + width_);
  slots_[i] = number + 1;
  if (size_t{size()} * 2 > slots_.size()) grow(slots_.size() * 2);
  return number;
}

uint32_t KeyTable::find(const uint64_t* key) const {
  for (size_t i = hash(key) & mask_; slots_[i] != 0; i = (i + 1) & mask_) {
    if (equal(slots_[i] - 1, key)) return slots_[i] - 1;
  }
  return absent;
}

void KeyTable::grow(size_t capacity) {
  slots_.assign(capacity, 0);
  mask_ = capacity - 1;
  for (uint32_t number = 0; number < size(); ++number) {
    size_t i = hash(codes_.data() + number * width_) & mask_;
    while (slots_[i] != 0) i = (i + 1) & mask_;
    slots_[i] = number + 1;
  }
}

}  // namespace merit::data
