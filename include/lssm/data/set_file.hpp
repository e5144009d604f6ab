// SPDX-License-Identifier: BSD-3-Clause
// Teachers and training sets in files for other programs (io/interchange.hpp).
//
//   given<real_diagonal<>>                        a (d), b (d, m), c (p, d), structure, as ssm/system_file.hpp has them
//   labelled<T>                                   x (N, kappa, m); y (N) or (N, p) of last outputs, (N, kappa, p) of
//                                                 every step; h_star (kappa, p, m) or none
//   training_set<dynamic, listed<everywhere>>     x (N, kappa, m) alone: labels come from a teacher, later
//   given_set<>                                   x and y of `labelled`, as members of a study
//   set_of_rows(table)                            the same from a CSV table with a sequence in each row
//
//   auto set = load_npz<labelled<double>>("set.npz");          bound.data = set; bound.rebuild();
//
// h_star is the teacher's impulse response where labels are its convolution, and may be left out; where it does not
// explain the labels it is not used.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "../io/csv.hpp"
#include "../ssm/system_file.hpp"
#include "given_labels.hpp"
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

/// y (N), (N, p) or (N, kappa, p).
template <class T>
struct labels_in_file {
  std::vector<T> y;
  integer answers, steps;
};
template <class T, class In>
labels_in_file<T> read_labels(const In& in, std::size_t sequences, std::size_t kappa) {
  const array_shape shape = in.shape("y");
  const bool every = shape.size() == 3;
  if (shape.empty() || shape.size() > 3 || shape[0] != sequences || shape.back() == 0 ||
      (every && shape[1] != 1 && shape[1] != kappa))
    in.refuse("y",
              "a label or a row of labels for each of " + std::to_string(sequences) +
                  " sequences, or a row for each of their " + std::to_string(kappa) + " steps",
              "the shape " + shape_text(shape));
  const integer steps = every ? static_cast<integer>(shape[1]) : 1;
  return {in.template numbers<T>("y"), shape.size() == 1 ? 1 : steps * static_cast<integer>(shape.back()),
          steps};
}
/// The shape of a response (kappa, p, m), p left out where it is 1.
inline array_shape response_shape(std::size_t kappa, integer outputs, std::size_t channels) {
  const auto p = static_cast<std::size_t>(outputs);
  return p == 1 ? array_shape{kappa, channels} : array_shape{kappa, p, channels};
}
/// The shape in which labels are written.
inline array_shape labels_shape(std::size_t sequences, integer answers, integer steps) {
  const auto p = static_cast<std::size_t>(answers / steps);
  if (steps > 1) return {sequences, static_cast<std::size_t>(steps), p};
  return p == 1 ? array_shape{sequences} : array_shape{sequences, p};
}

}  // namespace detail

template <class T>
struct interchange<labelled<T>> {
  static_assert(detail::check_interchange_number<T>::holds);

  static void write(auto& out, const labelled<T>& x) {
    require(x.kappa >= 1 && x.channels >= 1 && x.answers >= 1 && !x.y.empty() &&
                x.y.size() % size(x.answers) == 0,
            "save", "labels", "of at least one sequence", x.y.size());
    if (!(x.steps == 1 || (x.steps == x.kappa && x.answers % x.steps == 0)))
      refuse("save", "steps", "1, the last, or " + to_text(x.kappa) + ", each with as many answers", x.steps);
    const std::size_t n = x.y.size() / size(x.answers), row = size(x.kappa * x.channels),
                      response = row * size(x.outputs());
    if (x.x.size() != n * row) refuse("save", "x", "of " + to_text(n * row) + " numbers", x.x.size());
    if (!(x.h_star.empty() || x.h_star.size() == response))
      refuse("save", "h_star", "empty or of " + to_text(response) + " numbers", x.h_star.size());
    out.template add<T>("x", view<T>(x.x), array_shape{n, size(x.kappa), size(x.channels)});
    out.template add<T>("y", view<T>(x.y), detail::labels_shape(n, x.answers, x.steps));
    if (x.h_star.empty()) return;
    out.template add<T>("h_star", view<T>(x.h_star),
                        detail::response_shape(size(x.kappa), x.outputs(), size(x.channels)));
  }

  static labelled<T> read(const auto& in) {
    const array_shape shape = detail::inputs_shape(in, dynamic, dynamic);
    auto labels = detail::read_labels<T>(in, shape[0], shape[1]);
    labelled<T> out;
    out.kappa = static_cast<integer>(shape[1]);
    out.channels = static_cast<integer>(shape[2]);
    out.answers = labels.answers;
    out.steps = labels.steps;
    out.x = in.template numbers<T>("x");
    out.y = std::move(labels.y);
    if (in.contains("h_star"))
      out.h_star =
          detail::array_of_shape<T>(in, "h_star", detail::response_shape(shape[1], out.outputs(), shape[2]));
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

template <integer Kappa, integer Channels>
struct interchange<given_set<Kappa, Channels>> {
  using set = given_set<Kappa, Channels>;

  static void write(auto& out, const set& x) {
    x.validate();
    interchange<decltype(set::set)>::write(out, x.set);
    out.template add<double>(
        "y", view<double>(x.labels),
        detail::labels_shape(static_cast<std::size_t>(x.set.sequences.count), x.answers, x.steps));
  }
  static set read(const auto& in) {
    set out;
    out.set = interchange<decltype(set::set)>::read(in);
    auto labels = detail::read_labels<double>(in, static_cast<std::size_t>(out.set.sequences.count),
                                              static_cast<std::size_t>(out.kappa()));
    out.labels = std::move(labels.y);
    out.answers = labels.answers;
    out.steps = labels.steps;
    return out;
  }
};

/// The sequences of a table, one in each row: the columns of these names hold labels, all others inputs, entry after entry
/// in the order of the table, channels last. Throws bad_argument where a column is missing or entries are left over.
template <integer Kappa = dynamic, integer Channels = 1>
given_set<Kappa, Channels> set_of_rows(const csv_table& table,
                                       const std::vector<std::string>& labels = {"y"}) {
  const auto is_label = [&](const std::string& name) {
    return std::find(labels.begin(), labels.end(), name) != labels.end();
  };
  std::vector<std::vector<double>> x, y;
  for (const std::string& name : labels) {
    if (std::count(labels.begin(), labels.end(), name) > 1)
      refuse("set_of_rows", "labels", "names of columns, each once", name);
    y.push_back(table.column<double>(name));
  }
  for (const std::string& name : table.columns())
    if (!is_label(name)) x.push_back(table.column<double>(name));
  require(!labels.empty(), "set_of_rows", "labels", "the name of a column at least", "none");
  const integer entries = length(x);
  const std::string wanted = [] {
    if constexpr (Kappa == dynamic)
      return "two or more for each of " + std::to_string(Channels) + " channels";
    else
      return std::to_string(Kappa * Channels);
  }();
  require(
      entries % Channels == 0 && entries >= 2 * Channels && (Kappa == dynamic || entries / Channels == Kappa),
      "set_of_rows", "columns of inputs", wanted, entries);
  given_set<Kappa, Channels> out;
  out.set.length = entries / Channels;
  out.set.sequences.count = static_cast<integer>(table.rows());
  out.answers = length(labels);
  for (std::size_t n = 0; n < table.rows(); ++n) {
    for (const auto& column : x) out.set.sequences.values.push_back(column[n]);
    for (const auto& column : y) out.labels.push_back(column[n]);
  }
  return out;
}

}  // namespace lssm
