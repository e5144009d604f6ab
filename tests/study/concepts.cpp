// SPDX-License-Identifier: BSD-3-Clause
// What the concepts of studies accept and what they refuse.
#include <doctest/doctest.h>

#include <array>
#include <lssm/all.hpp>
#include <lssm/core/pack.hpp>

using namespace lssm;

namespace {

using student = ssm<real_diagonal<3>, learn<state_matrix>>;
using study = teacher_student<student, theorem1_teacher<3>, training_set<5, unit<at<0>>>>;
using objective_type = decltype(bind<double>(study{}, 1).objective);
using point = training_point<objective_type>;

struct nameless {
  static std::size_t columns(const auto&) { return 1; }
  static void write(const auto&, auto) {}
};
struct unwritten {
  static constexpr std::string_view name = "unwritten";
  static std::size_t columns(const auto&) { return 1; }
};

static_assert(TrainableModel<student> && TrainableModel<deep<student, last_output>>);
static_assert(!TrainableModel<real_diagonal<3>> && !TrainableModel<theorem1_teacher<3>>);
static_assert(StartOf<near_zero, student::system<double>, numpy_legacy>);
static_assert(!StartOf<student, student::system<double>, numpy_legacy> && !StartOf<int, int, numpy_legacy>);
static_assert(TrainingOf<gradient_flow<>, objective_type> && TrainingOf<descent<>, objective_type>);
static_assert(!TrainingOf<near_zero, objective_type> && !TrainingOf<descent<>, student>);
static_assert(Quantity<record::loss, point> && Quantity<record::gamma, point>);
static_assert(!Quantity<nameless, point> && !Quantity<unwritten, point>);
static_assert(!never_stopped{}());

}  // namespace

TEST_CASE("bound_lanes holds what bind gives for each lane") {
  const std::array<study, 1> one{};
  const std::array<std::uint32_t, 2> seeds{5, 6};
  const bound_lanes<pack<double>, study> lanes =
      bind_lanes<pack<double>>(std::span<const study>(one), std::span<const std::uint32_t>(seeds));
  for (std::size_t i = 0; i < lanes_of<pack<double>>; ++i) {
    const auto single = bind<double>(study{}, seeds[i % 2]);
    CHECK(std::equal(single.theta.begin(), single.theta.end(), lanes.single(i).theta.begin()));
  }
}
