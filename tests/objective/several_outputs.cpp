// SPDX-License-Identifier: BSD-3-Clause
// Losses of several outputs, of last outputs and of every step: Gram form and raw form against the recurrence in wide numbers,
// derivatives against dual numbers that run through it.
#include <lssm/core/pack.hpp>
#include <lssm/core/tensor.hpp>

#include "problems.hpp"

using namespace lssm;
using reference::wide;

namespace {

template <class R>
struct matrices {
  std::vector<R> a, b, c;  // (d), (d, m), (p, d)
};

/// y (kappa, p), or its last row, by s_t = A s_{t-1} + B x_t, y_t = C s_t.
template <class R>
std::vector<R> outputs_of(const matrices<R>& s, std::size_t m, std::size_t p, const R* x, std::size_t kappa) {
  const std::size_t d = s.a.size();
  std::vector<R> state(d, R(0)), y(kappa * p, R(0));
  for (std::size_t t = 0; t < kappa; ++t)
    for (std::size_t j = 0; j < d; ++j) {
      state[j] = s.a[j] * state[j];
      for (std::size_t q = 0; q < m; ++q) state[j] = state[j] + s.b[j * m + q] * x[t * m + q];
      for (std::size_t i = 0; i < p; ++i) y[t * p + i] = y[t * p + i] + s.c[i * d + j] * state[j];
    }
  return y;
}

template <class R, class T>
std::vector<R> lifted(const std::vector<T>& x) {
  std::vector<R> out;
  out.reserve(x.size());
  for (const T& v : x) out.push_back(R(reference::widen(v, 0)));
  return out;
}

/// Mean over sequences and labelled steps of the sum over outputs of ℓ(ŷ, y), θ = (a, b, c).
template <class R, class T, class Loss>
R loss_by_recurrence(const std::vector<R>& theta, std::size_t d, const labelled<T>& data, const Loss& loss) {
  const std::size_t m = static_cast<std::size_t>(data.channels), p = theta.size() / d - 1 - m,
                    kappa = static_cast<std::size_t>(data.kappa),
                    steps = data.y.size() / p * m * kappa / data.x.size(), n = data.x.size() / (kappa * m);
  const auto at = [&](std::size_t i) { return theta.begin() + static_cast<std::ptrdiff_t>(i); };
  const matrices<R> s{{at(0), at(d)}, {at(d), at(d * (m + 1))}, {at(d * (m + 1)), theta.end()}};
  const auto x = lifted<R>(data.x), y = lifted<R>(data.y);
  R total(0);
  for (std::size_t i = 0; i < n; ++i) {
    const auto all = outputs_of(s, m, p, x.data() + i * kappa * m, kappa);
    for (std::size_t k = 0; k < steps * p; ++k)
      total = total + loss.value(all[(kappa - steps) * p + k], y[i * steps * p + k]);
  }
  return total / R(static_cast<double>(n * steps));
}

/// Data with labels of a random system of two modes, exact or noisy, at the last or at every step. Where `degenerate`, the first
/// sequence is there twice, one is zero, and nobody excites the second entry.
template <class T>
labelled<T> data_of(reference::numbers& draw, integer n, integer kappa, integer m, integer p, bool every,
                    problems::labels kind, bool degenerate) {
  labelled<T> data;
  data.kappa = kappa, data.channels = m;
  data.steps = every ? kappa : 1, data.answers = p * data.steps;
  const auto sm = static_cast<std::size_t>(m), sp = static_cast<std::size_t>(p),
             sk = static_cast<std::size_t>(kappa), row = sk * sm;
  data.x = draw.draws<T>(static_cast<std::size_t>(n) * row);
  if (degenerate) {
    std::copy_n(data.x.begin(), row, data.x.end() - static_cast<std::ptrdiff_t>(row));
    std::fill_n(data.x.begin(), row, T(0));
    for (std::size_t i = 0; i < data.x.size(); ++i)
      if (i % row / sm == 1) data.x[i] = T(0);
  }
  const matrices<wide> teacher{draw.draws<wide>(2), draw.draws<wide>(2 * sm), draw.draws<wide>(2 * sp)};
  const auto x = lifted<wide>(data.x);
  for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
    const auto y = outputs_of(teacher, sm, sp, x.data() + i * row, sk);
    for (std::size_t k = every ? 0 : (sk - 1) * sp; k < sk * sp; ++k)
      data.y.push_back(T(y[k]) + (kind == problems::labels::noisy ? draw.draw<T>() / T(4) : T(0)));
  }
  if (kind == problems::labels::exact) {
    data.h_star.resize(sk * sp * sm);
    for (std::size_t q = 0; q < sm; ++q) {
      std::vector<wide> impulse(row, wide(0));
      impulse[q] = 1;
      const auto h = outputs_of(teacher, sm, sp, impulse.data(), sk);
      for (std::size_t k = 0; k < h.size(); ++k) data.h_star[k * sm + q] = T(h[k]);
    }
  }
  return data;
}

