// SPDX-License-Identifier: BSD-3-Clause
// Flow against descent (docs/mathematics.md): gradient descent with rate η stays within O(η) of gradient flow, step
// number n beside flow time n η. Both from one start to one flow time, without and with special sequences.
#include <cmath>
#include <iostream>
#include <lssm/lssm.hpp>
#include <vector>

#include "support/text_table.hpp"
using namespace lssm;
using support::rounded;

constexpr double time_at_end = 10;

template <class Training>
using study = teacher_student<ssm<real_diagonal<3>, learn_all>, given<real_diagonal<1>>,
                              inject<training_set<6, gaussian<leading<2>>>, gaussian<at<-2>>>, squared_error,
                              Training, given_start>;

/// What a training leaves: its parameters, and their impulse response over 20 entries.
struct end_point {
  std::vector<double> theta, h = std::vector<double>(20);
};

template <class Training>
end_point train(const Training& training, integer special) {
  study<Training> ours{
      .teacher = {.values = {.a = {0.9}, .b = {1}, .c = {1}}},
      .training = training,
      .start = {.a = {0.5, 0.3, 0.1}, .b = {0.6, 0.5, 0.4}, .c = {0.5, 0.4, 0.6}},
  };
  ours.data.set.sequences.count = 8;
  ours.data.special.count = special;
  const auto end = run<double>(ours, 1);
  end_point point;
  const auto& s = end.student.system;
  for (const auto* entries : {&s.a, &s.b, &s.c})
    point.theta.insert(point.theta.end(), entries->begin(), entries->end());
  end.student.impulse_response(std::span<double>(point.h));
  return point;
}

double largest_gap(const std::vector<double>& x, const std::vector<double>& y) {
  double gap = 0;
  for (std::size_t i = 0; i < x.size(); ++i) gap = std::max(gap, std::abs(x[i] - y[i]));
  return gap;
}

end_point follow(integer special, double rtol) {
  return train(
      gradient_flow<rosenbrock, automatic, first_of<time_horizon>>{.rtol = rtol, .stop = {{{time_at_end}}}},
      special);
}

/// As many steps as bring it to the same flow time.
template <class Rule>
end_point descend(integer special, double rate, double time_per_step, const Rule& rule) {
  return train(
      descent<Rule, unconstrained, first_of<step_limit>>{
          .rate = rate, .rule = rule, .stop = {{{std::round(time_at_end / time_per_step)}}}},
      special);
}

/// Gaps for halved rates. The order is log2 of the ratio of two gaps in a row: 1 where halving the rate halves the gap.
template <class Descend>
void compare(const end_point& limit, Descend descend_at) {
  support::text_table table({"time per step", "gap in theta", "order", "gap in h", "order"});
  double theta_before = 0, h_before = 0;
  for (double rate = 0.02; rate > 6e-4; rate /= 2) {
    const end_point end = descend_at(rate);
    const double theta = largest_gap(end.theta, limit.theta), h = largest_gap(end.h, limit.h);
    const auto order = [](double before, double now) {
      return before == 0 ? std::string() : rounded(std::log2(before / now), 4);
    };
    table.add(
        {rounded(rate, 4), rounded(theta, 4), order(theta_before, theta), rounded(h, 4), order(h_before, h)});
    theta_before = theta;
    h_before = h;
  }
  std::cout << table << '\n';
}

int main() {
  for (integer special : {0, 4}) {
    const end_point limit = follow(special, 1e-12);
    const bool sharp = largest_gap(limit.theta, follow(special, 1e-10).theta) < 1e-8;
    std::cout << special << " special sequences, flow time " << time_at_end
              << (sharp ? ", flow exact to 1e-8\n" : ", flow not resolved\n");
    std::cout << "gradient descent\n";
    compare(limit, [&](double rate) { return descend(special, rate, rate, gradient_descent{}); });
    // Momentum μ multiplies a constant gradient by 1 / (1-μ), so the same flow is that of a smaller rate.
    std::cout << "heavy ball with momentum 0.9, of a tenth of the rate\n";
    compare(limit,
            [&](double rate) { return descend(special, rate / 10, rate, heavy_ball{.momentum = 0.9}); });
  }
}
