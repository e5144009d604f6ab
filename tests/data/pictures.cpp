// SPDX-License-Identifier: BSD-3-Clause
// Pictures as sequences: ink, bins against sums written out, and what is refused.
#include <doctest/doctest.h>

#include <lssm/core/random.hpp>
#include <lssm/data/pictures.hpp>

using namespace lssm;

namespace {

/// Pictures of random bytes, some rows black.
picture_set drawn(integer count, integer rows, integer columns, std::uint32_t seed) {
  numpy_legacy stream(seed);
  picture_set all{.rows = rows, .columns = columns};
  for (integer n = 0; n < count; ++n)
    for (integer i = 0; i < rows; ++i) {
      const bool black = stream.uniform() < 0.4;
      for (integer j = 0; j < columns; ++j)
        all.values.push_back(black ? std::uint8_t{0} : static_cast<std::uint8_t>(256 * stream.uniform()));
    }
  return all;
}

}  // namespace

TEST_CASE("pictures: ink goes from the first row that is not black to the last") {
  const picture_set all{.rows = 4, .columns = 2, .values = {0, 0, 0, 1, 0, 0, 3, 0,  //
                                                            0, 0, 0, 0, 0, 0, 0, 0,  //
                                                            9, 9, 0, 0, 0, 0, 0, 0}};
  all.validate();
  REQUIRE(all.count() == 3);
  CHECK(all[0].ink() == std::pair<integer, integer>{1, 4});
  CHECK(all[1].ink() == std::pair<integer, integer>{0, 0});
  CHECK(all[2].ink() == std::pair<integer, integer>{0, 1});
}

TEST_CASE("pictures: a bin is the mean of its rows, wherever the picture is placed") {
  for (const integer rows_per_bin : {1, 3, 4})
    for (const integer place : {-5, 0, 2, 9, 100})
      for (const integer from : {0, 2, 50}) {
        const picture_set all = drawn(3, 11, 5, 7);
        const row_bins bins{.bins = 4, .rows_per_bin = rows_per_bin, .place = place, .from = from};
        for (integer n = 0; n < all.count(); ++n) {
          std::vector<double> window(static_cast<std::size_t>(bins.window()), 0.0);  // sums of rows
          for (integer row = from; row < 11; ++row) {
            const integer to = place + row - from;
            if (to < 0 || to >= bins.window()) continue;
            for (integer j = 0; j < 5; ++j) window[static_cast<std::size_t>(to)] += all[n].at(row, j);
          }
          const std::vector<double> x = bins(all[n]);
          REQUIRE(x.size() == 4);
          for (std::size_t k = 0; k < 4; ++k) {
            double sum = 0;
            for (std::size_t i = 0; i < static_cast<std::size_t>(rows_per_bin); ++i)
              sum += window[k * static_cast<std::size_t>(rows_per_bin) + i];
            CHECK(x[k] ==
                  doctest::Approx(sum / (255.0 * 5 * static_cast<double>(rows_per_bin))).epsilon(1e-14));
          }
        }
      }
}

TEST_CASE("pictures: full brightness is 1, and pixels are a sequence row by row") {
  const picture_set all{.rows = 2, .columns = 3, .values = {255, 255, 255, 0, 51, 255}};
  CHECK(row_bins{.bins = 2, .rows_per_bin = 1}(all[0])[0] == 1);
  CHECK(pixel_sequence(all[0]) == std::vector<double>{1, 1, 1, 0, 0.2, 1});
}

TEST_CASE("pictures: sizes that do not fit, and numbers that are unset, are refused") {
  CHECK_THROWS_WITH_AS((picture_set{.rows = 2, .columns = 2, .values = {1, 2, 3}}.validate()),
                       doctest::Contains("whole pictures of 4 pixels"), bad_argument);
  CHECK_THROWS_WITH_AS((picture_set{.rows = 0, .columns = 2}.validate()),
                       doctest::Contains("at least 1 each"), bad_argument);
  CHECK_THROWS_WITH_AS((picture_set{.rows = 1, .columns = 1, .values = {1, 2}, .classes = {1}}.validate()),
                       doctest::Contains("one for each of 2 pictures"), bad_argument);
  CHECK(picture_set{}.count() == 0);
  const picture_set two{.rows = 1, .columns = 2, .values = {1, 2, 3, 4}};
  CHECK_THROWS_WITH_AS((void)two[2], "picture_set: the place of a picture must be below 2, given 2",
                       bad_argument);
  CHECK_THROWS_AS((void)two[-1], bad_argument);
  CHECK_THROWS_WITH_AS((void)row_bins{.bins = 1}({two[0].values, 2, 2}),
                       doctest::Contains("rows x columns bytes"), bad_argument);
  CHECK_THROWS_AS((void)row_bins{.bins = 1}(picture_view{}), bad_argument);
  CHECK_THROWS_WITH_AS(row_bins{}.validate(), doctest::Contains("given, at least 1"), bad_argument);
  CHECK_THROWS_AS((row_bins{.bins = 2, .rows_per_bin = 0}.validate()), bad_argument);
  CHECK_THROWS_AS((row_bins{.bins = 2, .from = -1}.validate()), bad_argument);
  CHECK_THROWS_AS((row_bins{.bins = 2, .place = std::numeric_limits<integer>::min()}.validate()),
                  bad_argument);
  CHECK_THROWS_AS((row_bins{.bins = integer{1} << 62}.validate()), bad_argument);
}
