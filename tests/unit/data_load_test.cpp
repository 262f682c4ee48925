// What load_data reads, row by row, and what it says of files that cannot be used.
#include <libdeflate.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/unit/data_support.h"

using namespace merit;
using namespace merit::testing;
using ir::TypeKind;

namespace {

std::string gzip(std::string_view text) {
  libdeflate_compressor* compressor = libdeflate_alloc_compressor(6);
  std::string packed(libdeflate_gzip_compress_bound(compressor, text.size()), '\0');
  packed.resize(libdeflate_gzip_compress(compressor, text.data(), text.size(), packed.data(), packed.size()));
  libdeflate_free_compressor(compressor);
  return packed;
}

/// entity clinic: key id : text / beds : integer? / rate : number? / paid : money? / opened : date? / open :
/// boolean? / better : direction?
struct Clinics : ProgramBuilder {
  uint32_t clinic = entity("clinic");
  uint32_t id = key(clinic, "id");
  uint32_t beds = field(clinic, "beds", TypeKind::integer, true);
  uint32_t rate = field(clinic, "rate", TypeKind::number, true);
  uint32_t paid = field(clinic, "paid", TypeKind::money, true);
  uint32_t opened = field(clinic, "opened", TypeKind::date, true);
  uint32_t open = field(clinic, "open", TypeKind::boolean, true);
  uint32_t better = field(clinic, "better", TypeKind::enumeration, true, false, 0);
};

std::string messages_of(std::string_view csv) {
  const Clinics clinics;
  const Folder folder;
  folder.write("clinic.csv", csv);
  const Loaded loaded = load(clinics.program, folder);
  CHECK(loaded.result.dataset == nullptr);
  return loaded.text();
}

/// Hospitals and their results on measures, from the files of a payer.
struct Results : ProgramBuilder {
  uint32_t hospital = entity("hospital");
  uint32_t ccn = key(hospital, "ccn");
  uint32_t name = field(hospital, "name", TypeKind::text);
  uint32_t beds = field(hospital, "beds", TypeKind::integer, true);
  uint32_t measure = table("measure", {"mort", "cauti", "mspb"});
  uint32_t label = constant(measure, "label", TypeKind::text,
                            {Value::of_text("MORT-30"), Value::of_text("HAI-2"), Value::of_text("MSPB-1")});
  uint32_t scored = constant(measure, "scored", TypeKind::boolean,
                             {Value::of_boolean(true), Value::of_boolean(true), Value::of_boolean(false)});
  uint32_t result = entity("result");
  uint32_t of_hospital = key(result, "hospital", TypeKind::link, hospital);
  uint32_t of_measure = key(result, "measure", TypeKind::link, measure);
  uint32_t rate = field(result, "rate", TypeKind::number, true);
  uint32_t points = field(result, "points", TypeKind::integer, true);
  uint32_t eligible = field(result, "eligible", TypeKind::boolean, true);

  /// source csv "rates.csv": hospital: and result for each measure where scored:
  void add_source() {
    ir::Source source;
    source.file = "rates.csv";
    source.missing = {"Not Available"};
    ir::SourceBlock hospitals;
    hospitals.entity = hospital;
    hospitals.fields = {cell(ccn, "Facility ID"), cell(name, "Facility Name")};
    source.blocks.push_back(hospitals);

    ir::SourceBlock rates;
    rates.entity = result;
    rates.for_each = measure;
    rates.filter = scored;
    ir::SourceField row;
    row.column = of_measure;
    row.value.kind = ir::SourceValue::Kind::for_each_row;
    const auto labelled = [&](ir::SourceField field, const std::string& rest) {
      field.value.header = {"", rest};
      field.value.header_holes = {label};
      return field;
    };
    ir::SourceField known = labelled(cell(eligible, ""), " Score");
    known.value.kind = ir::SourceValue::Kind::cell_known;
    rates.fields = {cell(of_hospital, "Facility ID"), row, labelled(cell(rate, "", {"*(…)", "*"}), " Rate"),
                    labelled(cell(points, "", {"* out of 10"}), " Score"), known};
    source.blocks.push_back(rates);
    program.sources.push_back(source);
  }

