// What definitions mean: types, missing values, facts, cases, collections, and what is refused.
#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "compiler/compile.h"
#include "runtime/diagnostics/registry.h"

using namespace merit;

namespace {

const std::string declarations = R"(module t

program "T":
  currency USD

parameter rate = 2%

enum domain: safety, efficiency, engagement

table measure:
  | key id | domain     | better | threshold | benchmark | floor : number? |
  | ami    | safety     | higher | 0.8       | 0.9       |                 |
  | cauti  | efficiency | lower  | 0.6       | 0         | 3               |

table weight:
  | key domain : domain | share |
  | safety              | 50%   |
  | efficiency          | 30%   |
  | engagement          | 20%   |

entity hospital:
  key ccn    : text
  name       : text
  beds       : integer
  grade      : text?
  quintile   : integer?
  opened     : date
  closed     : date?
  base       : money
  extra_base : money?
  rural      : boolean

entity result:
  key hospital : hospital
  key measure  : measure
  rate_now     : number?
  cases        : integer
  latest_day   : date

entity transfer:
  key id        : text
  from_hospital : hospital
  to_hospital   : hospital
  day           : date

entity score = for each hospital, domain

entity size_group = for each distinct quintile of hospitals

)";

Compilation compiled(const std::string& rules) {
  return compile_text("t.merit", declarations + rules);
}

/// The type of `hospital.x`, `x` … as a message would call it, or the codes of the messages.
std::string type_of(const std::string& rules, const std::string& name) {
  const Compilation result = compiled(rules);
  if (!result.program) {
    std::string codes;
    for (const Diagnostic& diagnostic : result.diagnostics.all()) {
      codes += (codes.empty() ? "" : " ") + diagnostic.code;
    }
    return codes;
  }
  for (uint32_t column = 0; column < result.program->columns.size(); ++column) {
    if (ir::qualified_name(*result.program, column) != name) continue;
    return ir::type_text(*result.program, result.program->columns[column].type);
  }
  return "no such column";
}

/// `x` as a definition of each hospital.
std::string hospital_type(const std::string& right_side) {
  return type_of("for each hospital:\n  x = " + right_side + "\n", "hospital.x");
}

std::string result_type(const std::string& right_side) {
  return type_of("for each result:\n  x = " + right_side + "\n", "result.x");
}

std::vector<std::string> codes(const std::string& rules) {
  const Compilation result = compiled(rules);
  std::vector<std::string> found;
  for (const Diagnostic& diagnostic : result.diagnostics.all()) found.push_back(diagnostic.code);
  return found;
}

/// The whole of the first message: code, sentence, help.
std::string first_message(const std::string& rules) {
  const Compilation result = compiled(rules);
  if (result.diagnostics.all().empty()) return "fine";
  const Diagnostic& diagnostic = result.diagnostics.all()[0];
  return diagnostic.code + ": " + diagnostic.message +
         (diagnostic.help.empty() ? "" : " | " + diagnostic.help);
}

std::string hospital_message(const std::string& right_side) {
  return first_message("for each hospital:\n  x = " + right_side + "\n");
}

std::string result_message(const std::string& right_side) {
  return first_message("for each result:\n  x = " + right_side + "\n");
}

const ir::Expr* body_of(const Compilation& result, const std::string& name) {
  if (!result.program) return nullptr;
  for (uint32_t column = 0; column < result.program->columns.size(); ++column) {
    if (ir::qualified_name(*result.program, column) == name)
      return result.program->columns[column].body.get();
  }
  return nullptr;
}

using Codes = std::vector<std::string>;

}  // namespace

TEST_CASE("the declarations of these tests are fine") {
  CHECK(first_message("") == "fine");
}

TEST_CASE("numbers: whole ones stay whole") {
  CHECK(hospital_type("beds + 1") == "integer");
  CHECK(hospital_type("beds * 2 - 3") == "integer");
  CHECK(hospital_type("beds + 0.5") == "number");
  CHECK(hospital_type("beds / 2") == "number");
  CHECK(hospital_type("beds ^ 2") == "integer");
  CHECK(hospital_type("beds ^ 0.5") == "number");
  CHECK(hospital_type("-beds") == "integer");
  CHECK(hospital_type("100%") == "integer");
  CHECK(hospital_type("2%") == "number");
  CHECK(hospital_type("sqrt(beds)") == "number");
  CHECK(hospital_type("floor(beds / 3)") == "integer");
  CHECK(hospital_type("round(beds / 3)") == "integer");
  CHECK(hospital_type("round(beds / 3, 5)") == "integer");
  CHECK(hospital_type("round(beds / 3, 0.5)") == "number");
  CHECK(hospital_type("quintile + 1") == "integer?");
  CHECK(type_of("x : number = 3\n", "x") == "number");
}

