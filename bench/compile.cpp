// How long 10 000 lines take to compile, beside what ANTLR's parser alone takes for the same text.
//
//   build/release/bench_compile [lines]
//
// The program is made: blocks of the kind that real programs have (a table, entities, cases, collections,
// aggregates), each under names of its own. The bare parse is the scanner and the ANTLR parser building its
// parse tree, nothing else. Both are run in turn in one process, after a first round that warms ANTLR's
// tables, and the medians and their ratio are printed.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include "MeritParser.h"
#include "compiler/compile.h"
#include "compiler/syntax/parse.h"
#include "compiler/syntax/scanner.h"
#include "compiler/syntax/token_stream.h"

namespace {

std::string block(int number) {
  std::string text = R"(
## A part of the program.
parameter weight_@ = 2%

table measure_@:
  | key id  | label     | better | floor : number? | threshold | benchmark |
  | first   | MORT-30   | higher | 50%             | 0.869247  | 0.887868  |
  | second  | COMP-HIP  | lower  |                 | 0.025396  | 0.018159  |
  | third   | HAI-1     | lower  |                 | 0.589     | 0         |

entity hospital_@:
  key ccn  : text
  payments : money?

entity result_@:
  key hospital_@   : hospital_@
  key measure_@    : measure_@
  baseline_rate    : number?
  performance_rate : number?

for each result_@:
  ## How good the rate is: 0 to 10.
  achievement_points : number? =
    missing because "no performance rate"    when performance_rate is missing
    10                                       when measure_@.benchmark reached by performance_rate
    0                                        when not (measure_@.threshold reached by performance_rate)
    round(9 * (performance_rate - measure_@.threshold) / (measure_@.benchmark - measure_@.threshold) + 0.5)    otherwise

  improvement_points : number? =
    missing because "no baseline rate"       when performance_rate is missing or baseline_rate is missing
    0                                        when not (performance_rate better than baseline_rate)
    9                                        when measure_@.benchmark reached by performance_rate
    clamp(round(10 * (performance_rate - baseline_rate) / (measure_@.benchmark - baseline_rate) - 0.5), 0 to 9)    otherwise

  points : number? = maximum(achievement_points, (improvement_points if missing 0))

for each hospital_@:
  scored = result_@s where points is known and measure_@ is not third
  score : number? =
    missing because "too few measures"       when count of scored < 2
    10 * (average of points over scored)     otherwise
  takes_part = score is known and payments is known

payment incentive_@ for each hospital_@ where takes_part:
  withheld = weight_@ * payments
  earned   = slope_@ * withheld * score / 100
  net      = round(earned - withheld, $0.01)

paid_@ = all hospital_@s where takes_part
slope_@ = (sum of incentive_@.withheld over paid_@) / (sum of incentive_@.withheld * score / 100 over paid_@)

ensure "budget neutral @": (sum of incentive_@ over paid_@) in -$1_000 to $1_000
report hospital_@s: ccn, score, incentive_@
)";
  std::string made;
  for (const char c : text) made += c == '@' ? std::to_string(number) : std::string(1, c);
  return made;
}

double milliseconds(auto&& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> times) {
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

void bare_parse(const std::string& text) {
  merit::SourceFiles files;
  merit::Diagnostics diagnostics;
  const uint32_t file = files.add("bench.merit", text);
  const merit::ScannedFile scanned = merit::scan_module(files, file, diagnostics);
  merit::SyntaxTokens tokens(scanned, files[file].text);
  merit::grammar::MeritParser parser(&tokens);
  parser.moduleLine();
  while (tokens.LA(1) != antlr4::Token::EOF) {
    const size_t before = tokens.index();
    parser.item();
    if (tokens.index() == before) tokens.consume();
  }
}

}  // namespace

int main(int argc, char** argv) {
  const size_t wanted = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 10'000;
  std::string text = "module bench\n";
  size_t lines = 1;
  for (int number = 1; lines < wanted; ++number) {
    text += block(number);
    lines = static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
  }
  constexpr int rounds = 7;
  std::vector<double> bare, whole, tree;
  for (int round = 0; round <= rounds; ++round) {
    const double parse_time = milliseconds([&] { bare_parse(text); });
    const double tree_time = milliseconds([&] {
      merit::SourceFiles files;
      merit::Diagnostics diagnostics;
      const uint32_t file = files.add("bench.merit", text);
      merit::parse_module(files, file, diagnostics);
    });
    const double whole_time = milliseconds([&] {
      const auto compilation = merit::compile_text("bench.merit", text);
      if (!compilation.program) {
        fmt::print("the program of this bench does not compile: {}\n",
                   compilation.diagnostics.all().front().message);
        std::exit(1);
      }
    });
    if (round == 0) {
      fmt::print("cold: bare parse {:.1f} ms, first compile {:.1f} ms\n", parse_time, whole_time);
      continue;
    }
    bare.push_back(parse_time);
    tree.push_back(tree_time);
    whole.push_back(whole_time);
  }
  fmt::print("{} lines, {:.1f} KB, medians of {}\n", lines, static_cast<double>(text.size()) / 1024, rounds);
  fmt::print("bare ANTLR parse {:7.1f} ms\nto the tree      {:7.1f} ms   ratio {:.2f}\nwhole compile    "
             "{:7.1f} ms   ratio {:.2f}\n",
             median(bare), median(tree), median(tree) / median(bare), median(whole),
             median(whole) / median(bare));
  fmt::print("full-context events {}\n", merit::full_context_events());
}
