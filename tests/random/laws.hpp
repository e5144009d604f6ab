// SPDX-License-Identifier: BSD-3-Clause
// The laws, each on one study.
//
// Where a build contracts products and sums on its own (the compilers' default), lanes, single runs and sizes agree to
// rounding alone, and so do many steps at once in any build. Such runs are compared to 1e4 epsilon, flows to a tenth of their
// tolerance where that is more, steps on noisy labels to 1e4 epsilon / r², since a Gram matrix loses 1/r²
// (docs/mathematics.md; r is the smallest singular value of the inputs beside the largest). They are compared only where the
// training is not chaotic: where a run whose parameters are moved by an epsilon at every step ends as near. (To move the start
// would not do: what it moves may die out before the run becomes unstable.)
#pragma once

#include <cmath>
#include <cstring>
#include <lssm/all.hpp>
#include <lssm/core/linalg.hpp>
#include <lssm/core/pack.hpp>
#include <map>
#include <optional>
#include <string>

#include "../tools/standing.hpp"
#include "recipe.hpp"
#include "reference.hpp"
#include "training.hpp"
#include "verdict.hpp"

namespace random_studies {

/// Whether this build fuses a product and a sum that are written apart: a program asks itself, since flags do not say.
[[gnu::noinline]] inline bool fuses(double x, double y, double z) { return x * y - z != 0; }
inline bool build_contracts() {
  volatile double x = 1 + 0x1p-30, y = x, z = 1 + 0x1p-29;  // x y is z + 2^-60, which rounds to z
  return fuses(x, y, z);
}

template <class T>
bool same_bits(const T& x, const T& y) {
  return (x == y && std::signbit(x) == std::signbit(y)) || (x != x && y != y);
}
template <class T>
bool same_bits(const std::vector<T>& x, const std::vector<T>& y) {
  return std::equal(x.begin(), x.end(), y.begin(), y.end(), [](T u, T v) { return same_bits(u, v); });
}

/// What a run leaves, as lists.
template <class T>
struct ending {
  std::vector<std::vector<T>> student;  // each matrix
  std::vector<T> cotangent, counters;
  T loss{}, steps{};
  status how = status::running;
};
template <class T, class State>
std::vector<T> numbers_of(const State& state) {
  std::vector<T> out;
  each_number([&](const T& x) { out.push_back(x); }, state);
  return out;
}
template <class T, class Study>
ending<T> ending_of(const outcome<T, Study>& o) {
  ending<T> e{{}, o.cotangent, numbers_of<T>(o.at_end), o.at_end.loss, o.at_end.steps, o.status};
  for_each_leaf(o.student, [&](const std::string&, std::span<const T> leaf) {
    e.student.emplace_back(leaf.begin(), leaf.end());
  });
  if constexpr (requires { o.network; }) e.student.push_back(o.network);
  return e;
}
template <class T>
bool same_bits(const ending<T>& x, const ending<T>& y) {
  if (x.how != y.how || x.student.size() != y.student.size()) return false;
  for (std::size_t i = 0; i < x.student.size(); ++i)
    if (!same_bits(x.student[i], y.student[i])) return false;
  return same_bits(x.cotangent, y.cotangent) && same_bits(x.counters, y.counters);
}
/// The largest difference of two students, in epsilons of the largest entry of the same matrix.
template <class T>
double epsilons_apart(const ending<T>& x, const ending<T>& y) {
  double most = 0;
  for (std::size_t i = 0; i < x.student.size(); ++i) {
    double size = 0, apart = 0;
    for (std::size_t j = 0; j < x.student[i].size(); ++j) {
      const double difference = std::abs(static_cast<double>(x.student[i][j] - y.student[i][j]));
      if (difference != difference) return HUGE_VAL;
      size = std::max(size, std::abs(static_cast<double>(x.student[i][j])));
      apart = std::max(apart, difference);
    }
    if (apart > 0) most = std::max(most, apart / (epsilon_of<T> * (size + 1e-3)));
  }
  return most;
}
template <class T>
std::string in_words(const ending<T>& x, const ending<T>& y) {
  return std::string(to_string(x.how)) + " after " + std::to_string(static_cast<double>(x.steps)) +
         " steps and " + std::string(to_string(y.how)) + " after " +
         std::to_string(static_cast<double>(y.steps)) + ", " + std::to_string(epsilons_apart(x, y)) +
         " epsilons apart";
}

/// A study with a seed, and what it is like a few epsilons beside.
template <class T, class Study>
struct example {
  Study study;
  std::uint32_t seed;
  ending<T> alone;
  bool chaotic = true;

