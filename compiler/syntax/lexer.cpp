#include "compiler/syntax/lexer.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/syntax/encoding.h"
#include "compiler/syntax/words.h"
#include "runtime/values/currency.h"
#include "runtime/values/datetime.h"

namespace merit {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

bool is_word(char c) {
  return is_lower(c) || is_upper(c) || is_digit(c) || c == '_';
}

/// "SafetyScore" and "Safety_Score" as "safety_score".
std::string snake_case(std::string_view word) {
  std::string out;
  for (size_t i = 0; i < word.size(); ++i) {
    if (!is_upper(word[i])) {
      out += word[i];
      continue;
    }
    const bool after_lower = i > 0 && (is_lower(word[i - 1]) || is_digit(word[i - 1]));
    const bool before_lower = i > 0 && is_upper(word[i - 1]) && i + 1 < word.size() && is_lower(word[i + 1]);
    if (after_lower || before_lower) out += '_';
    out += static_cast<char>(word[i] - 'A' + 'a');
  }
  return out;
}

bool is_odd_blank(char32_t c) {
  return c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200F) || c == 0x2028 || c == 0x2029 ||
         c == 0x202F || c == 0x205F || c == 0x2060 || c == 0x3000 || c == 0xFEFF;
}

bool is_double_quote(char32_t c) {
  return c == 0x201C || c == 0x201D || c == 0x201E || c == 0x201F || c == 0xAB || c == 0xBB;
}

bool is_single_quote(char32_t c) {
  return (c >= 0x2018 && c <= 0x201B) || c == 0x2039 || c == 0x203A;
}

bool is_currency_sign(char32_t c) {
  return (c >= 0xA2 && c <= 0xA5) || (c >= 0x20A0 && c <= 0x20CF);
}

/// Signs of mathematics that have a plain spelling.
struct PlainSpelling {
  char32_t sign;
  int32_t type;
  std::string_view plain;
};

constexpr PlainSpelling plain_spellings[] = {
    {0x2264, token::LESS_EQUAL, "<="}, {0x2265, token::GREATER_EQUAL, ">="},
    {0x2260, token::IS_NOT, "is not"}, {0xD7, token::STAR, "*"},
    {0xB7, token::STAR, "*"},          {0x22C5, token::STAR, "*"},
    {0xF7, token::SLASH, "/"},         {0x2212, token::MINUS, "-"},
    {0x2013, token::MINUS, "-"},       {0x2014, token::MINUS, "-"},
};

/// Operators of other languages, the longest first.
struct ForeignOperator {
  std::string_view written;
  int32_t type;
  std::string_view plain;
};

constexpr ForeignOperator foreign_operators[] = {
    {"===", token::IS, "is"},
    {"!==", token::IS_NOT, "is not"},
    {"==", token::IS, "is"},
    {"!=", token::IS_NOT, "is not"},
    {"<>", token::IS_NOT, "is not"},
    {"=<", token::LESS_EQUAL, "<="},
    {"=>", token::GREATER_EQUAL, ">="},
    {"&&", token::AND, "and"},
    {"||", token::OR, "or"},
    {"**", token::CARET, "^"},
    {":=", token::EQUALS, "="},
    {"&", token::AND, "and"},
    {"|", token::OR, "or"},
    {"!", token::NOT, "not"},
};

}  // namespace

void Lexer::add(int32_t type, uint32_t begin, uint32_t end) {
  out_.tokens.push_back({type, begin, end, statement_, false});
}

Diagnostic& Lexer::blame(std::string_view code, uint32_t begin, uint32_t end, std::string message,
                         std::string help) {
  if (out_.blamed.size() <= statement_) out_.blamed.resize(statement_ + 1);
  out_.blamed[statement_] = true;
  return diagnostics_.error(code, {file_, begin, end}, std::move(message), std::move(help));
}

