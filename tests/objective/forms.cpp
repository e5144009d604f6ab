// SPDX-License-Identifier: BSD-3-Clause
// The Gram form and the raw form of the squared loss are one function, and that function is its definition.
#include <lssm/core/pack.hpp>
#include <lssm/core/tensor.hpp>

#include "problems.hpp"

using namespace lssm;
using problems::labels;

namespace {

using model = ssm<real_diagonal<>>;
template <integer M>
using wide_model = ssm<real_diagonal<dynamic, M, 1>>;

struct errors {
  reference::largest value, gradient, cotangent, from_definition;
};

/// Both forms at random points, in epsilons of the size that the raw sums have.
template <class T, integer M>
errors compare(integer n, integer kappa, labels kind, bool repeated) {
  using structure = real_diagonal<dynamic, M, 1>;
  errors worst;
  reference::numbers draw(static_cast<std::uint64_t>(1000 * n + 10 * kappa + M));
  const wide_model<M> m{{4}};
  const auto data = problems::random_data<T>(draw, n, kappa, M, kind, repeated);
  const auto start = systems::random_system<T>(structure{4}, draw, reference::regime::generic);
  tests::standing gram(gram_objective<T, wide_model<M>, dynamic>(m, start, data));
  tests::standing raw(raw_objective<T, wide_model<M>, dynamic, problems::unmarked>(m, start, data));
  for (int trial = 0; trial < 5; ++trial) {
    const auto theta = draw.draws<T>(static_cast<std::size_t>(gram.parameters()));
    std::vector<T> d_gram(theta.size()), d_raw(theta.size());
    const T in_gram = gram.value_and_gradient(theta, std::span<T>(d_gram));
    const T in_raw = raw.value_and_gradient(theta, std::span<T>(d_raw));
    CHECK(in_gram >= T(0));
    std::vector<double> x = reference::sizes(data.x, 0), y = reference::sizes(data.y, 0);
    systems::lists<double> sizes = systems::sizes<structure>(gram.system(), 0);
    for (double& v : y) v = -v;  // so that the size of p - y is the sum of sizes
    const double size =
        problems::naive_loss(sizes, x, y, static_cast<std::size_t>(kappa), problems::unmarked{});
    const auto expected =
        problems::loss_at(m, start, reference::widen_all(theta, 0), data, problems::unmarked{});
    worst.from_definition.see(reference::epsilons(in_raw, expected, size));
    worst.value.see(reference::epsilons(in_gram, reference::widen(in_raw, 0), size));
    for (std::size_t i = 0; i < theta.size(); ++i)
      worst.gradient.see(reference::epsilons(d_gram[i], reference::widen(d_raw[i], 0), 10 * size));
    for (std::size_t i = 0; i < gram.cotangent().size(); ++i)
      worst.cotangent.see(
          reference::epsilons(gram.cotangent()[i], reference::widen(raw.cotangent()[i], 0), size));
  }
  return worst;
}

template <class T, integer M>
void forms_agree() {
  for (const labels kind : problems::all_labels)
    for (const bool repeated : {false, true})
      for (const integer kappa : {2, 7})
        for (const integer n : {1, 2, 7, 30}) {
          CAPTURE(static_cast<int>(kind));
          CAPTURE(repeated);
          CAPTURE(kappa);
          CAPTURE(n);
          const errors worst = compare<T, M>(n, kappa, kind, repeated);
          CHECK(worst.value < 10);
          CHECK(worst.gradient < 10);
          CHECK(worst.cotangent < 10);
          CHECK(worst.from_definition < 10);
        }
}

}  // namespace

TEST_CASE_TEMPLATE("Gram form, raw form and definition agree", T, float, double, reference::wide) {
  forms_agree<T, 1>();
}

TEST_CASE("the same for two inputs") { forms_agree<double, 2>(); }

