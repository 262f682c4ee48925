#include "compiler/model/csv_table.h"

namespace merit::model {

namespace {

class Reader {
 public:
  Reader(std::string_view text, uint32_t file, Diagnostics& diagnostics)
      : text_(text), file_(file), diagnostics_(diagnostics) {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  }

  bool at_end() const { return at_ >= text_.size(); }

  /// The next record; empty when a quotation mark in it does not end, which is reported.
  std::vector<ast::Cellule> record() {
    std::vector<ast::Cellule> cells;
    broken_ = false;
    for (;;) {
      cells.push_back(cell());
      if (at_end() || text_[at_] != ',') break;
      ++at_;
    }
    if (!at_end() && text_[at_] == '\r') ++at_;
    if (!at_end() && text_[at_] == '\n') ++at_;
    if (broken_) cells.clear();
    return cells;
  }

 private:
  ast::Cellule cell() {
    ast::Cellule cell;
    const auto begin = static_cast<uint32_t>(at_);
    if (!at_end() && text_[at_] == '"') {
      quoted(cell);
    } else {
      while (!at_end() && text_[at_] != ',' && text_[at_] != '\n' && text_[at_] != '\r')
        cell.text += text_[at_++];
      const size_t first = cell.text.find_first_not_of(' ');
      cell.text = first == std::string::npos
                      ? std::string()
                      : cell.text.substr(first, cell.text.find_last_not_of(' ') - first + 1);
    }
    cell.span = Span{file_, begin, static_cast<uint32_t>(at_)};
    return cell;
  }

  void quoted(ast::Cellule& cell) {
    const auto begin = static_cast<uint32_t>(at_);
    for (++at_; !at_end(); ++at_) {
      if (text_[at_] != '"') {
        cell.text += text_[at_];
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        cell.text += '"';
        ++at_;
      } else {
        ++at_;
        return;
      }
    }
    broken_ = true;
    diagnostics_.error("G110", Span{file_, begin, begin + 1}, "This quotation mark has no partner.",
                       "A cell that begins with \" must end with \"; a \" inside it is written twice.");
  }

  std::string_view text_;
  uint32_t file_;
  Diagnostics& diagnostics_;
  size_t at_ = 0;
  bool broken_ = false;
};

}  // namespace

ast::TableText read_csv_table(const SourceFiles& files, uint32_t file, Diagnostics& diagnostics) {
  const std::string_view text = files[file].text;
  ast::TableText table;
  table.span = Span{file, 0, static_cast<uint32_t>(text.size())};
  Reader reader(text, file, diagnostics);
  bool header = true;
  while (!reader.at_end()) {
    std::vector<ast::Cellule> cells = reader.record();
    if (cells.empty()) continue;
    if (cells.size() == 1 && cells.front().text.empty()) continue;
    if (header) {
      table.header = std::move(cells);
      header = false;
    } else {
      table.rows.push_back(std::move(cells));
    }
  }
  return table;
}

}  // namespace merit::model
