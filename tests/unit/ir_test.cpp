#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "runtime/diagnostics/registry.h"
#include "runtime/ir/json.h"
#include "runtime/ir/ops.h"
#include "runtime/ir/sha256.h"

using namespace merit;
using namespace merit::ir;

namespace {

using Json = nlohmann::ordered_json;

const std::string module_text = "module clinic\n\nprogram \"Clinic\":\n  currency USD\n";

ExprPtr node(Op op, Type type) {
  auto result = std::make_unique<Expr>();
  result->op = op;
  result->type = std::move(type);
  result->span = {1, 3, 9};
  return result;
}

template <typename... Args>
ExprPtr node(Op op, Type type, ExprPtr first, Args... rest) {
  ExprPtr result = node(op, std::move(type));
  result->args.push_back(std::move(first));
  (result->args.push_back(std::move(rest)), ...);
  return result;
}

ExprPtr constant(Type type, Value value) {
  ExprPtr result = node(Op::constant, std::move(type));
  result->value = std::move(value);
  return result;
}

ExprPtr row(uint32_t variable, uint32_t entity) {
  ExprPtr result = node(Op::row, {TypeKind::link, false, entity, {}});
  result->variable = variable;
  return result;
}

ExprPtr field(ExprPtr of, Type type, uint32_t column) {
  ExprPtr result = node(Op::field, std::move(type), std::move(of));
  result->index = column;
  return result;
}

const Type boolean_type{TypeKind::boolean, false, none, {}};
const Type number_type{TypeKind::number, false, none, {}};
const Type integer_type{TypeKind::integer, false, none, {}};
const Type text_type{TypeKind::text, false, none, {}};
const Type money_type{TypeKind::money, false, none, Number(1, 100)};

// Columns of the little program below.
enum : uint32_t {
  rate,
  site_id,
  site_size,
  visit_id,
  visit_site,
  visit_days,
  long_visits,
  paid,
  big,
  kind_id,
  kind_share,
  ring_key,
  by_size,
  size_group
};

enum : uint32_t { program_entity, site, visit, kind, ring };

Column column(std::string name, uint32_t entity, Type type, ColumnKind column_kind, ExprPtr body = nullptr) {
  Column result;
  result.name = std::move(name);
  result.entity = entity;
  result.type = std::move(type);
  result.kind = column_kind;
  result.body = std::move(body);
  result.span = {1, 0, 6};
  return result;
}

Entity entity(std::string name, EntityKind entity_kind, std::vector<uint32_t> columns,
              std::vector<uint32_t> keys) {
  Entity result;
  result.name = name;
  result.plural = name + "s";
  result.kind = entity_kind;
  result.columns = std::move(columns);
  result.keys = std::move(keys);
  result.span = {1, 2, 4};
  return result;
}

/// A program with one of nearly everything: stored, constant and computed columns, a group, cases, an
/// aggregate, all declarations.
Program clinic() {
  Program p;
  p.name = "clinic";
  p.title = "Clinic";
  p.authority = "a contract";
  p.effective = Period{*Date::parse("2024-01-01"), Date::highest()};
  auto files = std::make_shared<SourceFiles>();
  files->add("clinic.merit", module_text);
  p.files = files;
  p.modules = {{"clinic", "", 1, sha256(module_text)}};
  p.enums = {{"direction", {"higher", "lower"}, {}}};

  p.columns.push_back(column("rate", program_entity, number_type, ColumnKind::computed,
                             constant(number_type, Value::of_number({1, 3}))));
  p.columns.push_back(column("id", site, text_type, ColumnKind::stored));
  p.columns.push_back(column("size", site, {TypeKind::number, true, none, {}}, ColumnKind::stored));
  p.columns.push_back(column("id", visit, text_type, ColumnKind::stored));
  p.columns.push_back(column("site", visit, {TypeKind::link, false, site, {}}, ColumnKind::stored));
  p.columns.push_back(column("days", visit, number_type, ColumnKind::stored));
  // long_visits = count of visits where days > rate
  ExprPtr visits = node(Op::reverse, {TypeKind::collection, false, visit, {}}, row(1, site));
  visits->index = visit_site;
  ExprPtr longer = node(Op::greater, boolean_type, field(row(2, visit), number_type, visit_days),
                        field(row(0, program_entity), number_type, rate));
  ExprPtr filtered =
      node(Op::filter, {TypeKind::collection, false, visit, {}}, std::move(visits), std::move(longer));
  filtered->variable = 2;
  ExprPtr counted = node(Op::aggregate, integer_type, std::move(filtered));
  counted->mode = static_cast<uint8_t>(AggregateMode::count);
  p.columns.push_back(column("long_visits", site, integer_type, ColumnKind::computed, std::move(counted)));
  // clinic.paid = round($10 * long_visits, $0.01) when long_visits > 2, missing otherwise
  ExprPtr product =
      node(Op::multiply, {TypeKind::money, false, none, {}}, constant(money_type, Value::of_money(10)),
           field(row(1, site), integer_type, long_visits));
  ExprPtr rounded =
      node(Op::round, money_type, std::move(product), constant(money_type, Value::of_money({1, 100})));
  rounded->mode = static_cast<uint8_t>(RoundingMode::half_even);
  ExprPtr enough = node(Op::greater, boolean_type, field(row(1, site), integer_type, long_visits),
                        constant(integer_type, Value::of_number(2)));
  Type maybe = money_type;
  maybe.optional = true;
  ExprPtr nothing = node(Op::missing_value, maybe);
  nothing->text = "too few visits";
  p.columns.push_back(
      column("incentive.paid", site, maybe, ColumnKind::computed,
             node(Op::cases, maybe, std::move(enough), std::move(rounded), std::move(nothing))));
  p.columns.push_back(column(
      "big", site, boolean_type, ColumnKind::computed,
      node(Op::is_known, boolean_type, field(row(1, site), {TypeKind::number, true, none, {}}, site_size))));
  p.columns.push_back(column("id", kind, text_type, ColumnKind::constant));
  p.columns.back().values = {Value::of_text("long"), Value::of_text("short")};
  p.columns.push_back(column("share", kind, {TypeKind::number, true, none, {}}, ColumnKind::constant));
  p.columns.back().values = {Value::of_number({1, 4}), Value::of_missing("not agreed")};
  p.columns.push_back(column("size", ring, number_type, ColumnKind::computed));
  p.columns.push_back(column("ring", site, {TypeKind::link, true, ring, {}}, ColumnKind::computed));
  ExprPtr rings = node(Op::all_rows, {TypeKind::collection, false, ring, {}});
  rings->index = ring;
  ExprPtr ring_count = node(Op::aggregate, integer_type, std::move(rings));
  p.columns.push_back(
      column("rings", program_entity, integer_type, ColumnKind::computed, std::move(ring_count)));
  for (const uint32_t key : {static_cast<uint32_t>(site_id), static_cast<uint32_t>(visit_id),
                             static_cast<uint32_t>(kind_id), static_cast<uint32_t>(ring_key)})
    p.columns[key].key = true;

  p.entities.push_back(entity("clinic", EntityKind::program, {rate, size_group}, {}));
  p.entities.push_back(
      entity("site", EntityKind::data, {site_id, site_size, long_visits, paid, big, by_size}, {site_id}));
  p.entities.push_back(entity("visit", EntityKind::data, {visit_id, visit_site, visit_days}, {visit_id}));
  p.entities.push_back(entity("kind", EntityKind::table, {kind_id, kind_share}, {kind_id}));
  p.entities.back().rows = 2;
  p.entities.push_back(entity("ring", EntityKind::groups, {ring_key}, {ring_key}));
  ExprPtr members = node(Op::all_rows, {TypeKind::collection, false, site, {}});
  members->index = site;
  p.entities.back().group_members = std::move(members);
  p.entities.back().group_value = field(row(1, site), {TypeKind::number, true, none, {}}, site_size);
  p.entities.back().group_link = by_size;

  p.parameters = {rate};
  p.payments = {{"incentive", site, {paid}, big, "", {1, 1, 2}}};
  Measure measure;
  measure.name = "large";
  measure.entity = site;
  measure.groups = {{"",
                     "",
                     {{Population::initial_population, big, big}, {Population::numerator, big, big}},
                     {{Population::numerator, long_visits, AggregateMode::sum}},
                     rate}};
  measure.stratifiers = {{"size", site_size}};
  measure.span = {1, 1, 2};
  Measure both;
  both.name = "both";
  both.entity = site;
  both.groups = {{"", "", {{Population::initial_population, none, big}}, {}, none}};
  both.composite = CompositeScoring::all_or_none;
  both.components = {{0, 0, Number(1)}};
  p.measures = {std::move(measure), std::move(both)};
  p.reports = {{"sites", site, none, {{"site", site_id}, {"paid", paid}}, "All sites.", {1, 1, 2}}};
  p.ensures = {{"every site is known", site, none, big, {1, 1, 2}}};
  Test test;
  test.title = "a large site";
  test.settings = {{rate, Value::of_number(2)}};
  test.given = {{visit,
                 {{{visit_id, TestCell::State::known, Value::of_text("v1"), {}, {}},
                   {visit_site, TestCell::State::known, Value::of_text("s1"), {}, {}}}},
                 {}}};
  test.expected = {{site,
                    {{{site_id, TestCell::State::known, Value::of_text("s1"), {}, {}},
                      {paid, TestCell::State::missing, {}, {}, {}}}},
                    {}}};
  p.tests.push_back(std::move(test));
  SourceValue days;
  days.header = {"Days ", ""};
  days.header_holes = {kind_id};
  days.patterns = {"*…"};
  SourceValue id;
  id.header = {"Id"};
  p.sources = {{"visits.csv",
                true,
                {"Not Available"},
                {{visit,
                  kind,
                  none,
                  {{
                       visit_days,
                       days,
                   },
                   {visit_id, id}},
                  {}}},
                {}}};
  p.removals = {{"site.old", "it was wrong", {1, 0, 1}}};
  number_nodes(p);
  return p;
}

std::string refusal(const std::string& json) {
  Diagnostics diagnostics;
  const std::optional<Program> program = from_json(json, "clinic.mir", diagnostics);
  if (program) return "";
  REQUIRE(diagnostics.all().size() == 1);
  const Diagnostic& first = diagnostics.all().front();
  CHECK(find_message(first.code) != nullptr);
  CHECK(first.place.file == "clinic.mir");
  CHECK(first.message.size() > 20);
  CHECK_FALSE(first.help.empty());
  return first.code + " " + first.message;
}

template <typename Change>
std::string verified(Change change) {
  Program p = clinic();
  change(p);
  return verify(p);
}

}  // namespace

