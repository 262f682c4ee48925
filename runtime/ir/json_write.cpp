#include <nlohmann/json.hpp>

#include "runtime/ir/json.h"
#include "runtime/ir/ops.h"
#include "runtime/values/codes.h"

namespace merit::ir {

namespace {

using Json = nlohmann::ordered_json;

Json index_json(uint32_t index) {
  return index == none ? Json(nullptr) : Json(index);
}

Json date_json(Date date) {
  return date.is_open() ? Json(nullptr) : Json(date.text());
}

Json time_json(DateTime time) {
  return time.is_open() ? Json(nullptr) : Json(time.text());
}

Json span_json(const Span& span) {
  return Json::array({span.file, span.begin, span.end});
}

Json period_json(const Period& period) {
  return Json::array({date_json(period.start), date_json(period.end)});
}

Json value_json(const Value& value) {
  switch (value.kind()) {
  case ValueKind::missing: {
    const Value::TextPointer& reason = value.missing_reason();
    return {{"missing", reason ? Json(*reason) : Json(nullptr)}};
  }
  case ValueKind::fault: return {{"missing", value.fault().message}};  // no constant is a fault
  case ValueKind::boolean: return {{"boolean", value.boolean()}};
  case ValueKind::number: return {{"number", value.number().exact_text()}};
  case ValueKind::money: return {{"money", value.money().exact_text()}};
  case ValueKind::text: return {{"text", value.text()}};
  case ValueKind::date: return {{"date", date_json(value.date())}};
  case ValueKind::duration:
    return {{"duration",
             Json::array({value.duration().months, value.duration().days, value.duration().seconds})}};
  case ValueKind::period: return {{"period", period_json(value.period())}};
  case ValueKind::datetime: return {{"datetime", time_json(value.datetime())}};
  case ValueKind::datetime_period:
    return {{"datetime_period", Json::array({time_json(value.datetime_period().start),
                                             time_json(value.datetime_period().end)})}};
  case ValueKind::codes: {
    Json codings = Json::array();
    for_each_coding(value.codes(), [&](std::string_view coding) { codings.push_back(std::string(coding)); });
    return {{"codes", std::move(codings)}};
  }
  case ValueKind::quantity:
    return {{"quantity", Json::array({value.quantity().number.exact_text(), value.quantity().unit})}};
  case ValueKind::enumeration: return {{"enumeration", value.enumeration()}};
  case ValueKind::row: return {{"row", value.row()}};
  }
  return nullptr;
}

Json type_json(const Type& type) {
  Json json = {{"kind", name_of(type.kind)}, {"optional", type.optional}};
  switch (type.kind) {
  case TypeKind::enumeration: json["enumeration"] = type.target; break;
  case TypeKind::link:
  case TypeKind::collection: json["entity"] = type.target; break;
  case TypeKind::money: json["step"] = type.step ? Json(type.step->exact_text()) : Json(nullptr); break;
  default: break;
  }
  return json;
}

Json node_json(const Expr& node, const std::string& body) {
  const OpInfo& op = info(node.op);
  Json json = {{"node", body + "#" + std::to_string(node.number)},
               {"op", op.name},
               {"type", type_json(node.type)},
               {"span", span_json(node.span)}};
  if (node.op == Op::constant) json["value"] = value_json(node.value);
  if (node.op == Op::missing_value) json["because"] = node.text;
  if (node.op == Op::in_unit) json["unit"] = node.text;
  switch (op.index) {
  case IndexMeaning::column: json["column"] = node.index; break;
  case IndexMeaning::entity: json["entity"] = node.index; break;
  case IndexMeaning::count: json["count"] = node.index; break;
  case IndexMeaning::value_set: json["value_set"] = node.index; break;
  case IndexMeaning::none: break;
  }
  if (op.variable) json["variable"] = index_json(node.variable);
  if (op.mode != ModeMeaning::none) json["mode"] = mode_name(op.mode, node.mode);
  if (node.op == Op::aggregate || node.op == Op::apportion) json["descending"] = node.descending;
  if (op.most > 0) {
    Json args = Json::array();
    for (const ExprPtr& arg : node.args) args.push_back(node_json(*arg, body));
    json["args"] = std::move(args);
  }
  return json;
}

Json body_json(const ExprPtr& body, const std::string& name) {
  return body ? node_json(*body, name) : Json(nullptr);
}

Json values_json(const std::vector<Value>& values) {
  Json json = Json::array();
  for (const Value& value : values) json.push_back(value_json(value));
  return json;
}

Json ranges_json(const std::optional<KeyRanges>& ranges) {
  if (!ranges) return nullptr;
  Json rows = Json::array();
  for (const KeyRange& range : ranges->rows) {
    rows.push_back({{"low", value_json(range.low)},
                    {"high", value_json(range.high)},
                    {"over_low", range.over_low},
                    {"below_high", range.below_high}});
  }
  return {{"type", type_json(ranges->type)}, {"rows", std::move(rows)}};
}

Json column_json(const Program& program, uint32_t index) {
  const Column& column = program.columns[index];
  Json json = {{"name", column.name},
               {"entity", column.entity},
               {"type", type_json(column.type)},
               {"kind", name_of(column.kind)},
               {"key", column.key},
               {"hidden", column.hidden},
               {"doc", column.doc},
               {"span", span_json(column.span)}};
  if (column.kind == ColumnKind::constant) {
    json["values"] = values_json(column.values);
    json["ranges"] = ranges_json(column.ranges);
  }
  if (column.kind == ColumnKind::computed)
    json["body"] = body_json(column.body, qualified_name(program, index));
  return json;
}

Json entity_json(const Entity& entity) {
  Json json = {{"name", entity.name},       {"plural", entity.plural},       {"kind", name_of(entity.kind)},
               {"columns", entity.columns}, {"keys", entity.keys},           {"rows", entity.rows},
               {"doc", entity.doc},         {"span", span_json(entity.span)}};
  if (entity.kind == EntityKind::groups) {
    json["members"] = body_json(entity.group_members, entity.name + "~members");
    json["value"] = body_json(entity.group_value, entity.name + "~value");
    json["link"] = index_json(entity.group_link);
  }
  if (entity.kind == EntityKind::parts) {
    Json parts = Json::array();
    for (const Part& part : entity.parts) {
      parts.push_back({{"filters", part.filters},
                       {"low", index_json(part.low)},
                       {"high", index_json(part.high)},
                       {"link", part.link},
                       {"owner", index_json(part.owner)},
                       {"period", index_json(part.period)},
                       {"gap", Json::array({part.gap.months, part.gap.days, part.gap.seconds})}});
    }
    json["parts"] = std::move(parts);
    json["by_member"] = entity.by_member;
    json["part_key"] = index_json(entity.part_key);
    json["number_key"] = index_json(entity.number_key);
    json["owner_key"] = index_json(entity.owner_key);
    json["span_column"] = index_json(entity.span_column);
  }
  return json;
}

Json rows_json(const std::vector<TestRows>& tables) {
  Json json = Json::array();
  for (const TestRows& table : tables) {
    Json rows = Json::array();
    for (const std::vector<TestCell>& row : table.rows) {
      Json cells = Json::array();
      for (const TestCell& cell : row) {
        Json item = {{"column", cell.column}, {"state", name_of(cell.state)}};
        if (cell.state == TestCell::State::known) item["value"] = value_json(cell.value);
        if (!cell.more.empty()) {
          item["more"] = Json::array();
          for (const Value& part : cell.more) item["more"].push_back(value_json(part));
        }
        item["span"] = span_json(cell.span);
        cells.push_back(std::move(item));
      }
      rows.push_back(std::move(cells));
    }
    json.push_back({{"entity", table.entity}, {"rows", std::move(rows)}, {"span", span_json(table.span)}});
  }
  return json;
}

Json test_json(const Test& test) {
  Json settings = Json::array();
  for (const TestSetting& setting : test.settings) {
    settings.push_back({{"column", setting.column}, {"value", value_json(setting.value)}});
  }
  return {{"title", test.title},
          {"settings", std::move(settings)},
          {"given", rows_json(test.given)},
          {"expected", rows_json(test.expected)},
          {"conditions", test.conditions},
          {"span", span_json(test.span)}};
}

Json source_json(const Source& source) {
  Json blocks = Json::array();
  for (const SourceBlock& block : source.blocks) {
    Json fields = Json::array();
    for (const SourceField& field : block.fields) {
      const SourceValue& value = field.value;
      fields.push_back({{"column", field.column},
                        {"kind", name_of(value.kind)},
                        {"header", value.header},
                        {"header_holes", value.header_holes},
                        {"patterns", value.patterns},
                        {"scale", value.scale.exact_text()},
                        {"value", value_json(value.value)},
                        {"span", span_json(value.span)}});
    }
    blocks.push_back({{"entity", block.entity},
                      {"for_each", index_json(block.for_each)},
                      {"filter", index_json(block.filter)},
                      {"fields", std::move(fields)},
                      {"span", span_json(block.span)}});
  }
  return {{"file", source.file},
          {"json", source.json},
          {"optional", source.optional},
          {"missing", source.missing},
          {"headers", {source.header_first, source.header_last}},
          {"data_from", source.data_from},
          {"blocks", std::move(blocks)},
          {"span", span_json(source.span)}};
}

Json measure_columns_json(const std::vector<MeasureColumn>& columns) {
  Json json = Json::array();
  for (const MeasureColumn& item : columns) json.push_back({{"name", item.name}, {"column", item.column}});
  return json;
}

Json measure_group_json(const MeasureGroup& group) {
  Json populations = Json::array();
  for (const MeasurePopulation& population : group.populations) {
    populations.push_back({{"population", name_of(population.kind)},
                           {"criteria", index_json(population.criteria)},
                           {"gated", population.gated}});
  }
  Json observations = Json::array();
  for (const MeasureObservation& observation : group.observations) {
    observations.push_back({{"of", name_of(observation.of)},
                            {"value", observation.value},
                            {"aggregate", name_of(observation.aggregate)}});
  }
  return {{"name", group.name},
          {"title", group.title},
          {"populations", std::move(populations)},
          {"observations", std::move(observations)},
          {"rate", index_json(group.rate)}};
}

Json measure_json(const Measure& measure) {
  Json groups = Json::array();
  for (const MeasureGroup& group : measure.groups) groups.push_back(measure_group_json(group));
  Json components = Json::array();
  for (const MeasureComponent& component : measure.components) {
    components.push_back({{"measure", component.measure},
                          {"group", component.group},
                          {"weight", component.weight.exact_text()}});
  }
  return {{"name", measure.name},
          {"title", measure.title},
          {"identifier", measure.identifier},
          {"version", measure.version},
          {"steward", measure.steward},
          {"scoring", name_of(measure.scoring)},
          {"lower_is_better", measure.lower_is_better},
          {"entity", measure.entity},
          {"groups", std::move(groups)},
          {"stratifiers", measure_columns_json(measure.stratifiers)},
          {"supplemental", measure_columns_json(measure.supplemental)},
          {"due", index_json(measure.due)},
          {"period", index_json(measure.period)},
          {"composite", measure.composite ? Json(name_of(*measure.composite)) : Json(nullptr)},
          {"components", std::move(components)},
          {"doc", measure.doc},
          {"span", span_json(measure.span)}};
}

Json steps_json(const std::vector<PathStep>& steps) {
  Json json = Json::array();
  for (const PathStep& step : steps)
    json.push_back({{"kind", name_of(step.kind)}, {"name", step.name}, {"url", step.url}});
  return json;
}

Json fhir_value_json(const FhirValue& value) {
  Json args = Json::array();
  for (const FhirValue& arg : value.args) args.push_back(fhir_value_json(arg));
  return {{"kind", name_of(value.kind)}, {"from", value.from},           {"steps", steps_json(value.steps)},
          {"texts", value.texts},        {"text", value.text},           {"value", value_json(value.value)},
          {"args", std::move(args)},     {"span", span_json(value.span)}};
}

Json fhir_filter_json(const std::optional<FhirValue>& filter) {
  return filter ? fhir_value_json(*filter) : Json(nullptr);
}

Json fhir_block_json(const FhirBlock& block) {
  Json fields = Json::array();
  for (const FhirField& field : block.fields) {
    fields.push_back({{"column", field.column}, {"value", fhir_value_json(field.value)}});
  }
  Json blocks = Json::array();
  for (const FhirBlock& inner : block.blocks) blocks.push_back(fhir_block_json(inner));
  return {{"entity", block.entity},
          {"each", block.each},
          {"from", block.from},
          {"list", steps_json(block.list)},
          {"filter", fhir_filter_json(block.filter)},
          {"fields", std::move(fields)},
          {"blocks", std::move(blocks)},
          {"span", span_json(block.span)}};
}

Json fhir_source_json(const FhirSource& source) {
  Json blocks = Json::array();
  for (const FhirBlock& block : source.blocks) blocks.push_back(fhir_block_json(block));
  return {{"resource", source.resource},
          {"filter", fhir_filter_json(source.filter)},
          {"blocks", std::move(blocks)},
          {"span", span_json(source.span)}};
}

Json report_json(const Report& report) {
  Json columns = Json::array();
  for (const ReportColumn& column : report.columns) {
    columns.push_back({{"title", column.title}, {"column", column.column}});
  }
  return {{"name", report.name},           {"entity", report.entity}, {"filter", index_json(report.filter)},
          {"columns", std::move(columns)}, {"doc", report.doc},       {"span", span_json(report.span)}};
}

// The members of the file one by one: short ones on a line, lists with a line for each item, so that two
// programs can be compared line by line.
class Writer {
 public:
  void member(std::string_view name, const Json& value) { begin(name) += dump(value); }

