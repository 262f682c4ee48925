#include <catch2/catch.hpp>

#include "runtime/outcome/text_table.h"

using namespace merit;

TEST_CASE("widths are those of a terminal, not of bytes") {
  CHECK(display_width("Öland") == 5);
  CHECK(display_width("e\u0301") == 1);
  CHECK(display_width("病院") == 4);
  CHECK(display_width("\xff") == 1);
  CHECK(display_width("") == 0);
}

TEST_CASE("long texts are cut between characters") {
  CHECK(cut_to_width("Öland", 5) == "Öland");
  CHECK(cut_to_width("Öländer", 4) == "Ölä…");
  CHECK(cut_to_width("病院病院", 6) == "病院…");
  CHECK(cut_to_width("abc", 1) == "…");
}

TEST_CASE("counts are read in groups of three") {
  CHECK(grouped(7) == "7");
  CHECK(grouped(462) == "462");
  CHECK(grouped(2'462) == "2\u00A0462");
  CHECK(grouped(1'000'000) == "1\u00A0000\u00A0000");
}

TEST_CASE("a table is aligned and keeps to its lines") {
  TextTable table;
  table.add_column("name", TextTable::Align::left);
  table.add_column("n", TextTable::Align::right);
  table.add_row({{"Öst\nhill", TextTable::Tone::plain}, {"7", TextTable::Tone::plain}});
  table.add_row({{"a", TextTable::Tone::plain}, {"1234", TextTable::Tone::alarm}});
  CHECK(table.render(false) == "name         n\n"
                               "────────  ────\n"
                               "Öst hill     7\n"
                               "a         1234\n");
  CHECK(table.render(true).find("\x1b[31m1234\x1b[0m") != std::string::npos);
}
