// SPDX-License-Identifier: BSD-3-Clause
// Who did it (docs/influence.md): the influence of each sequence by a sweep backwards through the training, and the truth by
// training again.
#include <iomanip>
#include <iostream>
#include <lssm/attack/influence.hpp>
#include <lssm/core/pack.hpp>
#include <lssm/lssm.hpp>
using namespace lssm;

using study = teacher_student<ssm<real_diagonal<10>, learn_all>, given<real_diagonal<1>>,
                              inject<training_set<6, gaussian<leading<4>>>, gaussian<at<4>>>, squared_error,
                              descent<adaptive_rate<>, bounded_state_matrix, step_limit>, near_zero>;

study described() {
  study s;
  s.teacher.values = {{1}, {1}, {1}};
  s.data.set.sequences.count = 8;
  s.data.special.count = 4;
  s.training = {.rate = 0.0025, .stop = {.steps = 1200}};
  s.start = {.state_deviation = 0.1, .io_deviation = 0.1};
  return s;
}

/// Spearman's correlation of what is predicted and what is true when subsets get another weight.
double score(const auto& bound, const auto& d, const auto& subsets, double weight, const auto& measure) {
  std::vector<double> predicted;
  for (const auto& subset : subsets) predicted.push_back(predicted_change(d, subset, weight));
  return rank_correlation(predicted, retrained_changes<pack<double>>(bound, subsets, weight, measure));
}

int main() {
  const auto bound = bind<double>(described(), 242);
  const largest_error measure{.horizon = 40};
  const training_adjoint<double> d = adjoint_of_training(bound, measure);
  std::cout << std::fixed << std::setprecision(4) << "error " << d.value << " after " << d.steps
            << " steps\n";

  std::vector<std::vector<integer>> each;
  for (integer n = 0; n < bound.data.sequences(); ++n) each.push_back({n});
  const auto lighter = retrained_changes<pack<double>>(bound, each, 0.99, measure);
  const auto without = retrained_changes<pack<double>>(bound, each, 0, measure);
  std::cout << "change of the error if a sequence ...\n"
            << "          predicted  weighs .99   predicted  is left out\n"
            << std::scientific << std::setprecision(2);
  for (std::size_t n = 0; n < each.size(); ++n)
    std::cout << (n < 8 ? "clean   " : "special ") << std::setw(11) << predicted_change(d, each[n], 0.99)
              << std::setw(12) << lighter[n] << std::setw(12) << predicted_change(d, each[n], 0)
              << std::setw(13) << without[n] << '\n';

  keyed_stream stream(1u);
  const auto subsets = random_subsets(64, 4, bound.data.sequences(), stream);
  std::cout << std::fixed << "agreement over 64 subsets of 4: " << score(bound, d, subsets, 0.99, measure)
            << " at weight .99, " << score(bound, d, subsets, 0, measure) << " left out\n";
}