  template <typename Items, typename Convert>
  void list(std::string_view name, const Items& items, const Convert& convert) {
    std::string& text = begin(name);
    text += "[";
    bool first = true;
    for (const auto& item : items) {
      text += first ? "\n  " : ",\n  ";
      text += dump(convert(item));
      first = false;
    }
    text += first ? "]" : "\n ]";
  }

  std::string finish() { return text_ + "\n}\n"; }

 private:
  static std::string dump(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
  }

  std::string& begin(std::string_view name) {
    text_ += text_.empty() ? "{\n " : ",\n ";
    text_ += "\"";
    text_ += name;
    text_ += "\": ";
    return text_;
  }

  std::string text_;
};

template <typename Item>
std::vector<uint32_t> indices(const std::vector<Item>& items) {
  std::vector<uint32_t> all(items.size());
  for (uint32_t i = 0; i < all.size(); ++i) all[i] = i;
  return all;
}

}  // namespace

std::string to_json(const Program& program) {
  Writer writer;
  writer.member("merit_ir", format_version);
  writer.member("name", program.name);
  writer.member("title", program.title);
  writer.member("authority", program.authority);
  writer.member("currency", program.currency);
  writer.member("effective", program.effective ? period_json(*program.effective) : Json(nullptr));
  std::vector<const SourceFile*> files;
  for (uint32_t i = 1; program.files && i < program.files->size(); ++i) files.push_back(&(*program.files)[i]);
  writer.list("files", files, [](const SourceFile* file) {
    return Json{{"name", file->name}, {"text", file->text}};
  });
  writer.list("modules", program.modules, [](const Module& module) {
    return Json{
        {"name", module.name}, {"amends", module.amends}, {"file", module.file}, {"sha256", module.sha256}};
  });
  writer.list("enums", program.enums, [](const Enumeration& item) {
    return Json{{"name", item.name}, {"values", item.values}, {"span", span_json(item.span)}};
  });
  writer.list("valuesets", program.valuesets, [](const ValueSet& item) {
    return Json{{"name", item.name},           {"url", item.url},         {"version", item.version},
                {"codings", item.codings},     {"members", item.members}, {"doc", item.doc},
                {"span", span_json(item.span)}};
  });
  writer.list("entities", program.entities, entity_json);
  writer.list("columns", indices(program.columns),
              [&](uint32_t column) { return column_json(program, column); });
  writer.member("parameters", program.parameters);
  writer.list("payments", program.payments, [](const Payment& payment) {
    return Json{{"name", payment.name},   {"entity", payment.entity},
                {"steps", payment.steps}, {"applies", index_json(payment.applies)},
                {"doc", payment.doc},     {"span", span_json(payment.span)}};
  });
  writer.list("measures", program.measures, measure_json);
  writer.list("reports", program.reports, report_json);
  writer.list("ensures", program.ensures, [](const Ensure& ensure) {
    return Json{{"title", ensure.title},
                {"entity", ensure.entity},
                {"filter", index_json(ensure.filter)},
                {"condition", ensure.condition},
                {"span", span_json(ensure.span)}};
  });
  writer.list("tests", program.tests, test_json);
  writer.list("sources", program.sources, source_json);
  writer.list("fhir_sources", program.fhir_sources, fhir_source_json);
  writer.list("removals", program.removals, [](const Removal& removal) {
    return Json{{"name", removal.name}, {"because", removal.because}, {"span", span_json(removal.span)}};
  });
  return writer.finish();
}

}  // namespace merit::ir