template <class F>
struct found {
  typename F::scalar value;
  std::vector<typename F::scalar> gradient;
};
template <class F>
found<F> at_theta(const F& f, const std::vector<typename F::scalar>& theta) {
  auto at = f.workspace();
  found<F> out{{}, theta};
  out.value = f.value_and_gradient(view<typename F::scalar>(theta), std::span(out.gradient), at);
  return out;
}

/// The problems of all kinds, for one size.
template <class T, integer D, integer M, integer P, class Check>
void each_problem(std::uint64_t seed, Check check) {
  reference::numbers draw(seed);
  for (const bool every : {false, true})
    for (const auto kind : problems::all_labels)
      for (const bool degenerate : {false, true})
        for (const auto& size : {std::pair<integer, integer>{2, 2}, {3, 5}, {12, 5}}) {
          const auto n = size.first, kappa = size.second;
          CAPTURE(every);
          CAPTURE(int(kind));
          CAPTURE(degenerate);
          CAPTURE(n);
          const auto data = data_of<T>(draw, n, kappa, M, P, every, kind, degenerate);
          ssm<real_diagonal<D, M, P>> model{};
          if constexpr (D == dynamic) model.structure.states = 3;
          const std::size_t d = static_cast<std::size_t>(integer(model.structure.states));
          auto theta = draw.draws<T>(d * (1 + M + P));
          if (degenerate && d > 1) theta[1] = theta[0];  // equal modes
          auto start = model.template make<T>();
          decltype(model)::learned::to_system(view<T>(theta), start);
          check(model, start, data, theta, d);
        }
}

/// Sizes of terms: what roundings of a loss and of its gradient are measured by.
template <class T>
double size_of_terms(const labelled<T>& data) {
  return 40 * static_cast<double>(data.kappa * data.channels) * static_cast<double>(data.outputs());
}

template <class T, integer D, integer M, integer P>
void forms_are_the_recurrence(std::uint64_t seed) {
  each_problem<T, D, M, P>(seed, [](const auto& model, const auto& start, const auto& data, const auto& theta,
                                    std::size_t d) {
    const wide expected = loss_by_recurrence(lifted<wide>(theta), d, data, squared_error{});
    const auto gram = at_theta(make_objective<T, dynamic>(model, start, data, squared_error{}), theta);
    const auto raw = at_theta(make_objective<T, dynamic>(model, start, data, problems::unmarked{}), theta);
    const double size = size_of_terms(data);
    CHECK(reference::epsilons(gram.value, expected, size) < 4);
    CHECK(reference::epsilons(raw.value, expected, size) < 4);
    reference::largest worst;
    for (std::size_t i = 0; i < theta.size(); ++i) {
      std::vector<dual<wide>> moving;
      for (std::size_t j = 0; j < theta.size(); ++j) moving.emplace_back(wide(theta[j]), i == j ? 1 : 0);
      const wide slope = loss_by_recurrence(moving, d, data, squared_error{}).e;
      worst.see(reference::epsilons(gram.gradient[i], slope, 10 * size));
      worst.see(reference::epsilons(raw.gradient[i], slope, 10 * size));
    }
    CHECK(worst < 4);
  });
}

/// ∂²L/∂θ_i∂θ_j through the recurrence.
template <class T, class Loss>
wide second_derivative(const std::vector<T>& theta, std::size_t d, const labelled<T>& data, const Loss& loss,
                       std::size_t i, std::size_t j) {
  std::vector<dual<dual<wide>>> moving;
  for (std::size_t l = 0; l < theta.size(); ++l)
    moving.emplace_back(dual<wide>(wide(theta[l]), l == i ? 1 : 0), dual<wide>(wide(l == j ? 1 : 0)));
  return loss_by_recurrence(moving, d, data, loss).e.e;
}

