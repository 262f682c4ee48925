#pragma once

#include <gmp.h>

#include <atomic>
#include <cstdint>

#include "runtime/values/number.h"

namespace merit {

/// The big form of a Number: an immutable, canonical GMP rational that does not fit in 64 bits over 64 bits. Only code that works with GMP includes
/// this header.
struct BigRational {
  BigRational() { mpq_init(value); }
  ~BigRational() { mpq_clear(value); }
  BigRational(const BigRational&) = delete;
  BigRational& operator=(const BigRational&) = delete;

  mpq_t value;
  mutable std::atomic<std::uint32_t> owners{1};
};

/// Between Number and GMP.
struct NumberAccess {
  /// The number of a canonical rational, in its small form when it fits. The rational's content is taken (it is left valid, unspecified).
  static Number take(mpq_t canonical);
  /// The number of an integer; its content is taken.
  static Number take_integer(mpz_t integer);
  /// Writes the number into an initialised rational.
  static void assign(mpq_t target, const Number& number);
};

}  // namespace merit