  void add_names() {
    ir::Source source;
    source.file = "names.csv";
    ir::SourceBlock hospitals;
    hospitals.entity = hospital;
    hospitals.fields = {cell(ccn, "id"), cell(name, "name"), cell(beds, "beds")};
    source.blocks.push_back(hospitals);
    program.sources.push_back(source);
  }
};

constexpr const char* rates_header =
    "Facility ID,Facility Name,MORT-30 Rate,MORT-30 Score,HAI-2 Rate,HAI-2 Score\n";

}  // namespace

TEST_CASE("A file with the fields' names as headers fills an entity, sorted by key") {
  const Clinics clinics;
  const Folder folder;
  folder.write("clinic.csv", "\xEF\xBB\xBFid,rate,BEDS,paid,opened,open,better,note\r\n"
                             "b,\"1,234.5\",12,\"-$1,234.50\",2024-02-29,Y,lower,x\r\n"
                             "\r\n"
                             "\"a, \"\"the first\"\"\",77.4970%,3.0,20,,no,higher,\"two\r\nlines\"\r\n"
                             "c,-.5,\"1,000\",,1999-12-31,TRUE,,");
  const Loaded loaded = load(clinics.program, folder);
  REQUIRE(loaded.text().empty());
  CHECK(loaded.column(clinics.id) == "a, \"the first\"|b|c");
  CHECK(loaded.column(clinics.rate) == "0.77497|1234.5|-0.5");
  CHECK(loaded.column(clinics.beds) == "3|12|1000");
  CHECK(loaded.column(clinics.paid) == "20|-1234.5|");
  CHECK(loaded.column(clinics.opened) == "|2024-02-29|1999-12-31");
  CHECK(loaded.column(clinics.open) == "no|yes|yes");
  CHECK(loaded.column(clinics.better) == "higher|lower|");
  CHECK(loaded.data().column(clinics.rate).form == Form::decimal);
  CHECK(loaded.data().column(clinics.rate).scale == 5);
  CHECK(loaded.data().find(clinics.clinic, {Value::of_text("c")}) == 2U);
  CHECK(!loaded.data().find(clinics.clinic, {Value::of_text("d")}));
  const CellPlace place = loaded.data().place(clinics.rate, 2);
  CHECK(place.file == "clinic.csv");
  CHECK(place.line == 6);
  CHECK(place.column == "rate");
  REQUIRE(loaded.result.files.size() == 1);
  CHECK(loaded.result.files[0].rows == 3);
}

TEST_CASE("Numbers that need more than 64 bits move up without loss") {
  const Clinics clinics;
  const Folder folder;
  folder.write("clinic.csv", "id,rate,paid\n"
                             "a,123456789012345678,1\n"
                             "b,0.123456789012345678,2\n"
                             "c,123456789012345678901234567890.5,3\n"
                             "d,1.50,0.05\n");
  const Loaded loaded = load(clinics.program, folder);
  REQUIRE(loaded.text().empty());
  CHECK(loaded.column(clinics.rate) ==
        "123456789012345678|0.123456789012345678|123456789012345678901234567890.5|1.5");
  CHECK(loaded.data().column(clinics.paid).scale == 2);
}

TEST_CASE("Gzip is read by name and by content, with several members") {
  const Clinics clinics;
  const Folder folder;
  folder.write("clinic.csv.gz", gzip("id,beds\na,1\n") + gzip("b,2\n") + std::string(512, '\0'));
  const Loaded loaded = load(clinics.program, folder);
  REQUIRE(loaded.text().empty());
  CHECK(loaded.column(clinics.beds) == "1|2");
  CHECK(loaded.result.files[0].name == "clinic.csv.gz");

  const Folder other;
  other.write("clinic.csv", gzip("id,beds\na,1\n"));
  CHECK(load(clinics.program, other).column(clinics.beds) == "1");
}

TEST_CASE("The hash of a file is that of its bytes on disk") {
  const Clinics clinics;
  const Folder folder;
  folder.write("clinic.csv", "id,beds\na,1\n");
  const Loaded loaded = load(clinics.program, folder);
  // printf 'id,beds\na,1\n' | sha256sum
  CHECK(loaded.result.files[0].sha256 == "bc287b8541284c87fbf61d49a40cf63fef8083ae7ececcbfb3589d43049f4cf4");
  CHECK(loaded.result.files[0].bytes == 12);
}