template <class T, integer D, integer M, integer P, class Loss>
void hessians_are_the_recurrence(std::uint64_t seed, const Loss& loss) {
  each_problem<T, D, M, P>(
      seed, [&](const auto& model, const auto& start, const auto& data, const auto& theta, std::size_t d) {
        const auto f = make_objective<T, dynamic>(model, start, data, loss);
        auto at = f.workspace();
        auto hessian = f.make_hessian();
        f.value(view<T>(theta), at);
        f.hessian(view<T>(theta), hessian, at);
        const auto dense = hessian.dense();
        reference::largest worst;
        for (std::size_t i = 0; i < theta.size(); ++i)
          for (std::size_t j = 0; j <= i; ++j) {
            const wide expected = second_derivative(theta, d, data, loss, i, j);
            for (const double got : {dense(i, j), dense(j, i)})
              worst.see(reference::epsilons(got, expected, 1000 * size_of_terms(data)));
          }
        CHECK(worst < 4);
        // (σ + H) x = r, with σ above every eigenvalue's size
        T sigma(1);
        for (std::size_t i = 0; i < theta.size(); ++i)
          for (std::size_t j = 0; j < theta.size(); ++j) sigma = sigma + abs_of(dense(i, j));
        CHECK(hessian.factor(sigma));
        auto x = theta;
        hessian.solve(std::span<T>(x));
        reference::largest left;
        for (std::size_t i = 0; i < theta.size(); ++i) {
          wide sum = wide(sigma) * wide(x[i]);
          for (std::size_t j = 0; j < theta.size(); ++j) sum += wide(dense(i, j)) * wide(x[j]);
          left.see(reference::epsilons(T(sum), wide(theta[i]), 40));
        }
        CHECK(left < 4);
      });
}

}  // namespace

TEST_CASE_TEMPLATE("Gram form, raw form and recurrence agree, of several outputs and at every step", T, float,
                   double, wide) {
  forms_are_the_recurrence<T, 3, 2, 2>(71);
  forms_are_the_recurrence<T, 1, 1, 3>(72);
  forms_are_the_recurrence<T, dynamic, 3, 1>(73);
  forms_are_the_recurrence<T, 4, 1, 1>(74);
}

TEST_CASE("second derivatives are those of the recurrence, and systems with them are solved") {
  hessians_are_the_recurrence<double, 3, 2, 2>(81, squared_error{});
  hessians_are_the_recurrence<double, dynamic, 1, 2>(82, squared_error{});
  hessians_are_the_recurrence<double, 2, 3, 1>(83, problems::quartic{});
  hessians_are_the_recurrence<double, 2, 2, 3>(84, problems::quartic{});
  hessians_are_the_recurrence<double, 2, 1, 1>(85, problems::quartic{});
}

TEST_CASE("other lists of what is learned have the rows and columns of their Hessian") {
  reference::numbers draw(86);
  const auto data = data_of<double>(draw, 6, 4, 2, 3, true, problems::labels::noisy, false);
  using structure = real_diagonal<2, 2, 3>;
  auto start = structure{}.make<double>();
  for (auto* entries : {&start.a}) std::copy_n(draw.draws<double>(2).begin(), 2, entries->begin());
  std::copy_n(draw.draws<double>(4).begin(), 4, start.b.begin());
  std::copy_n(draw.draws<double>(6).begin(), 6, start.c.begin());
  std::vector<double> all(start.a.begin(), start.a.end());
  all.insert(all.end(), start.b.begin(), start.b.end());
  all.insert(all.end(), start.c.begin(), start.c.end());
  const auto check = [&]<class Learn>(Learn, const std::vector<std::size_t>& places) {
    const auto f = make_objective<double, 4>(ssm<structure, Learn>{}, start, data, squared_error{});
    auto at = f.workspace();
    auto hessian = f.make_hessian();
    const auto theta = f.theta();
    f.value(view<double>(theta), at);
    f.hessian(view<double>(theta), hessian, at);
    const auto dense = hessian.dense();
    for (std::size_t i = 0; i < places.size(); ++i)
      for (std::size_t j = 0; j < places.size(); ++j)
        CHECK(dense(i, j) ==
              doctest::Approx(double(second_derivative(all, 2, data, squared_error{}, places[i], places[j])))
                  .epsilon(1e-11));
  };
  check(learn<state_matrix>{}, {0, 1});
  check(learn<input_matrix>{}, {2, 3, 4, 5});
  check(learn<output_matrix, state_matrix>{}, {6, 7, 8, 9, 10, 11, 0, 1});
  check(learn<output_matrix, input_matrix>{}, {6, 7, 8, 9, 10, 11, 2, 3, 4, 5});
}

