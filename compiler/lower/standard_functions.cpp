#include "compiler/lower/standard_functions.h"

#include <algorithm>
#include <array>
#include <vector>

namespace merit {

namespace {

using ast::AggregateKind;
using ir::AggregateMode;
using ir::Op;
using ir::TypeKind;

constexpr Kinds numbers = {TypeKind::number, TypeKind::integer};
constexpr Kinds amounts = {TypeKind::number, TypeKind::integer, TypeKind::money};
constexpr Kinds dated = {TypeKind::number, TypeKind::integer, TypeKind::money, TypeKind::date,
                         TypeKind::datetime};
constexpr Kinds ordered = {TypeKind::number,   TypeKind::integer, TypeKind::money,       TypeKind::date,
                           TypeKind::datetime, TypeKind::text,    TypeKind::enumeration, TypeKind::link};

constexpr Kinds periods = {TypeKind::period, TypeKind::datetime_period};
constexpr Kinds timed = {TypeKind::number, TypeKind::integer, TypeKind::date, TypeKind::datetime};

constexpr std::string_view values = "Values";
constexpr std::string_view rows = "Rows";
constexpr std::string_view statistics = "Statistics";
constexpr std::string_view picks = "One row of many";
constexpr std::string_view places = "Places and shares";

constexpr StandardFunction percentile(std::string_view method, AggregateMode mode, Gives gives,
                                      std::string_view text, std::string_view example,
                                      std::string_view value) {
  return {.chapter = statistics,
          .name = "percentile",
          .option = method,
          .written = "percentile(p, method) of E over C",
          .form = FunctionForm::values,
          .kind = AggregateKind::percentile,
          .mode = mode,
          .takes = amounts,
          .gives = gives,
          .missing = MissingRule::of_none,
          .text = text,
          .example = example,
          .value = value};
}

constexpr StandardFunction spread(AggregateKind kind, std::string_view option, bool weighted,
                                  AggregateMode mode, std::string_view text, std::string_view example,
                                  std::string_view value) {
  const bool deviation = kind == AggregateKind::standard_deviation;
  return {.chapter = statistics,
          .name = deviation ? "standard_deviation" : "variance",
          .option = option,
          .written = deviation ? (weighted ? "standard_deviation(population) of E weighted by W over C"
                                           : "standard_deviation(sample or population) of E over C")
                               : (weighted ? "variance(population) of E weighted by W over C"
                                           : "variance(sample or population) of E over C"),
          .form = FunctionForm::values,
          .weighted = weighted,
          .kind = kind,
          .mode = mode,
          .takes = deviation ? amounts : numbers,
          .gives = Gives::unrounded,
          .missing = option == "sample" ? MissingRule::of_one : MissingRule::of_none,
          .text = text,
          .example = example,
          .value = value};
}

constexpr StandardFunction pick(AggregateKind kind, std::string_view name, std::string_view written,
                                Kinds takes, std::string_view text, std::string_view example,
                                std::string_view value) {
  return {.chapter = picks,
          .name = name,
          .written = written,
          .form = FunctionForm::pick,
          .kind = kind,
          .mode = AggregateMode::first,
          .takes = takes,
          .gives = Gives::row,
          .missing = MissingRule::of_none,
          .text = text,
          .example = example,
          .value = value};
}

// In the order of the reference.
constexpr std::array table = {
    StandardFunction{.chapter = values,
                     .name = "round",
                     .written = "round(x, step)",
                     .form = FunctionForm::rounding,
                     .op = Op::round,
                     .least = 1,
                     .most = 2,
                     .arity = "takes a value and the step it is rounded to.",
                     .help = "For example `round(x, 0.1)`, `round(amount, $0.01)`, `round(x, 1, half even)`.",
                     .takes = amounts,
                     .gives = Gives::same,
                     .text = "To a multiple of the step, halves away from zero; without a step to a whole "
                             "number. A third word says otherwise: `half even`, `up` or `down`.",
                     .example = "round(2.45, 0.1)",
                     .value = "2.5"},
    StandardFunction{.chapter = values,
                     .name = "floor",
                     .written = "floor(x)",
                     .op = Op::floor,
                     .arity = "takes one value.",
                     .help = "For example `floor(x)`.",
                     .takes = numbers,
                     .gives = Gives::whole,
                     .text = "The greatest whole number that is not above the value.",
                     .example = "floor(-2.5)",
                     .value = "-3"},
    StandardFunction{.chapter = values,
                     .name = "ceiling",
                     .written = "ceiling(x)",
                     .op = Op::ceiling,
                     .arity = "takes one value.",
                     .help = "For example `ceiling(x)`.",
                     .takes = numbers,
                     .gives = Gives::whole,
                     .text = "The least whole number that is not below the value.",
                     .example = "ceiling(-2.5)",
                     .value = "-2"},
    StandardFunction{.chapter = values,
                     .name = "abs",
                     .written = "abs(x)",
                     .op = Op::absolute,
                     .arity = "takes one value.",
                     .help = "For example `abs(x)`.",
                     .takes = amounts,
                     .text = "The value without its sign.",
                     .example = "abs(-$2.50)",
                     .value = "$2.50"},
    StandardFunction{.chapter = values,
                     .name = "minimum",
                     .written = "minimum(a, b, …)",
                     .form = FunctionForm::greatest,
                     .op = Op::minimum_of,
                     .least = 2,
                     .most = ir::none,
                     .arity = "compares two values or more.",
                     .help = "Over rows it is written `minimum of … over …`.",
                     .takes = dated,
                     .text = "The least of the values.",
                     .example = "minimum(3, 1/2, 2)",
                     .value = "0.5"},
    StandardFunction{.chapter = values,
                     .name = "maximum",
                     .written = "maximum(a, b, …)",
                     .form = FunctionForm::greatest,
                     .op = Op::maximum_of,
                     .least = 2,
                     .most = ir::none,
                     .arity = "compares two values or more.",
                     .help = "Over rows it is written `maximum of … over …`.",
                     .takes = dated,
                     .text = "The greatest of the values.",
                     .example = "maximum($0, -$2.50)",
                     .value = "$0"},
    StandardFunction{.chapter = values,
                     .name = "minimum of known",
                     .written = "minimum of known(a, b, …)",
                     .form = FunctionForm::greatest,
                     .op = Op::minimum_of_known,
                     .least = 2,
                     .most = ir::none,
                     .arity = "compares two values or more.",
                     .help = "Over rows it is written `minimum of … over …`.",
                     .takes = dated,
                     .missing = MissingRule::left_out,
                     .text = "The least of the values that are known.",
                     .example = "minimum of known(rating, 8)",
                     .value = "8"},
    StandardFunction{.chapter = values,
                     .name = "maximum of known",
                     .written = "maximum of known(a, b, …)",
                     .form = FunctionForm::greatest,
                     .op = Op::maximum_of_known,
                     .least = 2,
                     .most = ir::none,
                     .arity = "compares two values or more.",
                     .help = "Over rows it is written `maximum of … over …`.",
                     .takes = dated,
                     .missing = MissingRule::left_out,
                     .text = "The greatest of the values that are known.",
                     .example = "maximum of known(rating, 2, 8)",
                     .value = "8"},
    StandardFunction{.chapter = values,
                     .name = "clamp",
                     .written = "clamp(x, low to high)",
                     .form = FunctionForm::limits,
                     .op = Op::maximum_of,
                     .least = 2,
                     .most = 2,
                     .arity = "takes a value and the range it is kept in.",
                     .help = "For example `clamp(x, 0 to 10)`.",
                     .takes = dated,
                     .text = "The value, but no less than the low end and no more than the high end.",
                     .example = "clamp(12, 0 to 10)",
                     .value = "10"},
    StandardFunction{.chapter = values,
                     .name = "common_part",
                     .written = "common_part(p, q)",
                     .form = FunctionForm::common,
                     .op = Op::common_part,
                     .least = 2,
                     .most = 2,
                     .arity = "takes two periods.",
                     .help = "For example `common_part(stay, measurement_period)`.",
                     .takes = periods,
                     .missing = MissingRule::nothing_common,
                     .text = "The period that is in both.",
                     .example = "common_part(2026-01-01 to 2026-06-30, 2026-04-01 or more)",
                     .value = "2026-04-01 to 2026-06-30"},
    StandardFunction{.chapter = values,
                     .name = "sqrt",
                     .written = "sqrt(x)",
                     .op = Op::square_root,
                     .arity = "takes one value.",
                     .help = "For example `sqrt(x)`.",
                     .takes = numbers,
                     .gives = Gives::number,
                     .text = "The square root, to 34 digits; of a number below zero a fault.",
                     .example = "sqrt(2.25)",
                     .value = "1.5"},
    StandardFunction{.chapter = values,
                     .name = "exp",
                     .written = "exp(x)",
                     .op = Op::exponential,
                     .arity = "takes one value.",
                     .help = "For example `exp(x)`.",
                     .takes = numbers,
                     .gives = Gives::number,
                     .text = "The power of e, to 34 digits.",
                     .example = "round(exp(1), 0.00001)",
                     .value = "2.71828"},
    StandardFunction{.chapter = values,
                     .name = "ln",
                     .written = "ln(x)",
                     .op = Op::logarithm,
                     .arity = "takes one value.",
                     .help = "For example `ln(x)`.",
                     .takes = numbers,
                     .gives = Gives::number,
                     .text = "The natural logarithm, to 34 digits; of zero and of a number below it a fault.",
                     .example = "round(ln(10), 0.00001)",
                     .value = "2.30259"},

    StandardFunction{.chapter = rows,
                     .name = "count",
                     .written = "count of C",
                     .form = FunctionForm::rows,
                     .kind = AggregateKind::count,
                     .mode = AggregateMode::count,
                     .gives = Gives::whole,
                     .missing = MissingRule::never,
                     .text = "How many rows there are.",
                     .example = "count of visits",
                     .value = "4"},
    StandardFunction{.chapter = rows,
                     .name = "exists",
                     .written = "exists C",
                     .form = FunctionForm::rows,
                     .kind = AggregateKind::exists,
                     .mode = AggregateMode::exists,
                     .gives = Gives::boolean,
                     .missing = MissingRule::never,
                     .text = "Whether there is a row.",
                     .example = "exists visits where points > 30",
                     .value = "yes"},
    StandardFunction{.chapter = rows,
                     .name = "no",
                     .written = "no C",
                     .form = FunctionForm::rows,
                     .kind = AggregateKind::no,
                     .mode = AggregateMode::none,
                     .gives = Gives::boolean,
                     .missing = MissingRule::never,
                     .text = "Whether there is none.",
                     .example = "no visits where points > 30",
                     .value = "no"},
    StandardFunction{.chapter = rows,
                     .name = "every",
                     .written = "every C has CONDITION",
                     .form = FunctionForm::rows,
                     .kind = AggregateKind::every,
                     .mode = AggregateMode::every,
                     .gives = Gives::boolean,
                     .missing = MissingRule::never,
                     .text = "Whether the condition holds for each row; of no rows it does.",
                     .example = "every visits has points >= 10",
                     .value = "yes"},
    StandardFunction{.chapter = rows,
                     .name = "sum",
                     .written = "sum of E over C",
                     .form = FunctionForm::values,
                     .kind = AggregateKind::sum,
                     .mode = AggregateMode::sum,
                     .takes = amounts,
                     .missing = MissingRule::never,
                     .text = "The values added up; of no rows it is 0.",
                     .example = "sum of cost over visits",
                     .value = "$200.00"},
    StandardFunction{
        .chapter = rows,
        .name = "days covered",
        .written = "days covered by E over C",
        .form = FunctionForm::values,
        .kind = AggregateKind::days_covered,
        .mode = AggregateMode::days_covered,
        .takes = periods,
        .gives = Gives::whole,
        .missing = MissingRule::never,
        .text = "How many distinct days are in the periods; of no rows 0, of an open period a fault.",
        .example = "days covered by (seen_on to seen_on + 35 days) over visits",
        .value = "141"},
    StandardFunction{.chapter = rows,
                     .name = "average",
                     .written = "average of E over C",
                     .form = FunctionForm::values,
                     .kind = AggregateKind::average,
                     .mode = AggregateMode::average,
                     .takes = amounts,
                     .gives = Gives::unrounded,
                     .missing = MissingRule::of_none,
                     .text = "The sum by the number of rows.",
                     .example = "average of points over visits",
                     .value = "22.5"},
    StandardFunction{.chapter = rows,
                     .name = "average",
                     .written = "average of E weighted by W over C",
                     .form = FunctionForm::values,
                     .weighted = true,
                     .kind = AggregateKind::average,
                     .mode = AggregateMode::weighted_average,
                     .takes = amounts,
                     .gives = Gives::unrounded,
                     .missing = MissingRule::of_none,
                     .text =
                         "The sum of the values times their weights, by the sum of the weights; where the "
                         "weights add up to 0 a fault.",
                     .example = "average of points weighted by weight over visits",
                     .value = "28.75"},
    StandardFunction{.chapter = rows,
                     .name = "minimum",
                     .written = "minimum of E over C",
                     .form = FunctionForm::values,
                     .kind = AggregateKind::minimum,
                     .mode = AggregateMode::minimum,
                     .takes = dated,
                     .missing = MissingRule::of_none,
                     .text = "The least value.",
                     .example = "minimum of seen_on over visits",
                     .value = "2026-01-05"},
    StandardFunction{.chapter = rows,
                     .name = "maximum",
                     .written = "maximum of E over C",
                     .form = FunctionForm::values,
                     .kind = AggregateKind::maximum,
                     .mode = AggregateMode::maximum,
                     .takes = dated,
                     .missing = MissingRule::of_none,
                     .text = "The greatest value.",
                     .example = "maximum of points over visits",
                     .value = "40"},
    StandardFunction{
        .chapter = rows,
        .name = "list",
        .written = "list of E over C by KEY",
        .form = FunctionForm::values,
        .kind = AggregateKind::list,
        .mode = AggregateMode::list,
        .takes = {TypeKind::text, TypeKind::enumeration},
        .gives = Gives::text,
        .missing = MissingRule::never,
        .text =
            "The texts, joined by commas, in the order of the keys (`by highest KEY` for the "
            "greatest first, `then highest KEY2`, `then lowest KEY2`), finally or without `by` in that of "
            "the rows; of no rows the empty text.",
        .example = "list of code over visits by highest points, then lowest cost",
        .value = "\"z, x, y, x\""},

    StandardFunction{.chapter = statistics,
                     .name = "median",
                     .written = "median of E over C",
                     .form = FunctionForm::values,
                     .kind = AggregateKind::median,
                     .mode = AggregateMode::median,
                     .takes = amounts,
                     .gives = Gives::unrounded,
                     .missing = MissingRule::of_none,
                     .text = "The middle value; of an even number of values the mean of the middle two.",
                     .example = "median of points over visits",
                     .value = "20"},
    percentile("nearest_rank", AggregateMode::percentile_nearest_rank, Gives::same,
               "Of n values in order the one at n p, rounded up. SAS definition 3, R type 1.",
               "percentile(30%, nearest_rank) of points over visits", "20"),
    percentile("linear", AggregateMode::percentile_linear, Gives::unrounded,
               "Straight between the values, at (n - 1) p + 1. Excel's PERCENTILE.INC, R type 7.",
               "percentile(25%, linear) of points over visits", "17.5"),
    percentile(
        "exclusive", AggregateMode::percentile_exclusive, Gives::unrounded,
        "Straight between the values, at (n + 1) p. Excel's PERCENTILE.EXC, SAS definition 4, R type 6.",
        "percentile(25%, exclusive) of points over visits", "12.5"),
    percentile("sas_1", AggregateMode::percentile_sas_1, Gives::unrounded,
               "Straight between the values, at n p. SAS definition 1, R type 4.",
               "percentile(30%, sas_1) of points over visits", "12"),
    percentile("sas_2", AggregateMode::percentile_sas_2, Gives::same,
               "The value nearest to n p, of two the even one. SAS definition 2, R type 3.",
               "percentile(30%, sas_2) of points over visits", "10"),
    percentile("sas_3", AggregateMode::percentile_nearest_rank, Gives::same,
               "Another name of `nearest_rank`.", "percentile(30%, sas_3) of points over visits", "20"),
    percentile("sas_4", AggregateMode::percentile_exclusive, Gives::unrounded, "Another name of `exclusive`.",
               "percentile(25%, sas_4) of points over visits", "12.5"),
    percentile("sas_5", AggregateMode::percentile_sas_5, Gives::unrounded,
               "The value at n p, rounded up; where n p is a whole number the mean of that one and the next. "
               "What SAS does unless told otherwise; R type 2.",
               "percentile(25%, sas_5) of points over visits", "15"),
    spread(AggregateKind::variance, "sample", false, AggregateMode::variance_sample,
           "The squares of the distances from the mean, added, by one less than the number of values.",
           "variance(sample) of weight over visits", "2"),
    spread(AggregateKind::variance, "population", false, AggregateMode::variance_population,
           "The same by the number of values.", "variance(population) of weight over visits", "1.5"),
    spread(AggregateKind::variance, "population", true, AggregateMode::weighted_variance_population,
           "The weighted average of the squares of the distances from the weighted average.",
           "variance(population) of points weighted by weight over visits", "135.9375"),
    spread(AggregateKind::standard_deviation, "sample", false, AggregateMode::standard_deviation_sample,
           "The square root of the variance, to 34 digits.",
           "round(standard_deviation(sample) of points over visits, 0.001)", "12.583"),
    spread(AggregateKind::standard_deviation, "population", false,
           AggregateMode::standard_deviation_population, "The square root of the variance, to 34 digits.",
           "round(standard_deviation(population) of points over visits, 0.001)", "10.897"),
    spread(AggregateKind::standard_deviation, "population", true,
           AggregateMode::weighted_standard_deviation_population,
           "The square root of the weighted variance, to 34 digits.",
           "round(standard_deviation(population) of points weighted by weight over visits, 0.001)", "11.659"),

    StandardFunction{.chapter = picks,
                     .name = "the",
                     .written = "the C",
                     .form = FunctionForm::rows,
                     .kind = AggregateKind::the,
                     .mode = AggregateMode::the,
                     .gives = Gives::row,
                     .missing = MissingRule::of_none,
                     .text = "The only row; two are a fault.",
                     .example = "(the visits where points > 30).number",
                     .value = "4"},
    pick(AggregateKind::latest, "latest", "latest of C by E", timed,
         "The row with the latest date; then by further keys (`then highest E2`, `then lowest E2`), finally "
         "by "
         "the rows' own key. Rows without a date come last.",
         "(latest of visits by seen_on).number", "4"),
    pick(AggregateKind::earliest, "earliest", "earliest of C by E", timed, "The row with the earliest date.",
         "(earliest of visits by seen_on).number", "1"),
    pick(AggregateKind::highest, "highest", "highest of C by E", ordered, "The row with the greatest value.",
         "(highest of visits by cost).number", "1"),
    pick(AggregateKind::lowest, "lowest", "lowest of C by E", ordered, "The row with the least value.",
         "(lowest of visits by cost, then highest points).number", "4"),
    StandardFunction{.chapter = picks,
                     .name = "previous",
                     .written = "previous of C by E",
                     .form = FunctionForm::pick,
                     .kind = AggregateKind::previous,
                     .mode = AggregateMode::previous,
                     .takes = ordered,
                     .gives = Gives::row,
                     .missing = MissingRule::nothing_before,
                     .text = "Of the rows of the same owner the one before this one; two in one place are a "
                             "fault. A definition of its own, which others may read.",
                     .example = "previous of visits by seen_on",
                     .value = "A, 1"},

    StandardFunction{.chapter = places,
                     .name = "rank",
                     .written = "rank of E over C, highest or lowest first, ties …",
                     .form = FunctionForm::rank,
                     .kind = AggregateKind::rank,
                     .mode = AggregateMode::rank_best,
                     .takes = dated,
                     .gives = Gives::whole,
                     .missing = MissingRule::not_among,
                     .text =
                         "The place of the current row among the rows. Equal ones share the best of their "
                         "places.",
                     .example = "rank of points over hospital.visits, highest first, ties share the best",
                     .value = "2"},
    StandardFunction{.chapter = places,
                     .name = "rank",
                     .option = "average",
                     .written = "rank of E over C, highest or lowest first, ties …",
                     .form = FunctionForm::rank,
                     .kind = AggregateKind::rank,
                     .mode = AggregateMode::rank_average,
                     .takes = dated,
                     .gives = Gives::number,
                     .missing = MissingRule::not_among,
                     .text = "Equal ones share the average of their places.",
                     .example = "rank of points over hospital.visits, highest first, ties share the average",
                     .value = "2.5"},
    StandardFunction{.chapter = places,
                     .name = "rank",
                     .option = "by",
                     .written = "rank of E over C, highest or lowest first, ties …",
                     .form = FunctionForm::rank,
                     .kind = AggregateKind::rank,
                     .mode = AggregateMode::rank_by,
                     .takes = dated,
                     .gives = Gives::whole,
                     .missing = MissingRule::not_among,
                     .text = "What decides between equal ones is named.",
                     .example = "rank of points over hospital.visits, highest first, ties by cost",
                     .value = "3"},
    StandardFunction{.chapter = places,
                     .name = "apportion",
                     .written = "apportion TOTAL by W over C step S ties KEY",
                     .form = FunctionForm::clause,
                     .op = Op::apportion,
                     .takes = amounts,
                     .missing = MissingRule::not_among,
                     .text =
                         "The part of the current row when the total is shared out by weight in whole "
                         "steps: each share is rounded down, and the steps that are left go to the largest "
                         "remainders, of equal ones to the first by the key.",
                     .example = "apportion $100 by weight over hospital.visits step $1 ties number",
                     .value = "$12"},
    StandardFunction{.chapter = places,
                     .name = "largest",
                     .written = "largest s in LOW to HIGH by STEP such that CONDITION",
                     .form = FunctionForm::clause,
                     .op = Op::largest,
                     .takes = amounts,
                     .missing = MissingRule::never,
                     .text =
                         "The greatest of low, low + step, … for which the condition holds. It has to hold "
                         "at the low end and, once it fails, to fail from there on; else a fault.",
                     .example = "largest s in 0 to 3 by 0.5 such that s * points <= 35",
                     .value = "1.5"},
    StandardFunction{.chapter = places,
                     .name = "smallest",
                     .written = "smallest s in LOW to HIGH by STEP such that CONDITION",
                     .form = FunctionForm::clause,
                     .op = Op::smallest,
                     .takes = amounts,
                     .missing = MissingRule::never,
                     .text = "The least of them, the other way round.",
                     .example = "smallest s in 0 to 3 by 0.5 such that s * points >= 35",
                     .value = "2"},
};

}  // namespace

std::span<const StandardFunction> standard_functions() {
  return table;
}

const StandardFunction* standard_call(std::string_view name) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const StandardFunction& function) {
    return function.form <= FunctionForm::of_one && function.name == name;
  });
  return found == table.end() ? nullptr : &*found;
}