/// Is the token `back` places before the end the first of its statement?
bool Lexer::first_of_statement(uint32_t back) const {
  const std::vector<Lexeme>& tokens = out_.tokens;
  if (tokens.size() < back || tokens[tokens.size() - back].statement != statement_) return false;
  return tokens.size() == back || ends_statement(tokens[tokens.size() - back - 1].type);
}

/// At the left edge, is all of the statement so far a name that gets a meaning (`parameter rate`, `rate :
/// number`)?
bool Lexer::defines_name() const {
  const std::vector<Lexeme>& tokens = out_.tokens;
  size_t first = tokens.size();
  while (first > 0 && !ends_statement(tokens[first - 1].type)) --first;
  for (size_t i = first; i < tokens.size(); ++i) {
    const int32_t type = tokens[i].type;
    if (type != token::NAME && type != token::COLON && type != token::QUESTION) return false;
  }
  int depth = 0;
  for (const Lexeme& lexeme : tokens)
    depth += lexeme.type == token::INDENT ? 1 : lexeme.type == token::DEDENT ? -1 : 0;
  return depth == 0;
}

uint32_t Lexer::skip_blanks(uint32_t at, uint32_t limit) {
  while (at < limit) {
    const auto byte = static_cast<unsigned char>(text_[at]);
    if (byte <= ' ') {
      if (byte != ' ' && byte != '\t' && byte != '\r' && byte != '\0') {
        blame("S003", at, at + 1, fmt::format("There is a control character here (code {}).", byte),
              "Delete it.");
      }
      ++at;
      continue;
    }
    if (byte < 0x80) break;
    const CodePoint point = code_point_at(text_, at);
    if (!is_odd_blank(point.value)) break;
    if (!odd_blank_seen_) {
      blame("S003", at, at + point.length,
            fmt::format("There is a blank here that is not a plain one (U+{:04X}).",
                        static_cast<uint32_t>(point.value)),
            "It may have come from a word processor. Replace it by a plain space, here and wherever it "
            "stands.");
    }
    odd_blank_seen_ = true;
    at += point.length;
  }
  return at;
}

uint32_t Lexer::scan(uint32_t at, uint32_t limit) {
  const char c = text_[at];
  if (is_lower(c) || is_upper(c) || c == '_') return scan_name(at, limit);
  if (is_digit(c)) return scan_number(at, limit);
  if (c == '"') return scan_text(at, limit);
  if (c == '\'') return scan_unit(at, limit);
  if (static_cast<unsigned char>(c) >= 0x80) return scan_foreign(at, limit);
  return scan_sign(at, limit);
}

uint32_t Lexer::scan_name(uint32_t at, uint32_t limit) {
  uint32_t end = at;
  bool upper = false;
  while (end < limit && is_word(text_[end])) upper = is_upper(text_[end++]) || upper;
  if (end < limit && static_cast<unsigned char>(text_[end]) >= 0x80) {
    const CodePoint point = code_point_at(text_, end);
    const bool letter =
        point.value >= 0xC0 && point.value < 0x2000 && point.value != 0xD7 && point.value != 0xF7;
    if (letter) return scan_foreign(at, limit);
  }
  if (!upper) {
    add(token::NAME, at, end);
    return end;
  }
  const std::string_view word = slice(at, end);
  // Amounts in a currency written with letters: CA$5, CHF 20.
  if (peek(end, limit) == '$' && find_currency_by_symbol(slice(at, end + 1)) != nullptr) {
    return scan_money(at, end + 1, limit);
  }
  if (find_currency(word) != nullptr && peek(end, limit) == ' ' && is_digit(peek(end + 1, limit))) {
    return scan_money(at, end + 1, limit);
  }
  const bool currency_line = !out_.tokens.empty() && first_of_statement(1) &&
                             slice(out_.tokens.back().begin, out_.tokens.back().end) == "currency";
  const std::string plain = snake_case(word);
  if (!currency_line && misspelled_.insert(std::string(word)).second) {
    if (is_reserved(plain)) {
      blame("S014", at, end,
            fmt::format("The words of the language are written in small letters: `{}`.", plain));
    } else {
      uint32_t back = 1;
      while (back < out_.tokens.size() && !first_of_statement(back)) ++back;
      const std::string_view first = first_of_statement(back)
                                         ? slice(out_.tokens[out_.tokens.size() - back].begin,
                                                 out_.tokens[out_.tokens.size() - back].end)
                                         : std::string_view();
      const bool said = first == "valueset" || (back == 1 && (first == "title" || first == "identifier" ||
                                                              first == "version" || first == "steward"));
      blame("S014", at, end,
            fmt::format("`{}` has capital letters; names are written in small letters.", word),
            said ? fmt::format("What `{}` says stands in double quotes.", first)
                 : fmt::format("Write `{}`, here and wherever the name stands.", plain));
    }
  }
  if (out_.blamed.size() <= statement_) out_.blamed.resize(statement_ + 1);
  if (!currency_line) out_.blamed[statement_] = true;
  add(token::NAME, at, end);
  return end;
}

