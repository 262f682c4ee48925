// Number: its two forms, and its arithmetic against GMP.

#include "runtime/values/number.h"

#include <gmpxx.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdint>
#include <limits>
#include <random>
#include <stdexcept>
#include <thread>
#include <type_traits>
#include <unordered_set>
#include <utility>
#include <vector>

using merit::Int128;
using merit::Number;

namespace {

constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t greatest = std::numeric_limits<std::int64_t>::max();

mpq_class gmp(const Number& x) {
  return mpq_class(mpz_class(x.numerator_text()), mpz_class(x.denominator_text()));
}

bool same(const Number& x, const mpq_class& expected) {
  const bool fits = expected.get_num().fits_slong_p() && expected.get_den().fits_slong_p();
  return x.numerator_text() == expected.get_num().get_str() &&
         x.denominator_text() == expected.get_den().get_str() && x.is_small() == fits;
}

/// Numbers of every size: small counts, edges of 64 bits, products of small primes (so that much cancels).
class Source {
 public:
  explicit Source(std::uint64_t seed) : random_(seed) {}

  std::int64_t integer() {
    switch (random_() % 6) {
    case 0: return static_cast<std::int64_t>(random_() % 21) - 10;
    case 1: return static_cast<std::int64_t>(random_() % 2'000'001) - 1'000'000;
    case 2: return static_cast<std::int64_t>(random_());
    case 3: return least + static_cast<std::int64_t>(random_() % 4);
    case 4: return greatest - static_cast<std::int64_t>(random_() % 4);
    default: {
      std::int64_t product = (random_() & 1) != 0 ? -1 : 1;
      while (product < (std::int64_t{1} << 58) && product > -(std::int64_t{1} << 58) && random_() % 24 != 0) {
        constexpr std::array<std::int64_t, 5> primes{2, 2, 3, 5, 7};
        product *= primes[random_() % primes.size()];
      }
      return product;
    }
    }
  }

