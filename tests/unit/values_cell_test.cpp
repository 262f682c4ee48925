// Value, what a cell holds, and money as text.

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "runtime/values/currency.h"
#include "runtime/values/value.h"

using merit::Date;
using merit::Duration;
using merit::Fault;
using merit::MoneySource;
using merit::Number;
using merit::Period;
using merit::Value;
using merit::ValueKind;

namespace {

Fault division_fault() {
  return {"hospital.score#4", 12, 0, 3, "F001", "The benchmark equals the threshold.", 1};
}

const merit::Currency& currency(std::string_view code) {
  const auto* found = merit::find_currency(code);
  REQUIRE(found != nullptr);
  return *found;
}

std::string read_money(std::string_view text, MoneySource source, std::string_view code = "USD") {
  const auto amount = merit::parse_money(text, currency(code), source);
  return amount ? amount->exact_text() : "refused";
}

}  // namespace

TEST_CASE("a value gives back what it was made from") {
  CHECK(Value().is_missing());
  CHECK(Value::of_missing().missing_reason() == nullptr);
  CHECK(*Value::of_missing("fewer than 25 cases").missing_reason() == "fewer than 25 cases");
  CHECK(Value::of_boolean(true).boolean());
  CHECK(Value::of_number(Number(1, 3)).number() == Number(1, 3));
  CHECK(Value::of_money(Number(20)).money() == 20);
  CHECK(Value::of_money(Number(20)).number_or_amount() == 20);
  CHECK(Value::of_number(Number(21)).number_or_amount() == 21);
  CHECK(Value::of_text("010001").text() == "010001");
  CHECK(Value::of_date(Date{5}).date() == Date{5});
  CHECK(Value::of_duration({1, 2}).duration() == Duration{1, 2});
  CHECK(Value::of_period({Date{1}, Date{2}}).period() == Period{Date{1}, Date{2}});
  CHECK(Value::of_codes("s|a\ns|b").codes() == "s|a\ns|b");
  CHECK(Value::of_codes("").is_missing());
  CHECK(Value::of_quantity({Number(7), "mg/dL"}).quantity() == merit::Quantity{Number(7), "mg/dL"});
  CHECK(Value::of_enumeration(3).enumeration() == 3);
  CHECK(Value::of_row(70'000).row() == 70'000);
  CHECK(Value::of_fault(division_fault()).fault().place == "hospital.score#4");
}

TEST_CASE("a value knows its kind") {
  const std::vector<Value> values{Value(),
                                  Value::of_fault(division_fault()),
                                  Value::of_boolean(false),
                                  Value::of_number(Number(0)),
                                  Value::of_money(Number(0)),
                                  Value::of_text(""),
                                  Value::of_date({}),
                                  Value::of_duration({}),
                                  Value::of_period({}),
                                  Value::of_datetime({}),
                                  Value::of_datetime_period({}),
                                  Value::of_codes("s|a"),
                                  Value::of_quantity({}),
                                  Value::of_enumeration(0),
                                  Value::of_row(0)};
  for (std::size_t i = 0; i < values.size(); ++i) {
    CHECK(values[i].kind() == static_cast<ValueKind>(i));
    CHECK(values[i].is_known() == (i > 1));
    CHECK_FALSE(merit::kind_in_words(values[i].kind()).empty());
    for (std::size_t k = 0; k < values.size(); ++k) CHECK((values[i] == values[k]) == (i == k));
  }
  CHECK_THROWS_AS(values[3].text(), std::bad_variant_access);
  CHECK_THROWS_AS(values[0].number(), std::bad_variant_access);
}

TEST_CASE("values are equal by content") {
  CHECK(Value::of_text("a") == Value::of_text(std::make_shared<const std::string>("a")));
  CHECK_FALSE(Value::of_text("a") == Value::of_text("b"));
  CHECK(Value::of_number(Number(2, 4)) == Value::of_number(Number(1, 2)));
  CHECK_FALSE(Value::of_number(Number(1)) == Value::of_money(Number(1)));
  CHECK(Value::of_missing() == Value());
  CHECK(Value::of_missing("few") == Value::of_missing("few"));
  CHECK_FALSE(Value::of_missing("few") == Value::of_missing("none"));
  CHECK_FALSE(Value::of_missing("few") == Value());
}

TEST_CASE("faults are equal when place, entity, row, code and count are") {
  const Value fault = Value::of_fault(division_fault());
  Fault other = division_fault();
  other.message = "another wording";
  other.place_order = 99;
  CHECK(fault == Value::of_fault(other));
  other = division_fault();
  other.place = "hospital.score#5";
  CHECK_FALSE(fault == Value::of_fault(other));
  other = division_fault();
  other.entity = 1;
  CHECK_FALSE(fault == Value::of_fault(other));
  other = division_fault();
  other.row = 4;
  CHECK_FALSE(fault == Value::of_fault(other));
  other = division_fault();
  other.code = "F002";
  CHECK_FALSE(fault == Value::of_fault(other));
  other = division_fault();
  other.count = 2;
  CHECK_FALSE(fault == Value::of_fault(other));
}

TEST_CASE("values are small") {
  CHECK(sizeof(Value) <= 24);
}

TEST_CASE("currencies are found by code and by sign") {
  CHECK(merit::default_currency().code == "USD");
  CHECK(currency("JPY").minor_decimals == 0);
  CHECK(currency("GBP").symbol == "£");
  CHECK(merit::find_currency_by_symbol("€")->code == "EUR");
  CHECK(merit::find_currency("usd") == nullptr);
  CHECK(merit::find_currency("") == nullptr);
  CHECK(merit::find_currency_by_symbol("") == nullptr);
  CHECK(merit::currency_of_money("-$20")->code == "USD");
  CHECK(merit::currency_of_money("£5.20")->code == "GBP");
  CHECK(merit::currency_of_money("CHF 20")->code == "CHF");
  CHECK(merit::currency_of_money("EUR 20")->code == "EUR");
  CHECK(merit::currency_of_money("CA$20")->code == "CAD");
  CHECK(merit::currency_of_money("20") == nullptr);
  CHECK(merit::currency_codes().substr(0, 13) == "AUD, BRL, CAD");
}

TEST_CASE("amounts in a program carry their sign") {
  const auto read = [](std::string_view text, std::string_view code = "USD") {
    return read_money(text, MoneySource::program, code);
  };
  CHECK(read("$1_000.50") == "1000.5");
  CHECK(read("-$20") == "-20");
  CHECK(read("$0.01") == "0.01");
  CHECK(read("$.5") == "0.5");
  CHECK(read("$12.345678901") == "12.345678901");
  CHECK(read("USD 20") == "20");
  CHECK(read("€5", "EUR") == "5");
  for (const char* text :
       {"",    "$",   "-$",  "20",   "$-20", "--$20", "-$-20", "$1,000", "$ 20", "$20 ",
        "20$", "£20", "$2%", "$1e3", "$+5",  "$1__0", "+$5",   "$$5",    "USD",  "CAD 20"}) {
    INFO('"' << text << '"');
    CHECK(read(text) == "refused");
  }
}

TEST_CASE("amounts in a data cell may come bare and with commas") {
  const auto read = [](std::string_view text, std::string_view code = "USD") {
    return read_money(text, MoneySource::data_cell, code);
  };
  CHECK(read("$1,234.50") == "1234.5");
  CHECK(read("1,234,567") == "1234567");
  CHECK(read("1234.5") == "1234.5");
  CHECK(read("-$20") == "-20");
  CHECK(read("$-20") == "-20");
  CHECK(read("-1,000.25") == "-1000.25");
  CHECK(read("999") == "999");
  CHECK(read("1_000") == "1000");
  CHECK(read("CHF 1,000", "CHF") == "1000");
  for (const char* text :
       {"",       ",",    "$",         "$,1",         "1,23", "1,2345", "12,34,567", "1234,567",
        "1,234,", ",123", "1,234.5,6", "1,234.567,8", "£20",  "-$-20",  "--20",      "2%",
        "$1 000", " $1",  "(20)",      "1,,234",      "-",    "1-2",    "$.",        "."}) {
    INFO('"' << text << '"');
    CHECK(read(text) == "refused");
  }
}

TEST_CASE("amounts as text") {
  const auto text = [](const Number& amount, std::string_view code = "USD") {
    return merit::money_text(amount, currency(code));
  };
  CHECK(text(Number(12'345, 10)) == "$1,234.50");
  CHECK(text(Number(-2, 100)) == "-$0.02");
  CHECK(text(Number(0)) == "$0.00");
  CHECK(text(Number(999)) == "$999.00");
  CHECK(text(Number(1000)) == "$1,000.00");
  CHECK(text(Number(-1'234'567)) == "-$1,234,567.00");
  CHECK(text(Number(1, 3)) == "$0.333333");
  CHECK(text(Number(2, 3)) == "$0.666667");
  CHECK(text(Number(1, 8)) == "$0.125");
  CHECK(text(Number(-1, 10'000'000)) == "$0.00");
  CHECK(text(Number(999'999'999'999, 1'000'000'000'000)) == "$1.00");
  CHECK(text(Number(10).pow(24)) == "$1,000,000,000,000,000,000,000,000.00");
  CHECK(text(Number(500), "JPY") == "¥500");
  CHECK(text(Number(1'500), "JPY") == "¥1,500");
  CHECK(text(Number(1, 2), "JPY") == "¥0.5");
  CHECK(text(Number(20), "CHF") == "CHF 20.00");
  CHECK(text(Number(-20), "CHF") == "-CHF 20.00");
  CHECK(text(Number(5), "GBP") == "£5.00");
}

TEST_CASE("what is written is read back") {
  for (const auto& amount : {Number(123'456'789, 100), Number(-5, 2), Number(0), Number(1'000'000)}) {
    for (const char* code : {"USD", "CHF", "EUR", "JPY"}) {
      CHECK(merit::parse_money(merit::money_text(amount, currency(code)), currency(code),
                               MoneySource::data_cell) == amount);
    }
  }
}
