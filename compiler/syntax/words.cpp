#include "compiler/syntax/words.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace merit {

namespace {

enum class Rule : uint8_t {
  always,       // a word of the language wherever it stands
  declaration,  // at the beginning of a statement, or after replace, add, remove, given
  infix,        // between two operands
};

struct Word {
  int32_t type;
  Rule rule;
};

const std::unordered_map<std::string_view, Word>& single_words() {
  static const std::unordered_map<std::string_view, Word> words = {
      {"where", {token::WHERE, Rule::always}},
      {"when", {token::WHEN, Rule::always}},
      {"otherwise", {token::OTHERWISE, Rule::always}},
      {"is", {token::IS, Rule::always}},
      {"not", {token::NOT, Rule::always}},
      {"and", {token::AND, Rule::always}},
      {"or", {token::OR, Rule::always}},
      {"in", {token::IN, Rule::always}},
      {"to", {token::TO, Rule::always}},
      {"missing", {token::MISSING, Rule::always}},
      {"if", {token::IF, Rule::always}},
      {"over", {token::OVER, Rule::always}},
      {"exists", {token::EXISTS, Rule::always}},
      {"no", {token::NO, Rule::always}},
      {"every", {token::EVERY, Rule::always}},
      {"the", {token::THE, Rule::always}},
      {"all", {token::ALL, Rule::always}},
      {"as", {token::AS, Rule::always}},
      {"by", {token::BY, Rule::always}},
      {"then", {token::THEN, Rule::always}},
      {"of", {token::OF, Rule::always}},
      {"true", {token::BOOLEAN, Rule::always}},
      {"false", {token::BOOLEAN, Rule::always}},
      {"module", {token::MODULE, Rule::declaration}},
      {"use", {token::USE, Rule::declaration}},
      {"program", {token::PROGRAM, Rule::declaration}},
      {"parameter", {token::PARAMETER, Rule::declaration}},
      {"enum", {token::ENUM, Rule::declaration}},
      {"entity", {token::ENTITY, Rule::declaration}},
      {"table", {token::TABLE, Rule::declaration}},
      {"payment", {token::PAYMENT, Rule::declaration}},
      {"findings", {token::FINDINGS, Rule::declaration}},
      {"ensure", {token::ENSURE, Rule::declaration}},
      {"report", {token::REPORT, Rule::declaration}},
      {"test", {token::TEST, Rule::declaration}},
      {"source", {token::SOURCE, Rule::declaration}},
      {"replace", {token::REPLACE, Rule::declaration}},
      {"add", {token::ADD, Rule::declaration}},
      {"remove", {token::REMOVE, Rule::declaration}},
      {"overlaps", {token::OVERLAPS, Rule::infix}},
      {"before", {token::BEFORE, Rule::infix}},
      {"after", {token::AFTER, Rule::infix}},
      {"within", {token::WITHIN, Rule::infix}},
      {"has", {token::HAS, Rule::infix}},
      {"step", {token::STEP, Rule::infix}},
      {"ties", {token::TIES, Rule::infix}},
  };
  return words;
}

struct Pair {
  std::string_view first;
  std::string_view second;
  int32_t type;
};

constexpr Pair pairs[] = {
    {"is", "not", token::IS_NOT},           {"is", "missing", token::IS_MISSING},
    {"is", "known", token::IS_KNOWN},       {"not", "in", token::NOT_IN},
    {"or", "more", token::OR_MORE},         {"to", "below", token::TO_BELOW},
    {"if", "missing", token::IF_MISSING},   {"as", "before", token::AS_BEFORE},
    {"all", "of", token::ALL_OF},           {"any", "of", token::ANY_OF},
    {"none", "of", token::NONE_OF},         {"at", "least", token::AT_LEAST},
    {"count", "of", token::COUNT_OF},       {"sum", "of", token::SUM_OF},
    {"average", "of", token::AVERAGE_OF},   {"minimum", "of", token::MINIMUM_OF},
    {"maximum", "of", token::MAXIMUM_OF},   {"latest", "of", token::LATEST_OF},
    {"earliest", "of", token::EARLIEST_OF}, {"highest", "of", token::HIGHEST_OF},
    {"lowest", "of", token::LOWEST_OF},     {"then", "highest", token::THEN_HIGHEST},
    {"then", "lowest", token::THEN_LOWEST}, {"for", "each", token::FOR_EACH},
    {"reached", "by", token::REACHED_BY},   {"better", "than", token::BETTER_THAN},
    {"worse", "than", token::WORSE_THAN},   {"days", "from", token::DAYS_FROM},
    {"such", "that", token::SUCH_THAT},     {"half", "even", token::MODE},
    {"median", "of", token::MEDIAN_OF},     {"rank", "of", token::RANK_OF},
    {"weighted", "by", token::WEIGHTED_BY}, {"previous", "of", token::PREVIOUS_OF},
    {"list", "of", token::LIST_OF},
};

/// By first word; `whole months from` and `for each distinct` are seen to apart.
const std::unordered_map<std::string_view, std::vector<Pair>>& pairs_by_first() {
  static const std::unordered_map<std::string_view, std::vector<Pair>> map = [] {
    std::unordered_map<std::string_view, std::vector<Pair>> made;
    for (const Pair& pair : pairs) made[pair.first].push_back(pair);
    return made;
  }();
  return map;
}

class Joiner {
 public:
  Joiner(std::string_view text, ScannedFile& scanned)
      : text_(text), in_(scanned.tokens), docs_(scanned.docs) {}

