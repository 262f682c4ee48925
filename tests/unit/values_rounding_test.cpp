// Rounding, and numbers from and to text.

#include <array>
#include <catch2/catch.hpp>
#include <compare>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>

#include "runtime/values/number.h"

using merit::Number;
using merit::round_significant;
using merit::round_to;
using merit::RoundingMode;

namespace {

constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t greatest = std::numeric_limits<std::int64_t>::max();

constexpr std::array<RoundingMode, 6> modes{RoundingMode::half_away, RoundingMode::half_even,
                                            RoundingMode::up,        RoundingMode::down,
                                            RoundingMode::ceiling,   RoundingMode::floor};

/// Rounding as its definition says, from floor alone.
Number rounded(const Number& x, const Number& step, RoundingMode mode) {
  Number below = (x / step).floor() * step;
  if (below == x) return x;
  Number above = below + step;
  const bool negative = x.is_negative();
  const auto order = (x - below) <=> (above - x);
  switch (mode) {
  case RoundingMode::floor: return below;
  case RoundingMode::ceiling: return above;
  case RoundingMode::up: return negative ? below : above;
  case RoundingMode::down: return negative ? above : below;
  case RoundingMode::half_away:
    return std::is_lt(order) ? below : std::is_gt(order) ? above : negative ? below : above;
  case RoundingMode::half_even:
    if (std::is_neq(order)) return std::is_lt(order) ? below : above;
    return (below / step / 2).is_integer() ? below : above;
  }
  return x;
}

std::string round_text(const char* x, const char* step, RoundingMode mode = RoundingMode::half_away) {
  return round_to(*Number::parse(x), *Number::parse(step), mode).exact_text();
}

}  // namespace

TEST_CASE("halves go away from zero unless the rule says otherwise") {
  CHECK(round_text("2.5", "1") == "3");
  CHECK(round_text("-2.5", "1") == "-3");
  CHECK(round_text("0.005", "0.01") == "0.01");
  CHECK(round_text("-0.005", "0.01") == "-0.01");
  CHECK(round_text("0.0049999999999999999999999", "0.01") == "0");
  CHECK(round_text("1.25", "0.5") == "1.5");
  CHECK(round_text("7", "5") == "5");
  CHECK(round_text("7.5", "5") == "10");
  CHECK(round_text("1_234_567.891", "1000") == "1235000");
}

TEST_CASE("every mode at a tie and beside it") {
  const auto row = [](const char* x) {
    std::string text;
    for (const auto mode : modes) text += round_text(x, "1", mode) + " ";
    return text;
  };
  //                     half_away half_even up down ceiling floor
  CHECK(row("0.5") == "1 0 1 0 1 0 ");
  CHECK(row("1.5") == "2 2 2 1 2 1 ");
  CHECK(row("2.5") == "3 2 3 2 3 2 ");
  CHECK(row("-0.5") == "-1 0 -1 0 0 -1 ");
  CHECK(row("-1.5") == "-2 -2 -2 -1 -1 -2 ");
  CHECK(row("-2.5") == "-3 -2 -3 -2 -2 -3 ");
  CHECK(row("2.49") == "2 2 3 2 3 2 ");
  CHECK(row("-2.51") == "-3 -3 -3 -2 -2 -3 ");
  CHECK(row("3") == "3 3 3 3 3 3 ");
  CHECK(row("-3") == "-3 -3 -3 -3 -3 -3 ");
}

TEST_CASE("a step that is no decimal") {
  CHECK(round_to(Number(1, 2), Number(1, 3)) == Number(2, 3));
  CHECK(round_to(Number(-1, 2), Number(1, 3)) == Number(-2, 3));
  CHECK(round_to(Number(1, 2), Number(1, 3), RoundingMode::half_even) == Number(2, 3));
  CHECK(round_to(Number(1, 6), Number(1, 3), RoundingMode::half_even) == 0);
}

TEST_CASE("a step must be positive") {
  CHECK_THROWS_AS(round_to(Number(1), Number(0)), std::domain_error);
  CHECK_THROWS_AS(round_to(Number(1), Number(-1, 100)), std::domain_error);
}