TEST_CASE("the sample program is sound") {
  CHECK(verify(clinic()) == "");
}

TEST_CASE("what is written is read back the same") {
  const Program program = clinic();
  const std::string json = to_json(program);
  Diagnostics diagnostics;
  const std::optional<Program> back = from_json(json, "clinic.mir", diagnostics);
  REQUIRE(diagnostics.all().empty());
  REQUIRE(back);
  CHECK(to_json(*back) == json);
  CHECK(back->columns[paid].body->place == program.columns[paid].body->place);
  CHECK(back->columns[kind_share].values[1] == Value::of_missing("not agreed"));
}

TEST_CASE("columns, nodes and types have names") {
  const Program p = clinic();
  CHECK(qualified_name(p, rate) == "rate");
  CHECK(qualified_name(p, long_visits) == "site.long_visits");
  CHECK(qualified_name(p, paid) == "incentive.paid");
  CHECK(node_name(p, long_visits, *p.columns[long_visits].body->args[0]) == "site.long_visits#1");
  CHECK(type_text(p, p.columns[paid].type) == "money to $0.01?");
  CHECK(type_text(p, p.columns[visit_site].type) == "site");
  CHECK(type_text(p, p.columns[long_visits].body->args[0]->type) == "visits");
}

TEST_CASE("places follow the text") {
  Program p = clinic();
  p.columns[big].body->span = {1, 0, 9};
  p.columns[rate].body->span = {1, 20, 21};
  number_nodes(p);
  CHECK(p.columns[big].body->place == 0);
  CHECK(p.columns[rate].body->place > p.columns[paid].body->place);
  CHECK(p.columns[paid].body->args[0]->place > p.columns[paid].body->place);
}