uint32_t Lexer::digits_end(uint32_t at, uint32_t limit) const {
  while (at < limit && (is_digit(text_[at]) || (text_[at] == '_' && is_digit(peek(at + 1, limit))))) ++at;
  return at;
}

/// "1,000": gives the end of it when commas part the thousands, else `at`.
uint32_t Lexer::thousands_with_commas(uint32_t number, uint32_t at, uint32_t limit) {
  if (at - number > 3 || text_[number] == '0') return at;
  uint32_t end = at;
  while (peek(end, limit) == ',' && is_digit(peek(end + 1, limit)) && is_digit(peek(end + 2, limit)) &&
         is_digit(peek(end + 3, limit)) && !is_word(peek(end + 4, limit))) {
    end += 4;
  }
  if (end == at) return at;
  std::string plain(slice(number, end));
  std::replace(plain.begin(), plain.end(), ',', '_');
  blame("S015", number, end, "Commas cannot part the thousands of a number.",
        fmt::format("Write {}. If two numbers are meant, put a blank after the comma.", plain));
  return end;
}

/// The rest of a datetime whose day goes from `at` to `day_end`.
uint32_t Lexer::scan_time(uint32_t at, uint32_t day_end, uint32_t limit) {
  const auto two_digits = [&](uint32_t place) {
    return is_digit(peek(place, limit)) && is_digit(peek(place + 1, limit));
  };
  uint32_t end = day_end + 1;
  while (is_word(peek(end, limit)) ||
         ((peek(end, limit) == ':' || peek(end, limit) == '.') && is_digit(peek(end + 1, limit)))) {
    ++end;
  }
  const bool sign = peek(end, limit) == '+' || peek(end, limit) == '-';
  if (sign && two_digits(end + 1) && peek(end + 3, limit) == ':' && two_digits(end + 4)) end += 6;
  add(token::DATE, at, end);
  const std::string_view written = slice(at, end);
  if (DateTime::parse(written).has_value()) return end;
  const std::string help =
      "A time is written like 2024-01-31T14:30Z, with seconds (14:30:05) or without, with Z for "
      "UTC or an offset such as +02:00.";
  if (!Date::parse(slice(at, day_end)).has_value()) {
    blame("S016", at, end, fmt::format("There is no day {}.", slice(at, day_end)), help);
  } else {
    blame("S016", at, end, fmt::format("`{}` is no time of day.", slice(day_end + 1, end)), help);
  }
  return end;
}