TEST_CASE("A source gives a row for each row of a table, and links lead to rows") {
  Results program;
  program.add_source();
  program.add_names();
  const Folder folder;
  folder.write("rates.csv", std::string(rates_header) +
                                "02,North,0.8842(23),7 out of 10,1.5,Not Available\n"
                                "01,South,0.9,10 out of 10,Not Available,0 out of 10\n");
  folder.write("names.csv", "id,name,beds\n01,South,25\n03,West,30\n02,,\n");
  const Loaded loaded = load(program.program, folder);
  REQUIRE(loaded.text().empty());
  CHECK(loaded.column(program.ccn) == "01|02|03");
  CHECK(loaded.column(program.name) == "South|North|West");
  CHECK(loaded.column(program.beds) == "25||30");
  CHECK(loaded.column(program.of_hospital) == "01|01|02|02");
  CHECK(loaded.column(program.of_measure) == "mort|cauti|mort|cauti");
  CHECK(loaded.column(program.rate) == "0.9||0.8842|1.5");
  CHECK(loaded.column(program.points) == "10|0|7|");
  CHECK(loaded.column(program.eligible) == "yes|yes|yes|no");
  const ReverseIndex& results = loaded.data().reverse(program.of_hospital);
  CHECK(results.offsets == std::vector<uint32_t>{0, 2, 4, 4});
  CHECK(results.members == std::vector<uint32_t>{0, 1, 2, 3});
  CHECK(loaded.data().key_text(program.result, 1) == "01, cauti");
  CHECK(loaded.data().find(program.result, {Value::of_row(1), Value::of_row(1)}) == 3U);
  CHECK(loaded.data().place(program.rate, 3).column == "HAI-2 Rate");
  CHECK(loaded.data().place(program.rate, 3).line == 2);
  CHECK(loaded.data().place(program.name, 2).file == "names.csv");
}

TEST_CASE("Only the columns that are needed are read") {
  const Clinics clinics;
  const Folder folder;
  folder.write("clinic.csv", "id,beds,rate\na,many,0.5\n");
  TableEvaluation tables(clinics.program);
  const std::unordered_set<uint32_t> needed = {clinics.rate};
  LoadOptions options;
  options.directory = folder.path();
  options.needed_columns = &needed;
  Loaded loaded;
  loaded.result =
      load_data(clinics.program, options, tables, std::make_shared<TextPool>(), loaded.diagnostics);
  REQUIRE(loaded.text().empty());
  CHECK(loaded.column(clinics.rate) == "0.5");
  CHECK_THROWS_AS(loaded.data().column(clinics.beds), std::logic_error);
}

TEST_CASE("A scale multiplies, a constant fills every row") {
  ProgramBuilder builder;
  const uint32_t clinic = builder.entity("clinic");
  const uint32_t id = builder.key(clinic, "id", TypeKind::integer);
  const uint32_t rate = builder.field(clinic, "rate", TypeKind::number);
  const uint32_t third = builder.field(clinic, "third", TypeKind::number);
  const uint32_t year = builder.field(clinic, "year", TypeKind::integer);
  ir::Source source;
  source.file = "c.csv";
  ir::SourceBlock block;
  block.entity = clinic;
  ir::SourceField constant;
  constant.column = year;
  constant.value.kind = ir::SourceValue::Kind::constant;
  constant.value.value = Value::of_number(Number(2024));
  block.fields = {cell(id, "id"), cell(rate, "rate", {}, Number(1, 100)),
                  cell(third, "rate", {}, Number(1, 3)), constant};
  source.blocks.push_back(block);
  builder.program.sources.push_back(source);
  const Folder folder;
  folder.write("c.csv", "id,rate\n10,77.5\n9,1\n");
  const Loaded loaded = load(builder.program, folder);
  REQUIRE(loaded.text().empty());
  CHECK(loaded.column(id) == "9|10");
  CHECK(loaded.column(rate) == "0.01|0.775");
  CHECK(loaded.column(third) == "1/3|155/6");
  CHECK(loaded.data().column(third).form == Form::rational);
  CHECK(loaded.column(year) == "2024|2024");
}