TEST_CASE("labels that were edited by hand count as they are") {
  reference::numbers draw(12);
  const auto start = systems::random_system<double>(real_diagonal<>{4}, draw, reference::regime::generic);
  for (const double edit : {1e-9, 0.1, 1e6}) {
    auto data = problems::random_data<double>(draw, 9, 6, 1, labels::exact);
    data.y[3] += edit;
    tests::standing gram(gram_objective<double, model, dynamic>(model{{4}}, start, data));
    tests::standing raw(raw_objective<double, model, dynamic, problems::unmarked>(model{{4}}, start, data));
    CHECK(gram.f.least_loss() > 0);
    CHECK(gram.evaluate() == doctest::Approx(raw.evaluate()).epsilon(1e-13));
  }
  auto moving = problems::random_data<dual<double>>(draw, 9, 6, 1, labels::exact);
  for (auto* list : {&moving.x, &moving.y, &moving.h_star})
    for (auto& v : *list) v.e = 0;
  moving.y[3].e = 1;  // along a label
  const auto still =
      systems::random_system<dual<double>>(real_diagonal<>{4}, draw, reference::regime::generic);
  tests::standing gram(gram_objective<dual<double>, model, dynamic>(model{{4}}, still, moving));
  tests::standing raw(
      raw_objective<dual<double>, model, dynamic, problems::unmarked>(model{{4}}, still, moving));
  CHECK(gram.evaluate().e == doctest::Approx(raw.evaluate().e).epsilon(1e-12));
}

TEST_CASE("data whose parts do not fit are refused by both forms") {
  reference::numbers draw(13);
  const auto refusal = [](const labelled<double>& data) {
    std::string gram, raw;
    const auto start = real_diagonal<>{2}.make<double>();
    try {
      gram_objective<double, model, dynamic>(model{{2}}, start, data);
    } catch (const bad_argument& e) {
      gram = e.what();
    }
    try {
      raw_objective<double, model, dynamic, problems::quartic>(model{{2}}, start, data);
    } catch (const bad_argument& e) {
      raw = e.what();
    }
    CHECK(gram == raw);
    return gram;
  };
  const auto sound = problems::random_data<double>(draw, 3, 4, 1, labels::exact);
  CHECK(refusal(sound).empty());
  auto data = sound;
  data.y.push_back(1);
  CHECK(refusal(data) == "objective: data.x must be 16 numbers (labels x kappa x channels), given 12");
  data.y.clear();
  CHECK(refusal(data) == "objective: data.y must be one label at least, given 0");
  CHECK(refusal(problems::random_data<double>(draw, 3, 4, 2, labels::exact)) ==
        "objective: data.channels must be 1, given 2");
  data = sound;
  data.kappa = 0;
  CHECK(refusal(data) == "objective: data.kappa must be at least 1, given 0");
  auto start = real_diagonal<>{2}.make<double>();
  CHECK_THROWS_AS((void)(gram_objective<double, model, 7>(model{{2}}, start, sound)), bad_argument);
}

TEST_CASE("the form is chosen by the loss's mark") {
  static_assert(std::is_same_v<objective<double, model, 7, squared_error>, gram_objective<double, model, 7>>);
  static_assert(std::is_same_v<objective<double, model, 7, problems::unmarked>,
                               raw_objective<double, model, 7, problems::unmarked>>);
  static_assert(LeastSquaresObjective<objective<double, model, 7, squared_error>>);
  static_assert(!LeastSquaresObjective<objective<double, model, 7, problems::quartic>>);
  static_assert(CurvedObjective<objective<double, model, 7, squared_error>>);
  static_assert(CurvedObjective<objective<double, model, 7, problems::quartic>>);
  static_assert(CurvedObjective<objective<double, wide_model<2>, 7, squared_error>>);
  static_assert(DifferentiableObjective<objective<double, wide_model<2>, 7, squared_error>>);
  reference::numbers draw(1);
  const auto data = problems::random_data<double>(draw, 3, 7, 1, labels::exact);
  tests::standing chosen(
      make_objective<double, 7>(model{{2}}, real_diagonal<>{2}.make<double>(), data, squared_error{}));
  CHECK(chosen.evaluate() == doctest::Approx(chosen.f.loss_scale()).epsilon(1e-14));
}

