// SPDX-License-Identifier: BSD-3-Clause
// The runs of an experiment: the study in words of the library.
//
//   student    A diagonal, B and C, then a network of ReLU layers without biases on the last output; all learned
//   teacher    A diagonal, B = C = 1, then the network with input weights 1, identities between, output weights 1/2
//   data       normal baseline sequences on their support, then normal special ones on theirs, all as floats
//   loss       squared, of the network's output
//   training   Adam in Keras' form until the target is reached, and some more
//   start      the authors' (lssm/init/rearranged_start.hpp, network_start.hpp)
#pragma once

#include "../discrete/maybe_fixed.hpp"
#include "../discrete/run.hpp"
#include "settings.hpp"

namespace network {

using namespace lssm;
using support::named_support;

inline const std::vector<std::string> optimizers = {"adaptive", "gd", "momentum", "adam", "adamw"};
using chosen_rule = one_of<adaptive_rate<full_matrix_norm>, gradient_descent, heavy_ball, keras_adam,
                           adamw>;  // in the order of `optimizers`

template <integer Width>
using hidden = dense<Width, without_bias>;
template <integer Width, integer Depth>
struct network_of_depth;
template <integer Width>
struct network_of_depth<Width, 1> {
  using type = sequential<hidden<Width>, relu, hidden<1>>;
};
template <integer Width>
struct network_of_depth<Width, 2> {
  using type = sequential<hidden<Width>, relu, hidden<Width>, relu, hidden<1>>;
};
template <integer Width>
struct network_of_depth<Width, 3> {
  using type = sequential<hidden<Width>, relu, hidden<Width>, relu, hidden<Width>, relu, hidden<1>>;
};
template <integer Width, integer Depth>
using network = typename network_of_depth<Width, Depth>::type;

/// Layers of so many numbers.
template <class Network>
Network of_width(integer width) {
  Network net;
  std::apply(
      [&](auto&... layer) {
        const auto size = [&](auto& l) {
          if constexpr (std::is_same_v<std::remove_cvref_t<decltype(l)>, hidden<dynamic>>) l.outputs = width;
        };
        (size(layer), ...);
      },
      net.layers);
  return net;
}

/// D, K and W are known sizes, or `dynamic`: then they are values.
template <integer D, integer K, integer W, integer Depth, class Rule, class Constraint>
using study = teacher_student<
    with_network<ssm<real_diagonal<D>>, network<W, Depth>>, given_network<real_diagonal<>, network<W, Depth>>,
    inject<training_set<K, in_float<gaussian<named_support>>>, in_float<gaussian<named_support>>>,
    squared_error, descent<Rule, Constraint>, network_start<rearranged_start, restarted_normal>,
    framework_streams>;

/// In a program that stores floats hyperparameters are floats, too.
template <class Constraint>
double stored(double x) {
  return std::is_same_v<Constraint, stored_in_float> ? rounded_to_float(x) : x;
}

template <class Constraint, class Rule>
Rule stored_rule(Rule rule) {
  if constexpr (std::is_same_v<Rule, keras_adam>)
    rule = {stored<Constraint>(rule.beta1), stored<Constraint>(rule.beta2), stored<Constraint>(rule.epsilon)};
  if constexpr (requires { rule.rules; })
    std::get<keras_adam>(rule.rules) = stored_rule<Constraint>(std::get<keras_adam>(rule.rules));
  return rule;
}

template <integer D, integer K, integer W, integer Depth, class Rule, class Constraint>
study<D, K, W, Depth, Rule, Constraint> make_study(const setting& s, bool special, const Rule& rule) {
  using net = network<W, Depth>;
  const std::size_t m = static_cast<std::size_t>(s.mlp_width);
  const std::vector<double> ones(s.teacher.size(), 1.0);
  std::vector<double> a, weights(m, 1.0);
  for (double x : s.teacher) a.push_back(rounded_to_float(x));
  for (integer l = 1; l < Depth; ++l)
    for (std::size_t i = 0; i < m; ++i)
      for (std::size_t j = 0; j < m; ++j) weights.push_back(i == j ? 1 : 0);
  weights.insert(weights.end(), m, 0.5);

  study<D, K, W, Depth, Rule, Constraint> study{
      .student = {.ssm = {.structure = {.states = s.dim}}, .network = of_width<net>(s.mlp_width)},
      .teacher = {.ssm = {.structure = {.states = length(a)}, .values = {.a = a, .b = ones, .c = ones}},
                  .network = of_width<net>(s.mlp_width),
                  .weights = weights},
      .training = {.rate = stored<Constraint>(special ? s.rate_special : s.rate),
                   .rule = stored_rule<Constraint>(rule),
                   .after = special ? s.after_special : s.after},
      .start = {.ssm = {.state_deviation = s.init_sd_state,
                        .io_deviation = s.init_sd_io,
                        .gap_factor = s.gap_factor,
                        .warm = s.warm,
                        .teacher_states = std::min<integer>(4, length(a)),
                        .tie_break = s.tie_break},
                .network = {.deviation = s.init_sd_mlp}},
      .streams = {.test_offset = s.test_seed_offset}};
  study.data.set.length = s.length;
  study.data.set.sequences.support = s.baseline_support;
  study.data.set.sequences.count = s.baseline;
  study.data.special.support = s.special_support;
  study.data.special.count = special ? s.special : 0;
  study.training.stop.template get<target_loss>().value = s.target;
  study.training.stop.template get<step_limit>().steps = static_cast<double>(s.max_steps);
  return study;
}

/// Calls f with the study of a run. With KnownSizes the published sizes with the published rule are known while compiling;
/// everything else is chosen while running.
template <bool KnownSizes, class Constraint, class F>
auto with_study(const setting& s, bool special, F f) {
  if constexpr (KnownSizes) {
    if (s.optimizer == "adam" && s.mlp_depth == 2 && !s.reset_io) {
      if (s.dim == 10 && s.length == 6 && s.mlp_width == 15)
        return f(make_study<10, 6, 15, 2, keras_adam, Constraint>(s, special, {}));
      if (s.dim == 20 && s.length == 10 && s.mlp_width == 25)
        return f(make_study<20, 10, 25, 2, keras_adam, Constraint>(s, special, {}));
    }
  }
  const auto place = std::find(optimizers.begin(), optimizers.end(), s.optimizer) - optimizers.begin();
  const chosen_rule rule{.choice = static_cast<integer>(place)};
  // Stored floats are rounded before the loss is tested, B and C set back behind it.
  using chosen_constraint =
      std::conditional_t<std::is_same_v<Constraint, unconstrained>, discrete::maybe_fixed, Constraint>;
  const auto of_depth = [&]<integer Depth>(extent<Depth>) {
    auto study =
        make_study<dynamic, dynamic, dynamic, Depth, chosen_rule, chosen_constraint>(s, special, rule);
    if constexpr (std::is_same_v<Constraint, unconstrained>) study.training.constraint.fixed = s.reset_io;
    return f(study);
  };
  return s.mlp_depth == 1   ? of_depth(extent<1>{})
         : s.mlp_depth == 2 ? of_depth(extent<2>{})
                            : of_depth(extent<3>{});
}

}  // namespace network