uint32_t Lexer::scan_date(uint32_t at, uint32_t limit) {
  const uint32_t year_end = at + 4;
  uint32_t month_end = year_end + 1;
  while (is_digit(peek(month_end, limit)) && month_end < year_end + 3) ++month_end;
  if (month_end == year_end + 1 || peek(month_end, limit) != '-' || !is_digit(peek(month_end + 1, limit)))
    return at;
  uint32_t end = month_end + 1;
  while (is_digit(peek(end, limit)) && end < month_end + 3) ++end;
  if (is_word(peek(end, limit))) {
    if (peek(end, limit) != 'T') return at;
    return scan_time(at, end, limit);
  }
  const std::string_view written = slice(at, end);
  add(token::DATE, at, end);
  if (Date::parse(written).has_value()) return end;
  const int year = std::stoi(std::string(slice(at, year_end)));
  const int month = std::stoi(std::string(slice(year_end + 1, month_end)));
  const int day = std::stoi(std::string(slice(month_end + 1, end)));
  if (Date::from_ymd(year, month, day).has_value()) {
    blame("S016", at, end,
          fmt::format("A date has two digits for the month and for the day: {}.",
                      Date::from_ymd(year, month, day)->text()));
  } else if (month < 1 || month > 12) {
    blame("S016", at, end, fmt::format("There is no month {}.", month),
          "A date is written year-month-day: 2024-01-31.");
  } else if (year < 1) {
    blame("S016", at, end, "Years begin with 0001.");
  } else {
    static constexpr std::string_view names[] = {"January",   "February", "March",    "April",
                                                 "May",       "June",     "July",     "August",
                                                 "September", "October",  "November", "December"};
    blame("S016", at, end,
          fmt::format("{} {} has {} days.", names[month - 1], year, days_in_month(year, month)),
          "A date is written year-month-day: 2024-01-31.");
  }
  return end;
}

uint32_t Lexer::scan_number(uint32_t at, uint32_t limit) {
  uint32_t end = digits_end(at, limit);
  if (end == at + 4 && peek(end, limit) == '-' && is_digit(peek(end + 1, limit))) {
    const uint32_t date_end = scan_date(at, limit);
    if (date_end != at) return date_end;
  }
  end = thousands_with_commas(at, end, limit);
  if (peek(end, limit) == '.' && is_digit(peek(end + 1, limit))) end = digits_end(end + 1, limit);
  if (peek(end, limit) == '.' && !is_word(peek(end + 1, limit))) {
    blame("S015", at, end + 1, "A number cannot end in a point.", fmt::format("Write {}.", slice(at, end)));
    add(token::NUMBER, at, end);
    return end + 1;
  }
  if (peek(end, limit) == '%') {
    add(token::PERCENT, at, end + 1);
    return end + 1;
  }
  add(token::NUMBER, at, end);
  if (!is_word(peek(end, limit))) return end;
  uint32_t word_end = end;
  while (word_end < limit && is_word(text_[word_end])) ++word_end;
  const std::string_view tail = slice(end, word_end);
  if (is_time_unit(tail)) {
    blame("S015", at, word_end, fmt::format("A blank is missing: {} {}.", slice(at, end), tail));
  } else if (tail.find_first_not_of("_0123456789") == std::string_view::npos) {
    blame("S015", at, word_end,
          fmt::format("`{}` is no number: a `_` stands between two digits.", slice(at, word_end)));
  } else if ((tail[0] == 'e' || tail[0] == 'E') && std::all_of(tail.begin() + 1, tail.end(), is_digit)) {
    blame("S015", at, word_end,
          fmt::format("`{}` is no number of Merit: numbers have no exponent.", slice(at, word_end)),
          "Write it out, with `_` between the thousands if you like: 1_000_000.");
  } else {
    blame("S015", at, word_end, fmt::format("`{}` is neither a number nor a name.", slice(at, word_end)),
          "A number has digits only, and a name does not begin with a digit.");
  }
  return word_end;
}

