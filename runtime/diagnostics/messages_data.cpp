// Messages about data files (D).
#include <array>

#include "runtime/diagnostics/registry.h"

namespace merit {

namespace {

constexpr auto error = Severity::error;

constexpr std::array entries = {
    MessageEntry{"D001", error, "A data file cannot be found.",
                 "Data files are looked for in the folder given with --data, as written or with .gz added."},
    MessageEntry{
        "D002", error, "A data file cannot be read.",
        "It is a folder, may not be read by you, does not fit in memory, or lies outside the data folder. "
        "Everything a run reads stands in its program's folder and its data folder, so that it can be "
        "repeated."},
    MessageEntry{"D003", error, "A packed data file is damaged.",
                 "A file packed with gzip could not be unpacked to its end. It was cut off or changed; fetch "
                 "it again."},
    MessageEntry{"D004", error, "A data file is empty.",
                 "The first line of a data file names its columns. A file without rows still has that line."},
    MessageEntry{"D005", error, "A data file is not UTF-8 text.",
                 "Files must be saved with the encoding UTF-8. Guessing another encoding would change names "
                 "without a word."},
    MessageEntry{"D006", error, "A quote in a data file is never closed.",
                 "A cell that begins with a quote ends with one; a quote within it is written twice. Without "
                 "the closing "
                 "quote the rest of the file would be one cell."},
    MessageEntry{"D007", error, "A line or cell of a data file is too large.",
                 "A cell may have 16 MiB and a line 64 MiB; more comes from missing line ends or quotes, not "
                 "from data."},
    MessageEntry{"D008", error, "A data file lacks a column.",
                 "A source, or a field of the same name, asks for a column that the first line does not "
                 "name. Headers match "
                 "exactly, or else ignoring capitals when only one does."},
    MessageEntry{
        "D009", error, "Two columns of a data file have the same header.",
        "A column that is read must be the only one with its header; otherwise its values would be a guess."},
    MessageEntry{
        "D010", error, "A line of a data file has too few or too many cells.",
        "Every line has as many cells as the first one. A comma within a cell needs quotes around the cell."},
    MessageEntry{"D011", error, "A quote stands in the middle of a cell.",
                 "A cell with a quote in it stands in quotes as a whole, and the quote is written twice."},
    MessageEntry{"D020", error, "A cell is not a number.",
                 "Numbers are written 0.8693, 1234.5, 1,234.5, -3 or 77.4970% (which is 0.774970). Text that "
                 "stands for a "
                 "missing value is named in the source: missing \"Not Available\"."},
    MessageEntry{"D021", error, "A cell is not a whole number.",
                 "The field is an integer; 3.0 is one, 3.5 is not."},
    MessageEntry{"D022", error, "A cell is not an amount of money.",
                 "Amounts are written 1234.50, $1,234.50 or -$20, in the currency of the program."},
    MessageEntry{"D023", error, "A cell is not a date.",
                 "Dates are written year-month-day, 2024-01-31. Other orders are read differently in "
                 "different countries."},
    MessageEntry{"D024", error, "A cell is neither yes nor no.",
                 "Truth is written yes, no, true, false, Y, N, 1 or 0, in capitals or not."},
    MessageEntry{"D025", error, "A cell is none of an enumeration's values.",
                 "The cell must be one of the values that the program declares, letter for letter."},
    MessageEntry{"D026", error, "A cell does not have the form that the source gives.",
                 "In a source `like \"* out of 10\"` the star is the part that is read, and the three dots "
                 "of an ellipsis pass over anything. A cell that none of "
                 "the forms fits is bad data."},
    MessageEntry{"D027", error, "A cell is not a period or a duration.",
                 "Periods are written 2024-01-01 to 2024-12-31, durations 30 days or 1 year 6 months."},
    MessageEntry{"D028", error, "A cell holds no codes, or no quantity.",
                 "Codes are written system|code, several with `;` between them: the system is a url such as "
                 "http://loinc.org, the code stands after the last `|`; what a code is called is not read. A "
                 "quantity is a number with its unit, such as 7.2 mg/dL."},
    MessageEntry{"D030", error, "A row has no key.",
                 "Every part of a key must be filled: a row is known by its key alone."},
    MessageEntry{"D031", error, "A key comes twice.",
                 "Two lines of one file give the same row. Only when the file's lines are rows of something "
                 "that belongs to "
                 "it, and the same source reads them too, may they repeat it."},
    MessageEntry{"D032", error, "Two places give one field different values.",
                 "A row may come from several files; what more than one of them gives must be the same."},
    MessageEntry{"D033", error, "A row lacks a required field.",
                 "A field without `?` must be given for every row by at least one file."},
    MessageEntry{"D034", error, "A link leads nowhere.",
                 "A cell names a row of another entity by its key, and there is no row with this key."},
    MessageEntry{"D035", error, "A row belongs to a row that cannot be used.",
                 "The row that it links to was set aside, so it is set aside too."},
    MessageEntry{"D036", error, "No source gives a required field.",
                 "The sources of an entity together must give every field that is not optional."},
    MessageEntry{"D040", error, "A source cannot be applied.",
                 "A header or condition of the source needs a value that a table does not have, or a link "
                 "needs more than "
                 "one cell."},
    MessageEntry{"D050", error, "There are more problems in the data.",
                 "Only the first problems are listed. Correct them, or set bad rows aside with --bad-data "
                 "skip or report."},
    MessageEntry{"D060", Severity::warning, "A data file has no rows.",
                 "The file has its header and nothing else."},
    MessageEntry{"D061", Severity::warning, "An optional data file is absent.",
                 "The source says `optional`: the run goes on, and what this file alone gives is missing."},
    MessageEntry{"D070", error, "A file of JSON, or a line of one, is no whole JSON.",
                 "It is empty, cut short, not UTF-8, or lacks a sign. Nothing is taken from a line that is "
                 "damaged, whatever of it could be read."},
    MessageEntry{"D071", error, "A FHIR file holds something that is no resource.",
                 "Every .json and .ndjson file of the data folder is read as FHIR: an object with a "
                 "`resourceType`. Keep other files elsewhere."},
    MessageEntry{"D072", error, "An element of a resource is of the wrong kind.",
                 "A number stands where a text is meant, an object where a list is. No value is taken for "
                 "what it is not."},
    MessageEntry{"D073", error, "An element of a resource has several values where one is meant.",
                 "What may come more than once is read as rows: `NAME for each \"LIST\" as x:`."},
    MessageEntry{"D074", error, "An element comes twice in one object.",
                 "JSON leaves open which of the two counts, so neither does."},
    MessageEntry{"D075", error, "A resource is too large.",
                 "One resource may have 32 MiB; a Bundle may be larger than that."},
    MessageEntry{"D076", error, "Two different resources have one id.",
                 "The same resource may come more than once. Where its content differs, nobody can say "
                 "which of them counts."},
    MessageEntry{"D077", error, "There are no FHIR files.",
                 "The program reads resources, and the data folder has no .ndjson or .json file, packed or "
                 "not."},
    MessageEntry{
        "D079", error, "A coding has no system.",
        "The same code means different things in different code systems. A coding without its system "
        "is in no value set."},
    MessageEntry{
        "D078", Severity::warning, "Lines, resources or references of FHIR files were left out.",
        "They could not be read or lead nowhere, and the run was told to go on. A row stays where a link "
        "that may be missing leads nowhere. --bad-data report lists them."},
    MessageEntry{
        "D087", error, "A code system is unknown in this spelling.",
        "System and code are compared as they are written. A system that differs from one of the value "
        "sets in nothing but https, capitals or a slash, or is given by its OID, would match nothing."},
    MessageEntry{
        "D080", error, "A value set is in none of the files.",
        "The codes of a published value set are read from files that `--value-sets` names. Only those that "
        "the results need have to be there."},
    MessageEntry{"D081", error, "A value set is there in another version.",
                 "The program names the version of the value set, and the files have others."},
    MessageEntry{"D082", error, "A value set is there in two versions.",
                 "Which codes a value set has depends on its version; the program does not say which one."},
    MessageEntry{"D083", error, "A value set is there twice, with different codes.",
                 "Two files have the same version of a value set, and not the same codes."},
    MessageEntry{
        "D084", error, "The codes of a value set are not known.",
        "A ValueSet of FHIR lists its codes in its expansion, or in its compose. An expansion that is cut "
        "off, a filter, a whole system or an exclusion does not say which codes there are."},
    MessageEntry{
        "D085", error, "A file is no file of value sets.",
        "Value sets are read from FHIR JSON (a ValueSet, a Bundle, or one resource a line) and from CSV with "
        "the header url,version,system,code."},
    MessageEntry{"D086", Severity::warning, "A source reads nothing, though there are resources.",
                 "What the `where` of a FHIR source asks holds for no resource of its type, or the data have "
                 "no resource of a type that the program reads."},
};

}  // namespace

std::span<const MessageEntry> data_messages() {
  return entries;
}

}  // namespace merit
