// SPDX-License-Identifier: BSD-3-Clause
// The numbers of an atlas's experiments and the axes over them. A program may add axes of its own (examples/own_axis.cpp).
#pragma once

#include <algorithm>

#include "../standalone/experiment.hpp"
#include "../support/map_axis.hpp"

namespace atlas {

using lssm::integer;

/// An experiment without special sequences. Its baseline sequences have `rank` entries of full deviation, the oldest ones,
/// and a deviation that falls by `ratio` at each later entry (lssm/data/graded.hpp).
struct setting : discrete::setting {
  integer rank = 2;
  double ratio = 0;
  integer batch = 0;      // sequences in a step; 0: all
  integer structure = 0;  // of structure_names
  integer learned = 0;    // of learned_names

  /// Gives the teacher n poles: the first is p, each later one .8 of the one before.
  void teach(double p, integer n) {
    teacher.clear();
    for (integer j = 0; j < n; ++j, p *= 0.8) teacher.push_back(p);
  }
};

using axis_kind = support::axis_kind<setting>;

/// What is learned, by its place in the axis `learn`: A, B and C (0), A and C, A and B, or A alone. What is not is one.
inline const std::vector<std::string> learned_names = {"ABC", "AC", "AB", "A"};
/// Structure of the student, by its place in the axis `structure`.
inline const std::vector<std::string> structure_names = {"real", "complex", "dense", "discretized"};

inline constexpr integer most_order = 4;  // the start ties as many states to the teacher's

/// All axes. Those that are added must be there before flags are read.
inline std::vector<axis_kind>& axis_kinds() {
  static std::vector<axis_kind> kinds = {
      {"rank", true, 1, 1000, [](setting& s, double x) { s.rank = static_cast<integer>(x); },
       "entries of a sequence with full deviation: rank of the Gram matrix"},
      {"ratio", false, 0, 1, [](setting& s, double x) { s.ratio = x; },
       "deviation of each later entry over the one before"},
      {"init-scale", false, 1e-30, 1e15,
       [](setting& s, double x) {
         for (double* number : {&s.warm, &s.init_sd_state, &s.init_sd_io}) *number *= x;
       },
       "factor on all of the start"},
      {"init-spread", false, 1e-30, 1e15, [](setting& s, double x) { s.init_sd_state = s.init_sd_io = x; },
       "standard deviation of A, B and C at the start"},
      {"warm", false, 0, 1e15, [](setting& s, double x) { s.warm = x; },
       "what all entries of A and B have in common at the start"},
      {"dim", true, 2, discrete::most_dim, [](setting& s, double x) { s.dim = static_cast<integer>(x); },
       "states d of the student"},
      {"length", true, 2, discrete::most_length,
       [](setting& s, double x) { s.length = static_cast<integer>(x); }, "length κ of the sequences"},
      {"teacher", false, -2, 2,
       [](setting& s, double x) { s.teach(x, static_cast<integer>(s.teacher.size())); },
       "first pole of the teacher"},
      {"order", true, 1, most_order,
       [](setting& s, double x) { s.teach(s.teacher[0], static_cast<integer>(x)); }, "states of the teacher"},
      {"sequences", true, 1, discrete::most_sequences,
       [](setting& s, double x) { s.baseline = static_cast<integer>(x); }, "sequences of the training set"},
      {"rule", true, 0, 8,
       [](setting& s, double x) { s.optimizer = standalone::optimizers[static_cast<std::size_t>(x)]; },
       "update rule, by its place in the list of --optimizer"},
      {"rate", false, 1e-30, 1e15, [](setting& s, double x) { s.rate = x; }, "rate"},
      {"batch", true, 1, discrete::most_sequences,
       [](setting& s, double x) { s.batch = static_cast<integer>(x); }, "sequences in a step"},
      {"structure", true, 0, 3, [](setting& s, double x) { s.structure = static_cast<integer>(x); },
       "structure of the student, by its place in the list of --structure"},
      {"learn", true, 0, 3, [](setting& s, double x) { s.learned = static_cast<integer>(x); },
       "what is learned, by its place in the list of --learn"},
      {"after", true, 0, discrete::most_steps,
       [](setting& s, double x) { s.after = static_cast<integer>(x); }, "further steps after the target"},
  };
  return kinds;
}

}  // namespace atlas