uint32_t Lexer::scan_money(uint32_t at, uint32_t sign_end, uint32_t limit) {
  const std::string_view sign = slice(at, sign_end);
  uint32_t from = sign_end;
  const bool minus = peek(from, limit) == '-' && is_digit(peek(from + 1, limit));
  const bool gap = peek(from, limit) == ' ' && is_digit(peek(from + 1, limit));
  if (minus || gap) ++from;
  if (!is_digit(peek(from, limit))) {
    blame("S017", at, sign_end, fmt::format("An amount is missing after `{}`.", sign),
          "Write it as $100 or $0.01.");
    add(token::MONEY, at, sign_end);
    return sign_end;
  }
  uint32_t end = digits_end(from, limit);
  end = thousands_with_commas(from, end, limit);
  if (peek(end, limit) == '.' && is_digit(peek(end + 1, limit))) end = digits_end(end + 1, limit);
  if (minus) {
    blame("S017", at, end, "The minus stands before the sign of the currency.",
          fmt::format("Write -{}{}.", sign, slice(from, end)));
  } else if (gap) {
    blame("S017", at, end, "There is no blank between the sign and the amount.",
          fmt::format("Write {}{}.", sign, slice(from, end)));
  } else if (is_word(peek(end, limit)) || peek(end, limit) == '%') {
    while (is_word(peek(end, limit)) || peek(end, limit) == '%') ++end;
    blame("S017", at, end, fmt::format("`{}` is no amount of money.", slice(at, end)),
          "Write it out in digits: $1_000_000.");
  }
  add(token::MONEY, at, end);
  return end;
}

uint32_t Lexer::scan_text(uint32_t at, uint32_t limit) {
  uint32_t end = at + 1;
  while (end < limit && text_[end] != '"') {
    if (text_[end] != '\\') {
      ++end;
      continue;
    }
    const char escaped = peek(end + 1, limit);
    if (escaped != '"' && escaped != '\\' && escaped != 'n') {
      blame("S008", end, std::min(end + 2, limit), "This has no meaning in a text.",
            "After a \\ stands \", \\ or n (a new line). For a \\ itself write \\\\.");
    }
    end = std::min(end + 2, limit);
  }
  if (end >= limit) {
    uint32_t last = limit;
    while (last > at + 1 && (text_[last - 1] == ' ' || text_[last - 1] == '\r')) --last;
    blame("S008", at, last, "This text is not closed.",
          "Write a \" where it ends. A text ends on the line where it begins.");
    add(token::TEXT, at, limit);
    return limit;
  }
  add(token::TEXT, at, end + 1);
  return end + 1;
}

uint32_t Lexer::scan_unit(uint32_t at, uint32_t limit) {
  const size_t close = text_.substr(0, limit).find('\'', at + 1);
  const uint32_t end = close == std::string_view::npos ? limit : static_cast<uint32_t>(close) + 1;
  if (close == std::string_view::npos) {
    blame("S009", at, end, "This unit is not closed.", "Write a ' where it ends: value as 'mg/dL'.");
  }
  add(token::UNIT, at, end);
  return end;
}

uint32_t Lexer::scan_sign(uint32_t at, uint32_t limit) {
  const auto single = [&](int32_t type) {
    add(type, at, at + 1);
    return at + 1;
  };
  const std::string_view rest = slice(at, std::min(at + 3, limit));
  for (const ForeignOperator& foreign : foreign_operators) {
    if (!rest.starts_with(foreign.written)) continue;
    const auto end = at + static_cast<uint32_t>(foreign.written.size());
    const bool defines = foreign.written == "==" && defines_name();
    blame("S011", at, end, fmt::format("`{}` is not an operator of Merit.", foreign.written),
          fmt::format("Write `{}`.", defines ? "=" : foreign.plain));
    add(defines ? token::EQUALS : foreign.type, at, end);
    return end;
  }
  switch (text_[at]) {
  case '(': return single(token::LPAREN);
  case ')': return single(token::RPAREN);
  case ',': return single(token::COMMA);
  case ':': return single(token::COLON);
  case '=': return single(token::EQUALS);
  case '?': return single(token::QUESTION);
  case '+': return single(token::PLUS);
  case '-': return single(token::MINUS);
  case '*': return single(token::STAR);
  case '/': return single(token::SLASH);
  case '^': return single(token::CARET);
  case '$': return scan_money(at, at + 1, limit);
  case '.':
    if (is_digit(peek(at + 1, limit)) && (at == 0 || !is_word(text_[at - 1]))) {
      const uint32_t end = digits_end(at + 1, limit);
      blame("S015", at, end, "A number begins with a digit.", fmt::format("Write 0{}.", slice(at, end)));
      add(token::NUMBER, at, end);
      return end;
    }
    return single(token::DOT);
  case '<':
    if (peek(at + 1, limit) != '=') return single(token::LESS);
    add(token::LESS_EQUAL, at, at + 2);
    return at + 2;
  case '>':
    if (peek(at + 1, limit) != '=') return single(token::GREATER);
    add(token::GREATER_EQUAL, at, at + 2);
    return at + 2;
  default: break;
  }
  std::string help = "Delete it.";
  switch (text_[at]) {
  case '[':
  case ']':
  case '{':
  case '}': help = "Merit has round brackets only: ( )."; break;
  case ';': help = "Each statement stands on a line of its own."; break;
  case '%': help = "A percent sign follows its number at once: 2%."; break;
  default: break;
  }
  blame("S010", at, at + 1, fmt::format("`{}` has no meaning here.", text_[at]), help);
  return at + 1;
}