TEST_CASE("money: a rounding step survives what keeps it, and only that") {
  CHECK(hospital_type("round(base, $0.01)") == "money to $0.01");
  CHECK(hospital_type("round(base, $0.01) + $1") == "money to $0.01");
  CHECK(hospital_type("-round(base, $0.01)") == "money to $0.01");
  CHECK(hospital_type("minimum(round(base, $0.01), $100)") == "money to $0.01");
  CHECK(hospital_type("maximum(round(base, $1), $0)") == "money to $0.01");
  CHECK(hospital_type("round(base, $0.01) * 2") == "money");
  CHECK(hospital_type("round(base, $0.01) / 2") == "money");
  CHECK(hospital_type("round(base, $0.01) + base") == "money");
  CHECK(hospital_type("$0.005 + $1") == "money");
  CHECK(hospital_type("base / $3") == "number");
  CHECK(hospital_type("beds * $3") == "money");
  CHECK(hospital_type("abs(round(base, $0.01))") == "money to $0.01");
  CHECK(hospital_type("(extra_base if missing $0)") == "money");
  CHECK(type_of("for each hospital:\n  r = round(base, $0.01)\nx = sum of r over all hospitals\n", "x") ==
        "money to $0.01");
  CHECK(type_of("for each hospital:\n  r = round(base, $0.01)\nx = average of r over all hospitals\n", "x") ==
        "money?");
}

TEST_CASE("money is not a number") {
  CHECK(hospital_message("base + 1") == "T101: `base` is an amount of money and `1` is a number; they cannot "
                                        "be added. | If an amount is meant, write "
                                        "`$1`.");
  CHECK(codes("for each hospital:\n  x = base * base\n") == Codes{"T102"});
  CHECK(codes("for each hospital:\n  x = 3 / base\n") == Codes{"T103"});
  CHECK(hospital_message("base > 3") == "T104: `base` is an amount of money and `3` is a number; they cannot "
                                        "be compared. | If an amount is meant, write "
                                        "`$3`.");
  CHECK(codes("for each hospital:\n  x = minimum(base, 3)\n") == Codes{"T108"});
  CHECK(codes("for each hospital:\n  x = floor(base)\n") == Codes{"T105"});
  CHECK(codes("for each hospital:\n  x = base ^ 2\n") == Codes{"T105"});
  CHECK(hospital_message("round(base, 0.01)") == "T114: `base` is an amount of money, and it is rounded to a "
                                                 "number, `0.01`. | Write the step as an amount: "
                                                 "`round(base, $0.01)`.");
  CHECK(codes("for each hospital:\n  x = round(base)\n") == Codes{"T126"});
  CHECK(codes("for each hospital:\n  x = round(beds, $1)\n") == Codes{"T114"});
  CHECK(codes("for each hospital:\n  x = £3\n") == Codes{"T119"});
}

TEST_CASE("what is paid is money, and rounded") {
  CHECK(first_message("payment bonus for each hospital:\n  earned = 2% * base\n  net = earned\n") ==
        "T115: `bonus.net` is paid, and it is not rounded to what can be paid. | Round it where the rule "
        "does: "
        "`round(earned, $0.01)`.");
  CHECK(codes("payment bonus for each hospital:\n  net = beds\n") == Codes{"T116"});
  CHECK(codes("payment bonus for each hospital:\n  net = round(2% * base, $0.01)\n").empty());
}

