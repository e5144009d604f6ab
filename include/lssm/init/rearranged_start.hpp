// SPDX-License-Identifier: BSD-3-Clause
// The start of the paper's discrete-time experiments with standalone SSMs: Keras' normals, rearranged.
//
//   A, B and C begin with the same normals z_0, z_1, ... of a stream that each of them restarts:
//   a = |state_deviation · z_{j (d+1)}| (the diagonal of a d x d matrix), sorted in descending order
//   b = |io_deviation · z_j|, sorted in descending order
//   c = |io_deviation · z_{d-1-j}|, in reverse order and not sorted
//
//   gap = 0.05 / exp(F log10(1 / state_deviation))
//   a_1 = a_0 - gap;  three teacher states: also a_2 = a_0 - 1.01 gap;  four: also a_3 = a_0 - 1.05 gap;  b likewise
//   then `warm` is added to all of a and b
//   then b_j is multiplied by 1 + tie_break where it equals c_j bit for bit
//
// Entries are drawn and stored as floats whatever the study's scalar, so that runs in float and in double share their
// start; gaps and warm are subtracted and added in double before that. A study with this start needs framework_streams, or
// weights from another stream that restarts.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "../core/error.hpp"
#include "../core/extent.hpp"
#include "../core/philox.hpp"

namespace lssm {

/// A start for diagonal structures with one input and one output. Entries that the gap moves may become negative and
/// leave the descending order, as in the published runs.
struct rearranged_start {
  double state_deviation = 0.01;                ///< of the entries of A, finite and > 0
  double io_deviation = 0.01;                   ///< of the entries of B and C, finite and >= 0
  double gap_factor = 2;                        ///< F, finite; a large one ties the leading pair exactly
  double warm = 0;                              ///< added to the entries of A and B, finite
  integer teacher_states = 1;                   ///< 1 to 4; 1 and 2 are the same start
  static constexpr bool of_eigenvalues = true;  ///< for structures whose `a` holds them
  double tie_break = 0;  ///< relative change of b_j where b_j = c_j, finite; breaks an exact symmetry

  double gap() const { return 0.05 / std::exp(gap_factor * std::log10(1 / state_deviation)); }

  void validate() const {
    require(std::isfinite(state_deviation) && state_deviation > 0, "rearranged_start", "state_deviation",
            "finite and positive", state_deviation);
    detail::require_not_negative("rearranged_start", "io_deviation", io_deviation);
    require(std::isfinite(gap_factor), "rearranged_start", "gap_factor", "finite", gap_factor);
    require(std::isfinite(warm), "rearranged_start", "warm", "finite", warm);
    require(std::isfinite(tie_break), "rearranged_start", "tie_break", "finite", tie_break);
    require(teacher_states >= 1 && teacher_states <= 4, "rearranged_start", "teacher_states", "from 1 to 4",
            teacher_states);
  }

  template <class System, RandomStream Stream>
  void operator()(System& system, Stream& stream) const {
    static_assert(RestartableStream<Stream>,
                  "rearranged_start: the stream lacks restart() or skip(n); use framework_streams "
                  "(docs/init.md)");
    const std::size_t d = system.a.size();
    const auto least = static_cast<std::size_t>(std::max<integer>(2, teacher_states));
    if (!(d >= least)) refuse("rearranged_start", "states", "at least " + to_text(least), d);
    for (const std::size_t entries : {system.b.size(), system.c.size()})
      require(entries == d, "rearranged_start", "entries of B and C", "one for each of A", entries);

    std::vector<double> a = magnitudes(stream, d, state_deviation, d),
                        b = magnitudes(stream, d, io_deviation, 0), c(d);
    for (std::size_t j = 0; j < d; ++j) c[j] = b[d - 1 - j];
    for (std::vector<double>* v : {&a, &b}) {
      std::sort(v->begin(), v->end(), std::greater<>{});
      separate(*v);
      for (double& x : *v) x = rounded_to_float(x + warm);
    }
    for (const std::vector<double>* v : {&a, &b, &c})
      for (double x : *v) require(std::isfinite(x), "rearranged_start", "entries", "finite as floats", x);
    for (std::size_t j = 0; j < d; ++j)
      if (b[j] == c[j]) b[j] = rounded_to_float(b[j] * (1 + tie_break));
    write(a, system.a);
    write(b, system.b);
    write(c, system.c);
  }
  friend bool operator==(const rearranged_start&, const rearranged_start&) = default;

 private:
  /// |deviation z|, products of floats, of normals from the first on; `between` normals are skipped after each.
  template <class Stream>
  static std::vector<double> magnitudes(Stream& stream, std::size_t count, double deviation,
                                        std::uint64_t between) {
    std::vector<double> v(count);
    stream.restart();
    for (double& x : v) {
      x = std::abs(static_cast<float>(stream.normal()) * static_cast<float>(deviation));
      stream.skip(between);
    }
    return v;
  }
  void separate(std::vector<double>& v) const {
    const double first = v[0];
    v[1] = rounded_to_float(first - gap());
    if (teacher_states >= 3) v[2] = rounded_to_float(first - 1.01 * gap());
    if (teacher_states >= 4) v[3] = rounded_to_float(first - 1.05 * gap());
  }
  static void write(const std::vector<double>& from, auto& entries) {
    using T = std::remove_cvref_t<decltype(entries[0])>;
    for (std::size_t j = 0; j < from.size(); ++j) entries[j] = T(from[j]);
  }
};

}  // namespace lssm
