#include "tests/support/documents.h"

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "tests/support/places.h"

namespace merit::testing {

namespace {

namespace fs = std::filesystem;

struct Fence {
  std::string language;
  std::string argument;  // the rest of the opening line
  std::vector<std::string> lines;
  size_t line = 0;   // of the opening line, one-based
  size_t first = 0;  // index of the first content line in the document
  std::string indent;
};

std::vector<std::string> read_lines(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<Fence> fences(const std::vector<std::string>& lines) {
  std::vector<Fence> found;
  for (size_t at = 0; at < lines.size(); ++at) {
    const size_t start = lines[at].find_first_not_of(' ');
    if (start == std::string::npos || lines[at].compare(start, 3, "```") != 0) continue;
    Fence fence;
    fence.indent = lines[at].substr(0, start);
    size_t ticks = start;
    while (ticks < lines[at].size() && lines[at][ticks] == '`') ++ticks;
    const std::string mark(ticks - start, '`');
    std::istringstream info(lines[at].substr(ticks));
    info >> fence.language;
    std::getline(info >> std::ws, fence.argument);
    fence.line = at + 1;
    fence.first = ++at;
    for (; at < lines.size() && lines[at] != fence.indent + mark; ++at) {
      const bool indented = lines[at].compare(0, fence.indent.size(), fence.indent) == 0;
      fence.lines.push_back(indented ? lines[at].substr(fence.indent.size()) : lines[at]);
    }
    if (at == lines.size())
      throw std::runtime_error("a fence without an end at line " + std::to_string(fence.line));
    found.push_back(std::move(fence));
  }
  return found;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

/// What a shell command prints, both streams in order, and "[status]" where it is not 0.
std::vector<std::string> run(const std::string& command, const fs::path& folder) {
  const std::string shell = "cd '" + folder.string() + "' && export PATH='" +
                            merit_command().parent_path().string() +
                            "':\"$PATH\" NO_COLOR=1 COLUMNS=100 && { " + command + "\n} 2>&1 </dev/null";
  FILE* pipe = popen(shell.c_str(), "r");  // NOLINT(cert-env33-c): running commands is what this does
  if (pipe == nullptr) throw std::runtime_error("cannot run a shell");
  std::string output;
  std::array<char, 4096> buffer{};
  for (size_t got = 0; (got = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    output.append(buffer.data(), got);
  const int status = pclose(pipe);
  std::vector<std::string> lines;
  std::istringstream in(output);
  for (std::string line; std::getline(in, line);) {
    while (!line.empty() && line.back() == ' ') line.pop_back();
    lines.push_back(line);
  }
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  if (code != 0) lines.push_back("[" + std::to_string(code) + "]");
  return lines;
}

void write_file(const fs::path& path, const std::vector<std::string>& lines) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << joined(lines);
}

fs::path fresh_folder(const fs::path& document) {
  std::string name = fs::relative(document, source_folder()).string();
  for (char& c : name) c = c == '/' ? '-' : c;
  const fs::path folder = merit_command().parent_path() / "tests" / "documents" / name;
  fs::remove_all(folder);
  fs::create_directories(folder);
  fs::create_directory_symlink(source_folder() / "examples", folder / "examples");  // as in a checkout
  return folder;
}

}  // namespace

DocumentResult run_document(const fs::path& document) {
  DocumentResult result;
  std::vector<std::string> lines = read_lines(document);
  const fs::path folder = fresh_folder(document);
  const bool record = std::getenv("MERIT_RECORD") != nullptr;
  const auto all = fences(lines);

  struct Recorded {
    size_t first, count;
    std::vector<std::string> lines;
  };

  std::vector<Recorded> recorded;

  const auto compare = [&](const Fence& fence, const std::vector<std::string>& actual) {
    ++result.examples;
    if (actual == fence.lines) return;
    std::vector<std::string> indented;
    for (const std::string& line : actual) indented.push_back(line.empty() ? line : fence.indent + line);
    if (record) {
      recorded.push_back({fence.first, fence.lines.size(), std::move(indented)});
      return;
    }
    const std::string place =
        fs::relative(document, source_folder()).string() + ":" + std::to_string(fence.line);
    result.failures.push_back({place, joined(fence.lines), joined(actual)});
  };

  for (size_t at = 0; at < all.size(); ++at) {
    const Fence& fence = all[at];
    if (fence.language == "console") {
      std::vector<std::string> actual;
      for (const std::string& line : fence.lines) {
        if (line.compare(0, 2, "$ ") != 0) continue;
        actual.push_back(line);
        for (std::string& printed : run(line.substr(2), folder)) actual.push_back(std::move(printed));
      }
      compare(fence, actual);
    } else if (fence.language == "merit" && fence.argument == "refused") {
      write_file(folder / "program.merit", fence.lines);
      if (at + 1 == all.size() || all[at + 1].language != "messages")
        throw std::runtime_error("a refused program without its messages at line " +
                                 std::to_string(fence.line));
      std::vector<std::string> actual = run("merit check program.merit", folder);
      if (!actual.empty() && actual.back() == "[3]") {
        actual.pop_back();  // what a refused program always ends with
      } else {
        actual.emplace_back("[not refused]");
      }
      compare(all[++at], actual);
    } else if (fence.language == "merit" && fence.argument.empty()) {
      write_file(folder / "program.merit", fence.lines);
      Fence silent = fence;
      silent.lines.clear();
      ++result.examples;
      const auto actual = run("merit check --quiet program.merit", folder);
      if (!actual.empty()) {
        const std::string place =
            fs::relative(document, source_folder()).string() + ":" + std::to_string(fence.line);
        result.failures.push_back({place, "(no message)\n", joined(actual)});
      }
    } else if (!fence.argument.empty() && fence.argument.find(' ') == std::string::npos) {
      write_file(folder / fence.argument, fence.lines);
    }
  }

  if (!recorded.empty()) {
    for (auto change = recorded.rbegin(); change != recorded.rend(); ++change) {
      const auto first = lines.begin() + static_cast<std::ptrdiff_t>(change->first);
      const auto place = lines.erase(first, first + static_cast<std::ptrdiff_t>(change->count));
      lines.insert(place, change->lines.begin(), change->lines.end());
    }
    std::ofstream(document, std::ios::binary) << joined(lines);
  }
  return result;
}

}  // namespace merit::testing
