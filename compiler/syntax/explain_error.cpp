#include "compiler/syntax/explain_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "MeritParser.h"
#include "compiler/syntax/token_stream.h"
#include "compiler/syntax/words.h"
#include "runtime/diagnostics/render.h"

namespace merit {

namespace {

using grammar::MeritParser;

bool ends_value(int32_t type) {
  return ends_operand(type) || type == token::IS_MISSING || type == token::IS_KNOWN ||
         type == token::BY_DAY || type == token::OR_MORE;
}

bool begins_value(int32_t type) {
  switch (type) {
  case token::LPAREN:
  case token::COUNT_OF:
  case token::SUM_OF:
  case token::AVERAGE_OF:
  case token::MINIMUM_OF:
  case token::MAXIMUM_OF:
  case token::MEDIAN_OF:
  case token::LIST_OF:
  case token::DAYS_COVERED_BY:
  case token::DATE_OF:
  case token::STATISTIC:
  case token::RATE_OF:
  case token::EXISTS:
  case token::NO:
  case token::THE:
  case token::ALL: return true;
  default: return is_whole_value(type);
  }
}

bool is_operator(int32_t type) {
  return (type >= token::PLUS && type <= token::YEARS_FROM && type != token::IS_MISSING &&
          type != token::IS_KNOWN && type != token::OR_MORE) ||
         type == token::EQUALS || type == token::COMMA || type == token::WHERE || type == token::WHEN ||
         type == token::BY || type == token::HAS || type == token::OF || type == token::IF_MISSING ||
         type == token::AS || (type >= token::COUNT_OF && type <= token::LOWEST_OF);
}

bool is_open_form(int32_t type) {
  return type == token::EVERY || (type >= token::RANK_OF && type <= token::LOWEST_OF);
}

bool is_measure_line(int32_t type) {
  return type == token::MEASURE_GROUP || type == token::MEASURE_PART || type == token::COMPONENTS;
}

bool is_declaration(int32_t type) {
  return (type >= token::MODULE && type <= token::REMOVE && type != token::AMENDS && type != token::FROM &&
          type != token::FOR_EACH_DISTINCT && !is_measure_line(type));
}

bool is_line_end(int32_t type) {
  return type == token::NEWLINE || type == token::END;
}

/// Words of forms that the language knows and this version does not have.
bool is_of_later_version(std::string_view word) {
  static constexpr std::array words = {
      std::string_view("property"),
      std::string_view("merged"),
  };
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Words that other languages use, and what Merit writes instead.
std::string_view advice_on_word(std::string_view word) {
  struct Advice {
    std::string_view word;
    std::string_view help;
  };

  static constexpr std::array advice = {
      Advice{"else", "Write cases, one a line: VALUE when CONDITION, and VALUE otherwise at the end."},
      Advice{"elif", "Write cases, one a line: VALUE when CONDITION, and VALUE otherwise at the end."},
      Advice{"then", "Write cases, one a line: VALUE when CONDITION, and VALUE otherwise at the end."},
      Advice{"unless", "Write `when not (...)`."},
      Advice{"between", "Write a range: `x in 1 to 5`."},
      Advice{"equals", "Write `is`."},
      Advice{"equal", "Write `is`."},
      Advice{"contains", "Write it the other way round, with `in`."},
      Advice{"than", "Write `<`, `<=`, `>` or `>=`."},
      Advice{"greater", "Write `>` or `>=`."},
      Advice{"less", "Write `<` or `<=`."},
      Advice{"percent", "Write the sign at the number: 2%."},
      Advice{"per", "Write `/`."},
      Advice{"times", "Write `*`."},
      Advice{"plus", "Write `+`."},
      Advice{"minus", "Write `-`."},
      Advice{"mod", "Merit has no remainder of a division."},
  };
  for (const Advice& entry : advice) {
    if (entry.word == word) return entry.help;
  }
  return {};
}

/// `count C` for `count of C`.
bool lacks_of(std::string_view word) {
  static constexpr std::array words = {
      std::string_view("count"),    std::string_view("sum"),     std::string_view("average"),
      std::string_view("minimum"),  std::string_view("maximum"), std::string_view("latest"),
      std::string_view("earliest"), std::string_view("highest"), std::string_view("lowest")};
  return std::find(words.begin(), words.end(), word) != words.end();
}

class Explainer {
 public:
  Explainer(const ErrorPlace& place, const ScannedFile& scanned, const SyntaxTokens& tokens, uint32_t file,
            Diagnostics& diagnostics)
      : place_(place), tokens_(scanned.tokens), texts_(tokens), file_(file), diagnostics_(diagnostics),
        bad_(tokens_[place.offending]), rule_(place.rules.empty() ? 0 : place.rules.front()) {}

  void run() {
    if (missing_block() || whole_line() || argument_type() || foreign_word() || deeper_line() ||
        early_end() || cases() || definition_head() || name_taken() || needs_brackets() || neighbours()) {
      return;
    }
    anything();
  }

 private:
  std::string_view text(size_t i) const { return texts_.at(i).view(); }

  std::string_view bad_text() const { return text(place_.offending); }

  bool at_start() const { return place_.offending == place_.first; }

  const Lexeme& previous() const { return tokens_[place_.offending == 0 ? 0 : place_.offending - 1]; }

  std::string_view previous_text() const {
    return place_.offending == 0 ? std::string_view{} : text(place_.offending - 1);
  }

  const Lexeme& first() const { return tokens_[place_.first]; }

  bool within(size_t rule) const {
    return std::find(place_.rules.begin(), place_.rules.end(), rule) != place_.rules.end();
  }

  bool in_expression() const {
    return rule_ == MeritParser::RuleExpression || rule_ == MeritParser::RuleOpen ||
           rule_ == MeritParser::RuleBracket || rule_ == MeritParser::RuleInlineCase ||
           rule_ == MeritParser::RuleDistance;
  }

  /// In an expression, or where one has just ended?
  bool in_value() const {
    switch (rule_) {
    case MeritParser::RuleRightSide:
    case MeritParser::RuleConditionLine:
    case MeritParser::RuleCaseRow:
    case MeritParser::RuleReportColumns:
    case MeritParser::RuleTestLine: return true;
    case MeritParser::RuleForEach:
    case MeritParser::RuleForEachBlock:
    case MeritParser::RulePaymentBlock:
    case MeritParser::RuleEnsureLine:
    case MeritParser::RuleReportLine: return clause_before(token::WHERE);
    default: return in_expression();
    }
  }

  bool clause_before(int32_t type) const {
    for (size_t i = place_.first; i < place_.offending; ++i) {
      if (tokens_[i].type == type) return true;
    }
    return false;
  }

  Span span_of(const Lexeme& lexeme) const { return {file_, lexeme.begin, lexeme.end}; }

  /// After the last token before the place: where something is missing.
  Span after_previous() const {
    size_t i = place_.offending;
    while (i > 0 && is_layout(tokens_[i - 1].type)) --i;
    const uint32_t end = i == 0 ? 0 : tokens_[i - 1].end;
    return {file_, end, end};
  }

  Span bad_span() const { return is_layout(bad_.type) ? after_previous() : span_of(bad_); }

  bool say(std::string_view code, Span span, std::string message, std::string help = {}) {
    diagnostics_.error(code, span, std::move(message), std::move(help));
    return true;
  }

  /// A line that ends in `:` or `=` and has nothing under it.
  bool missing_block() {
    if (!place_.expects(token::INDENT) || place_.offending < 2 || previous().type != token::NEWLINE)
      return false;
    const Lexeme& opener = tokens_[place_.offending - 2];
    if (opener.type != token::COLON && opener.type != token::EQUALS) return false;
    const std::string message =
        fmt::format("Nothing is indented under this `{}`.", opener.type == token::COLON ? ":" : "=");
    if (bad_.type == token::ROW) {
      return say("S021", span_of(opener), message, "Indent the rows of the table deeper than this line.");
    }
    return say("S021", span_of(opener), message,
               "What belongs to it stands on the next lines, indented deeper than this one.");
  }

  /// The line as a whole has no place here.
  bool whole_line() {
    if (!at_start()) return false;
    if (bad_.type == token::MODULE) {
      return say("S030", bad_span(), "The module has its name already.",
                 "A file is one module, and `module NAME` is its first line.");
    }
    if (bad_.type == token::ROW) {
      return say("S028", bad_span(), "This row stands in no table.",
                 "Rows of a table are indented under a line that ends in `:`.");
    }
    if (rule_ == MeritParser::RuleRows) {
      return say(
          "S028", bad_span(), "This line stands among the rows of a table.",
          "A row of a table begins and ends with `|`. What comes after the table is not indented as deep.");
    }
    if (within(MeritParser::RuleTestBlock) && bad_.type != token::EXPECT && bad_.type != token::GIVEN) {
      return say("S034", bad_span(), "A line of a test begins with `given` or `expect`.",
                 "given ENTITY: or expect ENTITY: with rows under it, given parameter NAME = VALUE, or "
                 "expect CONDITION.");
    }
    if ((bad_.type == token::GIVEN || bad_.type == token::EXPECT || bad_.type == token::EXPECT_ROWS)) {
      return say("S034", bad_span(), fmt::format("`{}` belongs in a test.", bad_text()),
                 "Indent it under a line `test \"...\":`.");
    }
    if (within(MeritParser::RuleSourceBlock) && rule_ == MeritParser::RuleSourceLine) {
      return say("S034", bad_span(), "A line of a source names an entity, or begins with `missing`.",
                 "missing \"Not Available\", or ENTITY: with lines FIELD = column \"Header\" under it.");
    }
    if (is_measure_line(bad_.type) && !within(MeritParser::RuleMeasureBlock)) {
      return say("S034", bad_span(), fmt::format("`{}` belongs in a measure.", bad_text()),
                 "Indent it under a line `measure NAME for each ENTITY:`.");
    }
    if (is_declaration(bad_.type) && rule_ != MeritParser::RuleItem && !in_expression()) {
      return say("S019", bad_span(),
                 fmt::format("`{}` begins a declaration, which cannot stand inside a block.", bad_text()),
                 "Move it to the left edge.");
    }
    if (rule_ == MeritParser::RuleItem) {
      if (bad_.type == token::IF) return false;
      return say("S019", bad_span(), fmt::format("No declaration begins with `{}`.", bad_text()),
                 declarations_help());
    }
    return false;
  }

  static std::string declarations_help() {
    return "Declarations begin with: use, program, parameter, enum, entity, table, code, valueset, for each, "
           "payment, "
           "findings, measure, composite, "
           "ensure, report, test, "
           "source, replace, add, remove, or a name with `=` after it.";
  }

  bool foreign_word() {
    if (bad_.type == token::IF || bad_.type == token::THEN ||
        (bad_.type == token::NAME && (bad_text() == "else" || bad_text() == "elif"))) {
      return say("S013", bad_span(), fmt::format("Merit has no `{}`.", bad_text()),
                 "Write cases, one a line:\nNAME =\n  VALUE when CONDITION\n  VALUE otherwise");
    }
    if (bad_.type == token::EQUALS && !place_.expects(token::EQUALS) && rule_ != MeritParser::RuleField &&
        (in_expression() || ends_value(previous().type)) && !bad_.first_on_line &&
        !continued_before(place_.offending)) {
      return say("S012", bad_span(), "`=` gives a name its meaning; it does not compare.", "Write `is`.");
    }
    return false;
  }

  /// Does the token before begin a physical line of a statement that began above?
  bool continued_before(size_t i) const {
    return i > 0 && i - 1 > place_.first && tokens_[i - 1].first_on_line;
  }

  /// Is a bracket open at the place?
  bool in_brackets() const {
    int depth = 0;
    for (size_t i = place_.first; i < place_.offending; ++i) {
      if (tokens_[i].type == token::LPAREN) ++depth;
      if (tokens_[i].type == token::RPAREN) --depth;
    }
    return depth > 0;
  }

  /// A line that was read as part of the one above it.
  bool deeper_line() {
    size_t line = place_.offending;
    if (bad_.type == token::EQUALS && continued_before(line)) --line;
    const Lexeme& start = tokens_[line];
    if (!start.first_on_line || line == place_.first || is_layout(start.type) || line == 0) return false;
    const Lexeme& above = tokens_[line - 1];
    if (place_.expects(token::COLON) && is_declaration(first().type)) {
      return say("S020", {file_, above.end, above.end}, "A `:` is missing at the end of this line.");
    }
    if (place_.expects(token::EQUALS)) {
      return say("S022", {file_, above.end, above.end}, "A `=` is missing at the end of this line.");
    }
    return say("S036", span_of(start),
               "This line is deeper than the one above and so goes on with it, which makes no sense here.",
               "If it is a line of its own, indent it like the one above. If the one above opens a block, "
               "end that one in `:` or `=`.");
  }

  /// `double(x) = …`
  bool argument_type() {
    if (within(MeritParser::RuleMeasureBlock) && place_.expects(token::FOR_EACH)) {
      return say("S034", bad_span(), "A measure is said of each row of an entity.",
                 "Write measure NAME for each ENTITY:");
    }
    if (within(MeritParser::RulePaymentBlock) && place_.expects(token::FOR_EACH)) {
      return say("S034", bad_span(), "A payment is made for each row of an entity.",
                 "Write payment NAME for each ENTITY:");
    }
    if (rule_ != MeritParser::RuleArgument || !place_.expects(token::COLON)) return false;
    return say("S034", span_of(previous()), fmt::format("The argument `{}` has no type.", previous_text()),
               fmt::format("Write {} : number, for example.", previous_text()));
  }

  /// The line ends too soon.
  bool early_end() {
    if (!is_line_end(bad_.type) && bad_.type != token::DEDENT) return false;
    const Span end = after_previous();
    if (place_.expects(token::COLON) && is_declaration(first().type)) {
      return say("S020", end, "A `:` is missing at the end of this line.");
    }
    if (rule_ == MeritParser::RuleDefinition || rule_ == MeritParser::RuleRightSide ||
        rule_ == MeritParser::RuleParameterLine) {
      const std::string_view name = first().type == token::NAME ? text(place_.first) : text(place_.first + 1);
      if (place_.expects(token::EQUALS)) {
        return say("S022", span_of(first()), fmt::format("`{}` has no right side.", name),
                   fmt::format("Write {} = and what it is.", name));
      }
    }
    if (rule_ == MeritParser::RuleField) {
      return say("S034", end, "The field has no type.",
                 fmt::format("Write {} : number, for example.", previous_text()));
    }
    if (within(MeritParser::RuleRemoval) && place_.expects(token::BECAUSE)) {
      return say("S034", end, "What is removed is removed for a reason.", "Write because \"...\" after it.");
    }
    if (is_operator(previous().type)) {
      return say("S023", span_of(previous()), fmt::format("A value is missing after `{}`.", previous_text()));
    }
    if (place_.expects(token::HAS))
      return say("S023", end, "A condition is missing: every COLLECTION has CONDITION.");
    if (place_.expects(token::BY)) {
      return say("S023", end, "By what? The order is missing.",
                 fmt::format("Write {} COLLECTION by VALUE.", open_word()));
    }
    if (place_.expects(token::OVER) && in_expression()) {
      return say("S023", end, "Over what? The collection is missing.",
                 "Write, for example, sum of points over results.");
    }
    if (place_.expects(token::NAME)) return say("S023", end, "The line ends where a name is expected.");
    if (place_.expects(token::TEXT))
      return say("S023", end, "The line ends where a text in double quotes is expected.");
    return say("S001", end, "The line ends too soon.", expectation());
  }

  std::string_view open_word() const {
    for (size_t i = place_.offending; i > place_.first; --i) {
      if (is_open_form(tokens_[i - 1].type)) return text(i - 1);
    }
    return "latest of";
  }

  bool cases() {
    if (bad_.type != token::WHEN && bad_.type != token::OTHERWISE) return false;
    if (name_taken()) return true;
    if (in_brackets()) {
      return say("S027", bad_span(), fmt::format("`{}` does not fit here.", bad_text()),
                 "In brackets, cases are parted by commas: (10 when a, 5 when b, 0 otherwise).");
    }
    if (within(MeritParser::RuleCaseRow)) {
      return say("S027", bad_span(), fmt::format("`{}` does not fit here.", bad_text()),
                 "A case is one line: VALUE when CONDITION, or VALUE otherwise.");
    }
    return say("S027", bad_span(), "Cases do not stand on the line of the `=`.",
               "Write one case a line under it, or put the cases in brackets: (10 when a, 0 otherwise).");
  }

  bool needs_brackets() {
    if (bad_.type == token::WHERE || bad_.type == token::AS) {
      return say("S024", bad_span(),
                 fmt::format("A collection with its `{}` stands in brackets here.", bad_text()),
                 "Write (COLLECTION where CONDITION).");
    }
    if (is_open_form(bad_.type)) {
      return say("S024", bad_span(), fmt::format("`{}` stands in brackets here.", bad_text()),
                 bad_.type == token::EVERY ? "Write (every COLLECTION has CONDITION)."
                                           : fmt::format("Write ({} COLLECTION by VALUE).", bad_text()));
    }
    if (bad_.type >= token::ALL_OF && bad_.type <= token::AT_LEAST) {
      return say("S024", bad_span(),
                 fmt::format("`{}` begins a list of conditions, one a line, and stands alone.", bad_text()),
                 "Write it right after the `=`, the `when` or the `:`, or give it a name of its own.");
    }
    return false;
  }

  /// The beginning of a definition or of something that was taken for one.
  bool definition_head() {
    if (first().type != token::NAME || place_.offending != place_.first + 1) return false;
    if (rule_ == MeritParser::RuleField) {
      return say("S034", bad_span(), "A line of an entity is a field: a name, `:`, and its type.",
                 fmt::format("Write {} : number, for example; with `key` before it if it identifies the row.",
                             text(place_.first)));
    }
    if (rule_ != MeritParser::RuleDefinition && rule_ != MeritParser::RuleRightSide &&
        rule_ != MeritParser::RuleSourceField)
      return false;
    const std::string name(text(place_.first));
    if (bad_.type == token::DOT) {
      return say("S022", span_of(first()), "A definition has a name of its own, without a `.`.",
                 "A value of an entity is defined under `for each ENTITY:`; one of another module is changed "
                 "with `replace`.");
    }
    const bool top = place_.rules.size() < 2 ||
                     (!within(MeritParser::RuleForEachBlock) && !within(MeritParser::RulePaymentBlock));
    const bool word_follows = begins_value(bad_.type) && bad_.type != token::LPAREN;
    if (word_follows || bad_.type == token::FOR_EACH || is_declaration(bad_.type)) {
      if (is_of_later_version(name)) {
        return say("S032", span_of(first()), fmt::format("`{}` is not yet in this version of Merit.", name));
      }
      std::string near = top ? nearest_name(name, declaration_words()) : std::string();
      if (near == "for" && bad_text() != "each") near.clear();
      if (!near.empty()) {
        return say("S019", span_of(first()), fmt::format("No declaration begins with `{}`.", name),
                   fmt::format("Did you mean `{}`?", near == "for" ? "for each" : near));
      }
      if (top && (name == "valueset" || name == "code"))
        return say("S019", span_of(first()),
                   fmt::format("The {} is not said in quotes.", name == "code" ? "code" : "url"),
                   name == "code" ? "Write code NAME \"SYSTEM\" \"CODE\"."
                                  : "Write valueset NAME \"URL\", or valueset NAME = any of: A, B.");
      if (top)
        return say("S019", span_of(first()), fmt::format("No declaration begins with `{}`.", name),
                   declarations_help());
    }
    return say("S022", bad_span(), fmt::format("After the name `{}` a `=` is expected.", name),
               fmt::format("Write {} = and what it is.", name));
  }

  /// A word of the language where a name is needed.
  bool name_taken() {
    const std::string_view word = is_layout(bad_.type) ? std::string_view{} : bad_text();
    if (!place_.expects(token::NAME) || word.empty() || bad_.type == token::NAME ||
        bad_.type == token::BOOLEAN)
      return false;
    const bool plain =
        std::all_of(word.begin(), word.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
    if (!plain || in_expression() || place_.expects(token::NUMBER)) return false;
    if (bad_.type == token::PARAMETER && within(MeritParser::RuleReplacement)) {
      return say("S034", bad_span(), "What is replaced is named without the word `parameter`.",
                 "Write replace NAME = VALUE.");
    }
    return say("S029", bad_span(), fmt::format("`{}` is a word of the language and cannot be a name.", word),
               fmt::format("Choose another name, for example {}_.", word));
  }

  /// Two things that do not go together.
  bool neighbours() {
    if (place_.offending == 0 || at_start()) return false;
    if (bad_.type == token::NAME || bad_.type == token::OF || bad_.type == token::BY) {
      const std::string_view advice = advice_on_word(bad_text());
      if (!advice.empty())
        return say("S013", bad_span(), fmt::format("`{}` is not a word of Merit.", bad_text()),
                   std::string(advice));
    }
    if (previous().type == token::NAME && (begins_value(bad_.type) || bad_.type == token::OF)) {
      if (bad_.type != token::OF && lacks_of(previous_text())) {
        return say("S035", span_of(previous()),
                   fmt::format("The word `of` is missing: {} of ...", previous_text()));
      }
      const std::string_view word = previous_text();
      if (bad_.type == token::OF &&
          (word == "rate" || word == "numerator" || word == "denominator" || word == "result")) {
        return say("S035", span_of(previous()),
                   fmt::format("Over which rows the {} is meant is not said.", word),
                   fmt::format("Write {} of MEASURE over ROWS.", word));
      }
      if (is_of_later_version(previous_text()) && in_value()) {
        return say("S032", span_of(previous()),
                   fmt::format("`{}` is not yet in this version of Merit.", previous_text()));
      }
    }
    if (previous_text() == "as" && bad_.type == token::TEXT)
      return say("S035", bad_span(), "A unit stands in single quotes.",
                 fmt::format("Write as '{}'.", bad_text().substr(1, bad_text().size() - 2)));
    if (bad_text() == "during" && ends_value(previous().type))  // as CQL says it
      return say("S035", bad_span(), "`during` is no word of the language.",
                 "Write `in`: … in measurement_period.");
    if (is_operator(previous().type) && (is_operator(bad_.type) || bad_.type == token::RPAREN) &&
        bad_.type != token::MINUS) {
      return say("S023", span_of(previous()),
                 fmt::format("A value is missing between `{}` and `{}`.", previous_text(), bad_text()));
    }
    if (previous().type == token::LPAREN && bad_.type == token::RPAREN) {
      return say("S023", {file_, previous().begin, bad_.end}, "There is nothing between these brackets.");
    }
    if (ends_value(previous().type) && begins_value(bad_.type) && in_value()) {
      return say("S035", bad_span(),
                 fmt::format("Something is missing between `{}` and `{}`.", previous_text(), bad_text()),
                 "Two values are joined by an operator: + - * / and or is < in ...");
    }
    return false;
  }

  static std::string describe(int32_t type) {
    switch (type) {
    case token::NAME: return "a name";
    case token::TEXT: return "a text in double quotes";
    case token::NUMBER: return "a number";
    case token::DATE: return "a date";
    case token::RPAREN: return "`)`";
    case token::LPAREN: return "`(`";
    case token::COLON: return "`:`";
    case token::EQUALS: return "`=`";
    case token::COMMA: return "`,`";
    case token::NEWLINE: return "the end of the line";
    case token::WHERE: return "`where`";
    case token::OVER: return "`over`";
    case token::BY: return "`by`";
    case token::HAS: return "`has`";
    case token::OF: return "`of`";
    case token::TO: return "`to`";
    case token::FOR_EACH: return "`for each`";
    case token::BECAUSE: return "`because \"...\"`";
    case token::FROM: return "`from \"...\"`";
    case token::ROWS: return "`rows:`";
    case token::DOT: return "`.`";
    default: return {};
    }
  }

  /// "Here may stand: ...", when that is short enough to help.
  std::string expectation() const {
    if (place_.expects(token::LPAREN) && place_.expects(token::NUMBER)) return "A value is expected here.";
    if (in_value() && place_.expects(token::NEWLINE)) return {};
    std::vector<std::string> words;
    bool others = false;
    for (int32_t type = token::NAME; type <= token::THROUGH; ++type) {
      if (!place_.expects(type)) continue;
      const std::string word = describe(type);
      if (word.empty()) {
        others = true;
      } else {
        words.push_back(word);
      }
    }
    if (words.empty() || words.size() > 5 || (others && words.size() > 3)) return {};
    std::string out = "Expected here: ";
    for (size_t i = 0; i < words.size(); ++i) {
      if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
      out += words[i];
    }
    return out + ".";
  }

  void anything() {
    if (is_layout(bad_.type)) {
      say("S001", bad_span(), "This line cannot be read.", expectation());
    } else if (at_start()) {
      say("S001", bad_span(), fmt::format("A line cannot begin with `{}` here.", bad_text()), expectation());
    } else {
      say("S001", bad_span(), fmt::format("`{}` cannot stand after `{}`.", bad_text(), previous_text()),
          expectation());
    }
  }

  const ErrorPlace& place_;
  const std::vector<Lexeme>& tokens_;
  const SyntaxTokens& texts_;
  uint32_t file_;
  Diagnostics& diagnostics_;
  const Lexeme& bad_;
  size_t rule_;
};

}  // namespace

void explain_error(const ErrorPlace& place, const ScannedFile& scanned, const SyntaxTokens& tokens,
                   uint32_t file, Diagnostics& diagnostics) {
  Explainer(place, scanned, tokens, file, diagnostics).run();
}

}  // namespace merit