TEST_CASE("files that are not ours, cut short, newer or too deep") {
  const std::string json = to_json(clinic());
  CHECK(refusal("").starts_with("I002 "));
  CHECK(refusal(json.substr(0, json.size() / 2)).starts_with("I002 "));
  CHECK(refusal("module clinic").starts_with("I001 "));
  CHECK(refusal("[]").starts_with("I001 "));
  CHECK(refusal("{\"a\": 1}") == "I001 The program file cannot be used: it is JSON, but not a Merit program: "
                                 "there is no member `merit_ir`.");
  Json newer = Json::parse(json);
  newer["merit_ir"] = 7;
  CHECK(refusal(newer.dump()) == "I003 The program file cannot be used: it has version 7 of the intermediate "
                                 "form, and this Merit reads up to version 1.");
  newer["merit_ir"] = 0;
  CHECK(refusal(newer.dump()).starts_with("I005 "));
  CHECK(refusal(std::string(1'000'000, '[')).starts_with("I007 "));
  CHECK(refusal("{\"merit_ir\": 1, \"name\": \"\xff\"}").starts_with("I001 "));

  Json deep = Json::parse(json);
  Json body = deep["columns"][rate]["body"];
  for (uint32_t i = 0; i < max_depth + 1; ++i) {
    Json outer = {{"node", "x"}, {"op", "negate"}, {"type", body["type"]}, {"span", body["span"]}};
    outer["args"] = Json::array({std::move(body)});
    body = std::move(outer);
  }
  deep["columns"][rate]["body"] = std::move(body);
  CHECK(refusal(deep.dump()).starts_with("I007 "));
}