  example(const Study& s, std::uint32_t number) : study(s), seed(number), alone(ending_of(run<T>(s, seed))) {}
  /// Asks whether a run that is moved by rounding ends beside: a descent at every step, three times, since one may be lucky; a
  /// flow at its start.
  void ask_for_chaos() {
    const auto as_near = [&](const ending<T>& moved) {
      return alone.how != status::not_finite && moved.how == alone.how && moved.steps == alone.steps &&
             epsilons_apart(alone, moved) < 300;
    };
    if constexpr (requires { study.training.rate; }) {
      chaotic = false;
      for (std::uint32_t i = 0; i < 3 && !chaotic; ++i)
        chaotic = !as_near(moved_at_every_step(draws(seed + i)));
    } else {
      Study beside = study;
      move_start(beside.start);
      chaotic = !as_near(ending_of(run<T>(beside, seed)));
    }
  }

 private:
  ending<T> moved_at_every_step(draws d) const {
    auto bound = bind<T>(study, seed);
    auto training = bound.training();
    while (training.running()) {
      for_each_leaf(training, [&](const std::string& name, auto leaf) {
        if constexpr (std::is_same_v<typename decltype(leaf)::value_type, T>)
          if (name == "live.theta")
            for (T& x : leaf) x = x * (T(1) + static_cast<T>(d.sign() * epsilon_of<T>));
      });
      training.refresh();
      training.step();
    }
    return ending_of(read_lane(training, bound, 0));
  }
  static void move_start(given_start& start) {
    double by = 4 * epsilon_of<T>;
    for (auto* list : {&start.a, &start.b, &start.c})
      for (double& x : *list) x *= 1 + by, by = -by;
  }
  template <class Ssm, class Kernels>
  static void move_start(network_start<Ssm, Kernels>& start) {
    move_start(start.ssm);
    start.network.gain *= 1 + 4 * epsilon_of<T>;
  }
};

/// 1/r², r the smallest singular value of the inputs beside the largest, zeros left out.
template <class T>
double squared_condition(const labelled<T>& data) {
  const auto rows = static_cast<std::size_t>(data.sequences());
  const std::size_t columns = data.x.size() / rows;
  tensor<double, 2> x({rows, columns});
  for (std::size_t i = 0; i < data.x.size(); ++i) x.data()[i] = static_cast<double>(data.x[i]);
  double largest = 0, smallest = 0;
  for (const double s : lssm::singular_values(x)) {
    largest = std::max(largest, s);
    if (s > 1e-9 * largest) smallest = s;
  }
  return smallest > 0 ? largest / smallest * (largest / smallest) : 1;
}

/// The same, to the last bit or, where that is not promised, to rounding.
template <class T, class Study>
void check_same(verdict& v, law of, bool to_the_bit, example<T, Study>& of_study, const ending<T>& one,
                const ending<T>& other, const std::string& what) {
  if (same_bits(one, other)) return v.check(of, true, what);
  if (to_the_bit) return v.check(of, false, what + ": " + in_words(one, other));
  of_study.ask_for_chaos();
  if (of_study.chaotic) return;
  // One sequence may be fitted to a loss of exactly zero by the luck of one order of operations.
  if (one.how != other.how && (one.loss == T(0) || other.loss == T(0))) return;
  v.check(of, one.how == other.how && one.steps == other.steps, what + ": " + in_words(one, other));
  double allowed = 1e4;
  if constexpr (requires {
                  of_study.study.training.rtol;
                })  // rounding decides on steps, which err by much more
    allowed = std::max(allowed, of_study.study.training.rtol / (10 * epsilon_of<T>));
  const double apart = epsilons_apart(one, other);
  if constexpr (requires { of_study.study.data.deviation; })  // noise on labels
    if (apart > allowed) allowed *= squared_condition(bind<T>(of_study.study, of_study.seed).data);
  v.compare(of, apart / allowed, what);
}

// ---- loss and gradient

/// The objective's loss and gradient at θ against plain loops.
template <class T, class Bound, class Plain>
void check_gradient(verdict& v, Bound& bound, const Plain& plain, std::span<const T> theta,
                    const std::string& where) {
  std::vector<T> d(theta.size(), T(0));
  tests::standing at(bound.objective);
  undecided = false;
  const auto loss = plain.loss(theta);
  v.compare(law::loss, error_of(at.value_and_gradient(theta, std::span<T>(d)), loss), "the loss " + where);
  if (!(error_of(T(0), loss) == error_of(T(0), loss)) || undecided) return;
  auto expected = plain.gradient(theta);
  if constexpr (requires { at.at.residual(); }) {  // the Gram form
    const auto more = plain.gradient_through_columns(theta);
    for (std::size_t i = 0; i < d.size(); ++i) expected[i].off += more[i];
  }
  for (std::size_t i = 0; i < d.size() && !undecided; ++i)
    v.compare(law::gradient, error_of(d[i], expected[i]),
              "entry " + std::to_string(i) + " of the gradient " + where);
}

/// A direction that the rows (n, size) do not see; empty where they see all.
template <class N>
std::vector<N> direction_across(std::vector<std::vector<N>> seen, std::size_t size, draws& d) {
  const auto dot = [&](const auto& x, const auto& y) {
    N sum(0);
    for (std::size_t i = 0; i < size; ++i) sum += x[i] * y[i];
    return sum;
  };
  std::vector<std::vector<N>> basis;
  const auto project = [&](std::vector<N>& x) {
    for (int twice = 0; twice < 2; ++twice)
      for (const auto& b : basis) {
        const N along = dot(b, x);
        for (std::size_t i = 0; i < size; ++i) x[i] -= along * b[i];
      }
  };
  const auto normalize = [&](std::vector<N>& x) {
    const N norm = lssm::sqrt_of(dot(x, x));
    for (N& e : x) e /= norm;
  };
  for (auto& row : seen) {
    if (!(dot(row, row) > N(0))) continue;
    normalize(row);
    project(row);
    if (dot(row, row) < N(1e-8)) continue;  // no new direction, or hardly one
    normalize(row);
    basis.push_back(row);
  }
  if (basis.size() >= size) return {};
  std::vector<N> u(size);
  for (N& x : u) x = static_cast<N>(d.between(-1, 1));
  project(u);
  if (dot(u, u) < N(1e-4)) return {};
  normalize(u);
  return u;
}

/// dL/dh across the larger group where that is fitted: all that is left there comes from the smaller one. Rows that are made
/// through a Gram matrix have lost some roundings there, but for a few dozen others would have been made (data_rows.hpp).
template <class T, class Bound>
void check_across(verdict& v, Bound& bound, const recipe& r, draws& d) {
  using N = R<T>;
  using single = rounded<T>;
  const std::size_t n = bound.data.h_star.size();
  if (n == 0 || r.groups[1].count == 0) return;
  const auto data = lift_data<single>(bound.data);
  const std::size_t first = static_cast<std::size_t>(r.groups[0].count), m = data.channels;
  const bool first_is_larger = r.groups[0].amplitude >= r.groups[1].amplitude;
  const auto entry = [&](std::size_t s, std::size_t i) -> const N& {  // last input first
    return data.input(s, data.kappa - 1 - i / m, i % m).v;
  };
  std::vector<std::vector<N>> larger;
  for (std::size_t s = 0; s < data.sequences(); ++s)
    if ((s < first) == first_is_larger) {
      larger.emplace_back();
      for (std::size_t i = 0; i < n; ++i) larger.back().push_back(entry(s, i));
    }
  const auto u = direction_across(larger, n, d);
  if (u.empty()) return;

  std::vector<T> h(n);
  const double distance = d.power_of_ten(-3, 0);
  for (std::size_t i = 0; i < n; ++i)
    h[i] = static_cast<T>(static_cast<N>(bound.data.h_star[i]) + static_cast<N>(distance) * u[i]);
  tests::standing objective(bound.objective);
  std::copy(h.begin(), h.end(), objective.response().begin());
  objective.evaluate_response();
  N got(0), expected(0);
  for (std::size_t i = 0; i < n; ++i) got += static_cast<N>(objective.cotangent()[i]) * u[i];
  // Forms may turn the rows of sequences: lengths |x| |h| and |x| |u| (here 1) stand for the sums of magnitudes.
  const double terms = static_cast<double>(n + data.sequences()) * epsilon_of<T>;
  double off = 0, length_of_h = 0;
  for (const T& x : h) length_of_h = std::hypot(length_of_h, static_cast<double>(x));
  const auto response = lift_all<single>(h);
  for (std::size_t s = 0; s < data.sequences(); ++s) {
    const single e = plain_output(response, data, s) - data.y[s];
    single slope = divided(single(2) * e, static_cast<double>(data.sequences()));
    N along(0);
    double length_of_x = 0;
    for (std::size_t i = 0; i < n; ++i) {
      along += entry(s, i) * u[i];
      length_of_x = std::hypot(length_of_x, static_cast<double>(entry(s, i)));
    }
    slope.off += terms * 2 * length_of_x * length_of_h / static_cast<double>(data.sequences());
    expected += slope.v * along;
    off += slope.off * single::size(along) + terms * (single::size(slope.v) + slope.off) * length_of_x;
  }
  const double error = single::size(got - expected),
               least = static_cast<double>(std::numeric_limits<T>::min());
  v.compare(law::across, error <= 16 * least ? 0 : error / (4 * allowance * off),
            "dL/dh across the larger sequences");
}

// ---- trainings

template <class Bound, class Training>
std::string state_of(const Bound& bound, const Training& training) {
  npz_writer out;
  return add_run(out, "run", bound, training).bytes();
}

/// A descent saved at any step and resumed in a study bound anew.
template <class T, class Study>
void check_resumed(verdict& v, const example<T, Study>& e, integer steps_to_save) {
  auto whole = bind<T>(e.study, e.seed);
  auto training = whole.training();
  for (integer i = 0; i < steps_to_save && training.running(); ++i) training.step();
  const std::string saved = state_of(whole, training);
  while (training.running()) training.step();
  auto anew = bind<T>(e.study, e.seed);
  auto resumed = anew.training();
  load_run(npz_file(saved, "saved"), "run", anew, resumed);
  v.check(law::resumed, state_of(anew, resumed) == saved, "loaded is not what was saved");
  while (resumed.running()) resumed.step();
  v.check(law::resumed,
          state_of(anew, resumed) == state_of(whole, training) &&
              same_bits(ending_of(read_lane(resumed, anew, 0)), ending_of(read_lane(training, whole, 0))),
          "the resumed run ends elsewhere");
}

/// Steps by advance(n) in random portions against single ones.
template <class T, class Study>
void check_chunks(verdict& v, example<T, Study>& e, draws& d) {
  auto bound = bind<T>(e.study, e.seed);
  auto training = bound.training();
  while (training.running()) training.advance(d.whole(0, 9));
  const auto here = ending_of(read_lane(training, bound, 0));
  // What is known of losses that nobody computed may differ.
  const bool exact = !is_plain<decltype(Study::training)>;
  check_same(v, law::chunks, exact, e, here, e.alone, "advance(n) and step()");
}

/// Three students in the lanes of a register, bound together, and five through the pool.
template <class T, class Study>
void check_lanes(verdict& v, std::vector<example<T, Study>>& all, bool exact) {
  std::vector<Study> studies;
  std::vector<std::uint32_t> seeds;
  for (const auto& e : all) studies.push_back(e.study), seeds.push_back(e.seed);
  const auto pooled = [&]<class P>(std::type_identity<P>) {
    std::map<std::size_t, ending<T>> out;
    std::size_t next = 0;
    train_in_lanes<P>(
        [&]() -> std::optional<lane_job<Study>> {
          if (next == 2 * all.size() - 1) return std::nullopt;
          const std::size_t i = next++ % all.size();
          return lane_job<Study>{next - 1, studies[i], seeds[i]};
        },
        [&](std::size_t index, outcome<T, Study> o) { out.emplace(index, ending_of(o)); });
    return out;
  };
  constexpr bool own = has_own_sums<decltype(Study::training)>;
  const auto one = pooled(std::type_identity<T>());
  for (const auto& [i, end] : one)
    check_same(v, law::lanes, exact && !own, all[i % all.size()], end, all[i % all.size()].alone,
               "train_in_lanes with one lane and run");
  if constexpr (kernel::is_native<T>) {
    const auto packed = pooled(std::type_identity<pack<T>>());
    for (const auto& [i, end] : packed)
      check_same(v, law::lanes, exact, all[i % all.size()], end, one.at(i),
                 "train_in_lanes with lanes and with one");
    const auto together =
        run<pack<T>>(std::span<const Study>(studies), std::span<const std::uint32_t>(seeds));
    for (std::size_t i = 0; i < together.size(); ++i)
      check_same(v, law::lanes, exact && !own, all[i % all.size()], ending_of(together[i]),
                 all[i % all.size()].alone, "run in lanes and alone");
  }
}

}  // namespace random_studies