TEST_CASE("dates, periods and lengths of time") {
  CHECK(hospital_type("opened + 30 days") == "date");
  CHECK(hospital_type("2 months + opened") == "date");
  CHECK(hospital_type("opened - 1 year") == "date");
  CHECK(hospital_type("closed + 1 week") == "date?");
  CHECK(hospital_type("days from opened to 2024-01-01") == "integer");
  CHECK(hospital_type("whole years from opened to closed") == "integer?");
  CHECK(hospital_type("opened.year") == "integer");
  CHECK(hospital_type("2024-01-01 to 2024-12-31") == "period");
  CHECK(hospital_type("opened or more") == "period");
  CHECK(hospital_type("(2024-01-01 to 2024-12-31).start") == "date");
  CHECK(hospital_type("(2024-01-01 to 2024-12-31).length") == "integer?");
  CHECK(hospital_type("opened in 2024-01-01 to 2024-12-31") == "boolean");
  CHECK(hospital_type("opened within 30 days after 2024-01-01") == "boolean");
  CHECK(hospital_type("opened before 2024-01-01") == "boolean");
  CHECK(hospital_type("(opened or more) overlaps 2024-01-01 to 2024-12-31") == "boolean");
  CHECK(hospital_message("opened - closed") ==
        "T106: The time between two dates is counted in days, months or years, and `-` does not say which. | "
        "Write `days "
        "from closed to opened`, or `whole months from …`, `whole years from …`.");
  CHECK(codes("for each hospital:\n  x = opened + 30\n") == Codes{"T107"});
  CHECK(codes("for each hospital:\n  x = opened.yeer\n") == Codes{"N005"});
  CHECK(codes("for each hospital:\n  x = 0 to 10\n") == Codes{"T121"});
  CHECK(codes("for each hospital:\n  x = beds in 10 to 0\n") == Codes{"T121"});
  CHECK(codes("for each hospital:\n  x = opened overlaps 2024-01-01\n") == Codes{"T108"});
}

TEST_CASE("a comparison takes like things that are there") {
  CHECK(hospital_message("quintile > 3") == "M101: `quintile` may be missing, so it cannot be compared. | "
                                            "Ask first (`quintile is known and …`), or say what "
                                            "missing counts as: `(quintile if missing 0)`.");
  CHECK(hospital_message("quintile + 1 > 3") ==
        "M101: `quintile` may be missing, and with it `quintile + 1`, so it cannot be compared. | Ask first "
        "(`quintile is "
        "known and …`), or say what missing counts as: `(quintile if missing 0)`.");
  CHECK(codes("for each hospital:\n  x = name is 3\n") == Codes{"T108"});
  CHECK(codes("for each hospital:\n  x = rural is 3\n") == Codes{"T108"});
  CHECK(codes("for each hospital:\n  x = rural < true\n") == Codes{"T109"});
  CHECK(codes("for each result:\n  x = measure is hospital\n") == Codes{"T110"});
  CHECK(codes("for each hospital:\n  x = beds is beds\n") == Codes{"T123"});
  CHECK(codes("for each hospital:\n  x = not beds\n") == Codes{"T122"});
  CHECK(codes("for each hospital:\n  x = beds is missing\n") == Codes{"M106"});
  CHECK(hospital_type("name < \"b\"") == "boolean");
  CHECK(hospital_type("(grade if missing \"A\") is \"A\"") == "boolean");
  CHECK(hospital_type("(closed is known) is true") == "boolean");
}

TEST_CASE("one path is one message, and what depends on it is silent") {
  CHECK(codes("for each hospital:\n  x = quintile > 3 and quintile < 5\n") == Codes{"M101"});
  CHECK(codes("for each hospital:\n  x = quintle + 1\n  y = x * 2\n  z = y > 3\n") == Codes{"N001"});
}

TEST_CASE("what has been asked is known") {
  CHECK(hospital_type("quintile is known and quintile > 3") == "boolean");
  CHECK(hospital_type("quintile is missing or quintile > 3") == "boolean");
  CHECK(hospital_type("not (quintile is missing) and quintile > 3") == "boolean");
  CHECK(
      hospital_type("not (quintile is missing or closed is missing) and quintile > 3 and closed > opened") ==
      "boolean");
  CHECK(hospital_type("quintile is missing and quintile > 3") == "M101");
  CHECK(hospital_type("quintile is known or quintile > 3") == "M101");
  CHECK(hospital_type("(quintile when quintile is known, 0 otherwise)") == "integer");
  CHECK(hospital_type("(0 when quintile is missing, quintile otherwise)") == "integer");
  CHECK(hospital_type("(0 when quintile is missing or closed is missing, quintile otherwise)") == "integer");
  CHECK(hospital_type("(0 when quintile is missing and closed is missing, quintile otherwise)") ==
        "integer?");
  CHECK(result_type("measure.floor is known and measure.floor > 1") == "boolean");
  CHECK(hospital_type("(quintile + 1) is known and quintile + 1 > 3") == "M101");
}

