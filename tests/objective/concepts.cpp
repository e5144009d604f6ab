// SPDX-License-Identifier: BSD-3-Clause
// What objectives are made of, tier by tier: which forms are in which tier, with batches and penalties around them, and what
// their evaluations are.
#include <doctest/doctest.h>

#include <lssm/lssm.hpp>
using namespace lssm;

namespace {

using siso = ssm<real_diagonal<3>>;
using relu_network = with_network<siso, sequential<dense<4>, relu, dense<1>>>;
using layers = deep<siso, last_output>;

template <class M>
using raw = raw_objective<double, M, 5, squared_error>;
using gram = gram_objective<double, siso, 5>;
using networked = network_objective<double, relu_network, 5, squared_error>;
using layered = deep_objective<double, layers, 5, squared_error>;
using some = batched_objective<gram, raw<siso>>;
template <class Penalty>
using with = penalized<gram, decltype(Penalty{}.template bind<double>())>;

struct bowl {  // L = ½ x²
  using scalar = double;
  struct evaluation {};
  integer parameters() const { return 1; }
  std::vector<double> theta() const { return {1}; }
  evaluation workspace() const { return {}; }
  double value_and_gradient(std::span<const double> t, std::span<double> d, evaluation&) const {
    d[0] = t[0];
    return 0.5 * t[0] * t[0];
  }
};

}  // namespace

TEST_CASE("a function with a gradient is in the first tier alone") {
  static_assert(DifferentiableObjective<bowl>);
  static_assert(!ScaledObjective<bowl> && !ModelObjective<bowl>);
}

TEST_CASE("forms are objectives of models that tell the scale of their loss") {
  static_assert(ScaledObjective<gram> && ScaledObjective<raw<siso>> && ScaledObjective<networked> &&
                ScaledObjective<layered> && ScaledObjective<some>);
  static_assert(ModelObjective<gram> && ModelObjective<raw<siso>> && ModelObjective<networked> &&
                ModelObjective<layered> && ModelObjective<some>);
  static_assert(LeastSquaresObjective<gram> && ResponseObjective<raw<siso>> &&
                !LeastSquaresObjective<raw<siso>>);
  static_assert(!ResponseObjective<networked> && !ResponseObjective<layered>);
  static_assert(std::is_base_of_v<model_start<double, siso>, gram>);
}

TEST_CASE(
    "around a form, batches and penalties leave its response; curvature stays where a penalty tells its "
    "own") {
  static_assert(!ResponseObjective<some> && !CurvedObjective<some>);
  static_assert(CurvedObjective<gram> && CurvedObjective<with<l2_penalty<>>> &&
                !CurvedObjective<with<l1_penalty<>>>);
  static_assert(!ResponseObjective<with<l2_penalty<>>>);
  static_assert(PenaltyFor<l2_penalty<>::bound<double>, gram> && !PenaltyFor<unpenalized, gram>);
  using system = gram::system_type;
  static_assert(TellsSecondDerivatives<l2_penalty<>::bound<double>, system> &&
                TellsSecondDerivatives<spectral_penalty::bound<double>, system>);
  static_assert(!TellsSecondDerivatives<l1_penalty<>::bound<double>, system> &&
                !TellsSecondDerivatives<mass_penalty::bound<double>, system>);
}

TEST_CASE("each form has an evaluation of its own") {
  static_assert(std::is_same_v<evaluation_of<gram>, gram_evaluation<double, siso, 5>>);
  static_assert(std::is_same_v<evaluation_of<raw<siso>>, raw_evaluation<double, siso, 5>>);
  static_assert(std::is_same_v<evaluation_of<some>, batched_evaluation<gram, raw<siso>>>);
  static_assert(std::is_same_v<evaluation_of<networked>, network_evaluation<double, relu_network, 5>>);
  static_assert(std::is_same_v<evaluation_of<layered>, deep_evaluation<double, layers>>);
  static_assert(std::is_base_of_v<evaluation<double, siso, 5>, evaluation_of<gram>>);
}

TEST_CASE("descents are all at once unless they say otherwise") {
  static_assert(std::is_same_v<descent<>::batches_type, all_at_once>);
}

TEST_CASE("one lane of an array becomes another's") {
  const std::vector<double> from{1, 2, 3};
  std::vector<double> to(3, 0);
  copy_lane<double>(0, from, to.data());
  CHECK(to == from);
}
