// SPDX-License-Identifier: BSD-3-Clause
// Numbers of trainings, drawn so that most runs are neither at rest nor chaotic: rates follow the curvature at the start.
#pragma once

#include <algorithm>
#include <cmath>
#include <lssm/all.hpp>
#include <sstream>
#include <string>

#include "numbers.hpp"

namespace random_studies {

using namespace lssm;

/// The problem at the start, roughly: loss, |gradient|, an estimate of the largest curvature, and the length of θ.
struct guide {
  double loss = 1, gradient = 1, curvature = 1;
  std::size_t parameters = 1;
};

/// Whether steps of a rule have the size of the rate, whatever the gradient.
template <class Rule>
inline constexpr bool sized_by_rate = requires(Rule r) {
  r.beta1;
}
|| requires(Rule r) { r.smoothing; };
template <class Norm>
inline constexpr bool sized_by_rate<group_rmsprop<Norm>> = true;
template <class Rule>
inline constexpr bool is_adaptive = false;
template <class Norm>
inline constexpr bool is_adaptive<adaptive_rate<Norm>> = true;

template <class Rule>
void set_rule(Rule& r, draws& d) {
  if constexpr (requires { r.momentum; }) r.momentum = d.between(0, 0.95);
  if constexpr (requires { r.smoothing; }) r.smoothing = d.between(0.5, 0.999);
  if constexpr (requires { r.beta1; }) r.beta1 = d.between(0, 0.95), r.beta2 = d.between(0.5, 0.9999);
  if constexpr (requires { r.decay; }) r.decay = d.between(0, 0.99);
  if constexpr (requires { r.epsilon; }) r.epsilon = d.power_of_ten(-10, -2);
  if constexpr (requires { r.weight_decay; }) r.weight_decay = d.between(0, 0.1);
}
template <class Schedule>
void set_schedule(Schedule& s, draws& d) {
  if constexpr (requires { s.steps; }) s.steps = d.between(1, 50);
  if constexpr (requires { s.floor; }) s.floor = d.uniform();
  if constexpr (requires { s.every; }) s.every = d.between(1, 20), s.decay = d.between(0.1, 1.1);
  if constexpr (requires { s.then; }) set_schedule(s.then, d);
}
template <class Stop>
void set_stop(Stop& stop, draws& d, const guide& g) {
  const double steps = static_cast<double>(d.whole(3, 40)), tiny = 1e-30;
  if constexpr (requires { stop.template get<step_limit>(); }) stop.template get<step_limit>().steps = steps;
  if constexpr (requires { stop.template get<target_loss>(); })
    stop.template get<target_loss>().value = d.chance(0.5) ? 0 : g.loss * d.power_of_ten(-1.5, 0);
  if constexpr (requires { stop.template get<patience>(); })
    stop.template get<patience>().steps = static_cast<double>(d.whole(1, 8));
  if constexpr (requires { stop.template get<divergence>(); })
    stop.template get<divergence>().loss = g.loss * d.power_of_ten(0, 2) + tiny;
  if constexpr (requires { stop.template get<time_horizon>(); })
    stop.template get<time_horizon>().time = std::max(d.power_of_ten(-2, 3) / (g.curvature + tiny), tiny);
}

/// A descent.
template <class T, class Training>
  requires requires(Training t) { t.rate; }
void set_training(Training& t, draws& d, const guide& g) {
  set_rule(t.rule, d);
  set_schedule(t.schedule, d);
  set_stop(t.stop, d, g);
  using rule = typename Training::rule_type;
  const double size = d.chance(0.97) ? d.power_of_ten(-2.5, -0.7) : d.power_of_ten(0, 3);
  double rate = size / (g.curvature + 1e-300);
  if constexpr (sized_by_rate<rule>) rate = 0.3 * size;
  if constexpr (is_adaptive<rule>) rate = size * std::sqrt(g.gradient) / (g.curvature + 1e-300);
  if constexpr (requires { t.rule.momentum; }) rate *= 1 - t.rule.momentum;
  t.rate = std::clamp(rate, 1e-30, 1e30);
  if constexpr (requires { t.constraint.bound; }) t.constraint.bound = d.between(0.2, 1.2);
  if constexpr (requires { t.constraint.value; }) t.constraint.value = d.between(-1, 1);
  if constexpr (requires { t.clipping.most; })
    t.clipping.most = std::clamp(g.gradient * d.power_of_ten(-1.5, 0.5), 1e-30, 1e30);
  if constexpr (requires { t.rates.state; })
    t.rates.state = d.between(0, 2), t.rates.input = d.between(0, 2), t.rates.output = d.between(0, 2);
  if constexpr (requires { t.rates.factors; }) {
    t.rates.factors.assign(g.parameters, 1);
    for (double& f : t.rates.factors) f = d.chance(0.2) ? 0 : d.between(0, 2);
  }
  if (d.chance(0.3)) t.after = d.whole(1, 5);
}
/// A flow.
template <class T, class Training>
  requires requires(Training t) { t.rtol; }
void set_training(Training& t, draws& d, const guide& g) {
  t.rtol = std::max(d.power_of_ten(-10, -3), 10 * epsilon_of<T>);
  set_stop(t.stop, d, g);
}

/// Every number of a description that is a member known here, for a report.
template <class Training>
std::string in_words_of_training(const Training& t) {
  std::ostringstream out;
  out.precision(17);
  const auto say = [&](const char* name, double x) { out << ' ' << name << ' ' << x; };
  if constexpr (requires { t.rate; }) {
    say("rate", t.rate), say("after", static_cast<double>(t.after));
    if constexpr (requires { t.rule.momentum; }) say("momentum", t.rule.momentum);
    if constexpr (requires { t.rule.smoothing; }) say("smoothing", t.rule.smoothing);
    if constexpr (requires { t.rule.beta1; }) say("beta1", t.rule.beta1), say("beta2", t.rule.beta2);
    if constexpr (requires { t.rule.decay; }) say("decay", t.rule.decay);
    if constexpr (requires { t.rule.epsilon; }) say("epsilon", t.rule.epsilon);
    if constexpr (requires { t.rule.weight_decay; }) say("weight_decay", t.rule.weight_decay);
    if constexpr (requires { t.constraint.bound; }) say("bound", t.constraint.bound);
    if constexpr (requires { t.constraint.value; }) say("value", t.constraint.value);
    if constexpr (requires { t.clipping.most; }) say("most", t.clipping.most);
    if constexpr (requires { t.schedule.steps; }) say("schedule.steps", t.schedule.steps);
    if constexpr (requires { t.schedule.floor; }) say("floor", t.schedule.floor);
    if constexpr (requires { t.schedule.every; }) say("every", t.schedule.every), say("by", t.schedule.decay);
  } else {
    say("rtol", t.rtol);
  }
  if constexpr (requires { t.stop.template get<step_limit>(); })
    say("steps", t.stop.template get<step_limit>().steps);
  if constexpr (requires { t.stop.template get<target_loss>(); })
    say("target", t.stop.template get<target_loss>().value);
  if constexpr (requires { t.stop.template get<patience>(); })
    say("patience", t.stop.template get<patience>().steps);
  if constexpr (requires { t.stop.template get<divergence>(); })
    say("divergence", t.stop.template get<divergence>().loss);
  if constexpr (requires { t.stop.template get<time_horizon>(); })
    say("time", t.stop.template get<time_horizon>().time);
  return out.str();
}

/// Gradient descent with nothing else in a step, for a number of steps: what may be taken many steps at once.
template <class Training>
inline constexpr bool is_plain =
    std::is_same_v<Training, descent<gradient_descent, unconstrained, first_of<step_limit>>>;
/// What has sums of its own where a student is alone.
template <class Training>
inline constexpr bool has_own_sums = is_plain<Training>;
template <class Rule, class Stop>
inline constexpr bool has_own_sums<descent<Rule, unconstrained, Stop>> =
    std::is_same_v<Rule, gradient_descent> || std::is_same_v<Rule, heavy_ball> ||
    std::is_same_v<Rule, nesterov> || std::is_same_v<Rule, adam> || std::is_same_v<Rule, adamw>;

}  // namespace random_studies
