// Units of UCUM: the grammar, exact conversions against published factors, what has no way.

#include <catch2/catch.hpp>
#include <optional>
#include <string>
#include <vector>

#include "runtime/values/codes.h"
#include "runtime/values/quantity.h"
#include "runtime/values/ucum.h"

using merit::Number;
using merit::Quantity;

namespace ucum = merit::ucum;

namespace {

std::string converted(const std::string& number, const std::string& from, const std::string& to) {
  const auto wanted = ucum::parse(to);
  REQUIRE(wanted);
  const ucum::Converted result = ucum::convert({*Number::parse_exact(number), from}, *wanted, to);
  return result.number ? result.number->exact_text() : result.problem;
}

std::string refused(const std::string& unit) {
  std::string problem;
  CHECK_FALSE(ucum::parse(unit, &problem));
  return problem;
}

}  // namespace

TEST_CASE("a quantity in another unit is exact") {
  struct Row {
    const char* number;
    const char* from;
    const char* to;
    const char* result;
  };

  // NIST Special Publication 811 (inch, pound, pint), the UCUM tables (m[Hg], mol), and arithmetic.
  const std::vector<Row> rows = {
      {"1.1", "g/L", "mg/dL", "110"},
      {"95", "mg/dL", "g/L", "0.95"},
      {"7.2", "%", "%", "7.2"},
      {"7.2", "%", "1", "0.072"},
      {"0.072", "1", "%", "7.2"},
      {"2.4", "{INR}", "1", "2.4"},
      {"2.4", "{ratio}", "{INR}", "2.4"},
      {"120", "mm[Hg]", "kPa", "15.99864"},
      {"1", "[in_i'Hg]", "mm[Hg]", "25.4"},
      {"37", "Cel", "[degF]", "98.6"},
      {"98.6", "[degF]", "Cel", "37"},
      {"-40", "Cel", "[degF]", "-40"},
      {"0", "Cel", "K", "273.15"},
      {"1", "K", "[degR]", "1.8"},
      {"27.5", "kg/m2", "kg/m2", "27.5"},
      {"2.75", "g/cm2", "kg/m2", "27.5"},
      {"70", "kg", "[lb_av]", "1000000000/6479891"},
      {"1", "[lb_av]", "g", "453.59237"},
      {"1", "[oz_av]", "g", "28.349523125"},
      {"6", "[ft_i]", "cm", "182.88"},
      {"68", "[in_i]", "m", "1.7272"},
      {"4.5", "10*3/uL", "10*9/L", "4.5"},
      {"4.5", "10^3/uL", "/nL", "4.5"},
      {"4500", "/uL", "10*3/uL", "4.5"},
      {"140", "mmol/L", "meq/L", "140"},
      {"1", "mol", "1", "602214076000000000000000"},
      {"1", "mmol/mol", "%", "0.1"},
      {"60", "U/L", "umol/min/L", "60"},
      {"1", "kat", "U", "60000000"},
      {"1", "k[iU]/mL", "[iU]/mL", "1000"},
      {"2", "[IU]/L", "[iU]/L", "2"},
      {"3", "mg/kg/d", "ug/kg/h", "125"},
      {"60", "mL/min/{1.73_m2}", "mL/s", "1"},
      {"72", "/min", "Hz", "1.2"},
      {"24", "h", "d", "1"},
      {"1", "a", "mo", "12"},
      {"2", "wk", "d", "14"},
      {"1", "[tsp_us]", "mL", "4.92892159375"},
      {"1", "[foz_us]", "mL", "29.5735295625"},
      {"1", "cal", "J", "4.184"},
      {"5", "(mg/dL)", "mg/dL", "5"},
      {"5", "mg/(10.dL)", "mg/L", "5"},
      {"5", "ng.mL-1", "ug/L", "5"},
      {"1", "m[H2O]", "Pa", "9806.65"},
      {"2", "daL", "L", "20"},
      {"1/3", "g", "mg", "1000/3"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.number, row.from, row.to);
    CHECK(converted(row.number, row.from, row.to) == row.result);
  }
}

TEST_CASE("where UCUM has no way there is a reason and no number") {
  CHECK(converted("5.4", "mmol/L", "mg/dL") ==
        "no way from `mmol/L` to `mg/dL`: the one is a number by volume, the other a mass by volume");
  CHECK(converted("5", "[iU]", "mg") ==
        "no way from `[iU]` to `mg`: the one is measured in [iU], the other a mass");
  CHECK(converted("5", "[iU]", "[arb'U]") ==
        "no way from `[iU]` to `[arb'U]`: the one is measured in [iU], the other measured in [arb'U]");
  CHECK(converted("120", "mmHg", "mm[Hg]") ==
        "no way from `mmHg` to `mm[Hg]`: `mmHg` is no unit of UCUM that has an exact factor");
  CHECK(converted("12", "1", "mg/dL") ==
        "no way from `1` to `mg/dL`: the one is a plain number, the other a mass by volume");
  CHECK(converted("36.6", "Cel/min", "K/min").find("no way") == 0);  // on a scale of its own
  CHECK(converted("7.4", "[pH]", "mol/L").find("no way") == 0);      // logarithmic
}

TEST_CASE("what is no unit is refused, whatever it is") {
  for (const char* unit :
       {"",  "mg/", "/",     "mg//dL", "mg dL",    "mgg", "(mg", "mg)", "mg{",   "{", "()",    "mg/dL/",
        "0", "m99", "m1000", "kmin",   "k[lb_av]", "Kg",  "mg.", ".mg", "[in_i", "Ω", "10*999"}) {
    CAPTURE(unit);
    CHECK_FALSE(refused(unit).empty());
  }
  CHECK_FALSE(refused(std::string(500, '(') + "m" + std::string(500, ')')).empty());
  CHECK_FALSE(refused(std::string(100'000, 'm')).empty());
  // Every byte anywhere: nothing but yes or no.
  for (int c = 0; c < 256; ++c) {
    const std::string byte(1, static_cast<char>(c));
    ucum::parse(byte);
    ucum::parse("mg" + byte + "dL");
    ucum::parse(byte + "mg/dL");
  }
}

TEST_CASE("a quantity as a text, there and back") {
  for (const char* text : {"7.2 mg/dL", "1/3 g", "-4 Cel", "12 1", "4.5 10*3/uL", "72 /min", "0 {INR}"}) {
    const auto quantity = Quantity::parse(text);
    REQUIRE(quantity);
    CHECK(quantity->text() == text);
  }
  CHECK(Quantity::parse("7.2mg/dL")->text() == "7.2 mg/dL");
  CHECK(Quantity::parse("5/min")->text() == "5 /min");
  CHECK(Quantity::parse("12")->unit == "1");
  CHECK(Quantity::parse("8.1%")->text() == "8.1 %");
  for (const char* text : {"", "mg", "high", "<5 mg", "-", ".", "1.2.3 mg"})
    CHECK_FALSE(Quantity::parse(text));
}

TEST_CASE("a set of codings is one text") {
  CHECK(merit::codes_text({"s|b", "s|a", "s|b"}) == "s|a\ns|b");
  CHECK(merit::codes_text({}).empty());
  CHECK(merit::codes_of_cell("http://a|1; http://b|2") == "http://a|1\nhttp://b|2");
  CHECK(merit::codes_of_cell("|http://set") == "|http://set");
  CHECK(merit::cell_of_codes("http://a|1\nhttp://b|2") == "http://a|1;http://b|2");
  for (const char* cell : {"", "E11.9", "http://a|", "a|1;", ";"}) CHECK(merit::codes_of_cell(cell).empty());
}
