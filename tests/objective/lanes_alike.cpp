// SPDX-License-Identifier: BSD-3-Clause
// Losses with numbers of their own in lanes: one lane takes each student's, several must have the same.
#include <doctest/doctest.h>

#include <lssm/core/pack.hpp>
#include <lssm/lssm.hpp>
#include <lssm/nn.hpp>
#include <lssm/sweep.hpp>

using namespace lssm;

namespace {

struct weighted {  // weight (p - y)²
  double weight = 1;
  template <class T>
  T value(const T& p, const T& y) const {
    return T(lane_of<T>(weight)) * (p - y) * (p - y);
  }
  template <class T>
  T derivative(const T& p, const T& y) const {
    return T(lane_of<T>(2 * weight)) * (p - y);
  }
  friend bool operator==(const weighted&, const weighted&) = default;
};

using plain_ssm = ssm<real_diagonal<3>>;
using networked = with_network<plain_ssm, sequential<dense<3, with_bias>, tanh_layer, dense<1, with_bias>>>;
using layers = deep<ssm<real_diagonal<2, 1, 2>>, last_output, dense<1, with_bias>>;

template <class M>
using study_of =
    teacher_student<M, theorem1_teacher<3>, training_set<5, gaussian<everywhere>>, weighted,
                    descent<gradient_descent, unconstrained, first_of<step_limit>>,
                    std::conditional_t<std::is_same_v<M, plain_ssm>, near_zero, network_start<near_zero>>,
                    keyed_streams>;
template <class M>
study_of<M> with_weight(double weight) {
  return {.data = {.sequences = {.count = 4}},
          .loss = {weight},
          .training = {.rate = 1e-3, .stop = step_limit{3}}};
}

}  // namespace

TEST_CASE_TEMPLATE("a pool of one lane trains each student by its own loss", M, plain_ssm, networked,
                   layers) {
  const std::vector<double> weights{1, 5, 0.25};
  std::size_t next = 0, seen = 0;
  const auto give = [&]() -> std::optional<lane_job<study_of<M>>> {
    if (next == weights.size()) return std::nullopt;
    const std::size_t i = next++;
    return lane_job<study_of<M>>{i, with_weight<M>(weights[i]), 3};
  };
  train_in_lanes<double>(give, [&](std::size_t i, const auto& end) {
    CHECK(end.at_end.loss == run<double>(with_weight<M>(weights[i]), 3).at_end.loss);
    ++seen;
  });
  CHECK(seen == weights.size());
}

TEST_CASE_TEMPLATE("lanes of several losses are refused, of one loss trained", M, plain_ssm, networked,
                   layers) {
  const auto together = [](double first, double second) {
    const study_of<M> studies[] = {with_weight<M>(first), with_weight<M>(second)};
    const std::uint32_t seeds[] = {3, 4};
    return run<pack<double>>(std::span<const study_of<M>>(studies), std::span<const std::uint32_t>(seeds));
  };
  CHECK_THROWS_WITH_AS(together(1, 5), "lanes: the loss must be the same in every lane, given another one",
                       bad_argument);
  CHECK(together(5, 5)[0].at_end.loss ==
        doctest::Approx(run<double>(with_weight<M>(5), 3).at_end.loss).epsilon(1e-12));
}
