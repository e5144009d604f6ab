// SPDX-License-Identifier: BSD-3-Clause
// The objective of a study: the form of its model and loss, in batches where its training has some, with its penalty.
#pragma once

#include "../objective.hpp"
#include "teacher_student.hpp"

namespace lssm::detail {

template <class Training>
struct batches_in {
  using type = all_at_once;
};
template <class Training>
  requires requires { typename Training::batches_type; }
struct batches_in<Training> {
  using type = typename Training::batches_type;
};

/// Keeps its sequences one by one.
template <class F>
concept KeepsSequences = requires(F f, const F other) {
  f.take(std::size_t{}, std::size_t{}, other, std::size_t{});
};
/// The form of a batch: that of all sequences if it keeps them, else the raw one.
template <class Full, class T, class M, integer Kappa, class L>
struct batch_form {
  using type = Full;
};
template <class T, class M, integer Kappa, class L>
struct batch_form<gram_objective<T, M, Kappa>, T, M, Kappa, L> {
  using type = raw_objective<T, M, Kappa, L>;
};

/// Type and making of the objective of a study in the scalar T, which may have lanes.
template <class T, class Study>
struct problem {
  using model = decltype(Study::student);
  using loss_type = decltype(Study::loss);
  using forms_type = decltype(Study::form);
  using batches_type = typename batches_in<decltype(Study::training)>::type;
  using penalty_type = decltype(Study::penalty);
  static constexpr integer kappa = decltype(Study::data)::known_length;
  static constexpr bool in_batches = !std::is_same_v<batches_type, all_at_once>;
  static constexpr bool with_penalty = !std::is_same_v<penalty_type, unpenalized>;

  using full = objective<T, model, kappa, loss_type, forms_type>;
  using part = typename batch_form<full, T, model, kappa, loss_type>::type;
  static_assert(!in_batches || KeepsSequences<part>,
                "batches: the form of the objective keeps no sequences, it lacks take(to, lane, other, from) "
                "(docs/objective.md)");
  using batched = std::conditional_t<in_batches, batched_objective<full, part>, full>;
  using bound_penalty = decltype(bound_to<T>(std::declval<const penalty_type&>()));
  using type = std::conditional_t<with_penalty, penalized<batched, bound_penalty>, batched>;

  static type make(const Study& study, const typename model::template system<T>& start,
                   const labelled<T>& data, std::uint32_t seed) {
    if constexpr (with_penalty) {
      return type(make_batched(study, start, data, seed), bound_to<T>(study.penalty));
    } else {
      return make_batched(study, start, data, seed);
    }
  }

 private:
  static batched make_batched(const Study& study, const typename model::template system<T>& start,
                              const labelled<T>& data, std::uint32_t seed) {
    const auto make_full = [&](const labelled<T>& all) {
      if constexpr (requires(full form) { form.draw_by(seed); }) {
        full form = make_objective<T, kappa, forms_type>(study.student, start, all, study.loss);
        form.draw_by(seed);
        return form;
      } else {
        return make_objective<T, kappa, forms_type>(study.student, start, all, study.loss);
      }
    };
    if constexpr (in_batches) {
      return batched(data, study.training.batches, seed, make_full, [&](const labelled<T>& some) {
        part form(study.student, start, some, study.loss);
        if constexpr (requires { form.draw_by(seed); }) form.draw_by(seed);
        return form;
      });
    } else {
      return make_full(data);
    }
  }
};

}  // namespace lssm::detail