  void run() {
    size_t doc = 0;
    for (size_t i = 0; i < in_.size();) {
      while (doc < docs_.size() && docs_[doc].token <= i) docs_[doc++].token = static_cast<uint32_t>(out_);
      Lexeme joined = in_[i];
      size_t used = 1;
      if (joined.type == token::NAME) {
        used = read_word(i, joined);
      } else if (joined.type == token::COMMA && word(i + 1) == "then" &&
                 (word(i + 2) == "highest" || word(i + 2) == "lowest")) {
        joined.type = word(i + 2) == "highest" ? token::THEN_HIGHEST : token::THEN_LOWEST;
        used = 3;
      } else if (joined.type == token::COMMA) {
        used = read_rank_clause(i, joined);
      } else if (joined.type == token::NUMBER && is_time_unit(word(i + 1))) {
        joined.type = token::DURATION;
        used = 2;
      }
      joined.end = in_[i + used - 1].end;
      if (joined.type == token::INDENT) ++blocks_;
      if (joined.type == token::DEDENT) --blocks_;
      if (ends_statement(joined.type)) {
        first_type_ = token::NONE;
        patterns_ = false;
      } else if (first_type_ == token::NONE) {
        first_type_ = joined.type;
      }
      in_[out_++] = joined;  // never overtakes i
      previous_ = joined.type;
      i += used;
    }
    in_.resize(out_);
  }

 private:
  int32_t type(size_t i) const { return i < in_.size() ? in_[i].type : token::Type::END; }

  std::string_view word(size_t i) const {
    return type(i) == token::NAME ? text_.substr(in_[i].begin, in_[i].end - in_[i].begin)
                                  : std::string_view{};
  }

  bool at_statement_start() const { return out_ == 0 || ends_statement(previous_); }

  bool begins_operand(size_t i) const {
    switch (type(i)) {
    case token::NAME: {
      const std::string_view next = word(i);
      const auto found = single_words().find(next);
      if (found == single_words().end() || found->second.rule != Rule::always) return true;
      return next == "not" || next == "all" || next == "the" || next == "over" || next == "missing";
    }
    case token::TEXT:
    case token::NUMBER:
    case token::PERCENT:
    case token::MONEY:
    case token::DATE:
    case token::BOOLEAN:
    case token::UNIT:
    case token::LPAREN:
    case token::MINUS: return true;
    default: return false;
    }
  }

