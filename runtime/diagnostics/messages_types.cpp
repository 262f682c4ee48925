// Messages about types, money and grain (T), about missing values and cases (M), and what is slow (W).
#include <array>

#include "runtime/diagnostics/registry.h"

namespace merit {

namespace {

constexpr std::array entries = {
    MessageEntry{"T001", Severity::error, "A value is of another type than the place asks for.",
                 "Merit never converts silently. Write a rule that gives the type that is needed."},
    MessageEntry{
        "T101", Severity::error, "Money and a number are added.",
        "An amount and a number have no sum. Write the number as an amount (`$5`), or multiply with it."},
    MessageEntry{"T102", Severity::error, "Money is multiplied by money.",
                 "Square dollars pay nobody: one of the two has to be a number."},
    MessageEntry{
        "T103", Severity::error, "A number is divided by money.",
        "Money divided by money is a number, money divided by a number is money; the other way round is "
        "nothing."},
    MessageEntry{"T104", Severity::error, "Money is compared with a number.",
                 "An amount is compared with an amount: `$0`, not `0`."},
    MessageEntry{"T105", Severity::error, "Something is computed with that is no number.",
                 "Arithmetic is for numbers, money, and lengths of time on dates."},
    MessageEntry{"T106", Severity::error, "Two dates are added or subtracted.",
                 "The time between two dates is counted in a unit that is said: `days from a to b`."},
    MessageEntry{"T107", Severity::error, "A number is added to a date.",
                 "A date moves by days, weeks, months or years: `date + 30 days`."},
    MessageEntry{"T108", Severity::error, "Two things of different types are compared.",
                 "Like is compared with like: numbers with numbers, dates with dates, text with text."},
    MessageEntry{"T109", Severity::error, "Things without an order are put in one.",
                 "Numbers, money, dates and text have an order; rows, names and conditions have none."},
    MessageEntry{"T110", Severity::error, "Rows of different entities are compared.",
                 "A hospital is never a measure: the comparison would never hold."},
    MessageEntry{"T111", Severity::error, "Many rows stand where one value is needed.",
                 "A collection is counted, summed over or picked from; by itself it is no value."},
    MessageEntry{
        "T112", Severity::error, "One value stands where many rows are needed.",
        "Aggregates go over collections: the plural of an entity, `all …`, or a definition that names "
        "rows."},
    MessageEntry{
        "T113", Severity::error, "It is not said whether more or less is better.",
        "`reached by`, `better than` and `worse than` go by the column `better` (higher or lower) of the "
        "table that the values belong to."},
    MessageEntry{"T114", Severity::error, "A value and the step it is rounded to do not fit.",
                 "Money is rounded to an amount, `round(x, $0.01)`, a number to a number, `round(x, 0.01)`."},
    MessageEntry{
        "T115", Severity::error, "An amount that is paid is not rounded.",
        "Whether and to which coin an amount is rounded is part of its type, and survives + - minimum "
        "maximum and sum. What is paid has to be rounded by a rule that says how."},
    MessageEntry{"T116", Severity::error, "What is paid is no money.",
                 "The last step of a payment is the amount that is paid."},
    MessageEntry{"T117", Severity::error, "Too many or too few arguments.",
                 "Every argument of a definition or function is given, in order."},
    MessageEntry{"T118", Severity::error, "Cases have values of different types.",
                 "All cases of a definition give the same kind of value; `$0` is money, `0` a number."},
    MessageEntry{"T119", Severity::error, "An amount is in another currency.",
                 "A program has one currency, which its `program` block names; without one it is USD."},
    MessageEntry{
        "T120", Severity::error, "The type of a definition cannot be seen.",
        "A definition that is always missing says its type: `net : money? = missing because \"…\"`."},
    MessageEntry{"T121", Severity::error, "A range stands where none can be.",
                 "Ranges of numbers stand after `in` and in `clamp`; a range of dates is a period."},
    MessageEntry{"T122", Severity::error, "A condition that is neither true nor false.",
                 "After `when`, `where`, `and`, `or`, `not` and in the lines of `all of:` stand conditions."},
    MessageEntry{"T123", Severity::error, "Something is compared with itself.",
                 "The comparison says nothing; mostly one side was meant to be another row's value."},
    MessageEntry{
        "T124", Severity::error, "A value cannot be read.",
        "Dates are days of the calendar, lengths of time whole numbers of days, weeks, months, years, hours, "
        "minutes, seconds."},
    MessageEntry{"T125", Severity::error, "A step that is not above zero.", "Nothing can be rounded to it."},
    MessageEntry{"T126", Severity::error, "An amount is rounded to nothing in particular.",
                 "`round(x)` rounds a number to whole ones; for money the coin is said: `round(x, $0.01)`."},
    MessageEntry{"T127", Severity::error, "A value of many rows is asked for as if they were one.",
                 "Each row of a collection has its own value: say which, or aggregate them."},
    MessageEntry{
        "T128", Severity::error, "`within` without a length of time.",
        "`a within 30 days after b`: a number and days, weeks, months, years, hours, minutes or seconds."},
    MessageEntry{
        "T129", Severity::error, "Rows cannot be put in this order.",
        "`latest` and `earliest` go by a date, `highest` and `lowest` by anything that has an order."},
    MessageEntry{"T130", Severity::error, "A row is looked up by something else than its key.",
                 "`entity(…)` takes the columns of the entity's key, in their order."},
    MessageEntry{
        "T190", Severity::error, "A value set where a value is needed.",
        "The name of a value set or of a code stands after `in`, in `any of:` of another value set, and "
        "as what is given for an argument of the type `valueset`."},
    MessageEntry{
        "T191", Severity::error, "Something else where a value set is needed.",
        "After `in`, codes are looked for in a value set or a code that is declared, or in a choice of "
        "them: `code in (a or b)`."},
    MessageEntry{
        "T192", Severity::error, "A text in the place of a code.",
        "A code is a system and a code in it. It is declared once, code NAME \"system\" \"code\", and "
        "then named. What a code is called (its display) counts for nothing."},
    MessageEntry{"T193", Severity::error, "Something else than codes in a value set.",
                 "A value set holds codes, so only a field of the type `codes` can have one of them."},
    MessageEntry{
        "T194", Severity::error, "A comparison of codes.",
        "A set of codes has several codes, or none, so that it is asked with `in`, with `is known` and "
        "with `is missing`. Only with another set of codes it is compared: `one.code is other.code`."},
    MessageEntry{
        "T195", Severity::error, "A comparison of quantities.",
        "A quantity becomes a number by naming its unit, `value as 'mg/dL'`, and numbers are compared."},
    MessageEntry{
        "T196", Severity::error, "A unit that there is not.",
        "Units are written as in UCUM, the Unified Code for Units of Measure, with small and capital "
        "letters apart. Units whose factor is no exact number, and logarithmic ones, are not known."},
    MessageEntry{"T197", Severity::error, "A unit of something that has none.",
                 "`as 'mg/dL'` asks a quantity for its number in that unit. A plain number has no unit."},
    MessageEntry{"T131", Severity::error, "A division by zero.", "It would fault for every row."},
    MessageEntry{
        "T132", Severity::error, "Definitions with arguments call one another too often.",
        "Each call is written out in its place; what is needed more than once should be a definition "
        "without arguments, which is computed once."},
    MessageEntry{"T150", Severity::error, "A `linear` or `marginal` column without its key.",
                 "Such a column has a value for a key, not for a row: it is read where the row is looked up, "
                 "`scale(amount).rate`."},
    MessageEntry{
        "T151", Severity::error, "The range of a search has no two ends in order.",
        "`largest s in 0 to 3 by 0.0001 such that …` tries the values from the first end up to the second."},
    MessageEntry{
        "T152", Severity::error, "A search without a step.",
        "What is looked for is one of low, low + step, low + 2 step …: without a step there is no last one."},
    MessageEntry{
        "T153", Severity::error, "A search whose condition does not depend on what is looked for.",
        "The condition after `such that` uses the name that stands before `in`, mostly by handing it to a "
        "definition with an argument."},
    MessageEntry{"T154", Severity::error, "A share without whose share it is.",
                 "`apportion` gives each row its part, so it stands in a `for each` block over such rows."},
    MessageEntry{
        "T155", Severity::error, "Shares that are not rounded.",
        "A share is paid in whole cents or units: `apportion … step $0.01 ties …` rounds so that the parts "
        "add up to the total."},
    MessageEntry{
        "T156", Severity::error, "A tie that decides money without a rule.",
        "When the last cent could go to two, what decides is for the program to say: `ties` and a key."},
    MessageEntry{"T157", Severity::error, "A total that is not rounded is shared out.",
                 "Rounded parts can only add up to a total that is rounded to the same step."},
    MessageEntry{"T160", Severity::error, "A percentile without its method.",
                 "At the same share the methods give different values, and money hangs on them: the rule "
                 "names the one it "
                 "means."},
    MessageEntry{"T161", Severity::error,
                 "A standard deviation that does not say of what: a sample or a population.",
                 "The first divides by one less than the number of values."},
    MessageEntry{"T162", Severity::error, "A rank without its order, or without a rule for ties.",
                 "Equal rows share the best of their ranks, or the average, or something else decides."},
    MessageEntry{"T163", Severity::error, "A weight where it means nothing.",
                 "Averages and the spread of a population can be weighted, by numbers."},
    MessageEntry{"T164", Severity::error, "A percentile at something that is no share.",
                 "The 85th percentile is `percentile(85%, …)`."},
    MessageEntry{"T165", Severity::error, "A rank of nothing.",
                 "A rank is the place of the current row among rows of the same entity."},
    MessageEntry{
        "M101", Severity::error, "Something that may be missing is compared.",
        "A comparison with a missing value is neither true nor false, and there is no third. Ask first "
        "whether it is known, or say what missing counts as."},
    MessageEntry{
        "M102", Severity::error, "Something that may be missing decides.",
        "Conditions are true or false. Ask first whether the value is known, or say what missing counts "
        "as."},
    MessageEntry{
        "T170", Severity::error, "`previous of` inside something else.",
        "The row before is named in a definition of its own (`before = previous of stays by admit_date`), so "
        "that there is one order along which everything goes."},
    MessageEntry{
        "T171", Severity::error, "It is not said among which rows the one before is.",
        "`previous of stays` are the stays of the same owner. Where a row has several owners or none, say "
        "whose: `previous of patient.stays by …`."},
    MessageEntry{"T172", Severity::error, "An order of more than one value.",
                 "The row before is found by one value that is different for each row."},
    MessageEntry{"T173", Severity::error, "A list of what is no text.",
                 "`list of code over edits` joins texts, or names of an enumeration, by commas."},
    MessageEntry{"T174", Severity::error, "Parts that give values of different types.",
                 "A column of `from each of:` has one type, whichever part a row comes from."},
    MessageEntry{
        "T180", Severity::error, "A time of day is asked of a date.",
        "A date has no hours and minutes: what counts in them needs a datetime on both sides. A datetime has "
        "a day, `date of x`; a date is one."},
    MessageEntry{"M103", Severity::error, "An aggregate over values of which some may be missing.",
                 "Whether rows without a value are left out or count as something is for the rule to say."},
    MessageEntry{"M104", Severity::error, "A value may be missing where its type says that it never is.",
                 "Write `?` after the type, or say what missing counts as."},
    MessageEntry{"M105", Severity::warning, "`if missing` for something that is never missing.",
                 "The fallback is never used."},
    MessageEntry{"M106", Severity::warning, "It is asked whether something is known that always is.",
                 "The answer is always the same."},
    MessageEntry{"M108", Severity::error, "An observation may be missing.",
                 "Whoever counts in a measure of observations observes a number; what counts as one where it "
                 "is missing "
                 "is for the rule to say."},
    MessageEntry{"M201", Severity::error, "A gap in the cases.",
                 "Cases end with `otherwise`, unless their conditions cover everything that can be."},
    MessageEntry{
        "M202", Severity::error, "A case can never apply.",
        "Cases are read from top to bottom; one of which those above leave nothing is a mistake, mostly "
        "in the order."},
    MessageEntry{"W101", Severity::warning, "Every pair of rows is looked at.",
                 "The work grows with the square of the number of rows. Where the rows are linked or share a "
                 "value, go by that."},
};

}  // namespace

std::span<const MessageEntry> type_messages() {
  return entries;
}

}  // namespace merit
