// SPDX-License-Identifier: BSD-3-Clause
// Labelled data, and the only function that makes labels: by a teacher, or from the set where it has its own.
//
//   symbol   shape           meaning
//   x        (N, kappa, m)   inputs
//   y        (N, s, p)       labels: the p last outputs of the teacher for each input (s = 1), or those of every step
//                            (s = kappa); answers = s p numbers for each sequence
//   h_star   (kappa, p, m)   the teacher's impulse response, when the labels are its convolution; else empty. May be
//                            left stale after editing y: objectives verify it.
//
// A poisoned set is clean by construction: `label` sees the set after injection and asks the teacher for every label.
#pragma once

#include <algorithm>
#include <vector>

#include "../core/parts.hpp"
#include "../core/tensor_of.hpp"
#include "given_labels.hpp"
#include "teacher.hpp"
#include "training_set.hpp"

namespace lssm {

namespace detail {
/// Refuses inputs and labels that do not fit each other, as edits by hand may leave them.
template <class Data>
void require_fitting(std::string_view function, const Data& data) {
  require(data.kappa >= 1 && data.channels >= 1, function, "data.kappa and data.channels", "at least 1",
          std::min(data.kappa, data.channels));
  require_entries(function, "data.kappa x data.channels", {data.kappa, data.channels});
  const integer entries = data.sequences() * data.kappa * data.channels;
  if (length(data.x) != entries)
    refuse(function, "data.x", to_text(entries) + " numbers (labels x kappa x channels)", data.x.size());
  if (length(data.y) != data.sequences() * data.answers)
    refuse(function, "data.y", "labels for whole sequences, " + to_text(data.answers) + " for each",
           data.y.size());
}
}  // namespace detail

/// Inputs with their labels, in numbers.
template <class T>
struct labelled {
  std::vector<T> x, y;  // (N, kappa, m), (N, s, p)
  integer kappa = 0, channels = 1;
  std::vector<T> h_star;  // (kappa, p, m) or empty
  integer answers = 1;    // labels for each sequence, those of one after the other
  integer steps = 1;      // s: how many steps of a sequence they belong to, the last alone or all

  static constexpr auto parts(auto& s) {
    return std::tuple(part("x", s.x), part("y", s.y), part("h_star", s.h_star));
  }

  integer sequences() const {
    require(answers >= 1, "labelled", "answers", "at least 1", answers);
    return static_cast<integer>(y.size()) / answers;
  }
  /// p, the labels of one step.
  integer outputs() const {
    require(steps >= 1, "labelled", "steps", "at least 1", steps);
    return answers / steps;
  }
  std::span<const T> input(integer n) const {
    const auto row = static_cast<std::size_t>(kappa * channels);
    return std::span<const T>(x).subspan(static_cast<std::size_t>(n) * row, row);
  }
  auto inputs() const requires SingleScalar<T> {
    return to_tensor<3>(x, {static_cast<std::size_t>(sequences()), static_cast<std::size_t>(kappa),
                            static_cast<std::size_t>(channels)});
  }
  auto labels() const requires SingleScalar<T> { return to_tensor<1>(y, {y.size()}); }