  /// Decides the word at `i`; gives how many tokens it takes.
  size_t read_word(size_t i, Lexeme& joined) {
    if (previous_ == token::DOT) return 1;
    const std::string_view here = word(i);
    const std::string_view next = word(i + 1);
    // One name, of a function.
    if ((here == "minimum" || here == "maximum") && next == "of" && word(i + 2) == "known" &&
        type(i + 3) == token::LPAREN) {
      return 3;
    }
    if (!next.empty()) {
      if (here == "from" && next == "each" && word(i + 2) == "of" && type(i + 3) == token::COLON) {
        joined.type = token::FROM_EACH_OF;
        return 3;
      }
      if (next == "of" &&
          (here == "rate" || here == "numerator" || here == "denominator" || here == "result") &&
          follows(i + 1, "over")) {
        joined.type = token::RATE_OF;
        return 2;
      }
      if (here == "position" && next == "of" && type(i + 2) == token::NAME &&
          previous_ != token::FOR_EACH_DISTINCT) {
        joined.type = token::POSITION_OF;
        return 2;
      }
      if (here == "for" && next == "each") {
        const bool distinct =
            word(i + 2) == "distinct" && (type(i + 3) != token::COLON && type(i + 3) != token::COMMA);
        joined.type = distinct ? token::FOR_EACH_DISTINCT : token::FOR_EACH;
        return distinct ? 3 : 2;
      }
      if (here == "whole" && word(i + 2) == "from") {
        const int32_t span = whole_span(next);
        if (span != token::NONE) {
          joined.type = span;
          return 3;
        }
      }
      if (here == "days" && next == "covered" && word(i + 2) == "by") {
        joined.type = token::DAYS_COVERED_BY;
        return 3;
      }
      if (here == "merged" && next == "periods" && word(i + 2) == "of") {
        joined.type = token::MERGED_PERIODS_OF;
        return 3;
      }
      if (here == "allowing" && next == "gaps" && word(i + 2) == "of") {
        joined.type = token::ALLOWING_GAPS_OF;
        return 3;
      }
      if (here == "on" && next == "the" && word(i + 2) == "same" && word(i + 3) == "day" &&
          word(i + 4) == "as" && ends_operand(previous_)) {
        joined.type = token::SAME_DAY;
        return 5;
      }
      if (here == "date" && next == "of" && is_date_of(i)) {
        joined.type = token::DATE_OF;
        return 2;
      }
      if (here == "by" && next == "day" && is_by_day(i)) {
        joined.type = token::BY_DAY;
        return 2;
      }
      if (const auto found = pairs_by_first().find(here); found != pairs_by_first().end()) {
        for (const Pair& pair : found->second) {
          if (pair.second != next) continue;
          joined.type = pair.type;
          if (pair.type == token::LIST_OF && order_follows(i)) {
            joined.type = token::ORDERED_LIST_OF;
            list_waits_for_order_ = true;
          }
          return 2;
        }
      }
    }
    if (here == "by" && std::exchange(list_waits_for_order_, false) &&
        (next == "highest" || next == "lowest") && begins_operand(i + 2)) {
      joined.type = next == "highest" ? token::BY_HIGHEST : token::BY_LOWEST;
      return 2;
    }
    if (here == "as" && type(i + 1) == token::UNIT) {
      joined.type = token::AS_UNIT;
      return 2;
    }
    if (is_statistic(i)) {
      joined.type = token::STATISTIC;
      return 1;
    }
    const int32_t after = type(i + 1);
    if (after == token::TEXT) {
      const int32_t before_text = before_text_word(here);
      if (before_text != token::NONE) {
        joined.type = before_text;
        return 1;
      }
    }
    if (const int32_t placed = word_in_place(i, here, after); placed != token::NONE) {
      joined.type = placed;
      return 1;
    }
    const auto found = single_words().find(here);
    if (found == single_words().end()) return 1;
    switch (found->second.rule) {
    case Rule::always: joined.type = found->second.type; break;
    case Rule::infix:
      if (ends_operand(previous_) && begins_operand(i + 1)) joined.type = found->second.type;
      break;
    case Rule::declaration:
      if (is_declaration_word(after)) joined.type = found->second.type;
      break;
    }
    if (joined.type == token::MISSING && next == "because" && type(i + 2) == token::TEXT) {
      joined.type = token::MISSING_BECAUSE;
      return 2;
    }
    return 1;
  }

