#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/values/number.h"

namespace merit {

/// A currency of ISO 4217.
struct Currency {
  std::string_view code;  ///< "USD"
  std::string_view
      symbol;  ///< "$", as written before the amount; the code itself where there is no common sign
  int minor_decimals = 2;  ///< decimals of the smallest coin: 2 for USD, 0 for JPY

  friend bool operator==(const Currency& a, const Currency& b) noexcept { return a.code == b.code; }
};

/// What a program has that names no currency: US dollars.
const Currency& default_currency() noexcept;
/// nullptr when there is no such currency. Codes are capitals.
const Currency* find_currency(std::string_view code) noexcept;
/// By the sign that amounts are written with ("$", "£", "€", "¥", "CA$"); nullptr when there is none.
const Currency* find_currency_by_symbol(std::string_view symbol) noexcept;
/// The currency whose sign or code the amount is written with ("-$20", "£5", "CHF 20"); nullptr when there is
/// none.
const Currency* currency_of_money(std::string_view text) noexcept;
/// The codes known, for a message: "AUD, CAD, CHF, ...".
std::string currency_codes();

/// Where an amount is written.
enum class MoneySource {
  program,    ///< a rule file: the sign is required, `_` may part digits: "$1_000.50", "-$20"
  data_cell,  ///< a data file: the sign is optional, commas may part thousands: "$1,234.50", "1234.5",
              ///< "-$20", "$-20"
};

/// Reads an amount of the currency, exact to whatever decimals are written; nothing for any other text,
/// another currency's sign included.
std::optional<Number> parse_money(std::string_view text, const Currency& currency, MoneySource source);

/// "$1,234.50", "-$0.02", "¥500", "CHF 20.00": at least the decimals of the smallest coin, and up to 6 for an
/// amount that is not rounded to it
/// ("$0.333333", beyond that halves away from zero).
std::string money_text(const Number& amount, const Currency& currency);

}  // namespace merit
