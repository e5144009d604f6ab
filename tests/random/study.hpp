// SPDX-License-Identifier: BSD-3-Clause
// One study of a composed type, drawn and asked for all laws.
#pragma once

#include "laws.hpp"
#include "nonsense.hpp"

namespace random_studies {

// ---- building blocks of the types

template <integer K, integer M = 1>
using listed_pair = inject<training_set<K, listed<everywhere>, M>, listed<everywhere>>;
template <integer K, integer M = 1>
using noisy_pair = label_noise<listed_pair<K, M>>;
template <integer K, integer M = 1>
using leading_and_single = inject<training_set<K, gaussian<leading<>>, M>, unit<at<>>>;
template <integer K, integer M = 1>
using trailing_in_float = inject<training_set<K, gaussian<trailing<>>, M>, in_float<gaussian<everywhere>>>;

template <integer M = 1>
using teacher = given<real_diagonal<2, M>>;

using until = first_of<target_loss, step_limit>;
using plain_steps = descent<gradient_descent, unconstrained, first_of<step_limit>>;

/// Studies of real diagonal students with M inputs, by the data they train on.
template <class Training, class Learn = learn_all, class Loss = squared_error, integer M = 1>
struct diagonal {
  template <integer D, class Data>
  using study =
      teacher_student<ssm<real_diagonal<D, M>, Learn>, teacher<M>, Data, Loss, Training, given_start>;
  template <integer D, integer K>
  using clean = study<D, listed_pair<K, M>>;
  template <integer D, integer K>
  using noisy = study<D, noisy_pair<K, M>>;
  template <integer D, integer K>
  using single = study<D, leading_and_single<K, M>>;
  template <integer D, integer K>
  using in_float = study<D, trailing_in_float<K, M>>;
};

// ---- what a type asks of its recipe

template <class M>
struct structure_of {
  using type = typename M::structure_type;
};
template <class Structure, class Learn, class... Rest>
struct structure_of<deep<ssm<Structure, Learn>, Rest...>> {
  using type = Structure;
};

template <class Learn>
inline constexpr bool needs_positive = false;
template <class... Slots>
inline constexpr bool needs_positive<learn<Slots...>> =
    !(std::is_same_v<typename plain_slot<Slots>::map, as_is> && ...);

template <class Structure>
std::size_t entries_of_a(const Structure&, const sizes& s) {
  const auto n = static_cast<std::size_t>(s.states);
  return std::is_same_v<Structure, full_matrix> ? n * n : n;
}

template <class Study>
inline constexpr bool is_gram = false;
template <class Structure, class Learn, class... Rest>
inline constexpr bool is_gram<teacher_student<ssm<Structure, Learn>, Rest...>> =
    QuadraticLoss<decltype(teacher_student<ssm<Structure, Learn>, Rest...>::loss)>;

/// Loss, gradient and curvature at the start by plain loops in double, roughly.
template <class T, class Study>
guide look_at(const bound_study<T, Study>& bound) {
  const plain_objective<T, Study> plain(bound);
  guide g;
  g.parameters = bound.theta.size();
  const std::span<const T> theta = view<T>(bound.theta);
  g.loss = std::abs(static_cast<double>(plain.loss(theta).v));  // cross-entropies of odd labels are negative
  double squares = 0;
  for (const auto& d : plain.gradient(theta)) squares += static_cast<double>(d.v) * static_cast<double>(d.v);
  g.gradient = std::sqrt(squares);
  double trace = 0;
  for (const T& x : bound.data.x)
    trace += static_cast<double>(x) * static_cast<double>(x) / static_cast<double>(bound.data.y.size());
  const double kappa = static_cast<double>(bound.data.kappa);
  double entries = 1;
  for (const T& t : theta) entries += static_cast<double>(t) * static_cast<double>(t);
  g.curvature = 2 * trace * entries * kappa;
  return g;
}

template <class T, class Study>
example<T, Study> make_example(const recipe& r, draws& d) {
  auto study = make_study<Study>(r);
  if constexpr (requires { study.training.rates.factors; })
    study.training.rates.factors = {1};  // to be bound; as many as entries follow
  if constexpr (requires { study.training.schedule; }) {
    draws others(0);  // to be bound, too; those of the training follow
    set_schedule(study.training.schedule, others);
  }
  set_training<T>(study.training, d, look_at(bind<T>(study, r.seed)));
  return {study, r.seed};
}

/// The same study with every size at run time.
template <class Twin, class Study>
Twin with_sizes_at_run_time(const Study& study, const recipe& r) {
  auto twin = make_study<Twin>(r);
  twin.training = study.training;
  return twin;
}

template <class T, class Study, class Twin>
void check_study(draws d, verdict& v) {
  using model = decltype(Study::student);
  using structure = typename structure_of<model>::type;
  using data = decltype(Study::data);
  constexpr bool is_descent = requires(decltype(Study::training) t) { t.rate; };
  constexpr bool positive_start = [] {
    if constexpr (requires { typename model::structure_type; } && is_gram<Study>)
      return needs_positive<typename model::learned>;
    else
      return false;
  }();
  constexpr integer states = [] {
    if constexpr (requires { structure::known_states; })
      return structure::known_states;
    else
      return lssm::dynamic;
  }();

  sizes s =
      draw_sizes<states, data::known_length>(d, data::channels, !std::is_same_v<structure, full_matrix>);
  if constexpr (std::is_same_v<structure, rotations>) s.states = 2 * ((s.states + 1) / 2);
  std::vector<recipe> recipes;
  std::vector<example<T, Study>> examples;
  const int lanes = d.chance(0.5) ? 3 : 1;
  for (int i = 0; i < lanes; ++i) {
    if (i > 0 && is_gram<Study>) s.first = d.whole(1, 6);  // other numbers of sequences
    const bool wide = epsilon_of<T> < 1e-10;
    recipes.push_back(draw_recipe(draws(d.word()), s, entries_of_a(structure(), s), wide, positive_start));
    v.describe(in_words(recipes.back()));
    examples.push_back(make_example<T, Study>(recipes.back(), d));
    v.describe(" " + in_words_of_training(examples.back().study.training) + '\n');
  }
  auto& first = examples[0];
  const bool exact = !build_contracts();

  auto bound = bind<T>(first.study, first.seed);
  const plain_objective<T, Study> plain(bound);
  check_gradient<T>(v, bound, plain, view<T>(bound.theta), "at the start");
  if constexpr (is_gram<Study> && CleanLabels<data>) check_across<T>(v, bound, recipes[0], d);
  if constexpr (is_descent) {
    auto training = bound.training();
    while (training.running()) training.step();
    const std::vector<T> theta(training.theta().begin(), training.theta().end());
    v.check(law::loss, same_bits(training.now().loss, first.alone.loss),
            "step() and run end at other losses");
    check_gradient<T>(v, bound, plain, view<T>(theta), "at the end");
    v.compare(law::loss, error_of(first.alone.loss, plain.loss(view<T>(theta))),
              "the loss that the run tells");
    check_resumed(v, first, d.whole(0, static_cast<integer>(first.alone.steps)));
    check_chunks(v, first, d);
  } else {
    const auto end = run<T>(first.study, first.seed);
    v.compare(law::loss, error_of(end.at_end.loss, plain.loss_of_system(end.student.system)),
              "the loss that the flow tells");
  }
  if (lanes > 1) check_lanes(v, examples, exact);
  if constexpr (!std::is_same_v<Study, Twin>)
    check_same(v, law::static_sizes, exact, first,
               ending_of(run<T>(with_sizes_at_run_time<Twin>(first.study, recipes[0]), first.seed)),
               first.alone, "sizes in the type and at run time");
  check_refused(v, first, d);
}

/// A study with known sizes, and its twin with sizes at run time.
template <class T, template <integer, integer> class Study, integer D = lssm::dynamic,
          integer K = lssm::dynamic>
void check(draws d, verdict& v) {
  try {
    check_study<T, Study<D, K>, Study<lssm::dynamic, lssm::dynamic>>(d, v);
  } catch (const std::exception& e) {
    v.check(law::refused, false, std::string("a study that means something: ") + e.what());
  }
}

}  // namespace random_studies
