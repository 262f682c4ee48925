#include "runtime/values/statistics.h"

#include <catch2/catch.hpp>

#include <stdexcept>
#include <vector>

using merit::Number;
using merit::PercentileMethod;

namespace {

std::vector<Number> ten() {
  std::vector<Number> values;
  for (int64_t i = 1; i <= 10; ++i) values.emplace_back(i * 10);
  return values;
}

Number at(int64_t percent, PercentileMethod method) {
  return merit::percentile(ten(), Number(percent, 100), method);
}

}  // namespace

// Known answers: R 4's quantile(seq(10, 100, 10), p, type = t), and by hand from the definitions in SAS, PROC
// UNIVARIATE, Calculating Percentiles.
TEST_CASE("each method gives what its source says") {
  CHECK(at(25, PercentileMethod::nearest_rank) == Number(30));
  CHECK(at(20, PercentileMethod::nearest_rank) == Number(20));
  CHECK(at(25, PercentileMethod::linear) == Number(65, 2));       // type 7: 32.5
  CHECK(at(85, PercentileMethod::linear) == Number(865, 10));     // type 7: 86.5
  CHECK(at(25, PercentileMethod::exclusive) == Number(55, 2));    // type 6: 27.5
  CHECK(at(85, PercentileMethod::exclusive) == Number(935, 10));  // type 6: 93.5
  CHECK(at(25, PercentileMethod::sas_1) == Number(25));           // type 4
  CHECK(at(85, PercentileMethod::sas_1) == Number(85));           // type 4
  CHECK(at(25, PercentileMethod::sas_2) == Number(20));           // n p = 2.5: the even one, x(2); type 3
  CHECK(at(35, PercentileMethod::sas_2) == Number(40));           // n p = 3.5: x(4)
  CHECK(at(26, PercentileMethod::sas_2) == Number(30));
  CHECK(at(20, PercentileMethod::sas_5) == Number(25));  // type 2: a mean where n p is whole
  CHECK(at(25, PercentileMethod::sas_5) == Number(30));
  CHECK(at(85, PercentileMethod::sas_5) == Number(90));
}

// Excel's documentation of PERCENTILE.INC: {1, 2, 3, 4} at 0.3 is 1.9; of PERCENTILE.EXC: {6, 7, 8, 9, 10,
// 41, ...}.
TEST_CASE("Excel's own example") {
  const std::vector<Number> values{1, 2, 3, 4};
  CHECK(merit::percentile(values, Number(3, 10), PercentileMethod::linear) == Number(19, 10));
}

TEST_CASE("the ends are the first and the last value by every method") {
  for (int method = 0; method <= static_cast<int>(PercentileMethod::sas_5); ++method) {
    CHECK(at(0, static_cast<PercentileMethod>(method)) == Number(10));
    CHECK(at(100, static_cast<PercentileMethod>(method)) == Number(100));
    const std::vector<Number> one{7};
    CHECK(merit::percentile(one, Number(3, 4), static_cast<PercentileMethod>(method)) == Number(7));
  }
}

TEST_CASE("a share is from 0 to 1") {
  CHECK_THROWS_AS(at(101, PercentileMethod::linear), std::domain_error);
  CHECK_THROWS_AS(at(-1, PercentileMethod::linear), std::domain_error);
}

TEST_CASE("the median of an even number of values lies between the middle two") {
  CHECK(merit::median(ten()) == Number(55));
  CHECK(merit::median(std::vector<Number>{1, 2, 9}) == Number(2));
}
