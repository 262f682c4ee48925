// Sharing a total out, and the search on a grid, against what their definitions say.

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <vector>

#include "runtime/values/grid.h"
#include "runtime/values/share.h"

using merit::Grid;
using merit::GridAnswer;
using merit::Number;
using merit::search_grid;
using merit::share_out;
using merit::Shares;

namespace {

bool nobody_first(uint32_t /*a*/, uint32_t /*b*/) {
  return false;
}

GridAnswer search(int64_t last, bool smallest, const std::function<bool(int64_t)>& holds) {
  return search_grid({Number(0), Number(1), last}, smallest,
                     [&](int64_t at) { return std::optional(holds(at)); });
}

}  // namespace

TEST_CASE("left-over cents go to the largest remainders, then to the first by the tie rule") {
  const std::vector<Number> equal(3, Number(1));
  const Shares plain = share_out(Number(100), Number(1, 100), equal, nobody_first);
  REQUIRE(plain.kind == Shares::Kind::shared);
  CHECK(plain.parts == std::vector<Number>{Number(3334, 100), Number(3333, 100), Number(3333, 100)});
  const Shares last_first =
      share_out(Number(100), Number(1, 100), equal, [](uint32_t a, uint32_t b) { return a > b; });
  CHECK(last_first.parts.back() == Number(3334, 100));
  const std::vector<Number> weights{Number(5), Number(3), Number(1)};
  const Shares seats = share_out(Number(10), Number(1), weights, nobody_first);
  CHECK(seats.parts == std::vector<Number>{Number(6), Number(3), Number(1)});  // 5.56, 3.33, 1.11
}

TEST_CASE("a total below zero is shared out like one above") {
  const Shares loss = share_out(Number(-100), Number(1), std::vector<Number>(3, Number(1)), nobody_first);
  REQUIRE(loss.kind == Shares::Kind::shared);
  CHECK(loss.parts == std::vector<Number>{Number(-33), Number(-33), Number(-34)});
}

TEST_CASE("what cannot be shared out") {
  const std::vector<Number> one{Number(1)};
  CHECK(share_out(Number(1), Number(0), one, nobody_first).kind == Shares::Kind::step_not_positive);
  CHECK(share_out(Number(1, 3), Number(1, 100), one, nobody_first).kind == Shares::Kind::not_whole_steps);
  const std::vector<Number> negative{Number(1), Number(-1)};
  const Shares refused = share_out(Number(1), Number(1), negative, nobody_first);
  CHECK(refused.kind == Shares::Kind::negative_weight);
  CHECK(refused.member == 1);
  const std::vector<Number> zeros(2, Number(0));
  CHECK(share_out(Number(1), Number(1), zeros, nobody_first).kind == Shares::Kind::no_weight);
  CHECK(share_out(Number(0), Number(1), zeros, nobody_first).parts == zeros);
}

TEST_CASE("shares add up, and none is a step or more from its exact part") {
  std::mt19937_64 random(7);
  for (int round = 0; round < 2'000; ++round) {
    std::vector<Number> weights(1 + random() % 30);
    Number sum = 0;
    for (Number& weight : weights) {
      weight = Number(static_cast<int64_t>(random() % 1'000), 1 + static_cast<int64_t>(random() % 9));
      sum += weight;
    }
    if (sum.is_zero()) continue;
    const Number step(1, 100);
    const Number total = step * Number(static_cast<int64_t>(random() % 2'000'000) - 1'000'000);
    const Shares shares = share_out(total, step, weights, nobody_first);
    REQUIRE(shares.kind == Shares::Kind::shared);
    Number all = 0;
    std::vector<Number> up;    // remainders of those that got one step more
    std::vector<Number> down;  // of those that did not
    for (size_t i = 0; i < weights.size(); ++i) {
      all += shares.parts[i];
      const Number exact = total * weights[i] / sum;
      REQUIRE((shares.parts[i] / step).is_integer());
      REQUIRE((shares.parts[i] - exact).abs() < step);
      const Number remainder = exact - round_to(exact, step, merit::RoundingMode::floor);
      (shares.parts[i] > exact ? up : down).push_back(remainder);
    }
    REQUIRE(all == total);
    if (!up.empty() && !down.empty())
      REQUIRE(*std::min_element(up.begin(), up.end()) >= *std::max_element(down.begin(), down.end()));
  }
}

TEST_CASE("the search finds what trying every value finds") {
  for (int64_t last = 0; last < 120; ++last) {
    for (int64_t edge = 0; edge <= last; ++edge) {
      const GridAnswer largest = search(last, false, [&](int64_t at) { return at <= edge; });
      REQUIRE(largest.kind == GridAnswer::Kind::found);
      REQUIRE(largest.position == edge);
      const GridAnswer smallest = search(last, true, [&](int64_t at) { return at >= edge; });
      REQUIRE(smallest.kind == GridAnswer::Kind::found);
      REQUIRE(smallest.position == edge);
    }
  }
}

TEST_CASE("a search that has no answer says why") {
  const GridAnswer nowhere = search(100, false, [](int64_t) { return false; });
  CHECK(nowhere.kind == GridAnswer::Kind::nowhere);
  CHECK(nowhere.position == 0);
  CHECK(search(100, true, [](int64_t) { return false; }).position == 100);
  const GridAnswer again = search(170, false, [](int64_t at) { return at < 50 || at > 120; });
  CHECK(again.kind == GridAnswer::Kind::not_monotone);
  CHECK(again.first < 50);
  CHECK((again.second >= 50 && again.second <= 120));
  CHECK(again.third > 120);
  const auto stopped =
      search_grid({Number(0), Number(1), 10}, false, [](int64_t) { return std::optional<bool>(); });
  CHECK(stopped.kind == GridAnswer::Kind::stopped);
}

TEST_CASE("a grid goes to the last value that is not above its end") {
  const char* refusal = nullptr;
  const auto grid = Grid::make(Number(1), Number(2), Number(3, 10), refusal);
  REQUIRE(grid);
  CHECK(grid->last == 3);
  CHECK(grid->at(3) == Number(19, 10));
  CHECK_FALSE(Grid::make(Number(0), Number(1), Number(0), refusal));
  CHECK_FALSE(Grid::make(Number(1), Number(0), Number(1), refusal));
  CHECK_FALSE(Grid::make(Number(0), Number(1), Number(1, 10'000'000'000'000), refusal));
}
