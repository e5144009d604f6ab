// SPDX-License-Identifier: BSD-3-Clause
// One student per SIMD lane: every lane has the bits of the single run.
#include <array>
#include <lssm/core/pack.hpp>

#include "published.hpp"

using namespace published;

namespace {

template <class Study>
void lanes_are_singles(const std::vector<Study>& studies, const std::vector<std::uint32_t>& seeds) {
  const auto packed =
      run<pack<double>>(std::span<const Study>(studies), std::span<const std::uint32_t>(seeds));
  CHECK(packed.size() == lanes_of<pack<double>>);
  for (std::size_t i = 0; i < packed.size(); ++i) {
    CAPTURE(i);
    const auto alone = run<double>(studies[i % studies.size()], seeds[i % seeds.size()]);
    CHECK(equal_parts(packed[i].student.system, alone.student.system));
    CHECK(packed[i].cotangent == alone.cotangent);
    CHECK(packed[i].status == alone.status);
    CHECK(packed[i].at_end.loss == alone.at_end.loss);
    CHECK(packed[i].at_end.time == alone.at_end.time);
    CHECK(packed[i].at_end.steps == alone.at_end.steps);
    CHECK(packed[i].at_end.rejected == alone.at_end.rejected);
  }
}

}  // namespace

TEST_CASE("seeds and amplitudes of the special sequence differ by lane") {
  auto s = make<10, 7>(runs()[1]);
  std::vector<study<10, 7>> studies(4, s);
  for (std::size_t i = 0; i < 4; ++i) studies[i].data.special.amplitude = std::array{1.0, 0.1, 3.0, -0.5}[i];
  lanes_are_singles(studies, {242, 243, 244, 246});
}

TEST_CASE("flows of very different lengths of time share a pack") {
  // Without the special sequence 4e10, with it 1.5e3; the counts are numbers, so that all lanes have one type. Lanes
  // with fewer sequences have a smaller rank.
  const std::vector<study<>> studies = {make(runs()[0]), make(runs()[1])};
  lanes_are_singles(studies, {242, 243});
}

TEST_CASE("tolerances, scales and stop rules differ by lane") {
  std::vector<study<>> studies(4, make(runs()[1]));
  studies[1].training.rtol = 1e-6;
  studies[2].start.scale = 5e-3;
  studies[2].training.stop.get<time_horizon>().time = 100;
  studies[3].training.stop.get<step_limit>().steps = 50;
  lanes_are_singles(studies, {242, 243, 244, 246});
}

TEST_CASE("a pack of studies of unequal sizes is refused") {
  const std::vector<study<>> studies = {make(runs()[0]), make(runs()[8])};
  const std::vector<std::uint32_t> seeds = {242, 342};
  CHECK_THROWS_AS(run<pack<double>>(std::span<const study<>>(studies), std::span<const std::uint32_t>(seeds)),
                  bad_argument);
  CHECK_THROWS_AS(run<pack<double>>(std::span<const study<>>(studies), std::span<const std::uint32_t>()),
                  bad_argument);
}