TEST_CASE("lines of a block are read from top to bottom") {
  CHECK(hospital_type("all of:\n    quintile is known\n    quintile > 3") == "boolean");
  CHECK(hospital_type("any of:\n    quintile is missing\n    quintile > 3") == "boolean");
  CHECK(hospital_type("none of:\n    quintile is missing\n    quintile > 3") == "boolean");
  CHECK(hospital_type("any of:\n    quintile is known\n    quintile > 3") == "M101");
  CHECK(hospital_type("at least 2 of:\n    quintile is known\n    quintile > 3\n    rural") == "M101");
}

TEST_CASE("named conditions are as good as what they say") {
  const std::string named = "for each hospital:\n  placed = quintile is known and closed is known\n";
  CHECK(type_of(named + "  x = placed and quintile > 3\n", "hospital.x") == "boolean");
  CHECK(type_of(named + "  x = (0 when not placed, quintile otherwise)\n", "hospital.x") == "integer");
  CHECK(type_of(named + "for each result:\n  x = hospital.placed and hospital.quintile > 3\n", "result.x") ==
        "boolean");
  CHECK(type_of(named + "x = sum of quintile over (all hospitals where placed)\n", "x") == "integer");
  CHECK(type_of(named + "chosen = all hospitals where placed\nx = sum of quintile over chosen\n", "x") ==
        "integer");
  CHECK(type_of(named + "x = sum of quintile over (all hospitals where not placed)\n", "x") == "M103");
}

TEST_CASE("facts about outer rows hold in a nested `where`") {
  CHECK(hospital_type("quintile is known and (exists results where cases > quintile)") == "boolean");
  CHECK(hospital_type("exists results where cases > quintile") == "M101");
}

TEST_CASE("a collection carries the facts of its `where`") {
  const std::string scored = "for each hospital:\n  scored = results where rate_now is known\n";
  CHECK(type_of(scored + "  x = sum of rate_now over scored\n", "hospital.x") == "number");
  CHECK(type_of(scored + "  x = sum of rate_now over results\n", "hospital.x") == "M103");
  CHECK(type_of(scored + "  x = count of (scored where rate_now > 1)\n", "hospital.x") == "integer");
  CHECK(type_of(scored + "  x = every scored has rate_now > 1\n", "hospital.x") == "boolean");
  CHECK(type_of("for each result:\n  x = 1\n" + scored + "for each result:\n  y = count of hospital.scored\n",
                "result.y") == "integer");
}

TEST_CASE("an empty collection leaves some aggregates without an answer") {
  const std::string scored = "for each hospital:\n  scored = results where rate_now is known\n";
  CHECK(type_of(scored + "  x = average of rate_now over scored\n", "hospital.x") == "number?");
  CHECK(type_of(scored + "  x = latest of scored by latest_day\n", "hospital.x") == "result?");
  CHECK(type_of(scored + "  x = (0 when count of scored < 2, average of rate_now over scored otherwise)\n",
                "hospital.x") == "number");
  CHECK(type_of(scored + "  x = (0 when count of scored < 0, average of rate_now over scored otherwise)\n",
                "hospital.x") == "number?");
  CHECK(type_of(scored + "  x = (0 when 1 > count of scored, average of rate_now over scored otherwise)\n",
                "hospital.x") == "number");
  CHECK(type_of(scored + "  x = (average of rate_now over scored when exists scored, 0 otherwise)\n",
                "hospital.x") == "number");
  CHECK(type_of(scored + "  x = (0 when no scored, maximum of rate_now over scored otherwise)\n",
                "hospital.x") == "number");
  CHECK(type_of(scored + "  x = (0 when count of scored is 0, maximum of rate_now over scored otherwise)\n",
                "hospital.x") == "number");
  CHECK(type_of(scored + "  x : number = average of rate_now over scored\n", "hospital.x") == "M104");
  CHECK(hospital_type("the results where measure is ami") == "result?");
}

