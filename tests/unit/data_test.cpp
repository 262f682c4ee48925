// Columns in memory, interned texts, rows by key, and CSV texts against a parser that does one byte at a
// time.
#include <catch2/catch.hpp>
#include <random>
#include <thread>

#include "runtime/data/cell_reader.h"
#include "runtime/data/csv.h"
#include "runtime/data/file_text.h"
#include "tests/unit/data_support.h"

using namespace merit;
using namespace merit::testing;
using ir::TypeKind;

namespace {

/// RFC 4180, one byte at a time.
std::vector<std::vector<std::string>> parse_slowly(std::string_view text) {
  std::vector<std::vector<std::string>> records;
  std::vector<std::string> record;
  std::string cell;
  bool quoted = false;
  bool was_quoted = false;
  const auto end_record = [&] {
    record.push_back(cell);
    const bool blank = record.size() == 1 && cell.empty() && !was_quoted;
    if (!blank) records.push_back(record);
    record.clear();
    cell.clear();
    was_quoted = false;
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        cell += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        cell += c;
        ++i;
      } else {
        quoted = false;
      }
    } else if (c == '"') {
      quoted = true;
      was_quoted = true;
    } else if (c == ',') {
      record.push_back(cell);
      cell.clear();
      was_quoted = false;
    } else if (c == '\n' || (c == '\r' && (i + 1 == text.size() || text[i + 1] == '\n'))) {
      if (c == '\r') ++i;
      end_record();
    } else {
      cell += c;
    }
  }
  if (!record.empty() || !cell.empty() || was_quoted) end_record();
  return records;
}

std::vector<std::vector<std::string>> parse_pieces(std::string_view text, size_t size) {
  std::vector<std::vector<std::string>> records;
  std::string scratch;
  for (const data::Piece& piece : data::cut(text, 0, 1, size, 2)) {
    data::RecordReader reader(text.substr(piece.begin, piece.end - piece.begin), piece.first_line);
    while (reader.next()) {
      std::vector<std::string> record;
      for (const data::Cell& cell : reader.cells()) record.emplace_back(cell.plain(scratch));
      records.push_back(record);
      const std::string_view before = text.substr(0, piece.begin + reader.offset());
      REQUIRE(reader.line() == 1 + static_cast<uint64_t>(std::count(before.begin(), before.end(), '\n')));
      REQUIRE(!reader.stray_quote());
    }
    REQUIRE(reader.fatal() == data::RecordReader::Fatal::none);
  }
  return records;
}

Vector read_cells(data::CellType type, const std::vector<std::string>& cells, TextPool& pool) {
  const data::CellFormat format(std::move(type));
  data::CellReader reader(format, pool);
  for (const std::string& cell : cells) REQUIRE(reader.append(cell) == data::CellFault::none);
  return reader.take();
}

}  // namespace

TEST_CASE("Random CSV texts are read as the slow parser reads them, however they are cut") {
  std::mt19937 random(20261121);
  const std::vector<std::string> parts = {"a", "bc", ",", ",", "\n", "\r\n", "\"\"", "x\ry", "é", " ", "0.5"};
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    const size_t records = random() % 12;
    for (size_t r = 0; r < records; ++r) {
      const size_t cells = random() % 4 + 1;
      for (size_t c = 0; c < cells; ++c) {
        if (c > 0) text += ',';
        const bool quoted = random() % 3 == 0;
        if (quoted) text += '"';
        for (size_t k = random() % 4; k > 0; --k) {
          const std::string& part = parts[random() % parts.size()];
          const bool plain = part.find_first_of(",\n\"") == std::string::npos;
          if (quoted || plain) text += part;
        }
        if (quoted) text += '"';
      }
      if (r + 1 < records || random() % 2 == 0) text += random() % 2 == 0 ? "\n" : "\r\n";
    }
    CAPTURE(text);
    const auto expected = parse_slowly(text);
    REQUIRE(parse_pieces(text, SIZE_MAX) == expected);
    REQUIRE(parse_pieces(text, 1 + random() % 20) == expected);
  }
}