TEST_CASE("the Gram matrix of every step is the sum over the beginnings of all sequences") {
  reference::numbers draw(87);
  const auto data = data_of<double>(draw, 3, 4, 2, 2, true, problems::labels::noisy, false);
  const auto gram = gram_matrix(data);
  const auto x = [&](std::size_t n, integer t, std::size_t q) {
    return t < 0 ? 0.0 : data.x[(n * 4 + static_cast<std::size_t>(t)) * 2 + q];
  };
  for (integer k = 0; k < 4; ++k)
    for (integer l = 0; l < 4; ++l)
      for (std::size_t q = 0; q < 2; ++q)
        for (std::size_t r = 0; r < 2; ++r) {
          double sum = 0;
          for (std::size_t n = 0; n < 3; ++n)
            for (integer t = 0; t < 4; ++t) sum += x(n, t - k, q) * x(n, t - l, r) / 12;
          CHECK(gram(static_cast<std::size_t>(2 * k) + q, static_cast<std::size_t>(2 * l) + r) ==
                doctest::Approx(sum).epsilon(1e-14));
        }
  // Half of what the rows of the objective add up to.
  const auto f = make_objective<double, 4>(ssm<real_diagonal<2, 2, 2>>{},
                                           real_diagonal<2, 2, 2>{}.make<double>(), data, squared_error{});
  for (std::size_t i = 0; i < 8; ++i)
    for (std::size_t j = 0; j < 8; ++j) CHECK(f.gram(i, j) / 2 == doctest::Approx(gram(i, j)).epsilon(1e-13));
}

TEST_CASE("the least loss is that of a least-squares fit of each output") {
  reference::numbers draw(88);
  for (const bool every : {false, true}) {
    const auto data = data_of<double>(draw, 9, 3, 1, 2, every, problems::labels::noisy, false);
    const auto f = make_objective<double, 3>(ssm<real_diagonal<3, 1, 2>>{},
                                             real_diagonal<3, 1, 2>{}.make<double>(), data, squared_error{});
    // No direction in which h° could move lowers the loss, and the loss there is least_loss().
    auto at = f.workspace();
    std::copy(f.target().begin(), f.target().end(), at.response().begin());
    CHECK(f.evaluate_response(at) == doctest::Approx(f.least_loss()).epsilon(1e-13));
    CHECK(f.least_loss() > 1e-4);
    for (const double g : at.cotangent()) CHECK(std::abs(g) < 1e-13);
  }
}

TEST_CASE_TEMPLATE("lanes have the bits of single objectives, whatever their ranks", Loss, squared_error,
                   problems::quartic) {
  using T = pack<double>;
  using model = ssm<real_diagonal<2, 2, 2>>;
  reference::numbers draw(89);
  for (const bool every : {false, true}) {
    std::vector<objective<double, model, 4, Loss>> singles;
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane)
      singles.push_back(make_objective<double, 4>(
          model{}, real_diagonal<2, 2, 2>{}.make<double>(),
          data_of<double>(draw, 5, 4, 2, 2, every, problems::labels::noisy, lane % 2 == 1), Loss{}));
    objective<T, model, 4, Loss> lanes(model{}, singles[0]);
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) lanes.adopt(lane, singles[lane]);
    if constexpr (requires { lanes.adopted(); }) lanes.adopted();
    const auto theta = draw.draws<T>(10);
    const auto packed = at_theta(lanes, theta);
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
      std::vector<double> mine;
      for (const T& v : theta) mine.push_back(scalar_traits<T>::get(v, lane));
      const auto single = at_theta(singles[lane], mine);
      CHECK(scalar_traits<T>::get(packed.value, lane) == single.value);
      bool same = true;
      for (std::size_t i = 0; i < 10; ++i)
        same = same && scalar_traits<T>::get(packed.gradient[i], lane) == single.gradient[i];
      CHECK(same);
    }
  }
}

TEST_CASE("labels that do not fit the outputs or the steps are refused") {
  reference::numbers draw(90);
  auto data = data_of<double>(draw, 3, 4, 1, 2, false, problems::labels::noisy, false);
  const auto made = [&](auto loss) {
    return make_objective<double, 4>(ssm<real_diagonal<2, 1, 2>>{}, real_diagonal<2, 1, 2>{}.make<double>(),
                                     data, loss);
  };
  data.answers = 1;
  CHECK_THROWS_WITH_AS(made(squared_error{}),
                       "objective: labels for each sequence must be 2, 2 at its last step, given 1",
                       bad_argument);
  data.answers = 2, data.steps = 4;
  CHECK_THROWS_WITH_AS(made(problems::unmarked{}),
                       "objective: labels for each sequence must be 8, 2 at each of its steps, given 2",
                       bad_argument);
  data.steps = 3;
  CHECK_THROWS_WITH_AS(made(squared_error{}), "objective: data.steps must be 1, the last, or 4, all, given 3",
                       bad_argument);
}
