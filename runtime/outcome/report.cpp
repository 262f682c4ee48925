#include "runtime/outcome/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "runtime/data/value_text.h"
#include "runtime/outcome/text_table.h"

namespace merit {

namespace {

constexpr int file_decimals = 12;

bool is_amount(const ir::Type& type) {
  return type.kind == ir::TypeKind::integer || type.kind == ir::TypeKind::number ||
         type.kind == ir::TypeKind::money;
}

}  // namespace

ReportTable::ReportTable(const ir::Program& program, const ir::Report& report, Evaluation& evaluation)
    : program_(program), report_(report), evaluation_(evaluation) {
  keys_alone_ = std::all_of(report.columns.begin(), report.columns.end(),
                            [&](const ir::ReportColumn& shown) { return program.columns[shown.column].key; });
  const uint32_t count = evaluation.rows(report.entity);
  rows_.reserve(count);
  for (uint32_t row = 0; row < count; ++row) {
    if (report.filter != ir::none) {
      const Value wanted = evaluation.value(report.filter, row);
      if (wanted.is_fault()) {
        faulted_.emplace_back(row, wanted.fault_pointer());
      } else if (!wanted.is_known() || !wanted.boolean()) {
        continue;
      }
    }
    rows_.push_back(row);
  }
}

const ir::Type& ReportTable::type(size_t column) const {
  return program_.columns[report_.columns[column].column].type;
}

Value ReportTable::cell(uint64_t row, size_t column) const {
  const uint32_t index = report_.columns[column].column;
  if (!faulted_.empty() && (keys_alone_ || !program_.columns[index].key)) {
    const auto found =
        std::lower_bound(faulted_.begin(), faulted_.end(), rows_[row],
                         [](const auto& item, uint32_t wanted) { return item.first < wanted; });
    if (found != faulted_.end() && found->first == rows_[row]) return Value::of_fault(found->second);
  }
  return evaluation_.value(index, rows_[row]);
}

namespace {

// Reasons are sentences, and cells are narrow: a cell says "missing [1]", and the sentence stands below the
// table.
class Remarks {
 public:
  std::string mark(std::string_view word, const std::string& sentence) {
    if (sentence == word) return sentence;
    auto found = std::find(sentences_.begin(), sentences_.end(), sentence);
    if (found == sentences_.end()) found = sentences_.insert(found, sentence);
    return fmt::format("{} [{}]", word, found - sentences_.begin() + 1);
  }

  std::string text() const {
    std::string result;
    for (size_t i = 0; i < sentences_.size(); ++i) result += fmt::format("[{}] {}\n", i + 1, sentences_[i]);
    return result;
  }