  static int32_t whole_span(std::string_view unit) {
    if (unit == "months") return token::MONTHS_FROM;
    if (unit == "years") return token::YEARS_FROM;
    if (unit == "days") return token::WHOLE_DAYS_FROM;
    if (unit == "hours") return token::HOURS_FROM;
    return unit == "minutes" ? token::MINUTES_FROM : token::NONE;
  }

  /// In `for each distinct date of visits` a column is called `date`; in `for each distinct date of seen of
  /// visits` not.
  bool is_date_of(size_t i) const {
    if (previous_ != token::FOR_EACH_DISTINCT) return true;
    for (size_t at = i + 2; !ends_statement(type(at)); ++at) {
      if (word(at) == "of") return true;
    }
    return false;
  }

  /// After a comparison, and not the order of `latest of visits by day`.
  bool is_by_day(size_t i) const {
    if (!ends_operand(previous_) || type(i + 2) == token::DOT || type(i + 2) == token::LPAREN) return false;
    return !order_waits() || follows(i, "by");
  }

  /// Is the innermost form around this place one like `latest of` without its `by` so far?
  bool order_waits() const {
    int depth = 0;
    int orders = 0;
    for (size_t at = out_; at > 0 && !ends_statement(in_[at - 1].type); --at) {
      switch (in_[at - 1].type) {
      case token::RPAREN: ++depth; break;
      case token::LPAREN:
        if (depth == 0) return false;
        --depth;
        break;
      case token::BY:
      case token::BY_HIGHEST:
      case token::BY_LOWEST:
        if (depth == 0) ++orders;
        break;
      case token::PREVIOUS_OF:
      case token::LATEST_OF:
      case token::EARLIEST_OF:
      case token::HIGHEST_OF:
      case token::LOWEST_OF:
      case token::ORDERED_LIST_OF:
      case token::APPORTION:
        if (depth == 0 && orders-- == 0) return true;
        break;
      default: break;
      }
    }
    return false;
  }

  /// After a comma: `highest first`, `ties share the best`, `ties by …`. Gives how many tokens it takes.
  size_t read_rank_clause(size_t i, Lexeme& joined) const {
    const std::string_view first = word(i + 1);
    if ((first == "highest" || first == "lowest") && word(i + 2) == "first" && !begins_operand(i + 3)) {
      joined.type = first == "highest" ? token::HIGHEST_FIRST : token::LOWEST_FIRST;
      return 3;
    }
    if (first != "ties") return 1;
    if (word(i + 2) == "share" && word(i + 3) == "the" &&
        (word(i + 4) == "best" || word(i + 4) == "average")) {
      joined.type = word(i + 4) == "best" ? token::TIES_BEST : token::TIES_AVERAGE;
      return 5;
    }
    if (word(i + 2) != "by") return 1;
    const bool direction = (word(i + 3) == "highest" || word(i + 3) == "lowest") && begins_operand(i + 4);
    joined.type = direction && word(i + 3) == "highest" ? token::TIES_HIGHEST : token::TIES_LOWEST;
    return direction ? 4 : 3;
  }