  Number number() {
    std::int64_t denominator = integer();
    if (denominator == 0) denominator = 1;
    Number result = random_() % 3 == 0 ? Number(integer()) : Number(integer(), denominator);
    if (random_() % 16 == 0) result = result * Number(integer()) * Number(integer());
    return result;
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace

static_assert(sizeof(Number) == 16);
static_assert(std::is_nothrow_copy_constructible_v<Number> && std::is_nothrow_move_assignable_v<Number>);
static_assert(!std::is_convertible_v<double, Number> && std::is_convertible_v<int, Number>);

TEST_CASE("numbers are kept reduced, with the sign above") {
  CHECK(Number(6, 4).num() == 3);
  CHECK(Number(6, 4).den() == 2);
  CHECK(Number(6, -4) == Number(-3, 2));
  CHECK(Number(-6, -4) == Number(3, 2));
  CHECK(Number(0, -7) == Number());
  CHECK(Number(0, -7).den() == 1);
  CHECK(Number(greatest, greatest) == 1);
  CHECK(Number(least, least) == 1);
  CHECK(Number(least, greatest).num() == least);
  CHECK(Number(least, 2).num() == least / 2);
  CHECK_THROWS_AS(Number(1, 0), std::domain_error);
}

TEST_CASE("the least 64-bit integer is a number like others") {
  CHECK(Number(least).is_small());
  CHECK((-Number(least)).numerator_text() == "9223372036854775808");
  CHECK_FALSE((-Number(least)).is_small());
  CHECK(-(-Number(least)) == Number(least));
  CHECK((-(-Number(least))).is_small());
  CHECK(Number(1, least).denominator_text() == "9223372036854775808");
  CHECK(Number(1, least).numerator_text() == "-1");
  CHECK(Number(1, least) * Number(least) == 1);
  CHECK(Number(least) / Number(least) == 1);
  CHECK(Number(1) / Number(least) == Number(1, least));
  CHECK(Number(least) / Number(-1) == -Number(least));
  CHECK(Number(least).abs() == -Number(least));
  CHECK(Number(least) - Number(least) == 0);
  CHECK(Number(least) < Number(greatest));
  CHECK(Number(least) < -Number(greatest));
}

TEST_CASE("what outgrows 64 bits moves to GMP and comes back") {
  const Number edge(greatest);
  const Number above = edge + 1;
  CHECK_FALSE(above.is_small());
  CHECK(above.big() != nullptr);
  CHECK(edge.big() == nullptr);
  CHECK(above.numerator_text() == "9223372036854775808");
  CHECK(above > edge);
  CHECK(edge < above);
  CHECK(above - 1 == edge);
  CHECK((above - 1).is_small());
  CHECK((above * above / above / above) == 1);
  CHECK((edge * edge).numerator_text() == "85070591730234615847396907784232501249");
  CHECK((edge * edge / edge).is_small());
  CHECK((Number(1, greatest) * Number(1, greatest - 1)).sign() == 1);
  CHECK_FALSE((Number(1, greatest) * Number(1, greatest - 1)).is_small());
  CHECK((Number(1, greatest) + Number(1, greatest - 1) - Number(1, greatest - 1)) == Number(1, greatest));
}

TEST_CASE("one ninth times nine is one") {
  Number sum;
  for (int i = 0; i < 9; ++i) sum += Number(1, 9);
  CHECK(sum == 1);
  CHECK(Number(1) / 9 * 9 == 1);
  CHECK(Number(1, 3) + Number(1, 6) == Number(1, 2));
  CHECK(Number(1, 6) - Number(1, 6) == Number());
  CHECK((Number(1, 6) - Number(1, 6)).den() == 1);
}

TEST_CASE("division by zero is refused in every form") {
  CHECK_THROWS_AS(Number(1) / Number(0), std::domain_error);
  CHECK_THROWS_AS(Number(0) / Number(0), std::domain_error);
  CHECK_THROWS_AS(Number(10).pow(40) / Number(0), std::domain_error);
}

TEST_CASE("arithmetic equals GMP's on random numbers of every size") {
  Source source(20240701);
  for (int i = 0; i < 60'000; ++i) {
    const Number a = source.number();
    const Number b = source.number();
    const mpq_class x = gmp(a);
    const mpq_class y = gmp(b);
    INFO(a.exact_text() << " and " << b.exact_text());
    REQUIRE(same(a + b, x + y));
    REQUIRE(same(a - b, x - y));
    REQUIRE(same(a * b, x * y));
    if (!b.is_zero()) REQUIRE(same(a / b, x / y));
    REQUIRE(same(-a, -x));
    REQUIRE(same(a.abs(), abs(x)));
    const int order = cmp(x, y);
    REQUIRE(((a <=> b) == (order <=> 0)));
    REQUIRE((a == b) == (order == 0));
    REQUIRE(a.sign() == sgn(x));
    REQUIRE(a.is_zero() == (sgn(x) == 0));
    REQUIRE(a.is_negative() == (sgn(x) < 0));
    REQUIRE(a.is_integer() == (x.get_den() == 1));
    mpz_class whole;
    mpz_fdiv_q(whole.get_mpz_t(), x.get_num_mpz_t(), x.get_den_mpz_t());
    REQUIRE(same(a.floor(), whole));
    mpz_cdiv_q(whole.get_mpz_t(), x.get_num_mpz_t(), x.get_den_mpz_t());
    REQUIRE(same(a.ceil(), whole));
    const std::int64_t exponent = i % 9 - 4;
    if (!a.is_zero()) {
      mpq_class power = 1;
      for (int k = 0; k < std::abs(static_cast<int>(exponent)); ++k) power *= x;
      REQUIRE(same(a.pow(exponent), exponent < 0 ? mpq_class(1 / power) : power));
    }
    const Number copy = a + b - b;
    REQUIRE(copy == a);
    REQUIRE(copy.hash() == a.hash());
    REQUIRE(Number::parse_exact(a.exact_text()) == a);
  }
}

TEST_CASE("numbers from 128-bit parts are reduced or moved up") {
  const Int128 huge = static_cast<Int128>(greatest) * greatest;
  CHECK(Number::from_wide(huge, greatest) == Number(greatest));
  CHECK(Number::from_wide(-huge, huge) == -1);
  CHECK(Number::from_wide(huge, 1).numerator_text() == "85070591730234615847396907784232501249");
  CHECK(Number::from_wide(12, -18) == Number(-2, 3));
  CHECK(Number::from_wide(0, huge) == 0);
  const Int128 lowest = static_cast<Int128>(1) << 126;
  CHECK(Number::from_wide(-lowest - lowest, 1).numerator_text() ==
        "-170141183460469231731687303715884105728");
  CHECK(Number::from_wide(1, -lowest - lowest).denominator_text() ==
        "170141183460469231731687303715884105728");
  CHECK(Number::from_wide(-lowest - lowest, -1).numerator_text() ==
        "170141183460469231731687303715884105728");
  CHECK(Number::from_wide(-lowest - lowest, -lowest - lowest) == 1);
  CHECK_THROWS_AS(Number::from_wide(1, 0), std::domain_error);

  std::mt19937_64 random(7);
  for (int i = 0; i < 20'000; ++i) {
    const auto wide = [&random] {
      return static_cast<Int128>(static_cast<std::int64_t>(random())) << static_cast<int>(random() % 63);
    };
    const Int128 above = wide();
    const Int128 below = wide();
    if (below == 0) continue;
    const auto as_gmp = [](Int128 value) {
      const mpz_class high(static_cast<long>(value >> 64));
      return mpz_class(high * mpz_class("18446744073709551616") +
                       mpz_class(static_cast<unsigned long>(value)));
    };
    mpq_class expected(as_gmp(above), as_gmp(below));
    expected.canonicalize();
    REQUIRE(same(Number::from_wide(above, below), expected));
  }
}

TEST_CASE("decimals come from a mantissa and a scale") {
  CHECK(Number::from_decimal(125, 2) == Number(5, 4));
  CHECK(Number::from_decimal(-125, 3) == Number(-1, 8));
  CHECK(Number::from_decimal(125, -2) == 12'500);
  CHECK(Number::from_decimal(0, 500) == 0);
  CHECK(Number::from_decimal(1, 18) == Number(1, 1'000'000'000'000'000'000));
  CHECK(Number::from_decimal(3, 25) * Number(10).pow(25) == 3);
  CHECK(Number::from_decimal(least, 0) == Number(least));
  CHECK(Number::from_decimal(least, 1) * 10 == Number(least));
}

TEST_CASE("whole powers are exact and bounded") {
  CHECK(Number(2).pow(10) == 1024);
  CHECK(Number(2).pow(63).numerator_text() == "9223372036854775808");
  CHECK(Number(-2).pow(63) == Number(least));
  CHECK(Number(2, 3).pow(-3) == Number(27, 8));
  CHECK(Number(-2, 3).pow(-3) == Number(-27, 8));
  CHECK(Number(0).pow(0) == 1);
  CHECK(Number(0).pow(5) == 0);
  CHECK(Number(1).pow(least) == 1);
  CHECK(Number(-1).pow(greatest) == -1);
  CHECK(Number(-1).pow(least) == 1);
  CHECK_THROWS_AS(Number(0).pow(-1), std::domain_error);
  CHECK(Number(10).pow(99'999).digits() == 100'000);
  CHECK_THROWS_AS(Number(10).pow(100'000), std::length_error);
  CHECK_THROWS_AS(Number(2).pow(greatest), std::length_error);
  CHECK_THROWS_AS(Number(3, 2).pow(least), std::length_error);
}

TEST_CASE("digits counts the longer of numerator and denominator") {
  CHECK(Number(0).digits() == 1);
  CHECK(Number(9).digits() == 1);
  CHECK(Number(-10).digits() == 2);
  CHECK(Number(1, 1000).digits() == 4);
  CHECK(Number(least).digits() == 19);
  CHECK(Number(10).pow(50).digits() == 51);
  CHECK(Number(10).pow(-50).digits() == 51);
}

TEST_CASE("whole numbers come out as integers") {
  CHECK(Number(-5).to_int64() == -5);
  CHECK(Number(least).to_int64() == least);
  CHECK_FALSE(Number(1, 2).to_int64());
  CHECK_FALSE(Number(10).pow(30).to_int64());
}

TEST_CASE("copies and moves share and hand over big numbers") {
  Number big = Number(7).pow(100);
  const std::string text = big.exact_text();
  Number copy = big;
  Number& alias = copy;
  copy = alias;
  CHECK(copy == big);
  Number moved = std::move(copy);
  CHECK(moved.exact_text() == text);
  CHECK(copy == 0);  // NOLINT(bugprone-use-after-move): a moved-from number is zero
  moved = Number(3);
  CHECK(big.exact_text() == text);
  moved = big;
  big = Number(5);
  CHECK(moved.exact_text() == text);
  std::swap(big, moved);
  CHECK(big.exact_text() == text);
  CHECK(moved == 5);
  big = std::move(moved);
  CHECK(big == 5);
  std::vector<Number> numbers(100, Number(3).pow(200));
  numbers.erase(numbers.begin(), numbers.begin() + 50);
  CHECK(numbers.back() == Number(3).pow(200));
}

TEST_CASE("threads may share a big number") {
  const Number shared = Number(11).pow(90);
  std::vector<Number> sums(4);
  {
    std::vector<std::jthread> threads;
    for (auto& sum : sums) {
      threads.emplace_back([&sum, shared] {
        for (int i = 0; i < 2'000; ++i) {
          const Number copy = shared;
          sum += copy;
        }
      });
    }
  }
  for (const auto& sum : sums) CHECK(sum == shared * 2'000);
}

TEST_CASE("equal numbers have equal hashes, and hashes differ") {
  std::unordered_set<Number> numbers;
  for (int n = -50; n <= 50; ++n) {
    for (int d = 1; d <= 50; ++d) numbers.insert(Number(n, d));
  }
  std::unordered_set<std::size_t> hashes;
  for (const auto& number : numbers) hashes.insert(number.hash());
  CHECK(hashes.size() == numbers.size());
  CHECK(numbers.contains(Number(1, 2) * Number(3, 5)));
  CHECK(Number(10).pow(30).hash() == (Number(10).pow(31) / 10).hash());
  CHECK(Number(10).pow(30).hash() != (-Number(10).pow(30)).hash());
}
