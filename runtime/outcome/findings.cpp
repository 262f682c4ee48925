#include "runtime/outcome/findings.h"

#include <fmt/format.h>

#include <cctype>

#include "runtime/outcome/text_table.h"

namespace merit {

namespace {

std::string keys_text(const std::vector<std::string>& keys, uint64_t count) {
  std::string text;
  for (const std::string& key : keys) text += (text.empty() ? "" : "; ") + key;
  if (count > keys.size()) text += fmt::format("; and {} more", grouped(count - keys.size()));
  return text;
}

// A fault's sentence, to go on after.
std::string opening(const Fault& fault) {
  std::string text = fault.message;
  if (text.ends_with('.')) text.pop_back();
  return text;
}

}  // namespace

Diagnostics findings(const ir::Program& program, const RunSummary& summary) {
  Diagnostics messages;
  for (const EnsureOutcome& outcome : summary.ensures) {
    if (outcome.holds()) continue;
    const ir::Ensure& ensure = program.ensures[outcome.ensure];
    std::string message = fmt::format("\"{}\" ", ensure.title);
    const uint64_t bad = outcome.failed + outcome.faulted;
    if (ensure.entity == 0) {
      message += outcome.faulted > 0 ? fmt::format("cannot be told: {}.", opening(*outcome.first_fault))
                                     : "does not hold.";
    } else {
      message += fmt::format("does not hold for {} of {} {}: {}.", grouped(bad), grouped(outcome.checked),
                             program.entities[ensure.entity].plural, keys_text(outcome.rows, bad));
      if (outcome.faulted > 0) {
        message += fmt::format(" For {} of them it cannot be told: {}.", grouped(outcome.faulted),
                               opening(*outcome.first_fault));
      }
    }
    messages.error("R021", ensure.span, message);
  }
  for (const FaultOutcome& outcome : summary.faults) {
    const Fault& fault = *outcome.first;
    std::string message = opening(fault);
    if (!outcome.row.empty())
      message += fmt::format(", at {} {}", program.entities[fault.entity].name, outcome.row);
    if (fault.count > 1) message += fmt::format(" and {} more", grouped(fault.count - 1));
    message += ".";
    if (!message.empty())
      message[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(message[0])));
    std::string help;
    if (outcome.payments_blocked > 0) {
      help = fmt::format("It stands in the way of {} payment{}.", grouped(outcome.payments_blocked),
                         outcome.payments_blocked == 1 ? "" : "s");
    }
    if (outcome.cells > 0) {
      if (!help.empty()) help += " ";
      help +=
          fmt::format("It spoils {} value{} in {}.", grouped(outcome.cells), outcome.cells == 1 ? "" : "s",
                      program.measures.empty() ? "reports and ensures" : "reports, ensures and measures");
    }
    messages.error(fault.code, outcome.span, std::move(message), std::move(help));
  }
  return messages;
}

Diagnostics remarks(const ir::Program& program, const RunSummary& summary) {
  Diagnostics messages;
  for (const TieCount& tie : summary.ties) {
    std::string where;
    if (tie.entity != 0) {
      where = fmt::format("in {} of {} {} ", grouped(tie.tied), grouped(tie.rows),
                          tie.entity == ir::none ? "rows" : program.entities[tie.entity].plural);
    }
    const std::string text = ir::one_line(program, tie.span);
    messages.error(
        "R114", tie.span,
        tie.shares ? fmt::format("`{}`: {}the last step goes to one of two or more that are equal by the "
                                 "stated order; the one first by key got it.",
                                 text, where)
                   : fmt::format("`{}`: {}two or more are equal by the stated order; the one first by key "
                                 "was taken.",
                                 text, where),
        tie.shares ? "If it matters which, let `ties` name more of what decides."
                   : "If it matters which, say what decides: `…, then highest VALUE`.");
  }
  return messages;
}

}  // namespace merit