TEST_CASE("rounding follows its definition on random numbers, small and big") {
  std::mt19937_64 random(42);
  const auto any = [&random]() -> std::int64_t {
    switch (random() % 4) {
    case 0: return static_cast<std::int64_t>(random() % 200) - 100;
    case 1: return greatest - static_cast<std::int64_t>(random() % 3);
    case 2: return least + static_cast<std::int64_t>(random() % 3);
    default: return static_cast<std::int64_t>(random());
    }
  };
  for (int i = 0; i < 20'000; ++i) {
    const std::int64_t below = any();
    const std::int64_t step_below = any();
    Number x = below == 0 ? Number(any()) : Number(any(), below);
    Number step = step_below == 0 ? Number(1, 100)
                                  : Number(1 + static_cast<std::int64_t>(random() % 50), step_below).abs();
    if (random() % 4 == 0) x = (Number(any()) + Number(1, 2)) * step;  // ties
    if (random() % 8 == 0) x = x * Number(any());
    const auto mode = modes[random() % modes.size()];
    INFO(x.exact_text() << " to " << step.exact_text() << " mode " << static_cast<int>(mode));
    REQUIRE(round_to(x, step, mode) == rounded(x, step, mode));
  }
}

TEST_CASE("significant digits are rounded half to even") {
  CHECK(round_significant(Number(123'456), 3) == 123'000);
  CHECK(round_significant(Number(125), 2) == 120);
  CHECK(round_significant(Number(135), 2) == 140);
  CHECK(round_significant(Number(-135), 2) == -140);
  CHECK(round_significant(Number(999'6), 3) == 10'000);
  CHECK(round_significant(Number(1, 3), 4) == Number(3333, 10'000));
  CHECK(round_significant(Number(1, 1'000'000'007), 1) == Number(1, 1'000'000'000));
  CHECK(round_significant(Number(0), 5) == 0);
  CHECK(round_significant(Number(10).pow(40) + 1, 34) == Number(10).pow(40));
  CHECK_THROWS_AS(round_significant(Number(1), 0), std::domain_error);
}

TEST_CASE("decimal text is read exactly") {
  const auto read = [](const char* text) {
    const auto number = Number::parse(text);
    return number ? number->numerator_text() + "/" + number->denominator_text() : std::string("refused");
  };
  CHECK(read("0") == "0/1");
  CHECK(read("-0") == "0/1");
  CHECK(read("-0.00") == "0/1");
  CHECK(read("42") == "42/1");
  CHECK(read("+42") == "42/1");
  CHECK(read("0.869247") == "869247/1000000");
  CHECK(read(".5") == "1/2");
  CHECK(read("-.5") == "-1/2");
  CHECK(read("007") == "7/1");
  CHECK(read("1_000_000") == "1000000/1");
  CHECK(read("1_0.2_5") == "41/4");
  CHECK(read("2%") == "1/50");
  CHECK(read("-12.5%") == "-1/8");
  CHECK(read("100%") == "1/1");
  CHECK(read("9223372036854775807") == "9223372036854775807/1");
  CHECK(read("-9223372036854775808") == "-9223372036854775808/1");
  CHECK(read("9223372036854775808") == "9223372036854775808/1");
  CHECK(read("0.00000000000000000001") == "1/100000000000000000000");
  CHECK(read("123456789012345678") == "123456789012345678/1");
  CHECK(read("0.123456789012345678") == "61728394506172839/500000000000000000");
  CHECK(read("0.12345678901234567890123%") == "12345678901234567890123/10000000000000000000000000");
  CHECK(read("1.0000000000000000000000000000000000") == "1/1");
}

TEST_CASE("text that is no number is refused") {
  for (const char* text :
       {"",      "-",    "+",    ".",     "%",     "-%",       ".%",   "5.",         "1.",  "1.%", "--1",
        "+-1",   "1-",   "1e5",  "1E5",   "1,000", "1 000",    " 1",   "1 ",         "1\n", "_1",  "1_",
        "1__0",  "1_.5", "1._5", "1.5_",  "1.2.3", "1..2",     "0x10", "1%%",        "%1",  "1% ", "1 %",
        "$1",    "1/2",  "inf",  "nan",   "NaN",   "Infinity", "１",   "1\u00a0000", "−1",  "12a", "a12",
        "1'000", "(1)",  "1%.5", "1.5%5", "1_%",   "1.-5",     "1.+5"}) {
    INFO('"' << text << '"');
    CHECK_FALSE(Number::parse(text));
  }
  CHECK_FALSE(Number::parse(std::string_view("1\0", 2)));
}

TEST_CASE("no more digits are read than a number may have") {
  CHECK(Number::parse(std::string(99'999, '9'))->digits() == 100'000);
  CHECK(Number::parse("1" + std::string(99'999, '0'))->digits() == 100'000);
  CHECK_FALSE(Number::parse(std::string(100'001, '9')));
  CHECK(Number::parse("0." + std::string(99'997, '0') + "1")->digits() == 99'999);
  CHECK_FALSE(Number::parse("." + std::string(99'999, '0') + "1"));
}

TEST_CASE("exact text is a decimal where it ends and a fraction where it does not") {
  CHECK(Number(5, 16).exact_text() == "0.3125");
  CHECK(Number(-5, 16).exact_text() == "-0.3125");
  CHECK(Number(115, 3).exact_text() == "115/3");
  CHECK(Number(-12).exact_text() == "-12");
  CHECK(Number(1, 6).exact_text() == "1/6");
  CHECK(Number(12'345, 100).exact_text() == "123.45");
  CHECK(Number(1, 1024).exact_text() == "0.0009765625");
  CHECK(Number(10).pow(-30).exact_text() == "0.000000000000000000000000000001");
  CHECK((Number(10).pow(30) + Number(1, 2)).exact_text() == "1000000000000000000000000000000.5");
  CHECK((Number(10).pow(30) / 3).exact_text() == "1000000000000000000000000000000/3");
  CHECK(Number(least).exact_text() == "-9223372036854775808");
}

TEST_CASE("exact text is read back") {
  for (const auto& number :
       {Number(115, 3), Number(-1, 7), Number(5, 16), Number(0), Number(10).pow(30) / 3,
        Number(2).pow(-200'000), Number(2).pow(-99'999), Number(2).pow(-100'000), Number(3).pow(-500)}) {
    CHECK(Number::parse_exact(number.exact_text()) == number);
  }
  CHECK(Number::parse_exact("4/6") == Number(2, 3));
  CHECK(Number::parse_exact("+4/6") == Number(2, 3));
  CHECK(Number::parse_exact("1_000.5") == Number(2001, 2));
  for (const char* text : {"1/0", "1/", "/2", "1/-2", "1/+2", "-/2", "1.5/2", "1/2.5", "1//2", "1/2/3",
                           "1%/2", "1 / 2", "1_0/2", ""}) {
    INFO('"' << text << '"');
    CHECK_FALSE(Number::parse_exact(text));
  }
}

TEST_CASE("decimal text is trimmed, fixed text is not") {
  CHECK(Number(25, 2).decimal_text(4) == "12.5");
  CHECK(Number(25, 2).fixed_text(4) == "12.5000");
  CHECK(Number(2, 3).decimal_text(4) == "0.6667");
  CHECK(Number(-2, 3).fixed_text(2) == "-0.67");
  CHECK(Number(1, 8).fixed_text(2) == "0.13");
  CHECK(Number(-1, 8).fixed_text(2) == "-0.13");
  CHECK(Number(100).decimal_text(3) == "100");
  CHECK(Number(100).fixed_text(0) == "100");
  CHECK(Number(100).fixed_text(2) == "100.00");
  CHECK(Number(1, 2).fixed_text(0) == "1");
  CHECK(Number(1, 2).decimal_text(0) == "1");
  CHECK(Number(1999, 1000).decimal_text(2) == "2");
  CHECK(Number(1999, 1000).fixed_text(2) == "2.00");
  CHECK(Number(-1, 1000).decimal_text(2) == "0");
  CHECK(Number(-1, 1000).fixed_text(2) == "0.00");
  CHECK(Number(1, 3).fixed_text(40) == "0." + std::string(40, '3'));
  CHECK((Number(10).pow(40) / 3).fixed_text(1) == std::string(40, '3') + ".3");
  CHECK_THROWS_AS(Number(1, 3).fixed_text(-1), std::domain_error);
}
