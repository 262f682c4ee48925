// Amendments of single findings.
#include "compiler/model/amender.h"
#include "compiler/model/names.h"
#include "compiler/model/table_text.h"
#include "compiler/model/walk.h"

namespace merit::model {

ast::Findings* Amender::findings_to_change(const ast::Target& target) {
  const std::string name = path_text(target.path);
  const Place* place = targets_->find(Kind::entity, name);
  auto* findings = place == nullptr ? nullptr : std::get_if<ast::Findings>(&place->declaration->node);
  if (findings == nullptr)
    diagnostics_.error("A101", target.span, "The amended program has no findings `" + name + "`.");
  return findings;
}

std::string Amender::line_name(const std::string& outcome, const std::string& code) {
  return outcome + " \"" + code + "\"";
}

ast::Finding* Amender::line_to_change(ast::Findings& findings, const std::string& outcome,
                                      const std::string& code, Span span) {
  ast::Finding* found = nullptr;
  size_t count = 0;
  std::string there;
  for (ast::Finding& row : findings.rows) {
    there += (there.empty() ? "`" : ", `") + line_name(row.outcome.text, row.code) + "`";
    if (row.outcome.text != outcome || row.code != code) continue;
    found = &row;
    ++count;
  }
  const std::string name = line_name(outcome, code);
  if (count == 0) {
    diagnostics_.error("A102", span,
                       "The findings `" + findings.plural.text + "` have no line `" + name + "`.",
                       there.empty() ? "" : "Their lines: " + there + ".");
  } else if (count > 1) {
    diagnostics_.error("A106", span,
                       "The findings `" + findings.plural.text + "` have " + std::to_string(count) +
                           " lines `" + name + "`, and this does not say which is meant.",
                       "Give the lines of the amended program codes of their own.");
  }
  if (count != 1 || !once("The line `" + name + "` of `" + findings.plural.text + "`", span)) return nullptr;
  return found;
}

void Amender::replace_findings(const ast::Target& target, std::vector<ast::Finding> rows) {
  ast::Findings* findings = findings_to_change(target);
  if (findings == nullptr) return;
  for (ast::Finding& row : rows) {
    if (ast::Finding* line = line_to_change(*findings, row.outcome.text, row.code, row.span))
      *line = std::move(row);
  }
}

void Amender::remove_finding(ast::Findings& findings, const ast::Target& target, const std::string& because) {
  if (target.key.size() != 2) {
    diagnostics_.error("A102", target.span,
                       "A line of the findings `" + findings.plural.text +
                           "` is named by its outcome and its code.",
                       "Write `remove " + findings.plural.text + "(OUTCOME, \"CODE\") because \"…\"`.");
    return;
  }
  const ast::Finding* line = line_to_change(findings, target.key[0].text, target.key[1].text, target.span);
  if (line == nullptr) return;
  const std::string name = line_name(line->outcome.text, line->code);
  findings.rows.erase(findings.rows.begin() + (line - findings.rows.data()));
  removed(findings.plural.text + " " + name, "", because, target.span);
}

}  // namespace merit::model
