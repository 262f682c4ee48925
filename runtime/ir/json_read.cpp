#include <fmt/format.h>

#include <functional>

#include "runtime/ir/json.h"
#include "runtime/ir/json_reader.h"
#include "runtime/ir/ops.h"
#include "runtime/ir/sha256.h"
#include "runtime/values/codes.h"

namespace merit::ir {

namespace {

// One level of expression is two of JSON (the node and its list of operands), and around it stand the file's
// own lists.
constexpr uint32_t max_json_depth = 2 * max_depth + 16;

template <typename Item>
std::vector<Item> list(const Place& place, const std::function<Item(const Place&)>& read) {
  std::vector<Item> items;
  const size_t size = place.size();
  items.reserve(size);
  for (size_t i = 0; i < size; ++i) items.push_back(read(place[i]));
  return items;
}

std::vector<uint32_t> index_list(const Place& place) {
  return list<uint32_t>(place, [](const Place& item) { return item.index(); });
}

std::vector<std::string> text_list(const Place& place) {
  return list<std::string>(place, [](const Place& item) { return item.text(); });
}

template <typename Enum>
Enum named(const Place& place, std::string_view wanted) {
  const std::optional<Enum> value = enum_named<Enum>(place.text());
  if (!value) place.refuse(wanted);
  return *value;
}

Number number(const Place& place) {
  const std::string text = place.text();
  const std::optional<Number> value = Number::parse_exact(text);
  // One spelling for one number: 1/2 is 0.5 and 0.50 is 0.5.
  if (!value || value->exact_text() != text) place.refuse("an exact number such as \"0.25\" or \"1/3\"");
  return *value;
}

Date date(const Place& place) {
  const std::optional<Date> value = Date::parse(place.text());
  if (!value) place.refuse("a day such as \"2024-01-31\"");
  return *value;
}

Duration duration(const Place& place) {
  if (place.size() != 3) place.refuse("a list of months, days and seconds");
  return {place[0].integer(), place[1].integer(), place[2].long_integer()};
}

DateTime datetime(const Place& place) {
  const std::optional<DateTime> value = DateTime::parse(place.text());
  if (!value) place.refuse("a time such as \"2024-01-31T14:30:00Z\"");
  return *value;
}

Period period(const Place& place) {
  if (place.size() != 2) place.refuse("a list of two days");
  Period result;
  if (!place[0].is_null()) result.start = date(place[0]);
  if (!place[1].is_null()) result.end = date(place[1]);
  return result;
}

Span span(const Place& place) {
  if (place.size() != 3) place.refuse("a list of file, begin and end");
  return {place[0].index(), place[1].index(), place[2].index()};
}

Value value(const Place& place) {
  if (place.has("missing")) {
    place.object({"missing"});
    const Place reason = place["missing"];
    return reason.is_null() ? Value::of_missing() : Value::of_missing(reason.text());
  }
  if (place.has("boolean")) {
    place.object({"boolean"});
    return Value::of_boolean(place["boolean"].boolean());
  }
  if (place.has("number")) {
    place.object({"number"});
    return Value::of_number(number(place["number"]));
  }
  if (place.has("money")) {
    place.object({"money"});
    return Value::of_money(number(place["money"]));
  }
  if (place.has("text")) {
    place.object({"text"});
    return Value::of_text(place["text"].text());
  }
  if (place.has("date")) {
    place.object({"date"});
    return Value::of_date(date(place["date"]));
  }
  if (place.has("duration")) {
    place.object({"duration"});
    return Value::of_duration(duration(place["duration"]));
  }
  if (place.has("period")) {
    place.object({"period"});
    return Value::of_period(period(place["period"]));
  }
  if (place.has("datetime")) {
    place.object({"datetime"});
    return Value::of_datetime(datetime(place["datetime"]));
  }
  if (place.has("datetime_period")) {
    place.object({"datetime_period"});
    const Place ends = place["datetime_period"];
    if (ends.size() != 2) ends.refuse("a list of two times");
    DateTimePeriod period;
    if (!ends[0].is_null()) period.start = datetime(ends[0]);
    if (!ends[1].is_null()) period.end = datetime(ends[1]);
    return Value::of_datetime_period(period);
  }
  if (place.has("codes")) {
    place.object({"codes"});
    std::vector<std::string> codings = text_list(place["codes"]);
    if (codings.empty()) place["codes"].refuse("at least one coding");
    const std::string set = codes_text(codings);
    // One spelling for one set.
    std::vector<std::string> sorted;
    for_each_coding(set, [&](std::string_view coding) { sorted.emplace_back(coding); });
    if (sorted != codings) place["codes"].refuse("codings in order, each once");
    return Value::of_codes(set);
  }
  if (place.has("quantity")) {
    place.object({"quantity"});
    const Place parts = place["quantity"];
    if (parts.size() != 2 || parts[1].text().empty()) parts.refuse("a list of a number and a unit");
    return Value::of_quantity({number(parts[0]), parts[1].text()});
  }
  if (place.has("enumeration")) {
    place.object({"enumeration"});
    return Value::of_enumeration(place["enumeration"].index());
  }
  if (place.has("row")) {
    place.object({"row"});
    return Value::of_row(place["row"].index());
  }
  place.refuse("a value with its kind, such as {\"number\": \"1\"}");
}

Type type(const Place& place) {
  Type result;
  result.kind = named<TypeKind>(place["kind"], "the kind of a type, such as \"number\"");
  switch (result.kind) {
  case TypeKind::enumeration:
    place.object({"kind", "optional", "enumeration"});
    result.target = place["enumeration"].index();
    break;
  case TypeKind::link:
  case TypeKind::collection:
    place.object({"kind", "optional", "entity"});
    result.target = place["entity"].index();
    break;
  case TypeKind::money:
    place.object({"kind", "optional", "step"});
    if (!place["step"].is_null()) result.step = number(place["step"]);
    break;
  default: place.object({"kind", "optional"});
  }
  result.optional = place["optional"].boolean();
  return result;
}

ExprPtr node(const Place& place, uint32_t depth) {
  if (depth > max_depth) {
    throw Damage{"I007", fmt::format("an expression is nested more than {} levels deep.", max_depth)};
  }
  const std::string name = place["op"].text();
  const OpInfo* op = find_op(name);
  if (op == nullptr) place["op"].refuse("the name of an operation, such as \"add\"");
  auto result = std::make_unique<Expr>();
  result->op = op->op;
  std::vector<std::string_view> members = {"node", "op", "type", "span"};
  result->type = type(place["type"]);
  result->span = span(place["span"]);
  if (op->op == Op::constant) {
    members.emplace_back("value");
    result->value = value(place["value"]);
  }
  if (op->op == Op::missing_value) {
    members.emplace_back("because");
    result->text = place["because"].text();
  }
  if (op->op == Op::in_unit) {
    members.emplace_back("unit");
    result->text = place["unit"].text();
  }
  if (op->index != IndexMeaning::none) {
    const std::string_view member = op->index == IndexMeaning::column      ? "column"
                                    : op->index == IndexMeaning::entity    ? "entity"
                                    : op->index == IndexMeaning::value_set ? "value_set"
                                                                           : "count";
    members.emplace_back(member);
    result->index = place[member].index();
  }
  if (op->variable) {
    members.emplace_back("variable");
    result->variable = place["variable"].optional_index();
  }
  if (op->mode != ModeMeaning::none) {
    members.emplace_back("mode");
    const std::optional<uint8_t> mode = mode_named(op->mode, place["mode"].text());
    if (!mode) place["mode"].refuse("a mode of this operation");
    result->mode = *mode;
  }
  if (op->op == Op::aggregate || op->op == Op::apportion) {
    members.emplace_back("descending");
    const Place flags = place["descending"];
    for (size_t i = 0; i < flags.size(); ++i) result->descending.push_back(flags[i].boolean());
  }
  if (op->most > 0) {
    members.emplace_back("args");
    const Place args = place["args"];
    for (size_t i = 0; i < args.size(); ++i) result->args.push_back(node(args[i], depth + 1));
  }
  place.object_of(members);
  return result;
}

ExprPtr body(const Place& place) {
  return place.is_null() ? nullptr : node(place, 0);
}

KeyRange key_range(const Place& place) {
  place.object({"low", "high", "over_low", "below_high"});
  return {value(place["low"]), value(place["high"]), place["over_low"].boolean(),
          place["below_high"].boolean()};
}

KeyRanges key_ranges(const Place& place) {
  place.object({"type", "rows"});
  return {type(place["type"]), list<KeyRange>(place["rows"], key_range)};
}

Column column(const Place& place) {
  Column result;
  result.kind = named<ColumnKind>(place["kind"], "\"stored\", \"constant\" or \"computed\"");
  switch (result.kind) {
  case ColumnKind::stored:
    place.object({"name", "entity", "type", "kind", "key", "hidden", "doc", "span"});
    break;
  case ColumnKind::constant:
    place.object({"name", "entity", "type", "kind", "key", "hidden", "doc", "span", "values", "ranges"});
    result.values = list<Value>(place["values"], value);
    if (!place["ranges"].is_null()) result.ranges = key_ranges(place["ranges"]);
    break;
  case ColumnKind::computed:
    place.object({"name", "entity", "type", "kind", "key", "hidden", "doc", "span", "body"});
    result.body = body(place["body"]);
    break;
  }
  result.name = place["name"].text();
  result.entity = place["entity"].index();
  result.type = type(place["type"]);
  result.key = place["key"].boolean();
  result.hidden = place["hidden"].boolean();
  result.doc = place["doc"].text();
  result.span = span(place["span"]);
  return result;
}

Part part(const Place& place) {
  place.object({"filters", "low", "high", "link", "owner", "period", "gap"});
  return {index_list(place["filters"]), place["low"].optional_index(),   place["high"].optional_index(),
          place["link"].index(),        place["owner"].optional_index(), place["period"].optional_index(),
          duration(place["gap"])};
}

Entity entity(const Place& place) {
  Entity result;
  result.kind = named<EntityKind>(place["kind"], "a kind of entity, such as \"data\"");
  if (result.kind == EntityKind::groups) {
    place.object(
        {"name", "plural", "kind", "columns", "keys", "rows", "doc", "span", "members", "value", "link"});
    result.group_members = body(place["members"]);
    result.group_value = body(place["value"]);
    result.group_link = place["link"].optional_index();
  } else if (result.kind == EntityKind::parts) {
    place.object({"name", "plural", "kind", "columns", "keys", "rows", "doc", "span", "parts", "by_member",
                  "part_key", "number_key", "owner_key", "span_column"});
    result.parts = list<Part>(place["parts"], part);
    result.by_member = place["by_member"].boolean();
    result.part_key = place["part_key"].optional_index();
    result.number_key = place["number_key"].optional_index();
    result.owner_key = place["owner_key"].optional_index();
    result.span_column = place["span_column"].optional_index();
  } else {
    place.object({"name", "plural", "kind", "columns", "keys", "rows", "doc", "span"});
  }
  result.name = place["name"].text();
  result.plural = place["plural"].text();
  result.columns = index_list(place["columns"]);
  result.keys = index_list(place["keys"]);
  result.rows = place["rows"].index();
  result.doc = place["doc"].text();
  result.span = span(place["span"]);
  return result;
}

Enumeration enumeration(const Place& place) {
  place.object({"name", "values", "span"});
  return {place["name"].text(), text_list(place["values"]), span(place["span"])};
}

ValueSet value_set(const Place& place) {
  place.object({"name", "url", "version", "codings", "members", "doc", "span"});
  return {place["name"].text(),        place["url"].text(),          place["version"].text(),
          text_list(place["codings"]), index_list(place["members"]), place["doc"].text(),
          span(place["span"])};
}

Payment payment(const Place& place) {
  place.object({"name", "entity", "steps", "applies", "doc", "span"});
  return {place["name"].text(),       place["entity"].index(),
          index_list(place["steps"]), place["applies"].optional_index(),
          place["doc"].text(),        span(place["span"])};
}

MeasurePopulation measure_population(const Place& place) {
  place.object({"population", "criteria", "gated"});
  return {named<Population>(place["population"], "a population, such as \"numerator\""),
          place["criteria"].optional_index(), place["gated"].index()};
}

MeasureObservation measure_observation(const Place& place) {
  place.object({"of", "value", "aggregate"});
  return {named<Population>(place["of"], "a population, such as \"numerator\""), place["value"].index(),
          named<AggregateMode>(place["aggregate"], "an aggregate, such as \"sum\"")};
}

MeasureGroup measure_group(const Place& place) {
  place.object({"name", "title", "populations", "observations", "rate"});
  return {place["name"].text(), place["title"].text(),
          list<MeasurePopulation>(place["populations"], measure_population),
          list<MeasureObservation>(place["observations"], measure_observation),
          place["rate"].optional_index()};
}

MeasureColumn measure_column(const Place& place) {
  place.object({"name", "column"});
  return {place["name"].text(), place["column"].index()};
}

MeasureComponent measure_component(const Place& place) {
  place.object({"measure", "group", "weight"});
  return {place["measure"].index(), place["group"].index(), number(place["weight"])};
}

Measure measure(const Place& place) {
  place.object({"name", "title", "identifier", "version", "steward", "scoring", "lower_is_better", "entity",
                "groups", "stratifiers", "supplemental", "due", "period", "composite", "components", "doc",
                "span"});
  Measure result;
  result.name = place["name"].text();
  result.title = place["title"].text();
  result.identifier = place["identifier"].text();
  result.version = place["version"].text();
  result.steward = place["steward"].text();
  result.scoring = named<Scoring>(place["scoring"], "a scoring, such as \"proportion\"");
  result.lower_is_better = place["lower_is_better"].boolean();
  result.entity = place["entity"].index();
  result.groups = list<MeasureGroup>(place["groups"], measure_group);
  result.stratifiers = list<MeasureColumn>(place["stratifiers"], measure_column);
  result.supplemental = list<MeasureColumn>(place["supplemental"], measure_column);
  result.due = place["due"].optional_index();
  result.period = place["period"].optional_index();
  if (!place["composite"].is_null()) {
    result.composite =
        named<CompositeScoring>(place["composite"], "how a composite is scored, such as \"all_or_none\"");
  }
  result.components = list<MeasureComponent>(place["components"], measure_component);
  result.doc = place["doc"].text();
  result.span = span(place["span"]);
  return result;
}

ReportColumn report_column(const Place& place) {
  place.object({"title", "column"});
  return {place["title"].text(), place["column"].index()};
}

Report report(const Place& place) {
  place.object({"name", "entity", "filter", "columns", "doc", "span"});
  return {place["name"].text(),
          place["entity"].index(),
          place["filter"].optional_index(),
          list<ReportColumn>(place["columns"], report_column),
          place["doc"].text(),
          span(place["span"])};
}

Ensure ensure(const Place& place) {
  place.object({"title", "entity", "filter", "condition", "span"});
  return {place["title"].text(), place["entity"].index(), place["filter"].optional_index(),
          place["condition"].index(), span(place["span"])};
}

TestCell test_cell(const Place& place) {
  TestCell result;
  result.state = named<TestCell::State>(place["state"], "\"not_given\", \"known\", \"missing\" or \"fault\"");
  if (result.state == TestCell::State::known) {
    std::vector<std::string_view> members = {"column", "state", "value", "span"};
    if (place.has("more")) members.emplace_back("more");
    place.object_of(members);
    result.value = value(place["value"]);
    if (!result.value.is_known()) place["value"].refuse("a known value");
    if (place.has("more")) result.more = list<Value>(place["more"], value);
  } else {
    place.object({"column", "state", "span"});
  }
  result.column = place["column"].index();
  result.span = span(place["span"]);
  return result;
}

TestRows test_rows(const Place& place) {
  place.object({"entity", "rows", "span"});
  TestRows result;
  result.entity = place["entity"].index();
  result.rows = list<std::vector<TestCell>>(place["rows"],
                                            [](const Place& row) { return list<TestCell>(row, test_cell); });
  result.span = span(place["span"]);
  return result;
}

TestSetting test_setting(const Place& place) {
  place.object({"column", "value"});
  return {place["column"].index(), value(place["value"])};
}

Test test(const Place& place) {
  place.object({"title", "settings", "given", "expected", "conditions", "span"});
  return {place["title"].text(),
          list<TestSetting>(place["settings"], test_setting),
          list<TestRows>(place["given"], test_rows),
          list<TestRows>(place["expected"], test_rows),
          index_list(place["conditions"]),
          span(place["span"])};
}

SourceField source_field(const Place& place) {
  place.object({"column", "kind", "header", "header_holes", "patterns", "scale", "value", "span"});
  SourceField result;
  result.column = place["column"].index();
  result.value.kind = named<SourceValue::Kind>(place["kind"], "how a field is filled, such as \"cell\"");
  result.value.header = text_list(place["header"]);
  result.value.header_holes = index_list(place["header_holes"]);
  result.value.patterns = text_list(place["patterns"]);
  result.value.scale = number(place["scale"]);
  result.value.value = value(place["value"]);
  result.value.span = span(place["span"]);
  return result;
}

SourceBlock source_block(const Place& place) {
  place.object({"entity", "for_each", "filter", "fields", "span"});
  return {place["entity"].index(), place["for_each"].optional_index(), place["filter"].optional_index(),
          list<SourceField>(place["fields"], source_field), span(place["span"])};
}

Source source(const Place& place) {
  place.object({"file", "json", "optional", "missing", "headers", "data_from", "blocks", "span"});
  const std::vector<uint32_t> headers = index_list(place["headers"]);
  if (headers.size() != 2) place["headers"].refuse("the first and the last row of the headers");
  return {place["file"].text(),
          place["optional"].boolean(),
          text_list(place["missing"]),
          list<SourceBlock>(place["blocks"], source_block),
          span(place["span"]),
          headers[0],
          headers[1],
          place["data_from"].index(),
          place["json"].boolean()};
}

PathStep path_step(const Place& place) {
  place.object({"kind", "name", "url"});
  return {named<PathStep::Kind>(place["kind"], "what a step of a path is, such as \"element\""),
          place["name"].text(), place["url"].text()};
}

FhirValue fhir_value(const Place& place) {
  place.object({"kind", "from", "steps", "texts", "text", "value", "args", "span"});
  FhirValue result;
  result.kind = named<FhirValue::Kind>(place["kind"], "how a field is filled, such as \"path\"");
  result.from = place["from"].index();
  result.steps = list<PathStep>(place["steps"], path_step);
  result.texts = text_list(place["texts"]);
  result.text = place["text"].text();
  result.value = value(place["value"]);
  result.args = list<FhirValue>(place["args"], fhir_value);
  result.span = span(place["span"]);
  return result;
}

std::optional<FhirValue> fhir_filter(const Place& place) {
  return place.is_null() ? std::nullopt : std::optional(fhir_value(place));
}

FhirField fhir_field(const Place& place) {
  place.object({"column", "value"});
  return {place["column"].index(), fhir_value(place["value"])};
}

FhirBlock fhir_block(const Place& place) {
  place.object({"entity", "each", "from", "list", "filter", "fields", "blocks", "span"});
  return {place["entity"].index(),
          place["each"].boolean(),
          place["from"].index(),
          list<PathStep>(place["list"], path_step),
          fhir_filter(place["filter"]),
          list<FhirField>(place["fields"], fhir_field),
          list<FhirBlock>(place["blocks"], fhir_block),
          span(place["span"])};
}

FhirSource fhir_source(const Place& place) {
  place.object({"resource", "filter", "blocks", "span"});
  return {place["resource"].text(), fhir_filter(place["filter"]),
          list<FhirBlock>(place["blocks"], fhir_block), span(place["span"])};
}

Removal removal(const Place& place) {
  place.object({"name", "because", "span"});
  return {place["name"].text(), place["because"].text(), span(place["span"])};
}

Module module(const Place& place, const SourceFiles& files) {
  place.object({"name", "amends", "file", "sha256"});
  Module result{place["name"].text(), place["amends"].text(), place["file"].index(), place["sha256"].text()};
  if (result.file == 0 || result.file >= files.size())
    place["file"].refuse("the number of one of `files`, from 1 on");
  if (sha256(files[result.file].text) != result.sha256) {
    throw Damage{
        "I008",
        fmt::format("the text of module `{}` is not the text that was compiled: `{}` does not match it.",
                    result.name, place["sha256"].path())};
  }
  return result;
}

Program program(const Place& place) {
  place.object({"merit_ir", "name",    "title",     "authority", "currency", "effective",    "files",
                "modules",  "enums",   "valuesets", "entities",  "columns",  "parameters",   "payments",
                "measures", "reports", "ensures",   "tests",     "sources",  "fhir_sources", "removals"});
  Program result;
  result.name = place["name"].text();
  result.title = place["title"].text();
  result.authority = place["authority"].text();
  result.currency = place["currency"].text();
  if (!place["effective"].is_null()) result.effective = period(place["effective"]);
  auto files = std::make_shared<SourceFiles>();
  const Place texts = place["files"];
  for (size_t i = 0; i < texts.size(); ++i) {
    texts[i].object({"name", "text"});
    files->add(texts[i]["name"].text(), texts[i]["text"].text());
  }
  result.modules = list<Module>(place["modules"], [&](const Place& item) { return module(item, *files); });
  result.files = std::move(files);
  result.enums = list<Enumeration>(place["enums"], enumeration);
  result.valuesets = list<ValueSet>(place["valuesets"], value_set);
  result.entities = list<Entity>(place["entities"], entity);
  result.columns = list<Column>(place["columns"], column);
  result.parameters = index_list(place["parameters"]);
  result.payments = list<Payment>(place["payments"], payment);
  result.measures = list<Measure>(place["measures"], measure);
  result.reports = list<Report>(place["reports"], report);
  result.ensures = list<Ensure>(place["ensures"], ensure);
  result.tests = list<Test>(place["tests"], test);
  result.sources = list<Source>(place["sources"], source);
  result.fhir_sources = list<FhirSource>(place["fhir_sources"], fhir_source);
  result.removals = list<Removal>(place["removals"], removal);
  return result;
}

void check_names(const Place& place, const Expr& node, const std::string& body) {
  const std::string name = body + "#" + std::to_string(node.number);
  if (place["node"].text() != name) {
    place["node"].refuse(fmt::format("\"{}\", the name that goes with the node's place", name));
  }
  for (size_t i = 0; i < node.args.size(); ++i) check_names(place["args"][i], *node.args[i], body);
}

// The stable names are written for readers; that they are right is checked once the numbers are there.
void check_names(const Place& place, const Program& program) {
  for (uint32_t i = 0; i < program.columns.size(); ++i) {
    if (const ExprPtr& root = program.columns[i].body) {
      check_names(place["columns"][i]["body"], *root, qualified_name(program, i));
    }
  }
  for (uint32_t i = 0; i < program.entities.size(); ++i) {
    const Entity& entity = program.entities[i];
    const Place item = place["entities"][i];
    if (entity.group_members) check_names(item["members"], *entity.group_members, entity.name + "~members");
    if (entity.group_value) check_names(item["value"], *entity.group_value, entity.name + "~value");
  }
}

// Looked at before the text is parsed, so that no depth of brackets can exhaust the stack.
bool too_deep(std::string_view json) {
  uint32_t depth = 0;
  bool in_text = false;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_text) {
      if (c == '\\') ++i;
      if (c == '"') in_text = false;
    } else if (c == '"') {
      in_text = true;
    } else if (c == '[' || c == '{') {
      if (++depth > max_json_depth) return true;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return false;
}

Json parse(std::string_view json) {
  if (too_deep(json)) {
    throw Damage{"I007", fmt::format("its lists are nested more than {} levels deep.", max_json_depth)};
  }
  try {
    return Json::parse(json);
  } catch (const Json::parse_error& error) {
    if (error.byte > json.size()) {
      throw Damage{"I002", fmt::format("it ends in the middle, after {} bytes.", json.size())};
    }
    throw Damage{"I001", fmt::format("it is no JSON (from byte {} on).", error.byte)};
  }
}

void check_version(const Place& place) {
  if (!place.has("merit_ir")) {
    throw Damage{"I001", "it is JSON, but not a Merit program: there is no member `merit_ir`."};
  }
  const uint32_t version = place["merit_ir"].index();
  if (version > static_cast<uint32_t>(format_version)) {
    throw Damage{
        "I003",
        fmt::format("it has version {} of the intermediate form, and this Merit reads up to version {}.",
                    version, format_version)};
  }
  if (version != static_cast<uint32_t>(format_version)) {
    place["merit_ir"].refuse(fmt::format("{}", format_version));
  }
}

}  // namespace

std::optional<Program> from_json(std::string_view json, std::string_view name, Diagnostics& diagnostics) {
  const auto refuse = [&](std::string_view code, const std::string& what) {
    const std::string_view help = code == "I003"
                                      ? "Use a newer Merit, or make the file again with `merit ir`."
                                      : "Make the file again with `merit ir`.";
    diagnostics.data_error(code, DataPlace{std::string(name), 0, ""},
                           fmt::format("The program file cannot be used: {}", what), std::string(help));
  };
  try {
    const Json parsed = parse(json);
    const Place place(parsed, "");
    check_version(place);
    Program result = program(place);
    const std::string violation = verify(result);
    if (!violation.empty()) {
      refuse("I009", violation);
      return std::nullopt;
    }
    number_nodes(result);
    check_names(place, result);
    return result;
  } catch (const Damage& damage) {
    refuse(damage.code, damage.message);
  } catch (const Json::exception&) {
    refuse("I001", "it is no JSON that can be read.");
  }
  return std::nullopt;
}

}  // namespace merit::ir