  /// Leaves the sequences at these places, each once and in their order; at least one.
  void keep(const std::vector<integer>& places) {
    detail::require_fitting("keep", *this);
    const auto row = static_cast<std::size_t>(kappa * channels), each = static_cast<std::size_t>(answers);
    const integer before = sequences();
    require(!places.empty(), "keep", "the places of sequences", "at least one", "none");
    integer last = -1;
    for (const integer n : places) {
      if (!(n > last && n < before))
        refuse("keep", "the places of sequences", "in rising order, from 0 to " + to_text(before - 1), n);
      last = n;
    }
    std::size_t to = 0;
    for (const integer n : places) {
      const auto from = static_cast<std::size_t>(n);
      std::copy_n(x.begin() + n * kappa * channels, row, x.begin() + static_cast<integer>(to * row));
      std::copy_n(y.begin() + static_cast<integer>(from * each), each,
                  y.begin() + static_cast<integer>(to * each));
      ++to;
    }
    x.resize(to * row);
    y.resize(to * each);
  }
  /// Asks the teacher again, for one's own edits of x (sequences may be added or taken away). Whatever noise y carried
  /// is gone.
  template <class BoundTeacher>
  void relabel(const BoundTeacher& teacher) {
    const std::size_t row = static_cast<std::size_t>(kappa * channels);
    if (row == 0 || x.size() % row != 0)
      refuse("relabel", "x", "whole sequences of " + to_text(row) + " entries", x.size());
    if constexpr (requires { BoundTeacher::inputs; }) {
      if (BoundTeacher::inputs != channels)
        refuse("relabel", "the teacher", "of " + to_text(channels) + " inputs",
               integer{BoundTeacher::inputs});
    }
    if constexpr (AnswersSequences<BoundTeacher, T>) {
      answers = teacher.answers(kappa);
      steps = steps_of(teacher);
      const std::size_t n = static_cast<std::size_t>(answers);
      y.resize(x.size() / row * n);
      for (std::size_t i = 0; i * n < y.size(); ++i)
        teacher.answer(input(static_cast<integer>(i)), std::span<T>(y).subspan(i * n, n));
    } else {
      answers = steps = 1;
      y.resize(x.size() / row);
      for (std::size_t n = 0; n < y.size(); ++n) y[n] = teacher(input(static_cast<integer>(n)));
    }
    h_star.clear();
    if constexpr (requires(std::span<T> h) { teacher.impulse_response(h); }) {
      h_star.assign(static_cast<std::size_t>(kappa * outputs() * channels), T(0));
      teacher.impulse_response(std::span<T>(h_star));
    }
  }

 private:
  /// How many steps of a sequence a teacher labels: the last, unless it says otherwise.
  template <class BoundTeacher>
  integer steps_of(const BoundTeacher& teacher) const {
    if constexpr (requires { teacher.steps(kappa); }) {
      const integer n = teacher.steps(kappa);
      if (!(n >= 1 && answers % n == 0))
        refuse("relabel", "the steps of the teacher", "a divisor of its " + to_text(answers) + " answers", n);
      return n;
    } else {
      return 1;
    }
  }
};

/// Draws the inputs of every group from the stream, in order, then labels them with the teacher, those with labels of their
/// own with these, then adds the noise of a label_noise set.
template <SingleScalar T, TrainingSet Set, class BoundTeacher, RandomStream Stream>
labelled<T> label(const Set& set, const BoundTeacher& teacher, Stream& stream) {
  labelled<T> out;
  out.kappa = set.kappa();
  out.channels = Set::channels;
  set.each([&](const auto& group) {
    std::size_t i = out.x.size();
    out.x.resize(i + static_cast<std::size_t>(group.count * out.kappa * out.channels));
    integer drawn = 0;
    for (integer n = 0; n < group.count; ++n)
      for (integer k = 0; k < out.kappa; ++k)
        for (integer q = 0; q < out.channels; ++q, ++i)
          out.x[i] = group.support.contains(k, out.kappa) ? T(group.draw(stream, drawn++)) : T(0);
  });
  if constexpr (TeacherOf<BoundTeacher, T>) out.relabel(teacher);
  if constexpr (GivesLabels<Set>) {
    const auto [own, answers, steps] = set.own_labels();
    const std::size_t row = static_cast<std::size_t>(out.kappa * out.channels);
    if constexpr (TeacherOf<BoundTeacher, T>) {
      if (out.answers != answers)
        refuse("given_labels", "answers", to_text(out.answers) + ", as the teacher's", answers);
      if (out.steps != steps)
        refuse("given_labels", "steps", to_text(out.steps) + ", as the teacher's", steps);
    } else {
      out.answers = answers;
      out.steps = steps;
      const std::size_t wanted = out.x.size() / row * static_cast<std::size_t>(out.answers);
      if (own.size() != wanted)
        refuse("no_teacher", "the data", "with a label for every sequence, " + to_text(wanted) + " in all",
               own.size());
      out.y.resize(wanted);
    }
    for (std::size_t i = 0; i < own.size(); ++i) out.y[i] = T(own[i]);
  }
  if constexpr (!CleanLabels<Set>) {
    for (T& y : out.y) y = y + T(set.label_offset(stream));
    out.h_star.clear();
  }
  return out;
}

}  // namespace lssm
