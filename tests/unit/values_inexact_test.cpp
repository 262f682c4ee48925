// sqrt, exp, ln and fractional powers: 34 significant digits, correctly rounded.

#include <catch2/catch.hpp>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "runtime/values/number.h"

using merit::exp;
using merit::ln;
using merit::Number;
using merit::power;
using merit::sqrt;

// Expected digits were computed with 80 digits by Python's decimal module and rounded to 34.

TEST_CASE("square roots") {
  CHECK(sqrt(Number(2)).exact_text() == "1.414213562373095048801688724209698");
  CHECK(sqrt(Number(1, 3)).exact_text() == "0.5773502691896257645091487805019575");
  CHECK(sqrt(Number(7) * Number(10).pow(-40)).exact_text() ==
        "0.0000000000000000000264575131106459059050161575363926");
  CHECK(sqrt(*Number::parse("12345678901234567890123")).exact_text() ==
        "111111110611.1111099361090502680463");
  CHECK(sqrt(Number(0)) == 0);
  CHECK(sqrt(Number(9, 4)) == Number(3, 2));
  CHECK(sqrt(Number(1, 9)).exact_text() == "0." + std::string(34, '3'));
  CHECK(sqrt(Number(10).pow(200)) == Number(10).pow(100));
  CHECK_THROWS_WITH(sqrt(Number(-1)), "A negative number has no square root.");
}

TEST_CASE("an exact root on a boundary between two results goes to the even one") {
  // Squares of numbers with 35 digits that end in 5: no precision would ever decide them.
  const Number tie_to_even = *Number::parse("10000000000000000000000000000000025");
  CHECK(sqrt(tie_to_even * tie_to_even).exact_text() == "10000000000000000000000000000000020");
  const Number tie_from_odd = *Number::parse("10000000000000000000000000000000035");
  CHECK(sqrt(tie_from_odd * tie_from_odd).exact_text() == "10000000000000000000000000000000040");
  // Just beside the tie, further than the first precision sees.
  const Number nudge = Number(10).pow(-60);
  CHECK(sqrt(tie_to_even * tie_to_even + nudge).exact_text() == "10000000000000000000000000000000030");
  CHECK(sqrt(tie_from_odd * tie_from_odd - nudge).exact_text() == "10000000000000000000000000000000030");
}

TEST_CASE("exponentials") {
  CHECK(exp(Number(0)) == 1);
  CHECK(exp(Number(1)).exact_text() == "2.718281828459045235360287471352662");
  CHECK(exp(Number(-1)).exact_text() == "0.3678794411714423215955237701614609");
  CHECK(exp(Number(1, 3)).exact_text() == "1.395612425086089528628125319602587");
  CHECK(exp(Number(100)).exact_text() == "26881171418161354484126255515800140000000000");
  CHECK(exp(Number(10).pow(-20)).exact_text() == "1.00000000000000000001");
  CHECK(exp(Number(10).pow(-300)) == 1);
  CHECK(exp(Number(230'000)).digits() == 99'888);
  CHECK(exp(Number(-230'000)) > 0);
  CHECK_THROWS_AS(exp(Number(230'259)), std::length_error);
  CHECK_THROWS_AS(exp(Number(-230'260)), std::length_error);
  CHECK_THROWS_AS(exp(Number(10).pow(90'000)), std::length_error);
}

TEST_CASE("logarithms") {
  CHECK(ln(Number(1)) == 0);
  CHECK(ln(Number(2)).exact_text() == "0.6931471805599453094172321214581766");
  CHECK(ln(Number(10)).exact_text() == "2.302585092994045684017991454684364");
  CHECK(ln(Number(1, 3)).exact_text() == "-1.098612288668109691395245236922526");
  CHECK(ln(*Number::parse("1.0000000001")).exact_text() == "0.00000000009999999999500000000033333333330833");
  // So near to 1 that the first precisions see 1.
  CHECK(ln(1 + Number(10).pow(-300)) == Number(10).pow(-300));
  CHECK(ln(Number(10).pow(90'000)) > 207'232);
  CHECK_THROWS_WITH(ln(Number(0)), "Only a number greater than zero has a logarithm.");
  CHECK_THROWS_AS(ln(Number(-3)), std::domain_error);
}

TEST_CASE("powers") {
  CHECK(power(Number(3, 2), Number(4)) == Number(81, 16));
  CHECK(power(Number(3), Number(-2)) == Number(1, 9));
  CHECK(power(Number(0), Number(0)) == 1);
  CHECK(power(Number(4), Number(1, 2)) == 2);
  CHECK(power(Number(8, 27), Number(-2, 3)) == Number(9, 4));
  CHECK(power(Number(9), Number(-1, 2)).exact_text() == "0." + std::string(34, '3'));
  CHECK(power(Number(2), Number(1, 10)).exact_text() == "1.071773462536293164213006325023342");
  CHECK(power(Number(10), Number(1, 3)).exact_text() == "2.15443469003188372175929356651935");
  CHECK(power(Number(1, 2), Number(3, 2)).exact_text() == "0.3535533905932737622004221810524245");
  CHECK(power(Number(3), Number(-1, 2)).exact_text() == "0.5773502691896257645091487805019575");
  CHECK(power(*Number::parse("1.05"), Number(7, 12)).exact_text() == "1.028869811178506756444347509727467");
  CHECK(power(Number(2), Number(1, 2)) == sqrt(Number(2)));
  CHECK(power(Number(0), Number(1, 2)) == 0);
  CHECK(power(Number(1), Number(1, 7)) == 1);
  CHECK(power(Number(2), Number(1, 3).pow(60)).exact_text() == "1.000000000000000000000000000016351");
  CHECK(power(Number(1), Number(10).pow(30)) == 1);
  CHECK(power(Number(-1), Number(10).pow(30)) == 1);
  CHECK(power(Number(-1), Number(10).pow(30) + 1) == -1);
  CHECK(power(Number(0), Number(10).pow(30)) == 0);
  CHECK_THROWS_AS(power(Number(0), -Number(10).pow(30)), std::domain_error);
  CHECK_THROWS_AS(power(Number(2), Number(10).pow(30)), std::length_error);
  CHECK_THROWS_AS(power(Number(2), Number(10).pow(30) + Number(1, 2)), std::length_error);
  CHECK_THROWS_AS(power(Number(16), Number(1'000'001, 2)), std::length_error);
  CHECK_THROWS_WITH(power(Number(-2), Number(1, 2)),
                    "A negative number has no power with a fraction as its exponent.");
  CHECK_THROWS_WITH(power(Number(0), Number(-1, 2)), "Zero has no negative power.");
}

TEST_CASE("results are within half a unit of the 34th digit") {
  for (int n = 2; n < 400; ++n) {
    const Number x(n, 37);
    const Number root = sqrt(x);
    // For a root between 0.2 and 4 a unit is 10^-33 at most.
    const Number half = Number(10).pow(-33) / 2;
    REQUIRE((root - half).pow(2) < x);
    REQUIRE((root + half).pow(2) > x);
    REQUIRE(sqrt(x * x) == merit::round_significant(x, 34));
    const Number back = exp(ln(x));
    REQUIRE((back - x).abs() < x * Number(10).pow(-31));
  }
}

TEST_CASE("threads compute the same") {
  std::vector<Number> results(4);
  {
    std::vector<std::jthread> threads;
    for (auto& result : results) {
      threads.emplace_back([&result] {
        for (int i = 1; i < 50; ++i) result += ln(Number(i)) + exp(Number(i, 50)) + sqrt(Number(i));
      });
    }
  }
  for (const auto& result : results) CHECK(result == results.front());
}
