// SPDX-License-Identifier: BSD-3-Clause
// A running descent as a thing: saved in the middle and restored it goes on with the same bits, looking does not change it,
// and changes from outside are taken up.
#include <algorithm>
#include <lssm/core/pack.hpp>
#include <map>
#include <string>

#include "small_descent.hpp"

using namespace lssm;
using small_descent::history;
using small_descent::make;

namespace {

/// Every leaf as numbers, by name, and back.
template <class State>
std::map<std::string, std::vector<double>> saved(const State& state) {
  std::map<std::string, std::vector<double>> out;
  for_each_leaf(state, [&](const std::string& name, auto leaf) {
    for (const auto& x : leaf) out[name].push_back(static_cast<double>(x));
  });
  return out;
}
template <class State>
void restore(State& state, const std::map<std::string, std::vector<double>>& from) {
  for_each_leaf(state, [&](const std::string& name, auto leaf) {
    for (std::size_t i = 0; i < leaf.size(); ++i)
      leaf[i] = static_cast<std::remove_cvref_t<decltype(leaf[0])>>(from.at(name)[i]);
  });
  state.refresh();
}

/// The same bits, but that NaN is NaN: means of squares may be.
bool same_numbers(const std::map<std::string, std::vector<double>>& x,
                  const std::map<std::string, std::vector<double>>& y) {
  return std::ranges::equal(x, y, [](const auto& a, const auto& b) {
    return a.first == b.first && std::ranges::equal(a.second, b.second, [](double u, double v) {
             return u == v || (u != u && v != v);
           });
  });
}

/// A user's rule: signs of the gradient, with a rate that falls from step to step; it counts them itself.
struct sign_of_mean {
  double floor = 0.25;
  template <class Objective>
  struct state {
    using T = typename Objective::scalar;
    T floor;
    long taken = 0;
    state(std::span<const sign_of_mean> per_lane, const Objective&)
        : floor(gather<T>(per_lane, [](const auto& r) { return r.floor; })) {}
    T direction(const evaluated<Objective>& f, std::span<const T> theta, std::span<T> u, const T& rate) {
      auto standing = f.evaluation(), elsewhere = f.objective().workspace();
      CHECK(f.objective().evaluate(standing) == f.objective().value(theta, elsewhere));  // it stands at θ
      for (T& x : u) x = where(x < T(0), T(-1), T(1));
      ++taken;
      return max_of(rate / T(static_cast<double>(taken)), floor * rate);
    }
    static constexpr auto parts(auto& s) { return std::tuple(part("taken", s.taken)); }
  };
};

template <class Rule, class Constraint = unconstrained>
using until_thirty = descent<Rule, Constraint, first_of<target_loss, step_limit, patience>>;
template <class Training>
Training thirty_steps() {
  Training t{.rate = 0.02};
  t.stop.template get<target_loss>().value = 0;
  t.stop.template get<step_limit>().steps = 30;
  return t;
}

}  // namespace

TEST_CASE_TEMPLATE("saved at step 13 and restored, a descent goes on with the same bits", Rule, nesterov,
                   adamw, adaptive_rate<>) {
  using training = until_thirty<Rule, fixed_input_output>;
  const auto bound = bind<double>(make(thirty_steps<training>()), 5);
  auto whole = bound.training();
  for (int t = 0; t < 13; ++t) whole.step();
  const auto middle = saved(whole);
  drive(whole, silent{});

  auto resumed = bound.training();
  restore(resumed, middle);
  CHECK(resumed.now().steps == 13);
  drive(resumed, silent{});
  CHECK(saved(resumed) == saved(whole));
  CHECK(resumed.lane_status(0) == status::step_limit);
  CHECK(resumed.here().loss == whole.here().loss);
}

TEST_CASE_TEMPLATE("what ended beyond the numbers, at its first step or later, is restored as it stands",
                   Rule, gradient_descent, heavy_ball, adam) {
  for (const double rate : {1e12, 1e9, 1e3, 30.0})
    for (std::uint32_t seed = 0; seed < 20; ++seed) {
      auto bound = bind<float>(make(descent<Rule>{.rate = rate}, 0.1), seed);
      auto training = bound.training();
      drive(training, silent{});
      if (training.lane_status(0) != status::not_finite) continue;
      CAPTURE(training.now().steps);
      const auto end = saved(training);
      auto other = bound.training();
      restore(other, end);
      CHECK(same_numbers(saved(other), end));
      training.refresh();
      CHECK(same_numbers(saved(training), end));
    }
}