TEST_CASE("Random numbers are read as they are written") {
  std::mt19937_64 random(7);
  TextPool pool;
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> cells;
    std::vector<Number> numbers;
    for (int i = 0; i < 20; ++i) {
      std::string text = random() % 4 == 0 ? "-" : "";
      const size_t digits = 1 + random() % (round % 4 == 0 ? 30 : 8);
      for (size_t d = 0; d < digits; ++d) text += static_cast<char>('0' + random() % 10);
      if (random() % 2 == 0) {
        text += '.';
        for (size_t d = 1 + random() % 9; d > 0; --d) text += static_cast<char>('0' + random() % 10);
      }
      if (random() % 8 == 0) text += '%';
      cells.push_back(text);
      numbers.push_back(*Number::parse(text));
    }
    data::CellType type;
    type.kind = TypeKind::number;
    Vector vector = read_cells(type, cells, pool);
    data::settle(vector);
    REQUIRE(vector.size == cells.size());
    for (uint32_t row = 0; row < vector.size; ++row) {
      CAPTURE(cells[row]);
      REQUIRE(vector.value(row, pool) == Value::of_number(numbers[row]));
    }
  }
}

TEST_CASE("Patterns keep one part") {
  const auto kept = [](const std::string& pattern, std::string_view cell) {
    std::string_view part = "-";
    return data::Pattern(pattern).match(cell, part) ? std::string(part) : std::string("no");
  };
  CHECK(kept("*", "7") == "7");
  CHECK(kept("* out of 10", "7 out of 10") == "7");
  CHECK(kept("* out of 10", "7 out of 9") == "no");
  CHECK(kept("*(…)", "0.884410(23)") == "0.884410");
  CHECK(kept("*(…)", "0.884410") == "no");
  CHECK(kept("… of *", "3 of 10") == "10");
  CHECK(kept("…: *;…", "a: b: c; d; e") == "b: c");
  CHECK(kept("a*a", "a") == "no");
  CHECK(kept("a*a", "aa").empty());
}