TEST_CASE("a row that is picked keeps what its collection says of its rows") {
  const std::string scored = "for each hospital:\n  scored = results where rate_now is known\n"
                             "  last = latest of scored by latest_day\n";
  CHECK(type_of(scored + "  x = last.rate_now\n", "hospital.x") == "number?");
  CHECK(type_of(scored + "  x = last is known and last.rate_now > 3\n", "hospital.x") == "boolean");
  CHECK(type_of(scored + "  x = last.rate_now > 3\n", "hospital.x") == "M101");
  CHECK(type_of(scored + "for each transfer:\n  x = (0 when to_hospital.last is missing, "
                         "to_hospital.last.rate_now otherwise)\n",
                "transfer.x") == "number");
  CHECK(type_of("for each hospital:\n  last = latest of results by latest_day\n  x = last is known and "
                "last.rate_now > 3\n",
                "hospital.x") == "M101");
}

TEST_CASE("rows of a `for each … where` and of a payment have values, others none") {
  const std::string limited = "for each hospital:\n  placed = quintile is known\nfor each hospital where "
                              "placed:\n  double = quintile * 2\n";
  CHECK(type_of(limited, "hospital.double") == "integer?");
  CHECK(type_of(limited + "x = sum of double over (all hospitals where placed)\n", "x") == "integer");
  CHECK(type_of(limited + "x = sum of double over (all hospitals where quintile is known)\n", "x") ==
        "integer");
  CHECK(type_of(limited + "x = sum of double over all hospitals\n", "x") == "M103");
  const std::string general = "for each hospital where beds > 100:\n  double = beds * 2\n";
  CHECK(type_of(general + "x = sum of double over (all hospitals where beds > 100)\n", "x") == "integer");
  CHECK(type_of(general + "x = sum of double over (all hospitals where rural and beds > 100)\n", "x") ==
        "integer");
  CHECK(type_of(general + "x = sum of double over (all hospitals where beds > 99)\n", "x") == "M103");
  const std::string payment =
      "payment bonus for each hospital where rural:\n  earned = 2% * base\n  net = round(earned, $0.01)\n";
  CHECK(type_of(payment, "bonus.earned") == "money?");
  CHECK(type_of(payment + "x = sum of bonus over (all hospitals where rural)\n", "x") == "money to $0.01");
  CHECK(type_of(payment + "x = sum of bonus.earned over (all hospitals where rural)\n", "x") == "money");
  CHECK(type_of(payment + "x = sum of bonus over all hospitals\n", "x") == "M103");
  CHECK(codes(payment + "for each hospital:\n  x = earned\n") == Codes{"N011"});
  CHECK(codes(payment + "for each hospital:\n  x = bonus.earnd\n") == Codes{"N005"});
}

TEST_CASE("what a payment's steps need of one another is no circle") {
  CHECK(codes("payment bonus for each hospital:\n"
              "  held = 2% * base\n"
              "  net = round(held * share, $0.01)\n"
              "share = (sum of bonus.held over all hospitals) / $1_000_000\n")
            .empty());
}

TEST_CASE("cases: every one can apply") {
  CHECK(codes("for each hospital:\n  x =\n    1 when beds >= 80\n    2 when beds >= 90\n    3 otherwise\n") ==
        Codes{"M202"});
  CHECK(codes("for each hospital:\n  x =\n    1 when beds >= 90\n    2 when beds >= 80\n    3 otherwise\n")
            .empty());
  CHECK(codes("for each hospital:\n  x =\n    1 when rural\n    2 when rural\n    3 otherwise\n") ==
        Codes{"M202"});
  CHECK(codes("for each hospital:\n  x =\n    1 when rural\n    2 when not rural\n    3 otherwise\n") ==
        Codes{"M202"});
  CHECK(codes("for each hospital:\n  x =\n    1 when beds > 3 and beds < 2\n    3 otherwise\n") ==
        Codes{"M202"});
  CHECK(codes("for each hospital:\n  x =\n    1 when beds > 3 and beds < 4\n    3 otherwise\n") ==
        Codes{"M202"});
  CHECK(codes("for each hospital:\n  x =\n    1 when true\n    3 otherwise\n") == Codes{"M202", "M202"});
  CHECK(codes("for each hospital:\n  x =\n    1 when false\n    3 otherwise\n") == Codes{"M202"});
  CHECK(codes("for each measure:\n  x =\n    1 when domain is safety\n    2 when domain is safety\n    3 "
              "otherwise\n") == Codes{"M202"});
  CHECK(codes("for each hospital:\n  x =\n    0 when quintile is missing\n    1 when quintile in 1 to 3\n    "
              "2 when quintile is "
              "2\n    3 otherwise\n") == Codes{"M202"});
}