TEST_CASE("looking changes nothing, in the middle and after a target") {
  auto t = thirty_steps<until_thirty<adam>>();
  t.stop.get<target_loss>().value = 0.5;
  t.after = 5;
  history<double> alone;
  const auto end = run<double>(make(t), 5, alone);
  history<double> watched;
  const auto look = [](auto& run) {
    CHECK(run.here().loss == run.now().loss);
    CHECK(run.here().steps == run.now().steps);
    CHECK(run.last_step() == run.now().rate);
    run.refresh();
  };
  auto both = observers(watched, look);
  small_descent::check_same_bits(run<double>(make(t), 5, both), end);
  CHECK(watched.thetas == alone.thetas);
  CHECK(watched.losses == alone.losses);
}

TEST_CASE("in lanes, looking at lanes that have ended changes nothing") {
  using training = until_thirty<adaptive_rate<>>;
  std::vector<small_descent::study<training>> studies(2, make(thirty_steps<training>(), 0.1));
  studies[1].training.stop.get<step_limit>().steps = 4;
  const std::vector<std::uint32_t> seeds = {5, 6};
  const auto lanes_run = [&](auto&& see) {
    return run<pack<double>>(std::span<const small_descent::study<training>>(studies),
                             std::span<const std::uint32_t>(seeds), see);
  };
  const auto look = [](auto& run) { run.here(); };
  const auto alone = lanes_run(silent{}), watched = lanes_run(look);
  for (std::size_t i = 0; i < alone.size(); ++i) small_descent::check_same_bits(watched[i], alone[i]);
}

TEST_CASE("the training starts from θ as it stands, again and again") {
  auto bound = bind<double>(make(thirty_steps<until_thirty<gradient_descent>>()), 5);
  auto whole = bound.training();
  for (int t = 0; t < 20; ++t) whole.step();
  auto first = bound.training();
  CHECK(std::equal(first.theta().begin(), first.theta().end(), bound.theta.begin()));
  for (int t = 0; t < 10; ++t) first.step();
  std::copy(first.theta().begin(), first.theta().end(), bound.theta.begin());
  auto second = bound.training();
  CHECK(second.now().steps == 0);
  for (int t = 0; t < 10; ++t) second.step();
  CHECK(std::equal(second.theta().begin(), second.theta().end(), whole.theta().begin()));
}

TEST_CASE("a rule of one's own: what it is given, what it returns, what it keeps") {
  auto t = thirty_steps<until_thirty<sign_of_mean>>();
  t.rate = 0x1p-6;
  t.rule.floor = 0.125;
  std::vector<double> rates;
  history<double> seen;
  const auto note = [&](auto& run) { rates.push_back(run.now().rate); };
  auto both = observers(seen, note);
  auto bound = bind<double>(make(t), 5);
  auto running = bound.training();
  drive(running, both);
  for (std::size_t step = 1; step <= 30; ++step) {
    CHECK(rates[step] == std::max(0x1p-6 / static_cast<double>(step), 0x1p-9));
    for (std::size_t i = 0; i < 9; ++i)
      CHECK(std::abs(std::abs(seen.thetas[step][i] - seen.thetas[step - 1][i]) - rates[step]) < 1e-15);
  }
  CHECK(saved(running).at("live.rule.taken") == std::vector<double>{30});
  running.step();  // has ended
  CHECK(saved(running).at("live.rule.taken") == std::vector<double>{30});
}

TEST_CASE("coordinates: lanes have the bits of singles") {
  using training = until_thirty<adam>;
  using learned =
      learn<through<state_matrix, exp_of_minus_exp>, through<input_matrix, exponential>, output_matrix>;
  using study = small_descent::study<training, learned>;
  std::vector<study> studies;
  for (int i = 0; i < 8; ++i) {
    studies.push_back(make<learned>(thirty_steps<training>(), 0.1));
    studies.back().start.a = {0.726, 0.751, 0.69271 + 0.001 * i};  // round trips that lose a bit
    studies.back().start.b = {0.7 - 0.01 * i, 0.1 + 0.03 * i, 0.4 + 0.05 * i};
  }
  const std::vector<std::uint32_t> seeds = {5, 6, 7, 8, 9, 10, 11, 12};
  const auto packed =
      run<pack<double>>(std::span<const study>(studies), std::span<const std::uint32_t>(seeds));
  for (std::size_t lane = 0; lane < packed.size(); ++lane) {
    CAPTURE(lane);
    small_descent::check_same_bits(packed[lane], run<double>(studies[lane], seeds[lane]));
  }
}