  /// `percentile(85%, sas_5) of`, `variance of`: is the word at `i` the name of a statistic here?
  bool is_statistic(size_t i) const {
    const std::string_view here = word(i);
    if (here != "percentile" && here != "standard_deviation" && here != "variance") return false;
    size_t after = i + 1;
    if (type(after) == token::LPAREN) {
      for (size_t open = 0;; ++after) {
        if (type(after) == token::LPAREN) ++open;
        if (type(after) == token::RPAREN && --open == 0) break;
        if (after >= in_.size() || is_layout(type(after))) return false;
      }
      ++after;
    }
    return word(after) == "of";
  }

  /// Words that are words of the language before a text: column "...", like "...", because "...".
  int32_t before_text_word(std::string_view here) {
    if (here == "column") return token::COLUMN;
    if (here == "because") return token::BECAUSE;
    if (here == "from") return token::FROM;
    if (here == "path") return token::PATH;
    if (here == "only") return token::ONLY;
    if (here == "like") {
      patterns_ = true;
      return token::LIKE;
    }
    if (here == "or" && patterns_) return token::OR_PATTERN;
    return token::NONE;
  }

  /// Words that mean something in one place only.
  int32_t word_in_place(size_t i, std::string_view here, int32_t after) {
    patterns_ = false;
    if (here == "amends" && first_type_ == token::MODULE && previous_ == token::NAME) return token::AMENDS;
    if (here == "through" && previous_ == token::NAME && after == token::NAME) return token::THROUGH;
    if (here == "rows" && after == token::COLON &&
        (first_type_ == token::REPLACE || first_type_ == token::ADD)) {
      return token::ROWS;
    }
    if ((here == "largest" || here == "smallest") && after == token::NAME && word(i + 2) == "in" &&
        !ends_operand(previous_)) {
      return here == "largest" ? token::LARGEST : token::SMALLEST;
    }
    if (here == "apportion" && !ends_operand(previous_) && begins_operand(i + 1) && follows(i, "by")) {
      return token::APPORTION;
    }
    if (here == "under" && !ends_operand(previous_) && begins_operand(i + 1)) return token::UNDER;
    if (here == "from" && previous_ == token::NAME && (word(i + 1) == "row" || word(i + 1) == "rows") &&
        type(i + 2) == token::NUMBER) {
      return token::FROM;
    }
    if (after == token::NAME && (at_statement_start() || previous_ == token::REPLACE)) {
      if (here == "code" && type(i + 2) == token::TEXT) return token::CODE;
      if (here == "valueset" && (type(i + 2) == token::TEXT || type(i + 2) == token::EQUALS))
        return token::VALUESET;
    }
    if (here == "measure" && previous_ == token::REPLACE && after == token::NAME &&
        !(word(i + 1) == "rows" && type(i + 2) == token::COLON)) {
      return token::MEASURE;
    }
    if (!at_statement_start() || after == token::EQUALS) return token::NONE;
    if (here == "components" && blocks_ > 0 && (after == token::NAME || block_follows(i)))
      return token::COMPONENTS;
    if (after == token::COLON) return token::NONE;
    if (const int32_t part = measure_word(i, here, after); part != token::NONE) return part;
    if (here == "key" && after == token::NAME && type(i + 2) == token::COLON) return token::KEY;
    if (here == "given" && after == token::NAME) return token::GIVEN;
    if (here == "expect" && begins_operand(i + 1)) return rows_follow(i) ? token::EXPECT_ROWS : token::EXPECT;
    if (here == "expect" && after == token::NAME) return token::EXPECT;
    return token::NONE;
  }

  /// `measure NAME for each …` and the lines of a measure that begin with a word of their own.
  int32_t measure_word(size_t i, std::string_view here, int32_t after) const {
    if (after != token::NAME || (word(i + 1) == "for" && word(i + 2) == "each")) return token::NONE;
    if (blocks_ == 0) {
      if (here == "measure") return token::MEASURE;
      if (here == "composite") return token::COMPOSITE;
      return token::NONE;
    }
    const int32_t then = type(i + 2);
    if (here == "group" && (then == token::COLON || then == token::TEXT)) return token::MEASURE_GROUP;
    if ((here == "stratifier" || here == "supplemental") && (then == token::COLON || then == token::EQUALS))
      return token::MEASURE_PART;
    return token::NONE;
  }