TEST_CASE("cases: none is left out") {
  const auto cases = [](const std::string& rows) {
    return first_message("for each hospital:\n  x =\n" + rows);
  };
  const std::string help =
      " | Add a last line `… otherwise`; where there is to be no value, `missing because \"…\" otherwise`.";
  CHECK(cases("    1 when beds < 5\n    2 when beds > 5\n") ==
        "M201: No case covers what happens when `beds` is 5." + help);
  CHECK(cases("    1 when beds < 5\n    2 when beds > 7\n") ==
        "M201: No case covers what happens when `beds` is at least 5 and below 8." + help);
  CHECK(cases("    1 when beds < 5\n    2 when beds >= 5\n") == "fine");
  CHECK(cases("    1 when beds < 5\n    2 when rural\n") ==
        "M201: No case is left for when none of the conditions holds." + help);
  CHECK(cases("    1 when quintile is known\n    2 when quintile is missing\n") == "fine");
  CHECK(cases("    1 when rural\n") == "M201: No case covers what happens when `rural` is false." + help);
  CHECK(first_message(
            "for each measure:\n  x =\n    1 when domain is safety\n    2 when domain is efficiency\n") ==
        "M201: No case covers what happens when `domain` is engagement." + help);
  CHECK(first_message("for each measure:\n  x =\n    1 when domain is safety\n    2 when domain is "
                      "efficiency\n    3 when "
                      "domain is engagement\n") == "fine");
  CHECK(first_message("for each result:\n  x =\n    1 when measure is ami\n    2 when measure is cauti\n") ==
        "fine");
  CHECK(cases("    1 when opened < closed_day\n    2 when opened >= closed_day\nclosed_day = 2024-01-01\n") ==
        "fine");
}

TEST_CASE("cases have values of one type") {
  CHECK(first_message("for each hospital:\n  x =\n    0 when rural\n    $2 otherwise\n") ==
        "T118: This case is an amount of money, and the one above, `0`, is a number. | An amount is written "
        "with its "
        "currency: `$0`.");
  CHECK(hospital_type("(missing because \"too small\" when beds < 3, beds otherwise)") == "integer?");
  CHECK(hospital_type("missing because \"always\"") == "T120");
  CHECK(type_of("for each hospital:\n  x : number? = missing because \"always\"\n", "hospital.x") ==
        "number?");
  CHECK(type_of("for each hospital:\n  x : number = missing because \"always\"\n", "hospital.x") == "M104");
  CHECK(type_of("for each hospital:\n  x : number? = beds\n", "hospital.x") == "number?");
  CHECK(type_of("for each hospital:\n  x : integer = beds / 2\n", "hospital.x") == "T001");
  CHECK(type_of("for each hospital:\n  x : money = beds\n", "hospital.x") == "T001");
}

TEST_CASE("names of rows and values by the type that is expected") {
  CHECK(result_type("measure is ami") == "boolean");
  CHECK(result_type("ami is measure") == "boolean");
  CHECK(result_type("measure.domain is safety") == "boolean");
  CHECK(result_message("measure is cautti") ==
        "N007: There is no `measure` called `cautti`. | Did you mean `cauti`?");
  CHECK(codes("for each result:\n  x = measure.domain is blue\n") == Codes{"N007"});
  CHECK(codes("for each result:\n  x = hospital is \"010001\"\n") == Codes{"N007"});
  CHECK(codes("for each result:\n  x = cauti\n") == Codes{"N001"});
  CHECK(codes("for each result:\n  x = safety\n") == Codes{"N001"});
}

