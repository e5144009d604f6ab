// SPDX-License-Identifier: BSD-3-Clause
// Accuracy by counting, ties and rows without numbers included; the cross-entropy by classes against that by probabilities.
#include <algorithm>
#include <lssm/core/pack.hpp>
#include <lssm/loss.hpp>
#include <lssm/measure/accuracy.hpp>

#include "../reference.hpp"

using namespace lssm;

TEST_CASE_TEMPLATE("a row is right where its class stands among the first k of the sorted logits", T, float,
                   double) {
  reference::numbers draw(331);
  for (const integer classes : {1, 2, 5, 10}) {
    const auto n = static_cast<std::size_t>(classes);
    std::vector<T> logits, labels;
    for (std::size_t r = 0; r < 60; ++r) {
      for (std::size_t j = 0; j < n; ++j) logits.push_back(static_cast<T>(draw.below(4)));  // many ties
      labels.push_back(static_cast<T>(draw.below(n)));
    }
    for (integer k = 1; k <= classes; ++k) {
      int right = 0;
      for (std::size_t r = 0; r < 60; ++r) {
        std::vector<std::size_t> order(n);
        for (std::size_t j = 0; j < n; ++j) order[j] = j;
        std::stable_sort(order.begin(), order.end(),
                         [&](auto x, auto y) { return logits[r * n + x] > logits[r * n + y]; });
        const auto end = order.begin() + k;
        right += std::find(order.begin(), end, static_cast<std::size_t>(labels[r])) != end;
      }
      CHECK(top_k_accuracy(view<T>(logits), view<T>(labels), classes, k) == right / 60.0);
      if (k == 1) CHECK(accuracy(view<T>(logits), view<T>(labels), classes) == right / 60.0);
    }
  }
  const T nan = std::numeric_limits<T>::quiet_NaN();
  const std::vector<T> lost{nan, nan, 1, nan, 0, 1}, of{0, 0, 1};
  CHECK(accuracy(view<T>(lost), view<T>(of), 2) == 1.0 / 3);
  CHECK(top_k_accuracy(view<T>(lost), view<T>(of), 2, 2) == 2.0 / 3);
}

TEST_CASE("accuracy refuses what is no class and no k") {
  const std::vector<double> logits{1, 2, 3, 4}, labels{0, 1}, wrong{0, 2};
  const auto l = view<double>(logits);
  CHECK_THROWS_WITH_AS(accuracy(l, view<double>(wrong), 2),
                       "top_k_accuracy: labels must be classes, integers from 0 to 1, given 2", bad_argument);
  CHECK_THROWS_WITH_AS(top_k_accuracy(l, view<double>(labels), 2, 3),
                       "top_k_accuracy: k must be from 1 to 2, given 3", bad_argument);
  CHECK_THROWS_WITH_AS(accuracy(l, view<double>(labels), 3),
                       "top_k_accuracy: logits must be 6 numbers (rows x classes), given 4", bad_argument);
}

TEST_CASE_TEMPLATE("the cross-entropy of a class is that of its probability 1", T, float, double,
                   pack<double>) {
  static_assert(LossOfClasses<class_cross_entropy> && LossOfLogits<class_cross_entropy>);
  static_assert(!LossOfClasses<softmax_cross_entropy>);
  reference::numbers draw(332);
  for (const double scale : {1.0, 50.0, 1000.0})
    for (std::size_t c = 0; c < 5; ++c) {
      const auto p = draw.draws<T>(5, scale);
      std::vector<T> sure(5, T(0)), of{T(static_cast<lane_of<T>>(c))}, expected(5), got(5);
      sure[c] = T(1);
      const T loss = class_cross_entropy::value<T>(view<T>(p), view<T>(of)),
              known = softmax_cross_entropy::value<T>(view<T>(p), view<T>(sure));
      class_cross_entropy::derivative<T>(view<T>(p), view<T>(of), std::span<T>(got));
      softmax_cross_entropy::derivative<T>(view<T>(p), view<T>(sure), std::span<T>(expected));
      for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
        const auto in = [&](const T& v) { return scalar_traits<T>::get(v, lane); };
        CHECK(in(loss) == doctest::Approx(in(known)).epsilon(8 * epsilon_of<T>));
        for (std::size_t j = 0; j < 5; ++j) CHECK(in(got[j]) == in(expected[j]));
      }
    }
}
