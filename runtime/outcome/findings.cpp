#include "runtime/outcome/findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "runtime/ir/needs.h"
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

std::vector<std::string> payments_on(const ir::Program& program, const TieCount& tie) {
  std::vector<std::string> names;
  for (const ir::Payment& payment : program.payments) {
    std::vector<uint32_t> columns = payment.steps;
    if (payment.applies != ir::none) columns.push_back(payment.applies);
    const std::unordered_set<uint32_t> needed = needed_columns(program, columns);
    if (std::any_of(tie.columns.begin(), tie.columns.end(),
                    [&](uint32_t column) { return needed.contains(column); }))
      names.push_back(payment.name);
  }
  return names;
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
    std::string what;
    std::string how;
    switch (tie.kind) {
    case TieCount::Kind::pick:
      what = "two or more are equal by the stated order; the one first by key was taken";
      how = "say what decides: `…, then highest VALUE`.";
      break;
    case TieCount::Kind::share:
      what =
          "the last step goes to one of two or more that are equal by the stated order; the one first by key "
          "got it";
      how = "let `ties` name more of what decides.";
      break;
    case TieCount::Kind::place:
      what = "another is equal by the stated order; the one first by key has the better place";
      how = "let `ties by …` name more of what decides: `…, then highest VALUE`.";
      break;
    }
    const std::vector<std::string> paid = payments_on(program, tie);
    if (paid.empty()) {
      messages.error("R114", tie.span, fmt::format("`{}`: {}{}.", text, where, what),
                     "If it matters which, " + how);
      continue;
    }
    const bool one = paid.size() == 1;
    messages.error("R115", tie.span,
                   fmt::format("`{}`: {}{}. The payment{} `{}` rest{} on that, and no rule says so.", text,
                               where, what, one ? "" : "s", fmt::join(paid, "`, `"), one ? "s" : ""),
                   "Somebody has to choose: " + how);
  }
  return messages;
}

}  // namespace merit