TEST_CASE("A file that is not there is named, with what is there instead") {
  const Clinics clinics;
  const Folder folder;
  folder.write("clinics.csv", "");
  folder.write("other.csv", "");
  CHECK(load(clinics.program, folder).text() ==
        "D001 clinic.csv There is no file \"clinic.csv\" (nor \"clinic.csv.gz\") in the data folder. | "
        "Did you mean \"clinics.csv\"? In the folder: clinics.csv, other.csv.\n");
}

TEST_CASE("What is no readable file is said to be so") {
  const Clinics clinics;
  {
    const Folder folder;
    std::filesystem::create_directory(folder.path() / "clinic.csv");
    CHECK(load(clinics.program, folder).text() ==
          "D002 clinic.csv This file cannot be read: it is a folder. | Name the file in the folder.\n");
  }
  {
    const Folder folder;
    REQUIRE(mkfifo((folder.path() / "clinic.csv").c_str(), 0600) == 0);
    CHECK(load(clinics.program, folder).text() == "D002 clinic.csv This file cannot be read: it is no "
                                                  "ordinary file. | Save the data as a file first.\n");
  }
  if (geteuid() != 0) {  // root may read everything
    const Folder folder;
    folder.write("clinic.csv", "id\n");
    std::filesystem::permissions(folder.path() / "clinic.csv", std::filesystem::perms::none);
    CHECK(load(clinics.program, folder).text() ==
          "D002 clinic.csv This file cannot be read: you have no permission to read it. | "
          "Ask its owner for permission, or copy it to a folder of yours.\n");
  }
  Clinics outside;
  ir::Source source;
  source.file = "../clinic.csv";
  source.blocks.push_back(ir::SourceBlock{outside.clinic, ir::none, ir::none, {cell(outside.id, "id")}, {}});
  outside.program.sources.push_back(source);
  const Folder folder;
  CHECK(load(outside.program, folder).text() ==
        "D002 ../clinic.csv The file \"../clinic.csv\" lies outside the data folder. | "
        "Name data files relative to the data folder, and put them into it or a folder below it.\n");
}

TEST_CASE("Damaged gzip is refused") {
  const Clinics clinics;
  const std::string packed = gzip("id,beds\na,1\nb,2\n");
  const std::string damaged =
      "D003 clinic.csv.gz This file is packed with gzip and cannot be unpacked: it is damaged or cut off. | "
      "Fetch it again, or test it with `gzip -t`.\n";
  for (size_t length = 2; length < packed.size(); ++length) {
    const Folder folder;
    folder.write("clinic.csv.gz", packed.substr(0, length));
    CHECK(load(clinics.program, folder).text() == damaged);
  }
  {
    const Folder folder;
    std::string changed = packed;
    changed[packed.size() - 6] ^= 1;  // the checksum
    folder.write("clinic.csv.gz", changed);
    CHECK(load(clinics.program, folder).text() == damaged);
  }
  {
    const Folder folder;
    folder.write("clinic.csv.gz", packed + "rest");
    CHECK(load(clinics.program, folder).text() == damaged);
  }
  const Folder folder;
  folder.write("clinic.csv.gz", "id\na\n");
  CHECK(load(clinics.program, folder).text() ==
        "D003 clinic.csv.gz This file's name ends in .gz, but it is not packed with gzip. | "
        "Give it a name without .gz, or fetch it again.\n");
}

TEST_CASE("Files without rows or without anything") {
  CHECK(messages_of("") == "D004 clinic.csv This file is empty. | Its first line must name the columns.\n");
  CHECK(messages_of("\xEF\xBB\xBF") ==
        "D004 clinic.csv This file is empty. | Its first line must name the columns.\n");
  const Clinics clinics;
  const Folder folder;
  folder.write("clinic.csv", "id,beds");
  const Loaded loaded = load(clinics.program, folder);
  CHECK(loaded.text() == "D060 clinic.csv:1 This file has a header and no rows.\n");
  CHECK(!loaded.diagnostics.has_errors());
  REQUIRE(loaded.result.dataset);
  CHECK(loaded.data().rows(clinics.clinic) == 0);
}