TEST_CASE_TEMPLATE("rank, Gram matrix and factor", T, float, double, reference::wide) {
  reference::numbers draw(9);
  const auto data = problems::random_data<T>(draw, 3, 7, 1, labels::exact, true);
  const gram_factor<T> factor(data);
  CHECK(factor.rank == 2);
  const auto full = problems::random_data<T>(draw, 30, 7, 1, labels::exact);
  CHECK(gram_factor<T>(full).rank == 7);
  // G = X̃ᵀ X̃ / N, and the rows of the factor make 2 G.
  const auto gram = gram_matrix(full);
  const gram_factor<T> full_factor(full);
  reference::largest from_definition, from_rows;
  for (std::size_t i = 0; i < 7; ++i)
    for (std::size_t j = 0; j < 7; ++j) {
      reference::wide sum = 0, product = 0;
      for (integer n = 0; n < 30; ++n)
        sum += reference::widen(full.input(n)[6 - i], 0) * reference::widen(full.input(n)[6 - j], 0);
      for (std::size_t q = 0; q < 7; ++q)
        product += reference::widen(full_factor.rows[q * 7 + i], 0) *
                   reference::widen(full_factor.rows[q * 7 + j], 0);
      from_definition.see(reference::epsilons(gram(i, j), sum / 30, 1));
      from_rows.see(reference::epsilons(T(product / 2), sum / 30, 1));
    }
  CHECK(from_definition < 10);
  CHECK(from_rows < 20);
}

TEST_CASE("noisy labels: the least loss is that of a least-squares fit") {
  reference::numbers draw(10);
  const auto data = problems::random_data<double>(draw, 30, 4, 1, labels::noisy);
  const gram_factor<double> factor(data);
  const auto loss_of = [&](const std::vector<double>& h) {
    double total = 0;
    for (integer n = 0; n < 30; ++n) {
      double p = 0;
      for (std::size_t k = 0; k < 4; ++k) p += h[k] * data.input(n)[3 - k];
      total += (p - data.y[static_cast<std::size_t>(n)]) * (p - data.y[static_cast<std::size_t>(n)]) / 30;
    }
    return total;
  };
  CHECK(factor.offset == doctest::Approx(loss_of(factor.target)).epsilon(1e-14));
  for (int trial = 0; trial < 50; ++trial) {
    auto moved = factor.target;
    for (double& v : moved) v += 1e-3 * draw.draw();
    CHECK(loss_of(moved) > factor.offset);
  }
  const auto exact = problems::random_data<double>(draw, 30, 4, 1, labels::exact_untold);
  CHECK(gram_factor<double>(exact).offset < 1e-29);
}

TEST_CASE("lanes of one objective are the single ones to the last bit, whatever their ranks") {
  using T = pack<double>;
  reference::numbers draw(11);
  const ssm<real_diagonal<5>> m;
  std::vector<gram_objective<double, ssm<real_diagonal<5>>, 6>> grams;
  std::vector<raw_objective<double, ssm<real_diagonal<5>>, 6, problems::quartic>> raws;
  for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
    const auto data =
        problems::random_data<double>(draw, 4, 6, 1, problems::all_labels[lane % 3], lane % 2 == 0);
    const auto start = systems::random_system<double>(real_diagonal<5>{}, draw, reference::regime::generic);
    grams.emplace_back(m, start, data);
    raws.emplace_back(m, start, data);
  }
  gram_objective<T, ssm<real_diagonal<5>>, 6> packed_gram(m, grams[0]);
  raw_objective<T, ssm<real_diagonal<5>>, 6, problems::quartic> packed_raw(m, raws[0]);
  for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
    packed_gram.adopt(lane, grams[lane]);
    packed_raw.adopt(lane, raws[lane]);
  }
  packed_gram.adopted();
  const auto check = [&](const auto& packed, const auto& singles) {
    const auto theta = packed.theta();
    auto gradient = theta;
    const T value = tests::standing(packed).value_and_gradient(view<T>(theta), std::span<T>(gradient));
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
      const auto single_theta = singles[lane].theta();
      auto single_gradient = single_theta;
      CHECK(scalar_traits<T>::get(value, lane) ==
            tests::standing(singles[lane])
                .value_and_gradient(view<double>(single_theta), std::span<double>(single_gradient)));
      bool same = true;
      for (std::size_t i = 0; i < theta.size(); ++i)
        same = same && scalar_traits<T>::get(gradient[i], lane) == single_gradient[i];
      CHECK(same);
    }
  };
  check(packed_gram, grams);
  check(packed_raw, raws);
}
