// Messages about the text itself: characters, layout, and what a line may say (S).
#include <array>

#include "runtime/diagnostics/registry.h"

namespace merit {

namespace {

constexpr std::array entries = {
    MessageEntry{
        "S001", Severity::error, "A line cannot be read.",
        "Something stands where nothing of its kind may stand. The message says what was expected there, "
        "when that is short."},
    MessageEntry{"S002", Severity::error, "The file is not UTF-8.",
                 "Program files are UTF-8 text. Save the file again in that encoding; a byte order mark does "
                 "no harm."},
    MessageEntry{"S003", Severity::error, "A character that no one can see.",
                 "Control characters, zero bytes and blanks of other kinds than the plain one come from "
                 "damaged files and "
                 "from word processors. Delete them, or replace them by plain blanks."},
    MessageEntry{"S004", Severity::error, "A tab in the indentation.",
                 "How far a tab reaches differs from editor to editor, and indentation has a meaning. Indent "
                 "with blanks; "
                 "two for each level is usual."},
    MessageEntry{"S005", Severity::error, "A line is indented like no line above it.",
                 "The lines of a block begin in the same column. A line that goes on with the one above is "
                 "deeper than "
                 "that one; a line that ends a block is as deep as the line that opened it."},
    MessageEntry{"S006", Severity::error, "A bracket is never closed.",
                 "Inside brackets line ends do not count, as long as the lines are deeper than the statement "
                 "they belong to. "
                 "The message points at the bracket that is still open where the statement ends."},
    MessageEntry{"S007", Severity::error, "A bracket closes nothing.",
                 "There is a closing bracket with no open one before it in the same statement."},
    MessageEntry{"S008", Severity::error, "A text is not closed, or has something in it that means nothing.",
                 "A text begins and ends with a double quote on the same line. In it, \\\" is a quote, \\n a "
                 "new line, and "
                 "\\\\ a backslash; in a source, {name} stands for a value."},
    MessageEntry{"S009", Severity::error, "Quotes of another kind.",
                 "Texts stand in plain double quotes. Curly quotes come from word processors; single quotes "
                 "are kept for "
                 "units of measurement."},
    MessageEntry{"S010", Severity::error, "A sign without a meaning.",
                 "Merit knows round brackets only, ends a statement with the line, and uses no other signs "
                 "than its operators."},
    MessageEntry{"S011", Severity::error, "An operator of another language.",
                 "Equality is `is` and `is not`; conditions are joined by `and`, `or`, `not`; comparisons "
                 "are < <= > >=."},
    MessageEntry{"S012", Severity::error, "`=` used to compare.",
                 "`=` only gives a name its meaning. Two values are compared with `is`; whether there is a "
                 "value at all is "
                 "asked with `is known` and `is missing`."},
    MessageEntry{"S013", Severity::error, "A word that Merit does not have.",
                 "What other languages write with `if` and `else` is a list of cases: VALUE when CONDITION "
                 "on each line, and "
                 "VALUE otherwise on the last."},
    MessageEntry{
        "S014", Severity::error, "A name is spelled with other letters than a to z.",
        "Names and words of the language are written in small letters, with digits and `_`: safety_score."},
    MessageEntry{"S015", Severity::error, "A number is not written as a number.",
                 "A number has digits, at most one point between digits, and `_` to part thousands: "
                 "1_000_000, 0.25, 2%."},
    MessageEntry{"S016", Severity::error, "A date that the calendar does not have.",
                 "A date is written year-month-day with two digits for month and day: 2024-01-31."},
    MessageEntry{"S017", Severity::error, "An amount of money is not written as one.",
                 "The sign of the currency stands right before the amount, and a minus before the sign: "
                 "$1_000, -$0.01."},
    MessageEntry{"S018", Severity::error, "Too deep or too long to be read.",
                 "There is a limit to nested brackets and blocks and to the operators of one statement, far "
                 "above what a "
                 "reader can follow. Give parts of it names of their own."},
    MessageEntry{"S019", Severity::error, "No declaration begins like this.",
                 "At the left edge stand declarations: use, program, parameter, enum, entity, table, for "
                 "each, payment, "
                 "ensure, report, test, source, replace, add, remove, and definitions NAME = VALUE."},
    MessageEntry{"S020", Severity::error, "A `:` is missing.", "A line that opens a block ends in `:`."},
    MessageEntry{"S021", Severity::error, "A block is empty.",
                 "A line that ends in `:` or `=` is followed by lines that are indented deeper."},
    MessageEntry{"S022", Severity::error, "A definition without its right side.",
                 "A definition is NAME = VALUE, with a type between them if you like: NAME : TYPE = VALUE."},
    MessageEntry{
        "S023", Severity::error, "Something is missing.",
        "An operator, a comma or a word such as `when` is followed by nothing that could belong to it."},
    MessageEntry{
        "S024", Severity::error, "Brackets are needed.",
        "A form with an open end (`where`, `every ... has`, `latest of ... by`, a list of conditions) is a "
        "whole right "
        "side, the condition of a case, a header, or a line of a list of conditions. Elsewhere it stands in "
        "brackets, so that a reader sees where it ends."},
    MessageEntry{"S025", Severity::error, "`and` and `or` are mixed.",
                 "Readers differ in which of the two they take first. Brackets say what is meant."},
    MessageEntry{"S026", Severity::error, "Comparisons or ranges are chained.",
                 "Write a < b and b < c, or b in a to c. A range has two ends."},
    MessageEntry{"S027", Severity::error, "Cases are not written as cases.",
                 "Cases stand one a line under the `=`: VALUE when CONDITION, the last VALUE otherwise. In "
                 "brackets they are "
                 "parted by commas."},
    MessageEntry{"S028", Severity::error, "A table is not written as a table.",
                 "Each row begins and ends with |, has as many cells as the header, and stands indented "
                 "under the line that "
                 "opens the table. A cell that holds a | is written in double quotes."},
    MessageEntry{"S029", Severity::error, "A word of the language is used as a name.",
                 "Some words are kept for the language, because the text could not be told apart otherwise. "
                 "Choose another name."},
    MessageEntry{
        "S030", Severity::error, "The module has no name, or two.",
        "The first line of a file is `module NAME`, or `module NAME amends BASE`. A file is one module."},
    MessageEntry{"S031", Severity::error, "A block of Merit in a Markdown file is never closed.",
                 "A block that begins with ```merit ends with a line of as many backticks."},
    MessageEntry{"S032", Severity::error, "Not yet in this version.",
                 "The language has this, and this version of Merit does not."},
    MessageEntry{"S034", Severity::error,
                 "A declaration is not complete, or has a line that does not belong to it.",
                 "The message says which lines the declaration may have."},
    MessageEntry{
        "S035", Severity::error, "Nothing joins two values.",
        "Between two values stands an operator. Aggregates are written with `of`: count of results."},
    MessageEntry{"S037", Severity::error, "Pairs with a condition.",
                 "`for each A, B` has a row for every pair. Rules for some of them stand under `for each "
                 "NAME where …:`."},
    MessageEntry{"S038", Severity::error, "A finding that is not complete.",
                 "A line of `findings` has an outcome, a code in quotes and a condition: `deny \"18\" when "
                 "duplicate`."},
    MessageEntry{
        "S040", Severity::error, "A line that a measure, a group or a composite cannot have.",
        "Groups stand side by side in their measure; the components of a composite are named in one line, "
        "or in a table with their weights; `replace measure NAME:` has lines such as `version`."},
    MessageEntry{"S036", Severity::error, "A line goes on with the one above, and does not fit it.",
                 "A line that is indented deeper than the one above goes on with it, unless that one ends in "
                 "`:` or `=`."},
};

}  // namespace

std::span<const MessageEntry> syntax_messages() {
  return entries;
}

}  // namespace merit
