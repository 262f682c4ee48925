#include "runtime/values/ucum.h"

#include <array>
#include <unordered_map>

namespace merit::ucum {

namespace {

constexpr int greatest_exponent = 60;
constexpr std::size_t longest_code = 200;
constexpr int deepest_brackets = 10;

struct Prefix {
  std::string_view code;
  int power;  // of ten
};

constexpr std::array<Prefix, 20> prefixes = {{
    {"da", 1}, {"Y", 24},  {"Z", 21},  {"E", 18},  {"P", 15},  {"T", 12},  {"G", 9},
    {"M", 6},  {"k", 3},   {"h", 2},   {"d", -1},  {"c", -2},  {"m", -3},  {"u", -6},
    {"n", -9}, {"p", -12}, {"f", -15}, {"a", -18}, {"z", -21}, {"y", -24},
}};

enum class Kind : unsigned char {
  metric,     // takes prefixes
  plain,      // takes none
  arbitrary,  // becomes nothing but itself
};

/// One of these is `value` of `unit`.
struct Atom {
  std::string_view code;
  Kind kind;
  std::string_view value;
  std::string_view unit;
};

constexpr std::array<std::string_view, 7> bases = {"m", "s", "g", "rad", "K", "C", "cd"};

// From the tables of the UCUM specification (version 2.1).
constexpr Atom atoms[] = {
    // numbers
    {"10*", Kind::plain, "10", "1"},
    {"10^", Kind::plain, "10", "1"},
    {"%", Kind::plain, "0.01", "1"},
    {"[ppth]", Kind::plain, "0.001", "1"},
    {"[ppm]", Kind::plain, "0.000001", "1"},
    {"[ppb]", Kind::plain, "0.000000001", "1"},
    {"[pptr]", Kind::plain, "0.000000000001", "1"},
    // SI
    {"mol", Kind::metric, "602214076000000000000000", "1"},
    {"sr", Kind::metric, "1", "rad2"},
    {"Hz", Kind::metric, "1", "s-1"},
    {"N", Kind::metric, "1", "kg.m/s2"},
    {"Pa", Kind::metric, "1", "N/m2"},
    {"J", Kind::metric, "1", "N.m"},
    {"W", Kind::metric, "1", "J/s"},
    {"A", Kind::metric, "1", "C/s"},
    {"V", Kind::metric, "1", "J/C"},
    {"F", Kind::metric, "1", "C/V"},
    {"Ohm", Kind::metric, "1", "V/A"},
    {"S", Kind::metric, "1", "Ohm-1"},
    {"Wb", Kind::metric, "1", "V.s"},
    {"T", Kind::metric, "1", "Wb/m2"},
    {"H", Kind::metric, "1", "Wb/A"},
    {"lm", Kind::metric, "1", "cd.sr"},
    {"lx", Kind::metric, "1", "lm/m2"},
    {"Bq", Kind::metric, "1", "s-1"},
    {"Gy", Kind::metric, "1", "J/kg"},
    {"Sv", Kind::metric, "1", "J/kg"},
    // used with SI
    {"l", Kind::metric, "1", "dm3"},
    {"L", Kind::metric, "1", "l"},
    {"ar", Kind::metric, "100", "m2"},
    {"min", Kind::plain, "60", "s"},
    {"h", Kind::plain, "60", "min"},
    {"d", Kind::plain, "24", "h"},
    {"a_t", Kind::plain, "365.24219", "d"},
    {"a_j", Kind::plain, "365.25", "d"},
    {"a_g", Kind::plain, "365.2425", "d"},
    {"a", Kind::plain, "1", "a_j"},
    {"wk", Kind::plain, "7", "d"},
    {"mo_s", Kind::plain, "29.53059", "d"},
    {"mo_j", Kind::plain, "1", "a_j/12"},
    {"mo_g", Kind::plain, "1", "a_g/12"},
    {"mo", Kind::plain, "1", "mo_j"},
    {"t", Kind::metric, "1000", "kg"},
    {"bar", Kind::metric, "100000", "Pa"},
    {"atm", Kind::plain, "101325", "Pa"},
    {"att", Kind::plain, "1", "kgf/cm2"},
    {"[g]", Kind::metric, "9.80665", "m/s2"},
    {"gf", Kind::metric, "1", "g.[g]"},
    {"dyn", Kind::metric, "1", "g.cm/s2"},
    {"erg", Kind::metric, "1", "dyn.cm"},
    {"P", Kind::metric, "1", "dyn.s/cm2"},
    {"St", Kind::metric, "1", "cm2/s"},
    {"Ci", Kind::metric, "37000000000", "Bq"},
    {"R", Kind::metric, "0.000258", "C/kg"},
    {"RAD", Kind::metric, "100", "erg/g"},
    {"REM", Kind::metric, "1", "RAD"},
    {"Ao", Kind::plain, "0.1", "nm"},
    // length, area, volume
    {"[in_i]", Kind::plain, "2.54", "cm"},
    {"[ft_i]", Kind::plain, "12", "[in_i]"},
    {"[yd_i]", Kind::plain, "3", "[ft_i]"},
    {"[mi_i]", Kind::plain, "5280", "[ft_i]"},
    {"[nmi_i]", Kind::plain, "1852", "m"},
    {"[kn_i]", Kind::plain, "1", "[nmi_i]/h"},
    {"[sin_i]", Kind::plain, "1", "[in_i]2"},
    {"[sft_i]", Kind::plain, "1", "[ft_i]2"},
    {"[syd_i]", Kind::plain, "1", "[yd_i]2"},
    {"[cin_i]", Kind::plain, "1", "[in_i]3"},
    {"[cft_i]", Kind::plain, "1", "[ft_i]3"},
    {"[mil_i]", Kind::plain, "0.001", "[in_i]"},
    {"[gal_us]", Kind::plain, "231", "[in_i]3"},
    {"[qt_us]", Kind::plain, "1", "[gal_us]/4"},
    {"[pt_us]", Kind::plain, "1", "[qt_us]/2"},
    {"[gil_us]", Kind::plain, "1", "[pt_us]/4"},
    {"[foz_us]", Kind::plain, "1", "[gil_us]/4"},
    {"[fdr_us]", Kind::plain, "1", "[foz_us]/8"},
    {"[min_us]", Kind::plain, "1", "[fdr_us]/60"},
    {"[tbs_us]", Kind::plain, "1", "[foz_us]/2"},
    {"[tsp_us]", Kind::plain, "1", "[tbs_us]/3"},
    {"[cup_us]", Kind::plain, "16", "[tbs_us]"},
    {"[foz_m]", Kind::plain, "30", "mL"},
    {"[cup_m]", Kind::plain, "240", "mL"},
    {"[tsp_m]", Kind::plain, "5", "mL"},
    {"[tbs_m]", Kind::plain, "15", "mL"},
    {"[gal_br]", Kind::plain, "4.54609", "l"},
    {"[qt_br]", Kind::plain, "1", "[gal_br]/4"},
    {"[pt_br]", Kind::plain, "1", "[qt_br]/2"},
    {"[foz_br]", Kind::plain, "1", "[pt_br]/20"},
    {"[drp]", Kind::plain, "1", "ml/20"},
    {"[Ch]", Kind::plain, "1", "mm/3"},
    {"[diop]", Kind::plain, "1", "/m"},
    // mass
    {"u", Kind::metric, "0.0000000000000000000000016605402", "g"},
    {"[gr]", Kind::plain, "64.79891", "mg"},
    {"[lb_av]", Kind::plain, "7000", "[gr]"},
    {"[oz_av]", Kind::plain, "1", "[lb_av]/16"},
    {"[dr_av]", Kind::plain, "1", "[oz_av]/16"},
    {"[scwt_av]", Kind::plain, "100", "[lb_av]"},
    {"[lcwt_av]", Kind::plain, "112", "[lb_av]"},
    {"[ston_av]", Kind::plain, "20", "[scwt_av]"},
    {"[lton_av]", Kind::plain, "20", "[lcwt_av]"},
    {"[stone_av]", Kind::plain, "14", "[lb_av]"},
    {"[oz_tr]", Kind::plain, "480", "[gr]"},
    {"[lb_tr]", Kind::plain, "12", "[oz_tr]"},
    {"[sc_ap]", Kind::plain, "20", "[gr]"},
    {"[dr_ap]", Kind::plain, "3", "[sc_ap]"},
    {"[oz_ap]", Kind::plain, "8", "[dr_ap]"},
    {"[lb_ap]", Kind::plain, "12", "[oz_ap]"},
    {"[oz_m]", Kind::plain, "28", "g"},
    {"[car_m]", Kind::plain, "0.2", "g"},
    // force, pressure, energy
    {"[lbf_av]", Kind::plain, "1", "[lb_av].[g]"},
    {"[psi]", Kind::plain, "1", "[lbf_av]/[in_i]2"},
    {"m[H2O]", Kind::metric, "9.80665", "kPa"},
    {"m[Hg]", Kind::metric, "133.3220", "kPa"},
    {"[in_i'H2O]", Kind::plain, "1", "m[H2O].[in_i]/m"},
    {"[in_i'Hg]", Kind::plain, "1", "m[Hg].[in_i]/m"},
    {"[PRU]", Kind::plain, "1", "mm[Hg].s/ml"},
    {"[wood'U]", Kind::plain, "1", "mm[Hg].min/L"},
    {"cal_IT", Kind::metric, "4.1868", "J"},
    {"cal_th", Kind::metric, "4.184", "J"},
    {"cal", Kind::metric, "1", "cal_th"},
    {"[Cal]", Kind::plain, "1", "kcal_th"},
    {"[degR]", Kind::plain, "5", "K/9"},
    // the laboratory
    {"eq", Kind::metric, "1", "mol"},
    {"osm", Kind::metric, "1", "mol"},
    {"g%", Kind::metric, "1", "g/dl"},
    {"kat", Kind::metric, "1", "mol/s"},
    {"U", Kind::metric, "1", "umol/min"},
    {"[S]", Kind::plain, "0.0000000000001", "s"},
    {"[HPF]", Kind::plain, "1", "1"},
    {"[LPF]", Kind::plain, "100", "1"},
    {"[hnsf'U]", Kind::plain, "1", "1"},
    {"[MET]", Kind::plain, "3.5", "mL/min/kg"},
    {"bit", Kind::metric, "1", "1"},
    {"By", Kind::metric, "8", "bit"},
    {"[IU]", Kind::metric, "1", "[iU]"},
    {"[iU]", Kind::arbitrary, "", ""},
    {"[arb'U]", Kind::arbitrary, "", ""},
    {"[USP'U]", Kind::arbitrary, "", ""},
    {"[GPL'U]", Kind::arbitrary, "", ""},
    {"[MPL'U]", Kind::arbitrary, "", ""},
    {"[APL'U]", Kind::arbitrary, "", ""},
    {"[beth'U]", Kind::arbitrary, "", ""},
    {"[anti'Xa'U]", Kind::arbitrary, "", ""},
    {"[todd'U]", Kind::arbitrary, "", ""},
    {"[dye'U]", Kind::arbitrary, "", ""},
    {"[smgy'U]", Kind::arbitrary, "", ""},
    {"[bdsk'U]", Kind::arbitrary, "", ""},
    {"[ka'U]", Kind::arbitrary, "", ""},
    {"[knk'U]", Kind::arbitrary, "", ""},
    {"[mclg'U]", Kind::arbitrary, "", ""},
    {"[tb'U]", Kind::arbitrary, "", ""},
    {"[CCID_50]", Kind::arbitrary, "", ""},
    {"[TCID_50]", Kind::arbitrary, "", ""},
    {"[EID_50]", Kind::arbitrary, "", ""},
    {"[PFU]", Kind::arbitrary, "", ""},
    {"[FFU]", Kind::arbitrary, "", ""},
    {"[CFU]", Kind::arbitrary, "", ""},
    {"[IR]", Kind::arbitrary, "", ""},
    {"[BAU]", Kind::arbitrary, "", ""},
    {"[AU]", Kind::arbitrary, "", ""},
    {"[Amb'a'1'U]", Kind::arbitrary, "", ""},
    {"[PNU]", Kind::arbitrary, "", ""},
    {"[Lf]", Kind::arbitrary, "", ""},
    {"[D'ag'U]", Kind::arbitrary, "", ""},
    {"[FEU]", Kind::arbitrary, "", ""},
    {"[ELU]", Kind::arbitrary, "", ""},
    {"[EU]", Kind::arbitrary, "", ""},
};

/// Temperatures on scales of their own: kelvins = (value + offset) * factor.
struct Scale {
  std::string_view code;
  bool metric;
  std::string_view factor;
  std::string_view offset;
};

constexpr std::array<Scale, 3> scales = {{
    {"Cel", true, "1", "273.15"},
    {"[degF]", false, "5/9", "459.67"},
    {"[degRe]", false, "5/4", "218.52"},
}};

Number exact(std::string_view text) {
  return *Number::parse_exact(text);
}

Number power_of(const Number& base, int exponent) {
  Number result(1);
  for (int i = 0; i < (exponent < 0 ? -exponent : exponent); ++i) result = result * base;
  return exponent < 0 ? Number(1) / result : result;
}

void multiply(Unit& unit, const Unit& other, int exponent) {
  unit.factor = unit.factor * power_of(other.factor, exponent);
  for (const auto& [base, power] : other.dimensions) {
    int& own = unit.dimensions[base];
    own += power * exponent;
    if (own == 0) unit.dimensions.erase(base);
  }
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

struct Refused {
  std::string problem;
};

class Parser {
 public:
  explicit Parser(std::string_view text) : rest_(text) {}

  Unit run() {
    Unit unit;
    if (rest_.empty()) throw Refused{"a unit is missing"};
    const bool inverse = take('/');
    term(unit, inverse ? -1 : 1, 0);
    if (!rest_.empty()) throw Refused{"`" + std::string(rest_) + "` stands where the unit should end"};
    return unit;
  }

 private:
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void term(Unit& unit, int sign, int depth) {
    component(unit, sign, depth);
    while (!rest_.empty() && rest_.front() != ')') {
      if (take('.')) {
        component(unit, 1, depth);
      } else if (take('/')) {
        component(unit, -1, depth);
      } else {
        throw Refused{"`" + std::string(rest_) + "` cannot follow what stands before it"};
      }
    }
  }

  void component(Unit& unit, int sign, int depth) {
    if (take('(')) {
      if (depth == deepest_brackets) throw Refused{"its brackets are nested too deep"};
      Unit inner;
      term(inner, 1, depth + 1);
      if (!take(')')) throw Refused{"a `)` is missing"};
      multiply(unit, inner, sign);
      annotation();
      return;
    }
    if (annotation()) return;
    simple(unit, sign);
    annotation();
  }

  bool annotation() {
    if (!rest_.starts_with('{')) return false;
    const std::size_t end = rest_.find('}');
    if (end == std::string_view::npos) throw Refused{"a `}` is missing"};
    rest_.remove_prefix(end + 1);
    return true;
  }

  /// A unit with its exponent, or a whole number.
  void simple(Unit& unit, int sign) {
    std::size_t end = 0;
    for (bool inside = false; end < rest_.size(); ++end) {
      const char c = rest_[end];
      if (c == '[') inside = true;
      if (c == ']') inside = false;
      if (!inside && (c == '.' || c == '/' || c == '(' || c == ')' || c == '{' || c == '}')) break;
    }
    std::string_view code = rest_.substr(0, end);
    rest_.remove_prefix(end);
    if (code.empty()) throw Refused{"a unit is missing"};
    Unit made;
    if (code.find_first_not_of("0123456789") == std::string_view::npos) {
      if (code.size() > 18) throw Refused{"`" + std::string(code) + "` is too great a number"};
      made.factor = exact(code);
      if (made.factor.is_zero()) throw Refused{"nothing is measured in noughts"};
      multiply(unit, made, sign);
      return;
    }
    const std::string_view whole = code;
    int exponent = 1;
    std::size_t digits = code.size();
    while (digits > 0 && is_digit(code[digits - 1])) --digits;
    if (digits < code.size()) {
      if (code.size() - digits > 3) throw Refused{"`" + std::string(whole) + "` has too great an exponent"};
      exponent = std::stoi(std::string(code.substr(digits)));
      code = code.substr(0, digits);
      if (code.ends_with('-') || code.ends_with('+')) {
        if (code.ends_with('-')) exponent = -exponent;
        code.remove_suffix(1);
      }
      if (exponent > greatest_exponent || exponent < -greatest_exponent)
        throw Refused{"`" + std::string(whole) + "` has too great an exponent"};
    }
    made = simple_unit(code);
    multiply(unit, made, sign * exponent);
  }

  static Unit simple_unit(std::string_view code) {
    if (auto unit = atom(code, false)) return *unit;
    for (const Prefix& prefix : prefixes) {
      if (!code.starts_with(prefix.code) || code.size() == prefix.code.size()) continue;
      if (auto unit = atom(code.substr(prefix.code.size()), true)) {
        unit->factor = unit->factor * power_of(Number(10), prefix.power);
        return *unit;
      }
    }
    throw Refused{"`" + std::string(code) + "` is no unit of UCUM that has an exact factor"};
  }

  static std::optional<Unit> atom(std::string_view code, bool prefixed) {
    for (const std::string_view base : bases) {
      if (base != code) continue;
      Unit unit;
      unit.dimensions[std::string(base)] = 1;
      return unit;
    }
    static const std::unordered_map<std::string_view, const Atom*> by_code = [] {
      std::unordered_map<std::string_view, const Atom*> made;
      for (const Atom& entry : atoms) made.emplace(entry.code, &entry);
      return made;
    }();
    const auto found = by_code.find(code);
    if (found == by_code.end()) return std::nullopt;
    const Atom& entry = *found->second;
    if (entry.kind == Kind::arbitrary) {
      // [iU] takes prefixes, though it is arbitrary.
      if (prefixed && code != "[iU]") return std::nullopt;
      Unit unit;
      unit.dimensions[std::string(code)] = 1;
      return unit;
    }
    if (prefixed && entry.kind != Kind::metric) return std::nullopt;
    Unit unit = Parser(entry.unit).run();
    unit.factor = unit.factor * exact(entry.value);
    return unit;
  }

  std::string_view rest_;
};

std::optional<Unit> temperature(std::string_view code) {
  for (const Scale& scale : scales) {
    if (!code.ends_with(scale.code)) continue;
    const std::string_view before = code.substr(0, code.size() - scale.code.size());
    Number prefix(1);
    if (!before.empty()) {
      if (!scale.metric) return std::nullopt;
      bool known = false;
      for (const Prefix& one : prefixes) {
        if (one.code != before) continue;
        prefix = power_of(Number(10), one.power);
        known = true;
      }
      if (!known) return std::nullopt;
    }
    Unit unit;
    unit.dimensions["K"] = 1;
    unit.factor = exact(scale.factor) * prefix;
    unit.offset = exact(scale.offset) / prefix;
    return unit;
  }
  return std::nullopt;
}

/// "36.6{oral}": what is said beside a temperature counts no more than beside other units.
std::string_view without_annotation(std::string_view text) {
  if (!text.ends_with('}')) return text;
  const std::size_t begin = text.find('{');
  return begin == 0 || begin == std::string_view::npos ? text : text.substr(0, begin);
}

/// Data often have a length of time in words, which FHIR and CQL take as well ("30 days"); months and years,
/// which have no one length, stay words.
std::string_view time_in_words(std::string_view text) {
  static constexpr std::array<std::array<std::string_view, 2>, 5> words = {
      {{"second", "s"}, {"minute", "min"}, {"hour", "h"}, {"day", "d"}, {"week", "wk"}}};
  const std::string_view singular = text.ends_with('s') ? text.substr(0, text.size() - 1) : text;
  for (const auto& [word, code] : words) {
    if (singular == word) return code;
  }
  return text;
}

}  // namespace

std::optional<Unit> parse(std::string_view text, std::string* problem) {
  const auto refuse = [&](std::string why) {
    if (problem != nullptr) *problem = std::move(why);
    return std::nullopt;
  };
  if (text.size() > longest_code) return refuse("the unit is too long to be one");
  for (const char c : text) {
    if (c <= ' ' || c > '~') return refuse("`" + std::string(text) + "` is no UCUM unit");
  }
  if (auto unit = temperature(without_annotation(text))) return unit;
  try {
    return Parser(text).run();
  } catch (const Refused& refused) {
    return refuse(refused.problem);
  }
}

std::string measured(const Unit& unit) {
  struct Name {
    std::string_view dimensions;
    std::string_view name;
  };

  static constexpr Name names[] = {
      {"", "a plain number"},
      {"m-3", "a number by volume"},
      {"g.m-3", "a mass by volume"},
      {"g", "a mass"},
      {"m", "a length"},
      {"m2", "an area"},
      {"m3", "a volume"},
      {"s", "a time"},
      {"s-1", "a rate by time"},
      {"K", "a temperature"},
      {"g.m-1.s-2", "a pressure"},
      {"g.m-2", "a mass by area"},
      {"m3.s-1", "a volume by time"},
  };
  std::string text;
  for (const auto& [base, power] : unit.dimensions) {
    if (!text.empty()) text += '.';
    text += base;
    if (power != 1) text += std::to_string(power);
  }
  for (const Name& entry : names) {
    if (entry.dimensions == text) return std::string(entry.name);
  }
  return "measured in " + text;
}

Converted convert(const Quantity& quantity, const Unit& wanted, std::string_view wanted_text) {
  if (quantity.unit == wanted_text) return {quantity.number, {}};
  std::string problem;
  const std::optional<Unit> own = parse(time_in_words(quantity.unit), &problem);
  if (!own)
    return {std::nullopt,
            "no way from `" + quantity.unit + "` to `" + std::string(wanted_text) + "`: " + problem};
  if (own->dimensions != wanted.dimensions) {
    return {std::nullopt, "no way from `" + quantity.unit + "` to `" + std::string(wanted_text) +
                              "`: the one is " + measured(*own) + ", the other " + measured(wanted)};
  }
  return {(quantity.number + own->offset) * own->factor / wanted.factor - wanted.offset, {}};
}

}  // namespace merit::ucum