TEST_CASE("rows by their key") {
  CHECK(hospital_type("measure(ami).threshold") == "number");
  CHECK(hospital_type("measure(\"ami\").threshold") == "number");
  CHECK(hospital_type("result(hospital, ami).cases") == "integer?");
  CHECK(hospital_type("score(hospital, safety)") == "score");
  CHECK(result_type("weight(measure.domain).share") == "number");
  CHECK(hospital_type("weight(safety).share") == "number");
  CHECK(hospital_type("result(ami)") == "T130");
  CHECK(hospital_type("result(hospital, cautti)") == "N007");
}

TEST_CASE("names: whose a value is") {
  CHECK(hospital_message("quintle") == "N001: `quintle` is not known here. | Did you mean `quintile`?");
  CHECK(hospital_message("cases") == "N003: `cases` belongs to each result, and this is said of each "
                                     "hospital. | Say which result, or say what is wanted "
                                     "of all of them: `sum of cases over results`.");
  CHECK(result_message("threshold") == "N003: `threshold` belongs to each measure, and this is said of each "
                                       "result. | Write `measure.threshold`.");
  CHECK(first_message("x = beds\n") == "N003: `beds` belongs to each hospital, and this is said once for the "
                                       "whole program. | Say which hospital, or say "
                                       "what is wanted of all of them: `sum of beds over all hospitals`.");
  CHECK(result_message("measure.treshold") ==
        "N005: A measure has no `treshold`. | Did you mean `threshold`?");
  CHECK(codes("for each measure:\n  x = count of hospitals\n") == Codes{"N013"});
  CHECK(codes("x = count of all hospital\n") == Codes{"N013"});
  CHECK(codes("for each hospital:\n  x = measure.threshold\n") == Codes{"N014"});
  CHECK(codes("for each hospital:\n  x = results.cases\n") == Codes{"T127"});
  CHECK(codes("for each hospital:\n  x = count of name\n") == Codes{"T112"});
  CHECK(codes("for each hospital:\n  x = results\n  y = x + 1\n") == Codes{"T111"});
}

TEST_CASE("names: rows within rows") {
  CHECK(first_message("for each hospital:\n  cases = 3\n  x = count of (results where cases > 3)\n") ==
        "N002: `cases` could be the result's or the hospital's. | Say which: `result.cases` or "
        "`hospital.cases`.");
  CHECK(
      codes("for each hospital:\n  cases = 3\n  x = count of (results where result.cases > hospital.cases)\n")
          .empty());
  CHECK(codes("for each hospital:\n  x = count of (all hospitals where beds > 3)\n") == Codes{"N004"});
  CHECK(codes("for each hospital:\n  x = count of (all hospitals as other where other.beds > beds)\n") ==
        Codes{"W101"});
  CHECK(codes("for each hospital:\n  x = count of (all results as r where r.hospital is hospital)\n") ==
        Codes{"W101"});
  CHECK(codes("for each hospital:\n  x = count of (results where hospital is hospital)\n") == Codes{"T123"});
  CHECK(codes("for each hospital:\n  x = count of transfers\n") == Codes{"N006"});
  CHECK(hospital_type("count of transfers through to_hospital") == "integer");
  CHECK(hospital_type("count of (transfers through to_hospital where day > opened)") == "integer");
}

TEST_CASE("collections: paths go on over many rows") {
  CHECK(hospital_type("count of results.measure") == "integer");
  CHECK(hospital_type("sum of threshold over results.measure") == "number");
  CHECK(hospital_type("count of scores") == "integer");
  CHECK(type_of("for each size_group:\n  x = sum of beds over hospitals\n", "size_group.x") == "integer");
  CHECK(hospital_type("size_group.quintile") == "integer?");
}

TEST_CASE("better and worse go by the direction of the measure") {
  const Compilation result = compiled("for each result:\n  x = measure.benchmark reached by cases\n");
  const ir::Expr* body = body_of(result, "result.x");
  REQUIRE(body);
  CHECK(body->op == ir::Op::cases);
  REQUIRE(body->args.size() == 3);
  CHECK(body->args[0]->op == ir::Op::equal);
  CHECK(body->args[1]->op == ir::Op::less_equal);
  CHECK(body->args[2]->op == ir::Op::greater_equal);
  CHECK(result_type("cases better than 3") == "boolean");
  CHECK(result_type("rate_now better than 3") == "M101");
  CHECK(hospital_type("beds better than 3") == "T113");
}