const StandardFunction* standard_aggregate(AggregateKind kind, std::string_view option, bool weighted) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const StandardFunction& function) {
    return function.op == Op::aggregate && function.kind == kind && function.option == option &&
           function.weighted == weighted;
  });
  return found == table.end() ? nullptr : &*found;
}

std::string spoken(AggregateKind kind) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const StandardFunction& function) {
    return function.op == Op::aggregate && function.kind == kind;
  });
  std::string word(found == table.end() ? std::string_view() : found->name);
  std::replace(word.begin(), word.end(), '_', ' ');
  return word;
}

std::string text_of(const Kinds& kinds) {
  std::vector<std::string_view> words;
  if (kinds.has(TypeKind::number) || kinds.has(TypeKind::integer)) words.emplace_back("numbers");
  if (kinds.has(TypeKind::money)) words.emplace_back("money");
  if (kinds.has(TypeKind::date)) words.emplace_back("dates");
  if (kinds.has(TypeKind::datetime)) words.emplace_back("datetimes");
  if (kinds.has(TypeKind::period)) words.emplace_back("periods");
  if (kinds.has(TypeKind::text)) words.emplace_back("texts");
  if (kinds.has(TypeKind::enumeration)) words.emplace_back("names");
  if (kinds.has(TypeKind::link)) words.emplace_back("rows by their keys");
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 < words.size() ? ", " : " and ";
    text += words[i];
  }
  return text;
}

}  // namespace merit
