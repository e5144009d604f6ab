// SPDX-License-Identifier: BSD-3-Clause
// Teachers and training sets in files for other programs (io/interchange.hpp).
//
//   given<real_diagonal<>>                        a (d), b (d, m), c (p, d), structure, as ssm/system_file.hpp has them
//   labelled<T>                                   x (N, kappa, m), y (N) or (N, answers), h_star (kappa, m) or none
//   training_set<dynamic, listed<everywhere>>     x (N, kappa, m) alone: labels come from a teacher, later
//
//   auto set = load_npz<labelled<double>>("set.npz");          bound.data = set; bound.rebuild();
//
// h_star is the teacher's impulse response where labels are its convolution, and may be left out; where it does not
// explain the labels it is not used.
#pragma once

#include <string>
#include <utility>

#include "../ssm/system_file.hpp"
#include "label.hpp"

namespace lssm {

template <class Structure>
struct interchange<given<Structure>> {
  static void write(auto& out, const given<Structure>& x) {
    x.validate();
    detail::write_system<double, Structure>(out, x.values);
  }
  static given<Structure> read(const auto& in, Structure structure = {}) {
    auto values = detail::read_system<double>(in, structure);
    return {structure, std::move(values)};
  }
};

namespace detail {

/// (N, kappa, m) of inputs, m left out where it is 1; lengths that are `dynamic` may be anything but 0.
template <class In>
array_shape inputs_shape(const In& in, integer kappa, integer channels) {
  const array_shape found = in.shape("x");
  array_shape shape = found.size() == 2 ? array_shape{found[0], found[1], 1} : found;
  const auto fits = [](std::size_t n, integer wanted) {
    return n != 0 && (wanted == dynamic || n == static_cast<std::size_t>(wanted));
  };
  if (shape.size() != 3 || !fits(shape[0], dynamic) || !fits(shape[1], kappa) || !fits(shape[2], channels)) {
    const auto name = [](integer wanted, const char* open) {
      return wanted == dynamic ? std::string(open) : std::to_string(wanted);
    };
    in.refuse("x", "the shape (N, " + name(kappa, "kappa") + ", " + name(channels, "m") + "), none of them 0",
              shape_text(found));
  }
  return shape;
}

}  // namespace detail

template <class T>
struct interchange<labelled<T>> {
  static_assert(detail::check_interchange_number<T>::holds);

  static void write(auto& out, const labelled<T>& x) {
    require(x.kappa >= 1 && x.channels >= 1 && x.answers >= 1 && !x.y.empty() &&
                x.y.size() % size(x.answers) == 0,
            "save", "labels", "of at least one sequence", x.y.size());
    const std::size_t n = x.y.size() / size(x.answers), row = size(x.kappa * x.channels);
    require(x.x.size() == n * row, "save", "x", "of " + std::to_string(n * row) + " numbers", x.x.size());
    require(x.h_star.empty() || x.h_star.size() == row, "save", "h_star",
            "empty or of " + std::to_string(row) + " numbers", x.h_star.size());
    out.template add<T>("x", view<T>(x.x), array_shape{n, size(x.kappa), size(x.channels)});
    out.template add<T>("y", view<T>(x.y), x.answers == 1 ? array_shape{n} : array_shape{n, size(x.answers)});
    if (!x.h_star.empty())
      out.template add<T>("h_star", view<T>(x.h_star), array_shape{size(x.kappa), size(x.channels)});
  }

  static labelled<T> read(const auto& in) {
    const array_shape shape = detail::inputs_shape(in, dynamic, dynamic), labels = in.shape("y");
    const bool several = labels.size() == 2;
    if ((labels.size() != 1 && !several) || labels[0] != shape[0] || labels.back() == 0)
      in.refuse("y", "a label or a row of labels for each of " + std::to_string(shape[0]) + " sequences",
                "the shape " + detail::shape_text(labels));
    labelled<T> out;
    out.kappa = static_cast<integer>(shape[1]);
    out.channels = static_cast<integer>(shape[2]);
    out.answers = several ? static_cast<integer>(labels[1]) : 1;
    out.x = in.template numbers<T>("x");
    out.y = in.template numbers<T>("y");
    if (in.contains("h_star")) out.h_star = detail::array_of_shape<T>(in, "h_star", {shape[1], shape[2]});
    return out;
  }

 private:
  static std::size_t size(integer n) { return static_cast<std::size_t>(n); }
};

template <integer Kappa, integer Channels>
struct interchange<training_set<Kappa, listed<everywhere>, Channels>> {
  using set = training_set<Kappa, listed<everywhere>, Channels>;

  static void write(auto& out, const set& x) {
    x.validate();
    out.template add<double>("x", view<double>(x.sequences.values),
                             array_shape{static_cast<std::size_t>(x.sequences.count),
                                         static_cast<std::size_t>(x.kappa()), Channels});
  }
  static set read(const auto& in) {
    const array_shape shape = detail::inputs_shape(in, Kappa, Channels);
    set out;
    out.length = static_cast<integer>(shape[1]);
    out.sequences.count = static_cast<integer>(shape[0]);
    out.sequences.values = in.template numbers<double>("x");
    return out;
  }
};

}  // namespace lssm