  /// Does the word come outside of brackets before the statement or the bracket around it ends?
  bool follows(size_t i, std::string_view wanted) const {
    int depth = 0;
    while (!ends_statement(type(++i)) && depth >= 0) {
      if (type(i) == token::LPAREN) ++depth;
      if (type(i) == token::RPAREN) --depth;
      if (depth == 0 && word(i) == wanted) return true;
    }
    return false;
  }

  /// Does a `by` of its own come after `list of … over …`, before the statement, the bracket around it or the
  /// item of a list ends?
  bool order_follows(size_t i) const {
    int depth = 0;
    while (!ends_statement(type(++i)) && depth >= 0) {
      if (type(i) == token::LPAREN) ++depth;
      if (type(i) == token::RPAREN) --depth;
      if (depth != 0) continue;
      if (type(i) == token::COMMA || word(i) == "when") return false;
      if (word(i) == "by") return word(i - 1) != "reached" && word(i - 1) != "weighted";
    }
    return false;
  }

  bool rows_follow(size_t i) const { return type(i + 1) == token::NAME && block_follows(i + 1); }

  bool block_follows(size_t i) const { return type(i + 1) == token::COLON && type(i + 2) == token::NEWLINE; }

  bool is_declaration_word(int32_t after) const {
    if (at_statement_start()) {
      // A field or a definition inside a block may have such a word as its name.
      const bool inside = blocks_ > 0;
      return !(inside && (after == token::EQUALS || after == token::COLON || after == token::LPAREN));
    }
    return previous_ == token::REPLACE || previous_ == token::ADD || previous_ == token::REMOVE ||
           previous_ == token::GIVEN;
  }

  std::string_view text_;
  std::vector<Lexeme>& in_;
  std::vector<DocBlock>& docs_;
  size_t out_ = 0;
  size_t blocks_ = 0;  // open at this place
  int32_t previous_ = token::NONE;
  int32_t first_type_ = token::NONE;   // of the statement
  bool list_waits_for_order_ = false;  // between `list of` and its `by`
  bool patterns_ = false;              // between `like` and the end of its patterns
};

}  // namespace

void join_words(std::string_view text, ScannedFile& scanned) {
  Joiner(text, scanned).run();
}

bool is_whole_value(int32_t type) {
  switch (type) {
  case token::NAME:
  case token::TEXT:
  case token::NUMBER:
  case token::PERCENT:
  case token::MONEY:
  case token::DATE:
  case token::DURATION:
  case token::BOOLEAN:
  case token::UNIT:
  case token::MISSING:
  case token::AS_BEFORE: return true;
  default: return false;
  }
}

bool ends_operand(int32_t type) {
  return is_whole_value(type) || type == token::RPAREN || type == token::AS_UNIT;
}

bool is_reserved(std::string_view word) {
  const auto found = single_words().find(word);
  return found != single_words().end() && found->second.rule != Rule::infix;
}

bool is_time_unit(std::string_view word) {
  return word == "day" || word == "days" || word == "week" || word == "weeks" || word == "month" ||
         word == "months" || word == "year" || word == "years" || word == "hour" || word == "hours" ||
         word == "minute" || word == "minutes" || word == "second" || word == "seconds";
}

const std::vector<std::string>& declaration_words() {
  static const std::vector<std::string> words = {"module",  "use",       "program", "parameter", "enum",
                                                 "entity",  "table",     "for",     "payment",   "findings",
                                                 "measure", "composite", "ensure",  "report",    "test",
                                                 "source",  "replace",   "add",     "remove"};
  return words;
}

}  // namespace merit
