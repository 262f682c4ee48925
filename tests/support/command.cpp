#include "tests/support/command.h"

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tests/support/places.h"

namespace merit::testing {

namespace {

std::string quoted(const std::string& word) {
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

/// One record of a file that the command wrote (RFC 4180); false at the end.
bool read_record(std::istream& in, std::vector<std::string>& cells) {
  cells.assign(1, "");
  bool any = false;
  bool inside = false;
  for (int c = 0; (c = in.get()) != EOF;) {
    any = true;
    if (inside) {
      if (c != '"')
        cells.back() += static_cast<char>(c);
      else if (in.peek() == '"')
        cells.back() += static_cast<char>(in.get());
      else
        inside = false;
    } else if (c == '"') {
      inside = true;
    } else if (c == ',') {
      cells.emplace_back();
    } else if (c == '\n') {
      return true;
    } else if (c != '\r') {
      cells.back() += static_cast<char>(c);
    }
  }
  return any;
}

}  // namespace

CommandResult merit_run(const std::vector<std::string>& arguments) {
  std::string shell = quoted(merit_command().string());
  for (const std::string& argument : arguments) shell += " " + quoted(argument);
  shell += " 2>&1 </dev/null";
  FILE* pipe = popen(shell.c_str(), "r");  // NOLINT(cert-env33-c): running the command is what this does
  if (pipe == nullptr) throw std::runtime_error("cannot run a shell");
  CommandResult result;
  std::array<char, 4096> buffer{};
  for (size_t got = 0; (got = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    result.output.append(buffer.data(), got);
  const int status = pclose(pipe);
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  return result;
}

std::filesystem::path scratch_folder(const std::string& name) {
  const auto folder = merit_command().parent_path() / "tests" / "scratch" / name;
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder;
}

std::vector<Row> read_report(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  std::vector<std::string> header;
  if (!read_record(in, header)) throw std::runtime_error("no header in " + path.string());
  std::vector<Row> rows;
  for (std::vector<std::string> cells; read_record(in, cells);) {
    if (cells.size() != header.size()) throw std::runtime_error("a ragged row in " + path.string());
    Row& row = rows.emplace_back();
    for (size_t i = 0; i < cells.size(); ++i) row[header[i]] = cells[i];
  }
  return rows;
}

}  // namespace merit::testing
