// Messages about names (N).
#include <array>

#include "runtime/diagnostics/registry.h"

namespace merit {

namespace {

constexpr std::array entries = {
    MessageEntry{"N001", Severity::error, "A name is not known here.",
                 "No definition, field, parameter, entity or row of that name can be seen from this place."},
    MessageEntry{
        "N002", Severity::error, "A name could be one row's or another's.",
        "In a nested `where` a bare name has one meaning. If the inner and the outer row both have it, "
        "say which: `result.rate` or `hospital.rate`."},
    MessageEntry{"N003", Severity::error, "A name belongs to rows of another kind.",
                 "Every value belongs to one kind of row. Values of linked rows are reached by the link "
                 "(`measure.threshold`); those of many rows by an aggregate (`sum of points over results`)."},
    MessageEntry{
        "N004", Severity::error, "Two rows of the same kind are in sight.",
        "When the rows of an entity are compared with one another, the inner ones get a name of their "
        "own: `all hospitals as other where other.beds > beds`."},
    MessageEntry{
        "N005", Severity::error, "A row has nothing of that name.",
        "After a dot stands a field, a definition or a link of the row before it, or the plural of an "
        "entity that points to it."},
    MessageEntry{"N006", Severity::error, "Rows point to a row in more than one way.",
                 "When an entity has two links to another, the rows that point there are told apart by "
                 "`through`: `transfers through to_hospital`."},
    MessageEntry{"N007", Severity::error, "There is no row or value of that name.",
                 "Where a row of a table or a value of an enumeration is expected, its name stands bare, as "
                 "the table or enumeration writes it."},
    MessageEntry{"N008", Severity::error, "A definition is called in the wrong way.",
                 "A definition with arguments is always written with them in brackets, any other without."},
    MessageEntry{
        "N009", Severity::error, "A name is both a row's name and a value of the current row.",
        "Where a row is expected, its name comes first, but not if the current row has a value of the "
        "same name and type. Say which is meant."},
    MessageEntry{
        "N011", Severity::error, "A step of a payment, or a name of a measure, stands alone.",
        "Outside a payment its steps are written with its name, `value_based_incentive.withheld`; so are the "
        "populations and definitions of a measure, `poor_control.numerator`."},
    MessageEntry{"N012", Severity::error, "A parameter depends on data.",
                 "Parameters are fixed before anything is computed: literals and other parameters only."},
    MessageEntry{
        "N013", Severity::error, "There are no rows of that name.",
        "Rows are named by the plural of an entity: those that point to the current row bare, those of "
        "the whole program with `all`."},
    MessageEntry{"N014", Severity::error, "There is no current row of that entity.",
                 "An entity's name means its current row, which there is where something is said of each of "
                 "its rows, or in a `where` over them."},
    MessageEntry{"N015", Severity::error, "`as before` where nothing is replaced.",
                 "Only in `replace NAME = …` there is a value before."},
    MessageEntry{"N016", Severity::error, "A cell of a file is read outside a source.",
                 "Rules know fields of entities; only a `source` knows the files they come from."},
};

}  // namespace

std::span<const MessageEntry> name_messages() {
  return entries;
}

}  // namespace merit
