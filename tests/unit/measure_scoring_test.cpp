// Who counts where: every scoring with every choice of its populations, over rows with every combination of
// what the populations ask for, against the rules written out here once more.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>

#include "compiler/compile.h"
#include "runtime/run/session.h"

using namespace merit;
namespace fs = std::filesystem;

namespace {

enum : unsigned { where = 1, ip = 2, den = 4, denex = 8, denexcep = 16, num = 32, numex = 64 };

constexpr unsigned rows = 128;

int64_t observes(unsigned row) {
  return (row * 37 + 11) % 50;
}

struct Case {
  std::string name;
  std::string scoring;
  unsigned has;  ///< which optional populations are written; `where`: the measure has one
  bool observations = false;

  bool said(unsigned population) const { return (has & population) != 0; }
};

std::vector<Case> all_cases() {
  std::vector<Case> cases;
  for (unsigned has = 0; has < 32; ++has) {
    const auto bit = [&](unsigned at, unsigned population) {
      return (has >> at & 1U) != 0 ? population : 0U;
    };
    const std::string name = std::to_string(has);
    cases.push_back({"p" + name, "proportion",
                     bit(0, where) | bit(1, den) | bit(2, denex) | bit(3, denexcep) | bit(4, numex)});
    if (has >= 16) continue;
    const unsigned ratio = bit(0, where) | bit(1, denex) | bit(2, numex);
    cases.push_back({"r" + name, "ratio", ratio, bit(3, 1) != 0});
    if (has < 8)
      cases.push_back({"c" + name, "continuous_variable", bit(0, where) | bit(1, den) | bit(2, denex), true});
  }
  return cases;
}

std::string source_of(const Case& c) {
  std::string text = "measure " + c.name + " for each thing" + (c.said(where) ? " where w" : "") + ":\n";
  text += "  scoring " + c.scoring + "\n  initial_population = ip\n";
  const bool variable = c.scoring == "continuous_variable";
  const std::string base = variable ? "measure_population" : "denominator";
  if (variable) text += "  aggregate sum\n  observation = number\n";
  if (c.said(den) || c.scoring == "ratio") text += "  " + base + " = d\n";
  if (c.said(denex)) text += "  " + base + "_exclusion = dx\n";
  if (c.said(denexcep)) text += "  denominator_exception = de\n";
  if (!variable) text += "  numerator = n\n";
  if (c.said(numex)) text += "  numerator_exclusion = nx\n";
  if (c.observations && !variable)
    text += "  denominator_observation = number\n  numerator_observation = number + 1\n";
  return text;
}

struct Expected {
  std::map<std::string, bool> in;
  bool upper = false;  ///< counts above the line of the rate
  bool lower = false;
};

Expected expected(const Case& c, unsigned row) {
  const auto asks = [&](unsigned population) { return (row & population) != 0; };
  Expected e;
  const bool initial = asks(ip) && (!c.said(where) || asks(where));
  e.in["initial_population"] = initial;
  if (c.scoring == "continuous_variable") {
    const bool population = initial && (!c.said(den) || asks(den));
    const bool out = c.said(denex) && population && asks(denex);
    e.in["measure_population"] = population;
    if (c.said(denex)) e.in["measure_population_exclusion"] = out;
    e.lower = population && !out;
    return e;
  }
  const bool ratio = c.scoring == "ratio";
  const bool lower = initial && (ratio || c.said(den) ? asks(den) : true);
  const bool out = c.said(denex) && lower && asks(denex);
  const bool upper = ratio ? initial && asks(num) : lower && !out && asks(num);
  const bool upper_out = c.said(numex) && upper && asks(numex);
  const bool excepted = c.said(denexcep) && lower && !out && !upper && asks(denexcep);
  e.in["denominator"] = lower;
  e.in["numerator"] = upper;
  if (c.said(denex)) e.in["denominator_exclusion"] = out;
  if (c.said(numex)) e.in["numerator_exclusion"] = upper_out;
  if (c.said(denexcep)) e.in["denominator_exception"] = excepted;
  e.upper = upper && !upper_out;
  e.lower = lower && !out && !excepted;
  return e;
}

uint32_t column_named(const ir::Program& program, const std::string& name) {
  for (uint32_t i = 0; i < program.columns.size(); ++i) {
    if (program.columns[i].name == name) return i;
  }
  FAIL("no column " << name);
  return ir::none;
}

}  // namespace

TEST_CASE("who counts where, for every scoring and every choice of populations") {
  const std::vector<Case> cases = all_cases();
  std::string text = "module counting\nentity thing:\n  key id : integer\n";
  for (const char* field : {"w", "ip", "d", "dx", "de", "n", "nx"})
    text += std::string("  ") + field + " : boolean\n";
  text += "  number : number\n";
  for (const Case& c : cases) text += source_of(c);
  Compilation compilation = compile_text("counting.merit", text);
  for (const Diagnostic& diagnostic : compilation.diagnostics.all()) UNSCOPED_INFO(diagnostic.message);
  REQUIRE(compilation.program);
  const auto program = std::make_shared<const ir::Program>(std::move(*compilation.program));

  const fs::path folder = fs::temp_directory_path() / ("merit-scoring-test-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  {
    std::ofstream file(folder / "thing.csv");
    file << "id,w,ip,d,dx,de,n,nx,number\n";
    for (unsigned row = 0; row < rows; ++row) {
      file << row;
      for (const unsigned population : {where, ip, den, denex, denexcep, num, numex})
        file << ((row & population) != 0 ? ",yes" : ",no");
      file << "," << observes(row) << "\n";
    }
  }

  for (const bool by_rows : {false, true}) {
    Session session(program);
    RunOptions run;
    run.data = folder;
    run.by_rows = by_rows;
    run.columns.emplace();
    for (uint32_t i = 0; i < program->columns.size(); ++i) run.columns->push_back(i);
    Diagnostics diagnostics;
    REQUIRE(session.load(run, diagnostics));
    Evaluation& values = session.evaluation();
    for (const Case& c : cases) {
      INFO(source_of(c));
      Number upper(0);
      Number lower(0);
      for (unsigned row = 0; row < rows; ++row) {
        const Expected e = expected(c, row);
        for (const auto& [population, holds] : e.in) {
          const Value value = values.value(column_named(*program, c.name + "." + population), row);
          if (!(value == Value::of_boolean(holds))) FAIL(population << " of row " << row);
        }
        if (!c.observations) {
          upper = upper + Number(e.upper ? 1 : 0);
          lower = lower + Number(e.lower ? 1 : 0);
          continue;
        }
        const bool variable = c.scoring == "continuous_variable";
        const Value below = values.value(
            column_named(*program, c.name + (variable ? ".observation" : ".denominator_observation")), row);
        if (below.is_known() != e.lower) FAIL("observation of row " << row);
        if (e.lower) lower = lower + Number(observes(row));
        if (e.upper) upper = upper + Number(observes(row) + 1);
      }
      const Value rate = values.value(column_named(*program, c.name + ".rate"), 0);
      REQUIRE(rate.is_known());
      CHECK(rate.number() == (c.scoring == "continuous_variable" ? lower : upper / lower));
    }
  }
  fs::remove_all(folder);
}
