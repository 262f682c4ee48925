#include "runtime/values/currency.h"

#include <algorithm>
#include <array>

namespace merit {

namespace {

// ISO 4217, 2024: the currencies that health programs of these countries pay in. The first is the default.
constexpr std::array<Currency, 19> currencies{{
    {"USD", "$", 2},   {"AUD", "A$", 2},  {"BRL", "R$", 2},  {"CAD", "CA$", 2}, {"CHF", "CHF", 2},
    {"CNY", "CN¥", 2}, {"CZK", "CZK", 2}, {"DKK", "DKK", 2}, {"EUR", "€", 2},   {"GBP", "£", 2},
    {"INR", "₹", 2},   {"JPY", "¥", 0},   {"KRW", "₩", 0},   {"MXN", "MX$", 2}, {"NOK", "NOK", 2},
    {"NZD", "NZ$", 2}, {"PLN", "PLN", 2}, {"SEK", "SEK", 2}, {"ZAR", "ZAR", 2},
}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// An amount without its sign of minus, currency and blank between them.
struct Written {
  bool negative = false;
  std::string_view symbol;  // empty when there is none
  std::string_view digits;
};

/// Takes apart "-$20", "CHF 20", "$-20", "20".
Written take_apart(std::string_view text) {
  Written written;
  const auto take_minus = [&] {
    if (written.negative || text.empty() || text.front() != '-') return;
    written.negative = true;
    text.remove_prefix(1);
  };
  take_minus();
  const auto start = std::find_if(text.begin(), text.end(),
                                  [](char c) { return is_digit(c) || c == '.' || c == '-' || c == ' '; });
  written.symbol = text.substr(0, static_cast<std::size_t>(start - text.begin()));
  text.remove_prefix(written.symbol.size());
  const bool is_word =
      !written.symbol.empty() && written.symbol.back() >= 'A' && written.symbol.back() <= 'Z';
  if (is_word && !text.empty() && text.front() == ' ') text.remove_prefix(1);
  if (!written.symbol.empty()) take_minus();
  written.digits = text;
  return written;
}

/// "1,234,567.50" without its commas; nothing when they do not part thousands.
std::optional<std::string> without_commas(std::string_view digits) {
  const std::string_view whole = digits.substr(0, digits.find('.'));
  if (digits.substr(whole.size()).find(',') != std::string_view::npos) return std::nullopt;
  std::size_t group = 0;  // digits since the last comma or the start
  bool first_group = true;
  for (const char c : whole) {
    if (c != ',') {
      ++group;
      continue;
    }
    if (first_group ? group < 1 || group > 3 : group != 3) return std::nullopt;
    first_group = false;
    group = 0;
  }
  if (!first_group && group != 3) return std::nullopt;
  std::string plain(digits);
  std::erase(plain, ',');
  return plain;
}

}  // namespace

const Currency& default_currency() noexcept {
  return currencies.front();
}

const Currency* find_currency(std::string_view code) noexcept {
  const auto found =
      std::find_if(currencies.begin(), currencies.end(), [&](const Currency& c) { return c.code == code; });
  return found == currencies.end() ? nullptr : &*found;
}

const Currency* find_currency_by_symbol(std::string_view symbol) noexcept {
  const auto found = std::find_if(currencies.begin(), currencies.end(),
                                  [&](const Currency& c) { return c.symbol == symbol; });
  return found == currencies.end() ? nullptr : &*found;
}

const Currency* currency_of_money(std::string_view text) noexcept {
  const std::string_view symbol = take_apart(text).symbol;
  const Currency* by_symbol = find_currency_by_symbol(symbol);
  return by_symbol != nullptr ? by_symbol : find_currency(symbol);
}

std::string currency_codes() {
  std::array<std::string_view, currencies.size()> codes;
  std::transform(currencies.begin(), currencies.end(), codes.begin(),
                 [](const Currency& c) { return c.code; });
  std::sort(codes.begin(), codes.end());
  std::string text;
  for (const std::string_view code : codes) {
    if (!text.empty()) text += ", ";
    text += code;
  }
  return text;
}

std::optional<Number> parse_money(std::string_view text, const Currency& currency, MoneySource source) {
  const bool in_program = source == MoneySource::program;
  const Written written = take_apart(text);
  if (written.symbol.empty() ? in_program
                             : written.symbol != currency.symbol && written.symbol != currency.code)
    return std::nullopt;
  // In a program the minus stands first, and nowhere else.
  if (in_program && written.negative && text.front() != '-') return std::nullopt;
  if (written.digits.empty() || !(is_digit(written.digits.front()) || written.digits.front() == '.'))
    return std::nullopt;
  if (written.digits.back() == '%') return std::nullopt;
  std::optional<Number> amount;
  if (!in_program && written.digits.find(',') != std::string_view::npos) {
    const auto plain = without_commas(written.digits);
    if (plain) amount = Number::parse(*plain);
  } else {
    amount = Number::parse(written.digits);
  }
  if (amount && written.negative) return -*amount;
  return amount;
}

std::string money_text(const Number& amount, const Currency& currency) {
  constexpr int max_decimals = 6;
  std::string digits = amount.abs().fixed_text(std::max(max_decimals, currency.minor_decimals));
  std::size_t point = digits.find('.');
  // Zeros go, down to the smallest coin.
  const std::size_t least =
      currency.minor_decimals == 0 ? point : point + 1 + static_cast<std::size_t>(currency.minor_decimals);
  const std::size_t used = digits.find_last_not_of('0') + 1;
  digits.resize(std::max(least, used == point + 1 ? point : used));
  const bool is_zero = digits.find_first_not_of("0.") == std::string::npos;
  for (; point > 3; point -= 3) digits.insert(point - 3, 1, ',');

  std::string text = amount.is_negative() && !is_zero ? "-" : "";
  text += currency.symbol;
  if (currency.symbol.back() >= 'A' && currency.symbol.back() <= 'Z') text += ' ';
  return text + digits;
}

}  // namespace merit
