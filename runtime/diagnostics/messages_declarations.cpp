// Messages about amendments (A), tables, entities and keys (G), the whole program (C), and warnings (W).
#include <array>

#include "runtime/diagnostics/registry.h"

namespace merit {

namespace {

constexpr std::array entries = {
    MessageEntry{
        "A001", Severity::error, "A module that amends nothing has a replace, add or remove.",
        "Only a module whose first line says `amends NAME` can change what another module declares."},
    MessageEntry{"A002", Severity::error, "One module is amended twice in a program.",
                 "Amendments of one base form one chain, so that it is always clear which text stands. Let "
                 "one of the two amend the other."},
    MessageEntry{"A101", Severity::error, "An amendment names something that is not there.",
                 "A replace or remove names a declaration of the amended program exactly: a definition by "
                 "`entity.name`, a step by `payment.step`, an ensure or test by its title."},
    MessageEntry{"A102", Severity::error, "An amendment names a row that is not there.",
                 "Rows are matched by the table's key as it is written in the base. A new row is added with "
                 "`add NAME rows:`."},
    MessageEntry{
        "A103", Severity::error, "An amendment shows a column that the table does not have.",
        "The rows of an amendment show columns of the base's table, in any order; it cannot add a column."},
    MessageEntry{"A104", Severity::error, "An amendment's rows do not show the key.",
                 "The key says which row is meant, so every key column of the table must be shown."},
    MessageEntry{"A105", Severity::error, "What is added is already there.",
                 "A row that exists is changed with `replace NAME rows:`, a population with `replace "
                 "MEASURE.NAME = …`."},
    MessageEntry{"A106", Severity::error, "A source fills a field in several places.",
                 "The amendment does not say which of them it means."},
    MessageEntry{"A107", Severity::error, "`as before` in a definition with arguments.",
                 "A definition with arguments is written out anew when it is replaced."},
    MessageEntry{"A108", Severity::error, "An amendment changes one thing twice.",
                 "The order of an amendment's lines does not decide what it means: one of the two goes."},
    MessageEntry{"A109", Severity::error, "A replaced name is a field or a whole payment.",
                 "A field comes from the data and has no rule; a payment is replaced step by step."},
    MessageEntry{"C001", Severity::error, "The program's file cannot be read.",
                 "The file does not exist or may not be read."},
    MessageEntry{"C002", Severity::error, "A module that is used or amended is not found.",
                 "`use a.b` is looked for as a/b.merit and a/b.merit.md in the program's folder, then in the "
                 "library."},
    MessageEntry{"C003", Severity::error, "Modules use each other in a circle.",
                 "A module cannot need itself, directly or by others. What both need belongs into a third."},
    MessageEntry{"C004", Severity::error, "The file of a table cannot be read.",
                 "`table NAME from \"file.csv\"` reads a file in the folder of its module, and no other."},
    MessageEntry{"C005", Severity::error, "A module's name is not its file's.",
                 "A module is found by its file's name, so both must be the same."},
    MessageEntry{"C006", Severity::error, "A program has two titles.",
                 "Only one `program` block says what the program is; an amendment changes its lines."},
    MessageEntry{"C007", Severity::error, "An unknown line in a program block.",
                 "The lines are `authority`, `effective` and `currency`."},
    MessageEntry{"C008", Severity::error, "`effective` does not say a period.",
                 "The first and the last day, as dates: `effective 2023-10-01 to 2024-09-30`."},
    MessageEntry{"C009", Severity::error, "An unknown currency.",
                 "A currency is written with its three letters of ISO 4217, such as USD."},
    MessageEntry{"C101", Severity::error, "Definitions go round in a circle.",
                 "A value cannot be computed from itself, and a definition with arguments cannot call "
                 "itself. The message lists the whole circle."},
    MessageEntry{"C102", Severity::error, "Derived rows depend on values of themselves.",
                 "Which groups or pairs there are must be known before their values are computed."},
    MessageEntry{"C103", Severity::error,
                 "A definition that reads itself on the row before has no written type.",
                 "Its type would be found out from itself. Write it: `carried_out : money = …`."},
    MessageEntry{"C104", Severity::error, "Definitions need one another on other rows than the one before.",
                 "Along one strict order (`before = previous of …`) a definition may read itself on the row "
                 "before. By "
                 "way of all rows, of two orders or of rows of another kind nothing would come first."},
    MessageEntry{"G001", Severity::error, "A name is declared twice.",
                 "Every name of an entity or of the program stands for one thing. Rename one of the two, or "
                 "amend the module that has the other."},
    MessageEntry{
        "G002", Severity::error, "An entity has no key.",
        "A key tells the rows of an entity apart: facts are matched, results ordered and explained by it."},
    MessageEntry{
        "G003", Severity::error, "A type that no key can have.",
        "A key is a text, a number, a date, a boolean, an enum's value or a link, and never missing."},
    MessageEntry{"G004", Severity::error, "An unknown type.",
                 "A type is text, number, integer, boolean, money, date, duration, period, an entity or an "
                 "enum; with `?` it may be missing."},
    MessageEntry{
        "G005", Severity::error, "An unknown entity or table.",
        "A `for each`, payment, report, test or source names an entity of the program by its singular name."},
    MessageEntry{"G006", Severity::error, "A name of an entity is also that of the rows that point to it.",
                 "A link makes a collection on the other side, called by the plural of the entity that has "
                 "the link. No field or definition may have that name."},
    MessageEntry{"G007", Severity::error, "An enum has a value twice.",
                 "Every value of an enum is written once."},
    MessageEntry{"G010", Severity::error, "A payment without proper steps.",
                 "A payment is a list of named steps without arguments; the last is what is paid."},
    MessageEntry{"G101", Severity::error, "A table without a header or a key.",
                 "The first row of a table names its columns; `key` stands before the one, or those, that "
                 "tell its rows apart."},
    MessageEntry{"G102", Severity::error, "A header that cannot be a column's name.",
                 "Columns are called by names in small letters, digits and `_`, since rules use them."},
    MessageEntry{"G103", Severity::error, "A header stands twice.", "Each column of a table is shown once."},
    MessageEntry{"G104", Severity::error, "A row with too many or too few cells.",
                 "Every row has a cell for every header; an empty cell says that there is nothing."},
    MessageEntry{"G105", Severity::error, "Two rows with one key.", "A key stands for one row."},
    MessageEntry{"G106", Severity::error, "An empty cell where there must be a value.",
                 "Only a column whose type ends in `?` may have empty cells; a key never."},
    MessageEntry{"G107", Severity::error, "A cell that does not fit its column.",
                 "Cells are read by the type of their column."},
    MessageEntry{"G108", Severity::error, "A row's name that is no name.",
                 "Rules name rows bare, as in `measure is cauti`, so the key of a row is a name; any other "
                 "text stands in quotation marks."},
    MessageEntry{"G109", Severity::error, "A row or value that does not exist.",
                 "A cell that names a row of a table or a value of an enum names one that there is."},
    MessageEntry{"G110", Severity::error, "A quotation mark without its partner in a table's file.",
                 "A cell of a CSV file that begins with a quotation mark ends with one."},
    MessageEntry{
        "G111", Severity::error, "A key that is no range where the others are.",
        "When one key of a column is a range, all are: `10_000 to 14_999`, `3% to below 5%`, `over 5%`, "
        "`60_000 or more`, `2022-07-01 or later`, `under 500`; a single value is the range of itself."},
    MessageEntry{
        "G112", Severity::error, "A table of ranges has a gap.",
        "Between the first and the last of its ranges a table says something of every value: of every "
        "whole number, every day, every number. What lies outside all ranges is missing."},
    MessageEntry{"G113", Severity::error, "Two ranges of a table overlap.",
                 "A value belongs to one row only."},
    MessageEntry{
        "G114", Severity::error, "A `linear` or `marginal` column that cannot be read.",
        "`linear` goes from one value to another over the range of its row, which therefore has both ends; "
        "`marginal` pays the rate of each band on the part of the key inside it, from a first band that "
        "begins somewhere."},
    MessageEntry{"G201", Severity::error, "Pairs of too little.",
                 "`for each A, B` makes a row for every combination of two or more entities or enums, none "
                 "of them itself."},
    MessageEntry{"G205", Severity::error, "Parts that do not give the same columns.",
                 "Each line of `from each of:` says what every column is for its rows."},
    MessageEntry{
        "G206", Severity::error, "A part of something unclear.",
        "A line of `from each of:` begins with the plural of an entity: `orders where … : date = ordered`."},
    MessageEntry{
        "G207", Severity::error, "Rows that are not numbered by whole numbers.",
        "`for each stay, number in 1 to days` has a row for each whole number from the one to the other."},
    MessageEntry{"G209", Severity::error, "Merged periods of something unclear.",
                 "`entity coverage = merged periods of supplied over fills for each patient allowing gaps of "
                 "1 day`: a "
                 "period of the rows, the rows, and their link to whose periods are merged."},
    MessageEntry{"G208", Severity::error, "A finding of an unknown outcome.",
                 "`findings edits of decision` uses the values of the enumeration `decision`."},
    MessageEntry{
        "G411", Severity::error, "A code or a value set without its url.",
        "A code is written code NAME \"system\" \"code\", a value set valueset NAME \"url\", with its "
        "version beside it where only one will do."},
    MessageEntry{"G412", Severity::error, "A value set that is made of itself.",
                 "Value sets that are made of others may not go round in a circle."},
    MessageEntry{"G413", Severity::error, "An unknown value set.",
                 "The name is neither that of a value set nor that of a code."},
    MessageEntry{"G414", Severity::error, "A value set of several meanings.",
                 "Two modules give the name to different value sets, and this module to none."},
    MessageEntry{"G203", Severity::error, "Groups of something unclear.",
                 "`for each distinct VALUE of COLLECTION` groups the rows of one entity."},
    MessageEntry{"G301", Severity::error, "A report column that is no value.",
                 "A report shows values; a collection is counted, summed up or reported by itself."},
    MessageEntry{
        "G401", Severity::error, "A source fills what is no field.",
        "Sources fill the fields of entities that come from data; what rules compute cannot be read."},
    MessageEntry{"G402", Severity::error, "A source does not fill a key.",
                 "Every row that is read needs its whole key."},
    MessageEntry{"G403", Severity::error, "A source that computes.",
                 "A source says where a value stands in the file, by header and pattern. Rules compute."},
    MessageEntry{"G404", Severity::error, "A source goes through something that is no table.",
                 "`ENTITY for each TABLE` makes one row for each row of a table that stands in the program."},
    MessageEntry{
        "G405", Severity::error, "A pattern that does not say what to keep.",
        "A pattern holds `*` once, for what is kept, `…` for anything that is dropped, and plain text."},
    MessageEntry{"G406", Severity::error, "A header's hole that has no text.",
                 "A hole `{…}` in a header is filled from a text column of the table after `for each`."},
    MessageEntry{"G407", Severity::error, "A field that no source fills.",
                 "A field whose type does not end in `?` must have a value in every row."},
    MessageEntry{"G408", Severity::error, "A field is filled twice in one block.",
                 "Each field of a block has one line."},
    MessageEntry{"G409", Severity::error, "A source's value does not fit its field.",
                 "Only numbers and amounts are scaled; `is known` gives a boolean; the row of a table fills "
                 "a link to it."},
    MessageEntry{
        "G410", Severity::error, "Headers and data stand in rows that cannot be.",
        "`headers in row 3` and `data from row 5` count the rows of the file from 1; the data come after "
        "the headers, and two sources of one file say the same."},
    MessageEntry{
        "G420", Severity::error, "A path into a resource that cannot be read.",
        "A path names elements with points between them: `code.coding.code`; `value[x]` is a choice, "
        "`extension('http://…')` an extension by its url. A source names a type of resource."},
    MessageEntry{"G421", Severity::error, "Something that only another kind of source has.",
                 "A `source csv` reads columns and goes through tables; a `source fhir` reads paths, goes "
                 "through lists and chooses resources with `where`."},
    MessageEntry{
        "G422", Severity::error, "Rows within a resource whose place is not clear.",
        "`component for each \"component\" as c:` inside a block gives rows that belong to the row of "
        "that block: their key has a link to it and a whole number, and the nesting fills both."},
    MessageEntry{"G423", Severity::error, "What a source takes from a resource does not fit.",
                 "Conditions and comparisons give a boolean, `count of` and `position of` an integer, "
                 "`only` a link, `fingerprint` a text."},
    MessageEntry{"G501", Severity::error, "A test sets an unknown parameter.",
                 "`given parameter NAME = VALUE` names a parameter of the program."},
    MessageEntry{"G502", Severity::error, "A plain value is needed.",
                 "Here stands one value as it is written: a number, an amount, a date, a text, or the name "
                 "of a row or value."},
    MessageEntry{"G503", Severity::error, "A test gives rows that the program makes.",
                 "A test gives the rows of entities that come from data."},
    MessageEntry{"G504", Severity::error, "A test shows an unknown column.",
                 "The header of a test's table names fields and definitions of the entity."},
    MessageEntry{"G505", Severity::error, "A test does not show the whole key.",
                 "Without its key a row cannot be told from the others."},
    MessageEntry{"G506", Severity::error, "A test gives a computed value.",
                 "What a rule computes is expected, not given."},
    MessageEntry{"G507", Severity::error, "A test expects nothing.",
                 "A test says what must come out: rows of an entity, or a condition."},
    MessageEntry{
        "G601", Severity::error, "A line of a measure says what it cannot.",
        "A measure says `title`, `identifier`, `version`, `steward` (texts), `better` (higher, lower), "
        "`scoring` (proportion, ratio, continuous_variable, cohort) and `aggregate` (of its observations), "
        "each once; a group only `aggregate`."},
    MessageEntry{
        "G602", Severity::error, "A population that the measure's scoring does not have.",
        "Which populations there are follows from `scoring`. They are said of each row, so they have no "
        "arguments."},
    MessageEntry{
        "G603", Severity::error, "A measure without a population that it needs.",
        "Every measure has an initial population; a proportion and a ratio have a numerator, a ratio a "
        "denominator of its own, a continuous variable an observation and how it is put together."},
    MessageEntry{"G604", Severity::error, "A group that says nothing of its own.",
                 "A group differs from its measure in something, mostly in the initial population."},
    MessageEntry{"G605", Severity::error, "The table `measure` contradicts a measure.",
                 "A declared measure says by itself which direction is better."},
    MessageEntry{"G606", Severity::error, "A composite that cannot be scored.",
                 "A composite says how it is scored and names two or more measures of the same rows; their "
                 "populations are the components' own."},
    MessageEntry{
        "G607", Severity::error, "A measure or a result stands where one value is needed.",
        "A measure has populations, a result of it counts and a rate: the value is named after a dot."},
    MessageEntry{"G608", Severity::error, "A measure is asked for rows that it does not count.",
                 "`rate of` a measure goes over the rows that it counts, or over those that own them."},
    MessageEntry{
        "G609", Severity::error, "A measure has no such number.",
        "A cohort has no rate; a continuous variable and a weighted composite have one number, which is no "
        "numerator over a denominator."},
    MessageEntry{"G610", Severity::error, "`rate of` something that is no measure.",
                 "It names a declared measure or one of its groups, or a link to the table `measure`."},
    MessageEntry{"G611", Severity::error, "A numerator that can never hold.",
                 "What the denominator asks for and what the numerator asks for exclude one another."},
    MessageEntry{"G612", Severity::error, "A definition of a measure that reads as a population.",
                 "A name close to that of a population, `exclusions` or `denominator_exceptions`, would be a "
                 "definition that nobody asks for, and the population would be missing."},
};

}  // namespace

std::span<const MessageEntry> declaration_messages() {
  return entries;
}

}  // namespace merit
