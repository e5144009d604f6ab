// SPDX-License-Identifier: BSD-3-Clause
// Objectives are constant: two workspaces used in turns, or in two threads, give the bits of each alone, in every form.
#include <thread>

#include <lssm/core/pack.hpp>
#include <lssm/nn.hpp>
#include <lssm/objective/batched.hpp>

#include "../tools/counted.hpp"
#include "problems.hpp"

using namespace lssm;

namespace {

/// An objective of random data and a random start, in the form that model and loss choose.
template <class T, integer Kappa, class Model, class Loss>
lssm::objective<T, Model, Kappa, Loss> drawn(const Model& model, const Loss& loss, reference::numbers& draw) {
  if constexpr (lanes_of<T> == 1) {
    auto start = model.template make<T>();
    each_number([&](T& v) { v = draw.draw<T>(); }, start);
    return make_objective<T, Kappa>(model, start,
                                    problems::random_data<T>(draw, 7, 5, 1, problems::labels::noisy), loss);
  } else {
    std::vector<lssm::objective<lane_of<T>, Model, Kappa, Loss>> singles;
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane)
      singles.push_back(drawn<lane_of<T>, Kappa>(model, loss, draw));
    lssm::objective<T, Model, Kappa, Loss> packed(model, singles[0]);
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) packed.adopt(lane, singles[lane]);
    if constexpr (requires { packed.adopted(); }) packed.adopted();
    return packed;
  }
}

/// Calls check(objective) for every form, with sizes in types and at run time.
template <class T>
void in_every_form(const auto& check) {
  reference::numbers draw(301);
  using known = ssm<real_diagonal<3>>;
  const ssm<real_diagonal<>, learn<state_matrix, output_matrix>> late{{3}};
  using without = sequential<dense<4, without_bias>, relu, dense<1, without_bias>>;
  using with = sequential<dense<4>, relu, dense<1>>;
  using layers = deep<known, gelu, dense<2>, ssm<real_diagonal<2, 2, 1>>, last_output>;
  check(drawn<T, 5>(known{}, squared_error{}, draw));
  check(drawn<T, dynamic>(late, squared_error{}, draw));
  check(drawn<T, 5>(known{}, problems::quartic{}, draw));
  check(drawn<T, dynamic>(late, problems::quartic{}, draw));
  check(drawn<T, 5>(with_network<known, without>{}, squared_error{}, draw));
  check(drawn<T, dynamic>(with_network<known, with>{}, squared_error{}, draw));
  check(drawn<T, dynamic>(layers{}, squared_error{}, draw));
}

/// Points about the start.
template <class Objective>
std::vector<theta_of<Objective>> points_of(const Objective& f, reference::numbers& draw) {
  using T = typename Objective::scalar;
  std::vector<theta_of<Objective>> points(6, f.theta());
  for (auto& theta : points)
    for (T& t : theta) t = t + draw.draw<T>() / T(4);
  return points;
}

/// An evaluation, and all that can be asked of it afterwards, number by number and lane by lane.
template <class Objective>
class reader {
 public:
  using T = typename Objective::scalar;
  using numbers = std::vector<lane_of<T>>;

  explicit reader(const Objective& objective) : f_(objective), at_(objective.workspace()) {}

  void stand_at(const theta_of<Objective>& theta) {
    theta_ = gradient_ = theta;
    loss_ = f_.value_and_gradient(view<T>(theta_), std::span<T>(gradient_), at_);
  }
  numbers read() {
    numbers out;
    const auto add = [&](const T& v) {
      for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) out.push_back(scalar_traits<T>::get(v, lane));
    };
    add(loss_);
    for (const T& v : gradient_) add(v);
    each_number(add, at_.system());
    each_number(add, at_.gradient());
    for (const T& v : f_.cotangent(at_)) add(v);
    if constexpr (CurvedObjective<Objective>) {
      auto h = f_.make_hessian();
      f_.hessian(view<T>(theta_), h, at_);
      for (const auto& block : h.blocks())
        for (const T& v : block) add(v);
      for (integer q = 0; q < f_.rank(at_); ++q)
        for (const T& v : h.low_rank().w(q)) add(v);
    }
    return out;
  }
  /// At one point after the other.
  std::vector<numbers> read_all(const std::vector<theta_of<Objective>>& points) {
    std::vector<numbers> out;
    for (const auto& theta : points) stand_at(theta), out.push_back(read());
    return out;
  }

 private:
  const Objective& f_;
  evaluation_of<Objective> at_;
  theta_of<Objective> theta_, gradient_;
  T loss_{};
};

}  // namespace

TEST_CASE_TEMPLATE("two workspaces used in turns give the bits of each alone", T, float, double,
                   pack<double>) {
  in_every_form<T>([]<class Objective>(const Objective& f) {
    reference::numbers draw(302);
    const auto here = points_of(f, draw), there = points_of(f, draw);
    const auto of_here = reader(f).read_all(here), of_there = reader(f).read_all(there);
    CHECK(of_here[0] != of_there[0]);
    const auto changes = f.changes();
    reader one(f), other(f);
    for (std::size_t i = 0; i < here.size(); ++i) {
      one.stand_at(here[i]);
      other.stand_at(there[i]);
      CHECK(one.read() == of_here[i]);
      CHECK(other.read() == of_there[i]);
    }
    // Nor does the order of points matter, or where an evaluation stood before.
    for (std::size_t i = here.size(); i-- > 0;) {
      one.stand_at(here[i]);
      CHECK(one.read() == of_here[i]);
    }
    CHECK(f.changes() == changes);
  });
}