TEST_CASE("What is not UTF-8 is refused with its place") {
  CHECK(messages_of("id,beds\na,1\nPe\xF1"
                    "a,2\n") == "D005 clinic.csv:3 Byte 3 of this line (hexadecimal F1) is not UTF-8 text. | "
                                "Save the file again with the encoding UTF-8 (in Excel: \"CSV UTF-8\").\n");
  CHECK(messages_of("id,be\xFF"
                    "ds\na,1\n") ==
        "D005 clinic.csv:1 Byte 6 of this line (hexadecimal FF) is not UTF-8 text. | "
        "Save the file again with the encoding UTF-8 (in Excel: \"CSV UTF-8\").\n");
  CHECK(messages_of(std::string_view("\xFF\xFEi\0d\0", 6)) ==
        "D005 clinic.csv:1 This file is UTF-16 text. | Save the file again with the encoding UTF-8.\n");
}

TEST_CASE("Quotes and sizes that cannot be") {
  CHECK(messages_of("id,beds\na,1\n\"b,2\nc,3\n") ==
        "D006 clinic.csv:3 A cell that begins with a quote in this line is never closed. | "
        "Close the cell with a quote; a quote within a cell is written twice.\n");
  CHECK(messages_of("id,beds\na,1\n" + std::string((size_t{16} << 20U) + 1, 'x') + ",2\n") ==
        "D007 clinic.csv:3 A cell of this line is larger than 16 MiB. | "
        "Check that the file has line ends, and that its quotes are closed.\n");
  std::string long_line = "id,beds\n";
  for (int i = 0; i < 9; ++i) long_line += std::string(size_t{8} << 20U, 'x') + ",";
  CHECK(messages_of(long_line + "\n") ==
        "D007 clinic.csv:2 This line is larger than 64 MiB. | "
        "Check that the file has line ends, and that its quotes are closed.\n");
  CHECK(messages_of("id,beds\n5\" pipe,1\n\"a\"b,2\n") ==
        "D011 clinic.csv:2 A quote stands in the middle of a cell of this line. | "
        "Put the whole cell in quotes, and write a quote within it twice.\n"
        "D011 clinic.csv:3 A quote stands in the middle of a cell of this line. | "
        "Put the whole cell in quotes, and write a quote within it twice.\n");
}

TEST_CASE("Headers that are not there, or there twice") {
  CHECK(messages_of("Id ,beds,ID\na,1,2\n") ==
        "D009 clinic.csv:1 2 columns of this file are headed \"id\". | "
        "Give every column that is read a header of its own.\n");
  CHECK(messages_of("idd,beds\na,1\n") == "D008 clinic.csv:1 This file has no column \"id\". | Did you mean "
                                          "\"idd\"? Its columns: \"idd\", \"beds\".\n");
  CHECK(messages_of("id;beds\na;1\n") ==
        "D008 clinic.csv:1 This file has no column \"id\". | "
        "Its columns seem to be parted by semicolons; save it with commas between them.\n");
}

TEST_CASE("Lines with too few or too many cells") {
  CHECK(messages_of("id,beds\na\nb,1,2\n") ==
        "D010 clinic.csv:2 This line has 1 cells; the header has 2. | "
        "Check that the line is whole; an empty cell still needs its comma.\n"
        "D010 clinic.csv:3 This line has 3 cells; the header has 2. | "
        "A cell with a comma in it must stand in quotes.\n");
}

TEST_CASE("Cells that cannot be read say what they should be") {
  const auto cell_message = [](const std::string& field, const std::string& content) {
    return messages_of("id," + field + "\na," + content + "\n");
  };
  const std::string place = "clinic.csv:2 ";
  CHECK(cell_message("rate", "N/A") ==
        "D020 " + place +
            "[rate] \"N/A\" is not a number, as `rate` must be. | "
            "If it stands for a missing value, say so in the source: missing \"N/A\".\n");
  CHECK(cell_message("rate", "(123)") == "D020 " + place +
                                             "[rate] \"(123)\" is not a number, as `rate` must be. | "
                                             "Write a negative number with a minus sign.\n");
  CHECK(cell_message("rate", "1.5E+07") == "D020 " + place +
                                               "[rate] \"1.5E+07\" is not a number, as `rate` must be. | "
                                               "Numbers with an exponent may have lost digits: format the "
                                               "column as a plain number and save it again.\n");
  for (const std::string bad : {"\"12,34\"", "1_000", "1.2.3", "5.", "--1", "\"1,2345\"", "\",123\""}) {
    CHECK(cell_message("rate", bad)
              .find("Write it with digits and a point, such as 1234.5, 1,234.5 or 12.5%.") !=
          std::string::npos);
  }
  CHECK(cell_message("beds", "1.5") == "D021 " + place +
                                           "[beds] \"1.5\" is not a whole number, as `beds` must be. | "
                                           "Correct the cell, or make the field a `number`.\n");
  CHECK(cell_message("paid", "£5") == "D022 " + place +
                                          "[paid] \"£5\" is not an amount in USD, as `paid` must be. | "
                                          "Write it as 1234.50, $1,234.50 or -$20.\n");
  CHECK(cell_message("opened", "1/31/2024") ==
        "D023 " + place +
            "[opened] \"1/31/2024\" is not a date, as `opened` must be. | "
            "Write dates as year-month-day, such as 2024-01-31.\n");
  CHECK(cell_message("opened", "2023-02-29").starts_with("D023"));
  CHECK(cell_message("open", "maybe") == "D024 " + place +
                                             "[open] \"maybe\" is not yes or no, as `open` must be. | "
                                             "Write yes, no, true, false, Y, N, 1 or 0.\n");
  CHECK(cell_message("better", "hihger") ==
        "D025 " + place +
            "[better] \"hihger\" is not a direction, as `better` must be. | "
            "Did you mean higher? Write one of: higher, lower.\n");
}