TEST_CASE("a changed text, a changed name and a foreign member are seen") {
  Json json = Json::parse(to_json(clinic()));
  json["files"][0]["text"] = module_text + "#";
  CHECK(refusal(json.dump()).starts_with("I008 "));
  json = Json::parse(to_json(clinic()));
  json["columns"][paid]["body"]["node"] = "incentive.paid#7";
  CHECK(refusal(json.dump()).starts_with("I005 "));
  json = Json::parse(to_json(clinic()));
  json["columns"][paid]["colour"] = "red";
  CHECK(
      refusal(json.dump()) ==
      "I006 The program file cannot be used: `columns[7]` has a member `colour` that does not belong there.");
}

namespace {

// Every member and every item of a list in turn is taken away, and then given other content; `check` sees
// each damaged text.
template <typename Check>
void damage(const Json& whole, const Json::json_pointer& at, const Check& check) {
  const Json& here = whole.at(at);
  if (here.is_object()) {
    for (const auto& item : here.items()) {
      Json damaged = whole;
      damaged.at(at).erase(item.key());
      check(damaged, (at / item.key()).to_string() + " taken away", true);
      damage(whole, at / item.key(), check);
    }
  } else if (here.is_array()) {
    for (size_t i = 0; i < here.size(); ++i) {
      Json damaged = whole;
      damaged.at(at).erase(i);
      check(damaged, (at / i).to_string() + " taken away", false);
      damage(whole, at / i, check);
    }
  }
  for (const Json& other : {Json(), Json(true), Json(-1), Json(4'000'000'000U), Json(1.5), Json("?"),
                            Json::array(), Json::object()}) {
    if (other == here) continue;
    Json damaged = whole;
    damaged.at(at) = other;
    const bool other_kind = other.type() != here.type() && !(other.is_number() && here.is_number()) &&
                            !here.is_null() && !other.is_null();
    check(damaged, at.to_string() + " := " + other.dump(), other_kind);
  }
}

}  // namespace

TEST_CASE("damage anywhere is refused or harmless, never a crash") {
  const Json whole = Json::parse(to_json(clinic()));
  size_t refused = 0;
  size_t accepted = 0;
  damage(whole, Json::json_pointer(), [&](const Json& damaged, const std::string& what, bool must_refuse) {
    const std::string text = damaged.dump();
    const std::string message = refusal(text);
    if (message.empty()) {
      ++accepted;
      INFO(what);
      CHECK_FALSE(must_refuse);
      // What is accepted is a program: it can be written and read again.
      Diagnostics diagnostics;
      const std::optional<Program> program = from_json(text, "again", diagnostics);
      REQUIRE(program);
      CHECK(Json::parse(to_json(*program)) == damaged);
    } else {
      ++refused;
    }
  });
  CHECK(refused > 3'000);
  CHECK(accepted < refused / 4);
}

TEST_CASE("truncation at any byte is refused") {
  const std::string json = to_json(clinic());
  for (size_t length = 0; length + 2 < json.size(); length += 7) {
    CHECK_FALSE(refusal(json.substr(0, length)).empty());
  }
}

TEST_CASE("the verifier names what is wrong") {
  CHECK(verified([](Program& p) { p.columns[big].name = "size"; }) ==
        "the entity `site` has two columns `size`.");
  CHECK(verified([](Program& p) { p.entities[visit].name = "site"; }) == "there are two entities `site`.");
  CHECK(verified([](Program& p) { p.reports.push_back(p.reports[0]); }) == "there are two reports `sites`.");
  CHECK(verified([](Program& p) { p.measures[1].name = "large"; }) == "there are two measures `large`.");
  CHECK(verified([](Program& p) { p.measures[0].groups.clear(); }) == "the measure `large` has no group.");
  CHECK(verified([](Program& p) { p.measures[0].groups[0].populations[0].gated = site_size; }) ==
        "the measure `large` has `size` as its condition, which is no condition of its rows.");
  CHECK(verified([](Program& p) { p.measures[0].groups[0].observations[0].value = site_id; }) ==
        "the measure `large` observes no number.");
  CHECK(verified([](Program& p) { p.measures[1].components.clear(); }) ==
        "the measure `both` is no composite with components.");
  CHECK(verified([](Program& p) { p.measures[1].components[0].measure = 1; }) ==
        "the measure `both` has a component that is no measure.");
  CHECK(verified([](Program& p) { p.reports[0].name = "../sites"; }) ==
        "the report `../sites` has a name that no file can have.");
  CHECK(verified([](Program& p) {
          p.columns[paid].body->args.pop_back();
          p.columns[paid].body->args.pop_back();
        }) == "`incentive.paid#0` (cases) has 1 operands.");
  CHECK(verified([](Program& p) {
          p.columns[long_visits].body->args[0]->args[1]->args[0]->args[0]->variable = 5;
        }) == "`site.long_visits#6` (row) reads variable 5, which is not bound.");
  CHECK(verified([](Program& p) { p.columns[long_visits].body->args[0]->variable = 1; }) ==
        "`site.long_visits#1` (filter) binds variable 1, which is bound already.");
  CHECK(verified([](Program& p) { p.columns[long_visits].body->args[0]->args[1]->type.optional = true; }) ==
        "`site.long_visits#1` (filter) has a condition that may be missing.");
  CHECK(verified([](Program& p) { p.columns[big].body->args[0]->index = visit_days; }) ==
        "`site.big#1` (field) reads `visit.days` of something else than a row of its entity.");
  CHECK(verified([](Program& p) { p.columns[paid].body->args[2]->type.optional = false; }) ==
        "`incentive.paid#11` (missing) has operands or a type that do not fit.");
  CHECK(verified([](Program& p) { p.columns[paid].type.optional = false; }) ==
        "the body of `incentive.paid` does not fit its type.");
  CHECK(verified([](Program& p) { p.columns[kind_share].values.pop_back(); }) ==
        "the column `kind.share` has 1 cells for 2 rows.");
  CHECK(verified([](Program& p) { p.columns[rate].body = field(row(0, 0), number_type, rate); }) ==
        "`rate` needs itself.");
  CHECK(verified([](Program& p) {
          // The groups are formed by the number of groups.
          p.entities[ring].group_value = field(row(0, program_entity), integer_type, size_group);
        }) == "`rings` needs itself.");
  CHECK(verified([](Program& p) { p.entities[site].keys.clear(); }) == "the entity `site` has no key.");
  CHECK(verified([](Program& p) { p.payments[0].steps = {visit_days}; }) ==
        "the payment `incentive` has a step that is no column of its rows.");
  CHECK(verified([](Program& p) { p.tests[0].settings[0].value = Value::of_text("two"); }) ==
        "the test \"a large site\" gives `rate` a value that does not fit its type.");
  CHECK(verified([](Program& p) { p.sources[0].blocks[0].fields[0].value.header_holes = {visit_id}; }) ==
        "the source \"visits.csv\" has a header for `days` with a part that is no column of its table.");
  CHECK(verified([](Program& p) { p.currency = "ZZZ"; }) == "`ZZZ` is no currency.");
}

TEST_CASE("a long chain of columns is no deep recursion") {
  Program p = clinic();
  uint32_t previous = rate;
  for (int i = 0; i < 50'000; ++i) {
    p.columns.push_back(column("c" + std::to_string(i), 0, number_type, ColumnKind::computed,
                               field(row(0, 0), number_type, previous)));
    previous = static_cast<uint32_t>(p.columns.size() - 1);
    p.entities[0].columns.push_back(previous);
  }
  CHECK(verify(p) == "");
  p.columns[rate].body = field(row(0, 0), number_type, previous);
  CHECK(verify(p) == "`rate` needs itself.");
}

TEST_CASE("every operation has one name") {
  for (size_t i = 0; i <= static_cast<size_t>(Op::aggregate); ++i) {
    const OpInfo& entry = info(static_cast<Op>(i));
    REQUIRE(find_op(entry.name) == &entry);
  }
  CHECK(find_op("frobnicate") == nullptr);
}

TEST_CASE("SHA-256 gives the digests of FIPS 180-4") {
  CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256(std::string(1'000'000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}