 private:
  std::vector<std::string> sentences_;
};

}  // namespace

std::string report_text(const ReportTable& table, uint64_t max_rows, bool color) {
  const ir::Report& report = table.report();
  TextTable text;
  Remarks remarks;
  for (size_t column = 0; column < report.columns.size(); ++column) {
    text.add_column(report.columns[column].title,
                    is_amount(table.type(column)) ? TextTable::Align::right : TextTable::Align::left);
  }
  const uint64_t shown = std::min(max_rows, table.rows());
  for (uint64_t row = 0; row < shown; ++row) {
    std::vector<TextTable::Cell> cells;
    for (size_t column = 0; column < report.columns.size(); ++column) {
      const Value value = table.cell(row, column);
      std::string words =
          value_text(table.evaluation(), table.program(), table.type(column), value, TextStyle::people);
      if (value.is_missing()) {
        cells.push_back({remarks.mark("missing", words), TextTable::Tone::faint});
      } else if (value.is_fault()) {
        cells.push_back({remarks.mark("fault", words), TextTable::Tone::alarm});
      } else {
        cells.push_back({std::move(words), TextTable::Tone::plain});
      }
    }
    text.add_row(std::move(cells));
  }
  std::string result = text.render(color) + remarks.text();
  if (table.rows() == 0) result += "no rows\n";
  if (shown < table.rows()) {
    result += fmt::format("… and {} more; --out writes them all\n", grouped(table.rows() - shown));
  }
  return result;
}

namespace {

void add_csv(std::string& csv, const std::string& cell, bool quoted) {
  if (!quoted && cell.find_first_of(",\"\r\n") == std::string::npos) {
    csv += cell;
    return;
  }
  csv += '"';
  for (const char c : cell) {
    if (c == '"') csv += '"';
    csv += c;
  }
  csv += '"';
}

}  // namespace

std::string report_csv(const ReportTable& table) {
  const ir::Report& report = table.report();
  std::string csv;
  for (size_t column = 0; column < report.columns.size(); ++column) {
    if (column > 0) csv += ',';
    add_csv(csv, report.columns[column].title, false);
  }
  csv += "\r\n";
  for (uint64_t row = 0; row < table.rows(); ++row) {
    for (size_t column = 0; column < report.columns.size(); ++column) {
      if (column > 0) csv += ',';
      const Value value = table.cell(row, column);
      const std::string text =
          value_text(table.evaluation(), table.program(), table.type(column), value, TextStyle::file);
      // So that an empty text is told from no text.
      add_csv(csv, text, value.is_known() && text.empty());
    }
    csv += "\r\n";
  }
  return csv;
}

namespace {

std::string json_text(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// The value as a JSON token, and what is to be noted about it (empty: nothing).
std::pair<std::string, std::string> json_cell(const ReportTable& table, size_t column, const Value& value) {
  const ir::Type& type = table.type(column);
  switch (value.kind()) {
  case ValueKind::missing: {
    const Value::TextPointer& reason = value.missing_reason();
    return {"null", "\"missing\": " + (reason ? json_text(*reason) : "null")};
  }
  case ValueKind::fault: {
    const Fault& fault = value.fault();
    return {"null", fmt::format("\"fault\": {}, \"code\": {}, \"at\": {}", json_text(fault.message),
                                json_text(fault.code), json_text(fault.place))};
  }
  case ValueKind::boolean: return {value.boolean() ? "true" : "false", ""};
  case ValueKind::number:
  case ValueKind::money: {
    const Number& number = value.number_or_amount();
    std::string rounded = number.decimal_text(file_decimals);
    std::string exact = number.exact_text();
    if (rounded == exact) return {std::move(rounded), ""};
    return {std::move(rounded), "\"exact\": " + json_text(exact)};
  }
  default:
    return {json_text(value_text(table.evaluation(), table.program(), type, value, TextStyle::file)), ""};
  }
}

}  // namespace

std::string report_json(const ReportTable& table) {
  const ir::Report& report = table.report();
  std::string json = fmt::format("{{\"report\": {}, \"columns\": [", json_text(report.name));
  for (size_t column = 0; column < report.columns.size(); ++column) {
    const uint32_t index = report.columns[column].column;
    json += fmt::format("{}\n  {{\"title\": {}, \"column\": {}, \"type\": {}}}", column > 0 ? "," : "",
                        json_text(report.columns[column].title),
                        json_text(ir::qualified_name(table.program(), index)),
                        json_text(ir::type_text(table.program(), table.type(column))));
  }
  json += "],\n \"rows\": [";
  for (uint64_t row = 0; row < table.rows(); ++row) {
    std::string values;
    std::string notes;
    for (size_t column = 0; column < report.columns.size(); ++column) {
      const auto [value, note] = json_cell(table, column, table.cell(row, column));
      if (column > 0) values += ", ";
      values += value;
      if (note.empty()) continue;
      if (!notes.empty()) notes += ", ";
      notes += fmt::format("{{\"column\": {}, {}}}", column, note);
    }
    json += fmt::format("{}\n  {{\"values\": [{}]", row > 0 ? "," : "", values);
    if (!notes.empty()) json += fmt::format(", \"notes\": [{}]", notes);
    json += "}";
  }
  json += "]}\n";
  return json;
}

}  // namespace merit
