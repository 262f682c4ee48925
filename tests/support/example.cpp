#include "tests/support/example.h"

#include <catch2/catch.hpp>
#include <stdexcept>

#include "tests/support/places.h"

namespace merit::testing {

namespace fs = std::filesystem;

fs::path Example::operator()(const std::string& file) const {
  return source_folder() / "examples" / folder_ / file;
}

fs::path Example::run(const fs::path& program, const fs::path& data, const std::string& name,
                      int status) const {
  const fs::path own = (*this)("");
  fs::path out = scratch_folder(folder_ + "_" + name) / "out";
  const CommandResult result = merit_run({"run", (own / program).string(), "--data", data.string(), "--out",
                                          out.string(), "--library", own.string()});
  INFO(result.output);
  REQUIRE(result.status == status);
  return out;
}

Row only_row(const fs::path& report) {
  const std::vector<Row> rows = read_report(report);
  INFO(report.string());
  REQUIRE(rows.size() == 1);
  return rows.front();
}

std::int64_t cents(const std::string& amount) {
  const bool negative = amount.starts_with('-');
  const size_t point = std::min(amount.find('.'), amount.size());
  const std::string whole = amount.substr(negative ? 1 : 0, point - (negative ? 1 : 0));
  std::string fraction = point < amount.size() ? amount.substr(point + 1) : "";
  if (whole.empty() || fraction.size() > 2 ||
      (whole + fraction).find_first_not_of("0123456789") != std::string::npos)
    throw std::invalid_argument("\"" + amount + "\" is no amount in whole cents");
  fraction.resize(2, '0');
  const std::int64_t size = std::stoll(whole) * 100 + std::stoll(fraction);
  return negative ? -size : size;
}

fs::path linked_folder(const std::string& name, const std::vector<fs::path>& parts) {
  fs::path folder = scratch_folder(name);
  for (const fs::path& part : parts) {
    if (!fs::is_directory(part)) {
      fs::create_symlink(fs::absolute(part), folder / part.filename());
      continue;
    }
    for (const auto& entry : fs::directory_iterator(part))
      fs::create_symlink(fs::absolute(entry.path()), folder / entry.path().filename());
  }
  return folder;
}

}  // namespace merit::testing