TEST_CASE_TEMPLATE("two threads on one objective have the bits of one", T, float, double, pack<double>) {
  in_every_form<T>([]<class Objective>(const Objective& f) {
    reference::numbers draw(303);
    const auto here = points_of(f, draw), there = points_of(f, draw);
    const auto of_here = reader(f).read_all(here), of_there = reader(f).read_all(there);
    const auto always = [&f](const auto& points, const auto& expected, bool& same) {
      reader mine(f);
      for (int i = 0; i < 50; ++i) same = same && mine.read_all(points) == expected;
    };
    bool first = true, second = true;
    std::thread one([&] { always(here, of_here, first); }), other([&] { always(there, of_there, second); });
    one.join();
    other.join();
    CHECK(first);
    CHECK(second);
  });
}

TEST_CASE_TEMPLATE("an evaluation asks for no memory, not even the first", T, float, double, pack<double>) {
  in_every_form<T>([](const auto& f) {
    const auto theta = f.theta();
    auto gradient = theta;
    auto at = f.workspace();
    const std::size_t before = counted::allocations();
    CHECK(before > 0);
    for (int i = 0; i < 3; ++i) f.value_and_gradient(view<T>(theta), std::span<T>(gradient), at);
    CHECK(counted::allocations() == before);
  });
}

TEST_CASE("an objective of lanes makes no workspace before all lanes are adopted") {
  using P = pack<double>;
  using model = ssm<real_diagonal<3>>;
  reference::numbers draw(304);
  const auto single = drawn<double, 5>(model{}, squared_error{}, draw);
  gram_objective<P, model, 5> packed(model{}, single);
  for (std::size_t lane = 0; lane < lanes_of<P>; ++lane) {
    packed.adopt(lane, single);
    CHECK_THROWS_WITH_AS(
        (void)packed.workspace(),
        "gram_objective: adopted() must be called after the last adopt(), given an earlier call",
        bad_argument);
  }
  packed.adopted();
  CHECK(length(packed.workspace().residual()) == single.rank());
}

TEST_CASE_TEMPLATE("parameters and gradients of another length are refused by every form", T, float,
                   pack<double>) {
  in_every_form<T>([]<class Objective>(const Objective& f) {
    auto at = f.workspace();
    const auto n = static_cast<std::size_t>(f.parameters());
    const auto message = [&](const char* what, std::size_t given) {
      return std::string("objective: ") + what + " must be of " + std::to_string(n) + " numbers, given " +
             std::to_string(given);
    };
    for (const std::size_t other : {std::size_t(0), n - 1, n + 1}) {
      const std::vector<T> theta(n, T(0)), wrong(other, T(0));
      std::vector<T> gradient(n), wrong_gradient(other);
      CHECK_THROWS_WITH_AS(f.value(view<T>(wrong), at), message("theta", other).c_str(), bad_argument);
      CHECK_THROWS_WITH_AS(f.system_at(view<T>(wrong)), message("theta", other).c_str(), bad_argument);
      CHECK_THROWS_WITH_AS(f.value_and_gradient(view<T>(wrong), std::span<T>(gradient), at),
                           message("theta", other).c_str(), bad_argument);
      CHECK_THROWS_WITH_AS(f.value_and_gradient(view<T>(theta), std::span<T>(wrong_gradient), at),
                           message("dtheta", other).c_str(), bad_argument);
      if constexpr (requires { f.apply_network(view<T>(theta), std::span<T>(gradient), at); })
        CHECK_THROWS_AS(f.apply_network(view<T>(theta), std::span<T>(wrong_gradient), at), bad_argument);
      if constexpr (CurvedObjective<Objective>) {
        auto h = f.make_hessian();
        CHECK_THROWS_WITH_AS(f.hessian(view<T>(wrong), h, at), message("theta", other).c_str(), bad_argument);
      }
    }
  });
}

TEST_CASE("labels that are classes have no noise in steps") {
  using student = deep<ssm<real_diagonal<2>>, dense<2>, last_output>;
  using form = deep_objective<double, student, dynamic, class_cross_entropy>;
  labelled<double> data;
  data.kappa = 2;
  data.x = {1, 2, 3, 4};
  data.y = {0, 1};
  const auto make = [](const labelled<double>& all) {
    return form(student{}, student{}.make<double>(), all);
  };
  const auto in_batches = [&](const batches& b) { batched_objective<form, form>(data, b, 1, make, make); };
  in_batches({.size = 1});
  CHECK_THROWS_WITH_AS(in_batches({.size = 1, .label_noise = 0.25}),
                       "batches: label_noise must be 0 where labels are classes, given 0.25", bad_argument);
}