TEST_CASE("A cell that fits no pattern") {
  Results program;
  program.add_source();
  const Folder folder;
  folder.write("rates.csv", std::string(rates_header) + "01,South,0.9,10 of 10,1,1 out of 10\n");
  CHECK(load(program.program, folder).text() == "D026 rates.csv:2 [MORT-30 Score] \"10 of 10\" does not look "
                                                "like \"* out of 10\", as the source says it "
                                                "should. | Add a pattern for it: like \"...\" or \"...\".\n");
}

TEST_CASE("Keys that are empty or come twice") {
  CHECK(messages_of("id,beds\n,1\na,2\n") == "D030 clinic.csv:2 [id] This clinic has no `id`, which is its "
                                             "key. | Fill the cell, or take the line out.\n");
  CHECK(messages_of("id,beds\na,1\nb,2\na,1\n") ==
        "D031 clinic.csv:4 [id] The clinic \"a\" comes twice; it is in line 2 too. | "
        "Take one of the lines out, or give the entity a key that tells them apart.\n");
}

TEST_CASE("A file of results may repeat their hospital, if it says the same of it") {
  ProgramBuilder builder;
  const uint32_t hospital = builder.entity("hospital");
  const uint32_t ccn = builder.key(hospital, "ccn");
  const uint32_t name = builder.field(hospital, "name", TypeKind::text);
  const uint32_t result = builder.entity("result");
  const uint32_t of = builder.key(result, "hospital", TypeKind::link, hospital);
  const uint32_t number = builder.key(result, "number", TypeKind::integer);
  ir::Source source;
  source.file = "r.csv";
  source.blocks.push_back(
      ir::SourceBlock{hospital, ir::none, ir::none, {cell(ccn, "ccn"), cell(name, "name")}, {}});
  source.blocks.push_back(
      ir::SourceBlock{result, ir::none, ir::none, {cell(of, "ccn"), cell(number, "n")}, {}});
  builder.program.sources.push_back(source);
  {
    const Folder folder;
    folder.write("r.csv", "ccn,name,n\n01,South,2\n01,South,1\n");
    const Loaded loaded = load(builder.program, folder);
    REQUIRE(loaded.text().empty());
    CHECK(loaded.column(name) == "South");
    CHECK(loaded.column(number) == "1|2");
  }
  const Folder folder;
  folder.write("r.csv", "ccn,name,n\n01,South,2\n01,North,1\n01,South,2\n");
  CHECK(load(builder.program, folder).text() ==
        "D032 r.csv:3 [name] The hospital \"01\" has the name \"North\" here, and \"South\" in line 2 of "
        "r.csv. | "
        "Correct one of them, or take the field from one file alone.\n"
        "D031 r.csv:4 [ccn] The result \"01, 2\" comes twice; it is in line 2 too. | "
        "Take one of the lines out, or give the entity a key that tells them apart.\n");
}