TEST_CASE("Texts are interned once, from any number of threads") {
  TextPool pool;
  constexpr uint32_t texts = 20'000;
  std::vector<std::vector<uint32_t>> ids(4, std::vector<uint32_t>(texts));
  {
    std::vector<std::jthread> threads;
    for (size_t t = 0; t < ids.size(); ++t) {
      threads.emplace_back([&, t] {
        for (uint32_t i = 0; i < texts; ++i) {
          const uint32_t which = t % 2 == 0 ? i : texts - 1 - i;
          ids[t][which] = pool.add("text " + std::to_string(which));
        }
      });
    }
  }
  CHECK(pool.size() == texts);
  for (size_t t = 1; t < ids.size(); ++t) CHECK(ids[t] == ids[0]);
  for (uint32_t i = 0; i < texts; ++i) REQUIRE(pool.text(ids[0][i]) == "text " + std::to_string(i));
  CHECK(pool.find("text 5") == ids[0][5]);
  CHECK(!pool.find("text"));
  const std::string large(200'000, 'x');
  CHECK(pool.text(pool.add(large)) == large);
  CHECK(pool.text(pool.add("")).empty());
  CHECK(pool.add("") == pool.add(""));
}

TEST_CASE("A column of values takes the best form that holds them") {
  TextPool pool;
  const auto form_of = [&](const std::vector<Number>& numbers) {
    std::vector<Value> values;
    for (const Number& number : numbers) values.push_back(Value::of_number(number));
    const Vector vector = vector_of(ValueKind::number, values, pool);
    for (uint32_t row = 0; row < vector.size; ++row) CHECK(vector.value(row, pool) == values[row]);
    return std::pair(vector.form, vector.scale);
  };
  CHECK(form_of({Number(1), Number(-2)}) == std::pair(Form::decimal, 0));
  CHECK(form_of({Number(1, 4), Number(3)}) == std::pair(Form::decimal, 2));
  CHECK(form_of({Number(1, 3), Number(3)}) == std::pair(Form::rational, 0));
  CHECK(form_of({Number(INT64_MAX), Number(1, 2)}) == std::pair(Form::rational, 0));
  CHECK(form_of({Number(10).pow(30)}) == std::pair(Form::big, 0));

  Fault fault;
  fault.message = "division by zero";
  const std::vector<Value> mixed = {Value::of_text("a"), Value::of_missing("too few"), Value::of_missing(),
                                    Value::of_fault(fault), Value::of_text("")};
  const Vector vector = vector_of(ValueKind::text, mixed, pool);
  for (uint32_t row = 0; row < vector.size; ++row) CHECK(vector.value(row, pool) == mixed[row]);
  REQUIRE(vector.fault(3) != nullptr);
  CHECK(vector.fault(3)->message == "division by zero");
  CHECK(vector.fault(2) == nullptr);
}

TEST_CASE("Rows are sorted by key and found by it") {
  ProgramBuilder builder;
  const uint32_t group = builder.entity("group");
  const uint32_t rate = builder.key(group, "rate", TypeKind::number);
  const uint32_t name = builder.key(group, "name");
  const uint32_t size = builder.field(group, "size", TypeKind::integer);
  auto pool = std::make_shared<TextPool>();
  Dataset dataset(builder.program, pool);
  CHECK(dataset.rows(group) == 0);

  const auto numbers = [](const std::vector<Number>& all) {
    std::vector<Value> values;
    for (const Number& number : all) values.push_back(Value::of_number(number));
    return values;
  };
  const std::vector<Value> names = {Value::of_text("common prefix b"), Value::of_text("z"),
                                    Value::of_text("common prefix a"), Value::of_text("\xC3\xA9")};
  std::unordered_map<uint32_t, Vector> columns;
  columns.emplace(rate, vector_of(ValueKind::number,
                                  numbers({Number(1, 3), Number(-2), Number(1, 3), Number(1, 3)}), *pool));
  columns.emplace(name, vector_of(ValueKind::text, names, *pool));
  columns.emplace(size,
                  vector_of(ValueKind::number, numbers({Number(0), Number(1), Number(2), Number(3)}), *pool));
  CHECK(dataset.set_rows(group, 4, std::move(columns)) == std::vector<uint32_t>{1, 2, 0, 3});
  CHECK(dataset.column(size).i64 == std::vector<int64_t>{1, 2, 0, 3});
  CHECK(dataset.key_text(group, 1) == "1/3, common prefix a");
  CHECK(dataset.find(group, {Value::of_number(Number(1, 3)), Value::of_text("common prefix b")}) == 2U);
  CHECK(dataset.find(group, {Value::of_number(Number(-2)), Value::of_text("z")}) == 0U);
  CHECK(!dataset.find(group, {Value::of_number(Number(2, 3)), Value::of_text("z")}));
  CHECK(!dataset.find(group, {Value::of_number(Number(-2))}));
  CHECK(dataset.place(size, 0).file.empty());
}

TEST_CASE("A link turned round lists the rows of each target in order") {
  Vector link;
  link.kind = ValueKind::row;
  link.form = Form::index;
  link.size = 5;
  link.u32 = {2, 0, 2, 0, 1};
  link.missing = {0, 0, 0, 1, 0};
  const ReverseIndex index = make_reverse_index(link, 4);
  CHECK(index.offsets == std::vector<uint32_t>{0, 1, 2, 4, 4});
  CHECK(index.members == std::vector<uint32_t>{1, 4, 0, 2});
}

TEST_CASE("UTF-8 is told from what is not") {
  const std::string long_text(100, 'a');
  CHECK(data::find_bad_utf8("") == std::string_view::npos);
  CHECK(data::find_bad_utf8(long_text + "é€😀") == std::string_view::npos);
  for (const std::string bad :
       {"\x80", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF5", "\xE2\x82", "\xC3"}) {
    CHECK(data::find_bad_utf8(long_text + bad) == 100);
    CHECK(data::find_bad_utf8(bad + long_text) == 0);
  }
}
