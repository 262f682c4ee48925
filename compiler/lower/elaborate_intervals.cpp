#include "compiler/lower/elaborate_intervals.h"

#include <algorithm>
#include <utility>

namespace merit {

bool operator==(const Cut& a, const Cut& b) {
  if (a.infinite != 0 || b.infinite != 0) return a.infinite == b.infinite;
  return a.at == b.at && a.after == b.after;
}

bool operator<(const Cut& a, const Cut& b) {
  if (a.infinite != 0 || b.infinite != 0) return a.infinite < b.infinite;
  if (!(a.at == b.at)) return a.at < b.at;
  return !a.after && b.after;
}

namespace {

/// Among whole numbers "just after 4" and "just before 5" are one place.
Cut normal(Cut cut, bool whole) {
  if (!whole || cut.infinite != 0) return cut;
  if (!cut.at.is_integer()) return Cut::before(cut.at.ceil());
  if (cut.after) return Cut::before(cut.at + Number(1));
  return cut;
}

}  // namespace

ValueSet ValueSet::line(bool whole) {
  ValueSet set;
  set.is_line_ = true;
  set.whole_ = whole;
  return set;
}

ValueSet ValueSet::piece(bool whole, Cut from, Cut to) {
  ValueSet set = line(whole);
  from = normal(std::move(from), whole);
  to = normal(std::move(to), whole);
  if (from < to) set.cuts_ = {std::move(from), std::move(to)};
  return set;
}

ValueSet ValueSet::finite(size_t size) {
  ValueSet set;
  set.values_.assign(size, false);
  return set;
}

ValueSet ValueSet::one(size_t size, size_t index) {
  ValueSet set = finite(size);
  if (index < size) set.values_[index] = true;
  return set;
}

ValueSet ValueSet::complement(bool optional) const {
  ValueSet set = *this;
  set.missing_ = optional && !missing_;
  if (!is_line_) {
    set.values_.flip();
    return set;
  }
  if (!set.cuts_.empty() && set.cuts_.front().infinite < 0) {
    set.cuts_.erase(set.cuts_.begin());
  } else {
    set.cuts_.insert(set.cuts_.begin(), Cut::lowest());
  }
  if (!set.cuts_.empty() && set.cuts_.back().infinite > 0) {
    set.cuts_.pop_back();
  } else {
    set.cuts_.push_back(Cut::highest());
  }
  return set;
}

ValueSet ValueSet::combine(const ValueSet& a, const ValueSet& b, bool both) {
  ValueSet set;
  set.is_line_ = a.is_line_;
  set.whole_ = a.whole_;
  set.missing_ = both ? a.missing_ && b.missing_ : a.missing_ || b.missing_;
  if (!a.is_line_) {
    set.values_.resize(std::max(a.values_.size(), b.values_.size()));
    for (size_t i = 0; i < set.values_.size(); ++i) {
      const bool in_a = i < a.values_.size() && a.values_[i];
      const bool in_b = i < b.values_.size() && b.values_[i];
      set.values_[i] = both ? in_a && in_b : in_a || in_b;
    }
    return set;
  }
  size_t i = 0;
  size_t j = 0;
  bool inside = false;
  while (i < a.cuts_.size() || j < b.cuts_.size()) {
    const bool from_a = j >= b.cuts_.size() || (i < a.cuts_.size() && !(b.cuts_[j] < a.cuts_[i]));
    const Cut& cut = from_a ? a.cuts_[i] : b.cuts_[j];
    const bool also_b = from_a && j < b.cuts_.size() && b.cuts_[j] == cut;
    if (from_a) ++i;
    if (!from_a || also_b) ++j;
    const bool in_a = i % 2 == 1;
    const bool in_b = j % 2 == 1;
    const bool now = both ? in_a && in_b : in_a || in_b;
    if (now != inside) set.cuts_.push_back(cut);
    inside = now;
  }
  return set;
}

bool ValueSet::is_empty() const {
  if (missing_) return false;
  if (is_line_) return cuts_.empty();
  return std::find(values_.begin(), values_.end(), true) == values_.end();
}

std::string ValueSet::first_piece(const std::string& subject,
                                  const std::function<std::string(const Number&)>& value) const {
  const Cut& from = cuts_[0];
  const Cut& to = cuts_[1];
  if (from.infinite < 0 && to.infinite > 0) return subject + " has any value";
  const std::string low = from.infinite < 0 ? "" : (from.after ? "above " : "at least ") + value(from.at);
  std::string high;
  if (to.infinite == 0) high = (to.after ? "at most " : "below ") + value(to.at);
  if (low.empty()) return subject + " is " + high;
  if (high.empty()) return subject + " is " + low;
  if (from.at == to.at) return subject + " is " + value(from.at);
  if (whole_ && to.at == from.at + Number(1)) return subject + " is " + value(from.at);
  return subject + " is " + low + " and " + high;
}

}  // namespace merit