TEST_CASE("Files that disagree, fields that nobody gives, links to nothing") {
  Results program;
  program.add_source();
  program.add_names();
  const Folder folder;
  folder.write("rates.csv", std::string(rates_header) + "01,South,0.9,,1,\n");
  folder.write("names.csv", "id,name,beds\n01,Sauth,1\n02,,2\n");
  CHECK(load(program.program, folder).text() ==
        "D032 names.csv:2 [name] The hospital \"01\" has the name \"Sauth\" here, and \"South\" in line 2 of "
        "rates.csv. | Correct one of them, or take the field from one file alone.\n"
        "D033 names.csv:3 [name] The hospital \"02\" has no `name`. | "
        "Fill it in, or make the field optional: write `?` after its type.\n");

  ProgramBuilder builder;
  const uint32_t clinic = builder.entity("clinic");
  builder.key(clinic, "id");
  const uint32_t visit = builder.entity("visit");
  builder.key(visit, "number", TypeKind::integer);
  builder.field(visit, "clinic", TypeKind::link, false, false, clinic);
  const Folder visits;
  visits.write("clinic.csv", "id\nnorth\nsouth\n");
  visits.write("visit.csv", "number,clinic\n1,north\n2,suoth\n");
  CHECK(load(builder.program, visits).text() ==
        "D034 visit.csv:3 [clinic] There is no clinic with the key \"suoth\". | Did you mean \"south\"?\n");
}

TEST_CASE("A required field that no source gives is an error of the program") {
  Results program;
  program.add_source();
  program.program.sources[0].blocks[0].fields.pop_back();
  const Folder folder;
  folder.write("rates.csv", std::string(rates_header) + "01,South,0.9,,1,\n");
  CHECK(load(program.program, folder).text() ==
        "D036  No source gives the name of a hospital. | "
        "Add it to a source, or make the field optional: write `?` after its type.\n");
}

TEST_CASE("Stop lists twenty problems and counts the rest") {
  std::string csv = "id,beds\n";
  for (int i = 0; i < 25; ++i) csv += "k" + std::to_string(i) + ",many\n";
  const std::string text = messages_of(csv);
  CHECK(std::count(text.begin(), text.end(), '\n') == 21);
  CHECK(text.ends_with("D050  The data have 5 more problems. | "
                       "Correct those above, or set bad rows aside with --bad-data skip or report.\n"));
}

TEST_CASE("Bad rows are set aside, with what belongs to them, and listed") {
  ProgramBuilder builder;
  const uint32_t clinic = builder.entity("clinic");
  const uint32_t id = builder.key(clinic, "id");
  builder.field(clinic, "beds", TypeKind::integer, true);
  const uint32_t visit = builder.entity("visit");
  const uint32_t number = builder.key(visit, "number", TypeKind::integer);
  const uint32_t of = builder.field(visit, "clinic", TypeKind::link, false, false, clinic);
  const Folder folder;
  folder.write("clinic.csv", "id,beds\nc,1\nb,many\na,2\nx\n");
  folder.write("visit.csv", "number,clinic\n4,c\n3,b\n2,a\n1,d\n,a\n");
  for (const BadData mode : {BadData::skip, BadData::report}) {
    const Loaded loaded = load(builder.program, folder, mode);
    REQUIRE(loaded.text().empty());
    CHECK(loaded.column(id) == "a|c");
    CHECK(loaded.column(number) == "2|4");
    CHECK(loaded.column(of) == "a|c");
    CHECK(loaded.data().column(of).u32 == std::vector<uint32_t>{0, 1});
    CHECK(loaded.result.set_aside[clinic] == 2);
    CHECK(loaded.result.set_aside[visit] == 3);
    if (mode == BadData::skip) {
      CHECK(loaded.result.problems.empty());
      continue;
    }
    std::string list;
    for (const BadRow& row : loaded.result.problems) {
      list +=
          row.code + " " + row.place.file + ":" + std::to_string(row.place.line) + " " + row.message + "\n";
    }
    CHECK(list == "D020 clinic.csv:3 \"many\" is not a number, as `beds` must be.\n"
                  "D010 clinic.csv:5 This line has 1 cells; the header has 2.\n"
                  "D035 visit.csv:3 The visit \"3\" belongs to the clinic \"b\", which cannot be used.\n"
                  "D034 visit.csv:5 There is no clinic with the key \"d\".\n"
                  "D030 visit.csv:6 This visit has no `number`, which is its key.\n");
  }
}