uint32_t Lexer::scan_foreign(uint32_t at, uint32_t limit) {
  const CodePoint point = code_point_at(text_, at);
  if (is_double_quote(point.value)) {
    uint32_t end = at + point.length;
    while (end < limit && text_[end] != '"') {
      const CodePoint inside = code_point_at(text_, end);
      if (is_double_quote(inside.value)) break;
      end += inside.length;
    }
    if (end < limit) end += code_point_at(text_, end).length;
    blame("S009", at, end, "These are curly quotes, as word processors write them.",
          "Write plain double quotes: \"...\".");
    add(token::TEXT, at, end);
    return end;
  }
  if (is_single_quote(point.value)) {
    blame("S009", at, at + point.length, "This is a curly quote, as word processors write it.",
          "A text stands in plain double quotes: \"...\".");
    return at + point.length;
  }
  for (const PlainSpelling& spelling : plain_spellings) {
    if (point.value != spelling.sign) continue;
    blame("S011", at, at + point.length,
          fmt::format("`{}` is written `{}` in Merit.", slice(at, at + point.length), spelling.plain));
    add(spelling.type, at, at + point.length);
    return at + point.length;
  }
  if (is_currency_sign(point.value)) {
    const std::string_view sign = slice(at, at + point.length);
    if (find_currency_by_symbol(sign) == nullptr) {
      blame("S017", at, at + point.length,
            fmt::format("The sign `{}` stands for no currency that Merit knows.", sign),
            fmt::format("Known currencies: {}.", currency_codes()));
    }
    return scan_money(at, at + point.length, limit);
  }
  const bool broken = point.value == 0xFFFD && point.length == 1;
  uint32_t end = at;
  while (end < limit) {
    const CodePoint next = code_point_at(text_, end);
    const bool letter = next.value < 0x80 ? is_word(text_[end]) : next.value >= 0xC0 && next.value < 0x2000;
    if (!letter && end > at) break;
    end += next.length;
    if (!letter) break;
  }
  if (broken) {  // check_encoding has told
    if (out_.blamed.size() <= statement_) out_.blamed.resize(statement_ + 1);
    out_.blamed[statement_] = true;
  } else if (is_word(text_[at]) || (point.value >= 0xC0 && point.value < 0x2000)) {
    if (misspelled_.insert(std::string(slice(at, end))).second) {
      blame("S014", at, end, fmt::format("`{}` cannot be a name.", slice(at, end)),
            "Names are written with the letters a to z, digits and `_`.");
    }
    if (out_.blamed.size() <= statement_) out_.blamed.resize(statement_ + 1);
    out_.blamed[statement_] = true;
    add(token::NAME, at, end);
    return end;
  } else {
    blame("S010", at, end, fmt::format("`{}` has no meaning here.", slice(at, end)), "Delete it.");
  }
  return end;
}

}  // namespace merit
