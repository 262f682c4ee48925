#pragma once
// The tokens of Merit: places in the text, with their kind. The formatter reads them too.

#include <cstdint>
#include <string_view>

#include "runtime/diagnostics/diagnostic.h"

// In the order of `tokens { ... }` in grammar/MeritParser.g4, which says what each stands for;
// token_stream.cpp checks.
// clang-format off
#define MERIT_TOKENS(X) \
  X(NAME) X(TEXT) X(NUMBER) X(PERCENT) X(MONEY) X(DATE) X(DURATION) X(BOOLEAN) X(UNIT) X(MODE) X(ROW) \
  X(NEWLINE) X(INDENT) X(DEDENT) X(ERROR) X(LPAREN) X(RPAREN) X(COMMA) X(COLON) X(DOT) X(EQUALS) \
  X(QUESTION) X(PLUS) X(MINUS) X(STAR) X(SLASH) X(CARET) X(LESS) X(LESS_EQUAL) X(GREATER) \
  X(GREATER_EQUAL) X(IS) X(IS_NOT) X(IS_MISSING) X(IS_KNOWN) X(IN) X(NOT_IN) X(OVERLAPS) X(BEFORE) \
  X(AFTER) X(WITHIN) X(REACHED_BY) X(BETTER_THAN) X(WORSE_THAN) X(SAME_DAY) X(AND) X(OR) X(NOT) X(TO) X(TO_BELOW) \
  X(OR_MORE) X(OVER) X(UNDER) X(DAYS_FROM) X(WHOLE_DAYS_FROM) X(HOURS_FROM) X(MINUTES_FROM) X(MONTHS_FROM) X(YEARS_FROM) X(WHERE) X(AS) X(AS_BEFORE) \
  X(HAS) X(BY) X(BY_DAY) X(BY_HIGHEST) X(BY_LOWEST) X(THEN) X(THEN_HIGHEST) X(THEN_LOWEST) X(HIGHEST_FIRST) X(LOWEST_FIRST) X(TIES_BEST) \
  X(TIES_AVERAGE) X(TIES_HIGHEST) X(TIES_LOWEST) X(WEIGHTED_BY) X(OF) X(IF) X(IF_MISSING) X(WHEN) \
  X(OTHERWISE) X(MISSING) X(MISSING_BECAUSE) X(BECAUSE) X(COUNT_OF) X(SUM_OF) X(AVERAGE_OF) \
  X(MINIMUM_OF) X(MAXIMUM_OF) X(MEDIAN_OF) X(LIST_OF) X(ORDERED_LIST_OF) X(DAYS_COVERED_BY) X(DATE_OF) X(MERGED_PERIODS_OF) X(ALLOWING_GAPS_OF) X(STATISTIC) X(EXISTS) X(NO) X(EVERY) X(THE) \
  X(ALL) X(RANK_OF) X(PREVIOUS_OF) X(RATE_OF) X(LATEST_OF) X(EARLIEST_OF) X(HIGHEST_OF) X(LOWEST_OF) X(ALL_OF) \
  X(ANY_OF) X(NONE_OF) X(AT_LEAST) X(LARGEST) X(SMALLEST) X(SUCH_THAT) X(APPORTION) X(STEP) X(TIES) \
  X(MODULE) X(AMENDS) X(USE) X(PROGRAM) X(PARAMETER) X(ENUM) X(ENTITY) X(TABLE) X(FROM) X(FOR_EACH) \
  X(FOR_EACH_DISTINCT) X(PAYMENT) X(FINDINGS) X(FROM_EACH_OF) X(ENSURE) X(REPORT) X(TEST) X(SOURCE) \
  X(MEASURE) X(COMPOSITE) X(MEASURE_GROUP) X(MEASURE_PART) X(COMPONENTS) X(REPLACE) X(ADD) X(REMOVE) X(ROWS) X(KEY) X(GIVEN) X(EXPECT) X(EXPECT_ROWS) X(COLUMN) X(LIKE) \
  X(OR_PATTERN) X(PATH) X(ONLY) X(POSITION_OF) X(THROUGH) \
  X(CODE) X(VALUESET) X(AS_UNIT)

// clang-format on

namespace merit {

namespace token {

#define MERIT_TOKEN_NAME(name) name,

enum Type : int32_t { END = -1, NONE = 0, MERIT_TOKENS(MERIT_TOKEN_NAME) };

#undef MERIT_TOKEN_NAME

}  // namespace token

/// A token without its text: [begin, end) in the file. Layout tokens are empty ranges.
struct Lexeme {
  int32_t type = token::NONE;
  uint32_t begin = 0;
  uint32_t end = 0;
  uint32_t statement = 0;  ///< running number: a statement ends at a line end, a row, an INDENT or a DEDENT
  bool first_on_line = false;  ///< nothing but blanks stands before it
};

/// Does the token stand for layout rather than for text?
constexpr bool is_layout(int32_t type) {
  return type == token::NEWLINE || type == token::INDENT || type == token::DEDENT || type == token::END;
}

/// Can a statement begin after this token?
constexpr bool ends_statement(int32_t type) {
  return is_layout(type) || type == token::ROW;
}

}  // namespace merit