TEST_CASE("definitions with arguments are inlined where they are called") {
  const std::string share = "for each hospital:\n  share_of(amount : money) = amount * rate + base\n";
  CHECK(type_of(share + "  x = share_of($3)\n", "hospital.x") == "money");
  CHECK(type_of(share + "  x = share_of(extra_base)\n", "hospital.x") == "money?");
  CHECK(type_of(share + "for each result:\n  x = hospital.share_of($3)\n", "result.x") == "money");
  CHECK(type_of(share + "  x = share_of(3)\n", "hospital.x") == "T001");
  CHECK(type_of(share + "  x = share_of()\n", "hospital.x") == "T117");
  CHECK(type_of(share + "  x = share_of\n", "hospital.x") == "N008");
  CHECK(type_of("agree(a : number?, b : number?) : boolean =\n  b is missing when a is missing\n  false when "
                "b is missing\n  a "
                "is b otherwise\nfor each hospital:\n  x = agree(quintile, round(quintile / 3))\n",
                "hospital.x") == "boolean");
  CHECK(type_of("above(a : number) = a > 3\nfor each hospital:\n  x = above(quintile + 1)\n", "hospital.x") ==
        "boolean?");
  CHECK(codes("f(a : number) : number = g(a)\ng(a : number) : number = f(a)\n") == Codes{"C101"});
  CHECK(codes("f(a : number) = a > $3\n") == Codes{"T104"});
}

TEST_CASE("a circle of definitions is shown whole") {
  const Compilation result = compiled("a = b + 1\nb = c + 1\nc = a\n");
  REQUIRE(result.diagnostics.all().size() == 1);
  const Diagnostic& diagnostic = result.diagnostics.all()[0];
  CHECK(diagnostic.code == "C101");
  CHECK(diagnostic.message == "`a` is defined by itself: `a` needs `b`, `b` needs `c`, `c` needs `a`.");
  CHECK(diagnostic.notes.size() == 3);
}

TEST_CASE("a long chain of definitions is no circle") {
  std::string chain;
  for (int i = 0; i < 3000; ++i) chain += "a" + std::to_string(i) + " = a" + std::to_string(i + 1) + " + 1\n";
  CHECK(codes(chain + "a3000 = 1\n").empty());
}

TEST_CASE("definitions that would not fit when written out are refused") {
  std::string tower = "f0(a : number) = a + 1\n";
  for (int i = 1; i < 40; ++i) {
    const std::string below = "f" + std::to_string(i - 1) + "(a)";
    tower += "f" + std::to_string(i) + "(a : number) = " + below + " + " + below + "\n";
  }
  const Codes found = codes(tower + "x = f39(1)\n");
  REQUIRE(!found.empty());
  CHECK(found[0] == "T132");
}

TEST_CASE("parameters are fixed beforehand") {
  CHECK(codes("parameter a = rate * 2\n").empty());
  CHECK(codes("parameter a = count of all hospitals\n") == Codes{"N012"});
  CHECK(codes("slope = 3\nparameter a = slope + 1\n") == Codes{"N012"});
}

TEST_CASE("what stands in the wrong place") {
  CHECK(codes("x = as before\n") == Codes{"N015"});
  CHECK(codes("for each hospital:\n  x = roundd(3)\n") == Codes{"N001"});
  CHECK(hospital_message("roundd(beds)") == "N001: `roundd` is not known here. | Did you mean `round`?");
  CHECK(codes("for each hospital:\n  x = beds(3)\n") == Codes{"N008"});
  CHECK(codes("for each hospital:\n  x = clamp(beds, 3)\n") == Codes{"T117"});
  CHECK(codes("for each hospital:\n  x = round(beds, 0)\n") == Codes{"T125"});
  CHECK(codes("for each hospital:\n  x = latest of results by measure\n") == Codes{"T129"});
  CHECK(codes("for each hospital:\n  x = beds / 0\n") == Codes{"T131"});
  CHECK(codes("for each hospital:\n  x = (beds if missing 0)\n") == Codes{"M105"});
}

TEST_CASE("every message of these passes stands in the registry") {
  for (const std::span<const MessageEntry> table : {name_messages(), type_messages()}) {
    for (const MessageEntry& entry : table) {
      CHECK(find_message(entry.code) == &entry);
      CHECK(!entry.title.empty());
      CHECK(!entry.meaning.empty());
    }
  }
}
