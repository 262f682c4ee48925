// Messages about the intermediate form (I) and about a run (R).
#include <array>

#include "runtime/diagnostics/registry.h"

namespace merit {

namespace {

constexpr std::array entries = {
    MessageEntry{"I001", Severity::error, "A program file is not one that Merit wrote.",
                 "A .mir file is JSON with a member `merit_ir`, as `merit ir` writes it. Another file was "
                 "named, or this one was "
                 "changed by hand."},
    MessageEntry{"I002", Severity::error, "A program file ends in the middle.",
                 "Copying or writing it was cut short. Make it again with `merit ir`, or copy it again."},
    MessageEntry{
        "I003", Severity::error, "A program file was made by a newer Merit.",
        "Its version of the intermediate form is higher than this Merit knows, so it might mean something "
        "that this "
        "Merit would get wrong. Use a newer Merit, or make the file again from the rules with this one."},
    MessageEntry{"I004", Severity::error, "A member is absent from a program file.",
                 "The message names the place. The file was damaged or changed by hand: make it again with "
                 "`merit ir`."},
    MessageEntry{"I005", Severity::error, "A member of a program file is not what it should be.",
                 "The message names the place, what should stand there and what does. Make the file again "
                 "with `merit ir`."},
    MessageEntry{
        "I006", Severity::error, "A program file has a member that does not belong there.",
        "Nothing in a program file may be passed over in silence. Make the file again with `merit ir`."},
    MessageEntry{"I007", Severity::error, "A program is nested too deep.",
                 "An expression within an expression, and so on, for more levels than any rule needs. Give "
                 "parts of it names."},
    MessageEntry{"I008", Severity::error, "The text of a module is not the text that was compiled.",
                 "A program file carries the text of its modules and the hash of each, so that what is "
                 "explained is what was "
                 "compiled. One of the two was changed afterwards."},
    MessageEntry{"I009", Severity::error, "A program file breaks a rule that every program keeps.",
                 "Every reference must lead somewhere, every operand must be of a type that fits, no column "
                 "may need itself. The "
                 "message names the place; docs/ir.md lists the rules. Make the file again with `merit ir`."},
    MessageEntry{"R010", Severity::error, "There is no parameter of this name.",
                 "Only what the program declares as a `parameter` can be given another value for a run."},
    MessageEntry{"R011", Severity::error, "A value does not fit its parameter.",
                 "A parameter's value is written as in the program: `2%`, `1000`, `2024-01-31`, `yes`."},
    MessageEntry{"R020", Severity::error, "A test does not come out as expected.",
                 "The message names the row, what the test expects and what the rules give. Either the rules "
                 "are wrong or the "
                 "test is."},
    MessageEntry{"R021", Severity::error, "An ensure does not hold.",
                 "The run went on and its results are written, but what the program promises is not so. The "
                 "message names the "
                 "first rows; `merit explain` says why a value is what it is."},
    MessageEntry{"R101", Severity::error, "Division by zero.",
                 "A fault of one row: what depends on it has no value, nothing else is touched. Say with a "
                 "case what holds where "
                 "the divisor is zero."},
    MessageEntry{"R102", Severity::error, "None of the cases applies.",
                 "The row is not covered by any `when`, and there is no `otherwise`."},
    MessageEntry{"R103", Severity::error, "There are two rows where one was promised.",
                 "`the` picks the only row of a collection. Narrow the collection, or say which of several "
                 "with `latest`, "
                 "`highest` or the like."},
    MessageEntry{"R104", Severity::error, "A function has no value here.",
                 "The square root of a negative number, the logarithm of zero or less, a power without a "
                 "value, a date outside "
                 "the calendar (years 1 to 9999)."},
    MessageEntry{
        "R105", Severity::error, "An exact number has too many digits.",
        "Numbers are exact, and this one grew beyond 100,000 digits. Round what it is made from on the way."},
    MessageEntry{"R106", Severity::error, "A period starts after it ends.",
                 "Its two days came out in the wrong order for this row. Say with a case what holds then."},
    MessageEntry{"R107", Severity::error, "A test does not give a value that is needed.",
                 "A field that is not given in a test has no value. Give it in a `given` table of the test."},
    MessageEntry{
        "R108", Severity::error, "The group of a row could not be computed.",
        "The value by which rows are grouped is a fault for one of them, so the groups are not known."},
    MessageEntry{
        "R109", Severity::error, "No value of the range meets the condition.",
        "`largest … such that` needs a condition that holds at the lower end of its range, `smallest` one "
        "that holds at the upper end. The message names the nearest that can be reached: widen the range, "
        "or change what is asked for."},
    MessageEntry{
        "R110", Severity::error, "A search has no one answer.",
        "`largest … such that` is found by halves, which is right only if the condition, once it fails, "
        "fails from there on; both ends and sixteen values between are tried. Also a range or a step "
        "that came out the wrong way round."},
    MessageEntry{
        "R111", Severity::error, "A total cannot be shared out.",
        "`apportion` shares whole steps by weights: the total has to be a multiple of the step, no weight "
        "may be below zero, and not all may be zero while there is something to share."},
    MessageEntry{
        "R112", Severity::error, "Two rows share their place in an order.",
        "`previous of` goes along a strict order: the row before is the one with the next lower value, and "
        "two rows with the same value have no order. Correct the data, or order by something else."},
    MessageEntry{
        "R114", Severity::warning, "A tie was decided by key.",
        "`highest of … by …` and its like take one row, and `ties` of `apportion` gives the last step to "
        "one: "
        "where the stated order leaves two or more equal in front, the row that is first by key is taken. "
        "The result is the same every time, but nobody chose it: if it matters which, say what decides."},
    MessageEntry{
        "R115", Severity::warning, "A tie decides money, and no rule says how.",
        "Where a stated order leaves rows equal, the one that is first by key is taken, and a payment rests "
        "on "
        "which it is. The results are the same every time, but keys are no policy: add what decides, or, for "
        "ranks, let equal rows share their place."},
};

}  // namespace

std::span<const MessageEntry> run_messages() {
  return entries;
}

}  // namespace merit
