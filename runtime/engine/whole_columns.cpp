// Chunks made into columns.

#include <algorithm>
#include <bit>

#include "runtime/engine/lanes.h"

namespace merit::engine {

namespace {

/// Of denominators and magnitudes: neither is zero.
uint64_t common_divisor(uint64_t a, uint64_t b) {
  const int shift = std::countr_zero(a | b);
  a >>= std::countr_zero(a);
  do {
    b >>= std::countr_zero(b);
    const uint64_t lesser = std::min(a, b);
    b = std::max(a, b) - lesser;
    a = lesser;
  } while (b != 0);
  return a << shift;
}

void reduce(int64_t* num, int64_t* den, uint32_t size) {
  for (uint32_t i = 0; i < size; ++i) {
    if (den[i] == 1) continue;
    if (num[i] == 0) {
      den[i] = 1;
      continue;
    }
    const uint64_t magnitude =
        num[i] < 0 ? uint64_t{0} - static_cast<uint64_t>(num[i]) : static_cast<uint64_t>(num[i]);
    // At most the denominator, so that it is no negative number.
    const auto divisor = static_cast<int64_t>(common_divisor(magnitude, static_cast<uint64_t>(den[i])));
    if (divisor == 1) continue;
    num[i] /= divisor;
    den[i] /= divisor;
  }
}

template <typename T>
void append(std::vector<T>& out, const T* cells, uint32_t count) {
  out.insert(out.end(), cells, cells + count);
}

template <typename T>
void put(std::vector<T>& out, uint32_t first, const T* cells, const Lanes& lanes) {
  if (lanes.uniform)
    std::fill_n(out.data() + first, lanes.size, *cells);
  else
    std::copy_n(cells, lanes.size, out.data() + first);
}

}  // namespace

Vector concatenate(ValueKind kind, std::vector<Lanes>&& chunks) {
  Vector out;
  out.kind = kind;
  out.form = form_of(kind);
  if (is_number(kind) && !chunks.empty()) {
    unify(chunks);
    out.form = chunks.front().form;
    out.scale = out.form == Form::decimal ? chunks.front().scale : 0;
  }
  bool missing = false;
  bool reduced = true;
  for (const Lanes& chunk : chunks) {
    missing = missing || chunk.missing != nullptr;
    reduced = reduced && chunk.reduced;
  }
  for (Lanes& part : chunks) {
    const Lanes chunk = expand(part);
    part = Lanes();
    switch (out.form) {
    case Form::decimal: append(out.i64, chunk.i64, chunk.size); break;
    case Form::rational:
      append(out.i64, chunk.i64, chunk.size);
      append(out.den, chunk.den, chunk.size);
      break;
    case Form::big: append(out.big, chunk.big, chunk.size); break;
    case Form::boolean: append(out.u8, chunk.u8, chunk.size); break;
    case Form::text:
    case Form::index: append(out.u32, chunk.u32, chunk.size); break;
    case Form::date: append(out.first, chunk.first, chunk.size); break;
    case Form::duration: append(out.i64, chunk.i64, chunk.size); [[fallthrough]];
    case Form::period:
      append(out.first, chunk.first, chunk.size);
      append(out.second, chunk.second, chunk.size);
      break;
    case Form::datetime_period: append(out.den, chunk.den, chunk.size); [[fallthrough]];
    case Form::datetime: append(out.i64, chunk.i64, chunk.size); break;
    }
    if (missing) {
      if (chunk.missing != nullptr)
        append(out.missing, chunk.missing, chunk.size);
      else
        out.missing.resize(out.missing.size() + chunk.size, 0);
    }
    for (const FaultAt& at : chunk.faults)
      out.faults.push_back({at.row - chunk.fault_base + out.size, at.fault});
    out.size += chunk.size;
  }
  if (out.form == Form::rational && !reduced) reduce(out.i64.data(), out.den.data(), out.size);
  return out;
}

ColumnBuilder::ColumnBuilder(ValueKind kind, uint32_t size, std::span<const Lanes> samples,
                             uint32_t chunk_rows)
    : chunk_rows_(chunk_rows), faults_((size + chunk_rows - 1) / chunk_rows), aside_(faults_.size()) {
  Form form = form_of(kind);
  int scale = 0;
  for (const Lanes& sample : samples) {
    if (!is_number(kind)) break;
    form = std::max(form, sample.form);
    if (sample.form == Form::decimal) scale = std::max(scale, sample.scale);
  }
  vector_ = std::move(*make_lanes(kind, form, size).own);
  vector_.scale = form == Form::decimal ? scale : 0;
}

bool ColumnBuilder::store_values(uint32_t first, const Lanes& lanes) {
  switch (vector_.form) {
  case Form::decimal: {
    if (lanes.form != Form::decimal) return false;
    const auto scaled = rescale(lanes, vector_.scale);
    if (!scaled) return false;
    put(vector_.i64, first, scaled->i64, *scaled);
    return true;
  }
  case Form::rational: {
    if (lanes.form == Form::big) return false;
    const Lanes rational = to_rational(lanes);
    put(vector_.i64, first, rational.i64, rational);
    put(vector_.den, first, rational.den, rational);
    if (!rational.reduced) unreduced_ = true;
    return true;
  }
  case Form::big: {
    const Lanes big = to_big(lanes);
    put(vector_.big, first, big.big, big);
    return true;
  }
  case Form::boolean: put(vector_.u8, first, lanes.u8, lanes); return true;
  case Form::text:
  case Form::index: put(vector_.u32, first, lanes.u32, lanes); return true;
  case Form::date: put(vector_.first, first, lanes.first, lanes); return true;
  case Form::duration: put(vector_.i64, first, lanes.i64, lanes); [[fallthrough]];
  case Form::period:
    put(vector_.first, first, lanes.first, lanes);
    put(vector_.second, first, lanes.second, lanes);
    return true;
  case Form::datetime_period: put(vector_.den, first, lanes.den, lanes); [[fallthrough]];
  case Form::datetime: put(vector_.i64, first, lanes.i64, lanes); return true;
  }
  return false;
}

void ColumnBuilder::store(uint32_t chunk, const Lanes& lanes) {
  const uint32_t first = chunk * chunk_rows_;
  if (!store_values(first, lanes)) aside_[chunk] = lanes;
  if (lanes.missing != nullptr) {
    std::call_once(missing_once_, [&] { vector_.missing.resize(vector_.size, 0); });
    put(vector_.missing, first, lanes.missing, lanes);
  }
  if (lanes.faults.empty()) return;
  if (lanes.uniform) {
    for (uint32_t lane = 0; lane < lanes.size; ++lane)
      faults_[chunk].push_back({first + lane, lanes.faults.front().fault});
  } else {
    for (const FaultAt& at : lanes.faults)
      faults_[chunk].push_back({first + at.row - lanes.fault_base, at.fault});
  }
}

Vector ColumnBuilder::finish() {
  for (const auto& part : faults_) vector_.faults.insert(vector_.faults.end(), part.begin(), part.end());
  const bool fits =
      std::none_of(aside_.begin(), aside_.end(), [](const auto& one) { return one.has_value(); });
  vector_.reduced = !unreduced_;
  if (fits) return std::move(vector_);
  std::vector<Lanes> chunks;
  for (uint32_t chunk = 0; chunk < aside_.size(); ++chunk) {
    const uint32_t first = chunk * chunk_rows_;
    if (aside_[chunk])
      chunks.push_back(std::move(*aside_[chunk]));
    else
      chunks.push_back(view(vector_, first, std::min(chunk_rows_, vector_.size - first)));
  }
  return concatenate(vector_.kind, std::move(chunks));
}

}  // namespace merit::engine
