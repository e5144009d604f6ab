// SPDX-License-Identifier: BSD-3-Clause
// What a study is made of, drawn: sizes, groups of sequences, teacher, start. It fills a description of any type and prints
// itself.
//
// Two groups of sequences whose amplitudes differ by a ratio down to 1e-12 (1e-6 in float), either of them the smaller one,
// both times a common amplitude from 1e-12 to 1e12 (1e-6 to 1e6 in float); everywhere, leading, trailing or single entries;
// sequences that repeat one another or are zero; more sequences than entries, and fewer.
#pragma once

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>
#include <vector>

#include "numbers.hpp"
#include "plain.hpp"

namespace random_studies {

/// Sizes that all lanes of a pack share.
struct sizes {
  integer states = 1, kappa = 2, channels = 1;
  integer first = 1, second = 0;  // sequences of the two groups
};

/// A pattern of inputs: which entries may differ from zero.
enum class pattern { everywhere, leading, trailing, single };

struct group {
  integer count = 0;
  pattern where = pattern::everywhere;
  integer entries = 1;  // of leading and trailing; the position of single
  double amplitude = 1;
  std::vector<double> values;  // (count, kappa, channels)
};

struct recipe {
  sizes size;
  group groups[2];
  double noise = 0;
  std::vector<double> teacher_a, teacher_b, teacher_c;  // two states
  std::vector<double> a, b, c;                          // start
  std::uint32_t seed = 0;
  double amplitude() const {
    return std::max(groups[0].amplitude, groups[1].count > 0 ? groups[1].amplitude : 0);
  }
};

/// Sizes for a structure that has its own, or any.
template <integer States, integer Kappa>
sizes draw_sizes(draws& d, integer channels, bool may_be_large, integer least_states = 1) {
  sizes s;
  const bool large = may_be_large && d.chance(0.01);
  s.channels = channels;
  s.states = States != lssm::dynamic ? States : d.whole(least_states, large ? 24 : 8);
  s.kappa = Kappa != lssm::dynamic ? Kappa : d.whole(2, large ? 40 : 12);
  s.first = d.whole(1, large ? 50 : 6);
  s.second = d.chance(0.2) ? 0 : d.whole(1, 4);
  return s;
}

inline bool contains(const group& g, integer k, integer kappa) {
  switch (g.where) {
    case pattern::everywhere: return true;
    case pattern::leading: return k < g.entries;
    case pattern::trailing: return k >= kappa - g.entries;
    case pattern::single: return k == g.entries;
  }
  return false;
}

/// Roughly normal.
inline double bell(draws& d) { return d.uniform() + d.uniform() + d.uniform() + d.uniform() - 2; }

inline void draw_values(group& g, const sizes& s, draws& d) {
  for (integer n = 0; n < g.count; ++n)
    for (integer k = 0; k < s.kappa; ++k)
      for (integer q = 0; q < s.channels; ++q)
        g.values.push_back(contains(g, k, s.kappa) ? g.amplitude * bell(d) : 0);
  const auto row = static_cast<std::ptrdiff_t>(s.kappa * s.channels);
  const auto sequence = [&](integer n) { return g.values.begin() + static_cast<std::ptrdiff_t>(n) * row; };
  if (g.count > 1 && d.chance(0.2)) std::copy_n(sequence(0), row, sequence(g.count - 1));  // one twice
  if (d.chance(0.1)) std::fill_n(sequence(d.whole(0, g.count - 1)), row, 0.0);
}

/// Entries of a start: generic, nearly or exactly equal, or near zero.
inline std::vector<double> draw_entries(draws& d, std::size_t n, double low, double high) {
  std::vector<double> v(n);
  const double one = d.between(low, high), spread = d.chance(0.5) ? 0 : 1e-7;
  const integer kind = d.whole(0, 4);
  for (double& x : v)
    x = kind == 0   ? one + spread * d.uniform()
        : kind == 1 ? 1e-3 * d.between(low, high)
                    : d.between(low, high);
  return v;
}

/// `wide`: the scalar has the range and digits of double, or more. `entries`: how many numbers A has.
inline recipe draw_recipe(draws d, const sizes& s, std::size_t entries_of_a, bool wide, bool positive_start) {
  recipe r;
  r.size = s;
  const double common = d.chance(0.5) ? 1 : d.power_of_ten(wide ? -12 : -6, wide ? 12 : 6);
  const double ratio = d.chance(0.3) ? 1 : d.power_of_ten(wide ? -12 : -6, 0);
  const bool first_is_small = d.chance(0.5);
  for (int i = 0; i < 2; ++i) {
    group& g = r.groups[i];
    g.count = i == 0 ? s.first : s.second;
    g.where = static_cast<pattern>(d.whole(0, 3));
    g.entries = g.where == pattern::single ? d.whole(0, s.kappa - 1) : d.whole(1, s.kappa);
    g.amplitude = common * ((i == 0) == first_is_small ? ratio : 1);
    if (g.count > 0) draw_values(g, s, d);
  }
  r.noise = common * d.power_of_ten(-6, 0);
  const auto m = static_cast<std::size_t>(s.channels), n = static_cast<std::size_t>(s.states);
  r.teacher_a = {d.between(-1, 1), d.between(-1, 1)};
  for (std::size_t i = 0; i < 2 * m; ++i) r.teacher_b.push_back(d.between(-1, 1));
  r.teacher_c = {d.between(-1, 1), d.between(-1, 1)};
  const double low = positive_start ? 0.1 : -1.05, high = positive_start ? 0.9 : 1.05;
  const double shrink = entries_of_a > n ? 1 / std::sqrt(static_cast<double>(n)) : 1;  // of a full matrix
  r.a = draw_entries(d, entries_of_a, low * shrink, high * shrink);
  if (positive_start)
    for (double& x : r.a) x = std::clamp(x, 0.05, 0.95);
  r.b = draw_entries(d, n * m, -1, 1);
  r.c = draw_entries(d, n, -1, 1);
  if (positive_start)
    for (auto* v : {&r.b, &r.c})
      for (double& x : *v) x = std::abs(x) + 0.01;
  r.seed = static_cast<std::uint32_t>(d.word());
  return r;
}

// ---- into a description

inline void set_states(auto& structure, const sizes& s) {
  if constexpr (requires { structure.pairs; }) {
    structure.pairs = s.states / 2;
  } else {
    structure.states = s.states;
  }
}
template <class Structure, class Learn>
void set_student(lssm::ssm<Structure, Learn>& m, const sizes& s) {
  set_states(m.structure, s);
}
template <class Ssm, class Network>
void set_student(lssm::with_network<Ssm, Network>& m, const sizes& s) {
  set_student(m.ssm, s);
}
template <class... Layers>
void set_student(lssm::deep<Layers...>& m, const sizes& s) {
  const auto one = [&](auto& layer) {
    if constexpr (requires { layer.structure; }) set_states(layer.structure, s);
  };
  std::apply([&](auto&... layer) { (one(layer), ...); }, m.layers);
}

template <class Support>
void set_fill(lssm::listed<Support>& f, const group& g, const sizes&) {
  f.count = g.count;
  f.values = g.values;
}
template <class F>
void set_fill(lssm::in_float<F>& f, const group& g, const sizes& s) {
  set_fill(static_cast<F&>(f), g, s);
}
template <class F>
void set_fill(F& f, const group& g, const sizes& s) {
  f.count = g.count;
  if constexpr (requires { f.deviation; }) f.deviation = g.amplitude;
  if constexpr (requires { f.amplitude; }) f.amplitude = g.amplitude;
  if constexpr (requires { f.support.entries; })
    f.support.entries = std::clamp<integer>(g.entries, 1, s.kappa);
  if constexpr (requires { f.support.position; })
    f.support.position = std::min(g.entries, s.kappa - 1) - (g.where == pattern::leading ? s.kappa : 0);
}

template <integer K, class F, integer M>
void set_data(lssm::training_set<K, F, M>& set, const recipe& r) {
  set.length = r.size.kappa;
  set_fill(set.sequences, r.groups[0], r.size);
}
template <class Set, class Special>
void set_data(lssm::inject<Set, Special>& set, const recipe& r) {
  set_data(set.set, r);
  set_fill(set.special, r.groups[1], r.size);
}
template <class Set>
void set_data(lssm::label_noise<Set>& set, const recipe& r) {
  set_data(set.set, r);
  set.deviation = r.noise;
}

inline void set_start(lssm::given_start& start, const recipe& r) { start = {r.a, r.b, r.c}; }
template <class Ssm, class Kernels>
void set_start(lssm::network_start<Ssm, Kernels>& start, const recipe& r) {
  set_start(start.ssm, r);
}

/// The study of a recipe; its training is set apart (training.hpp).
template <class Study>
Study make_study(const recipe& r) {
  Study s{};
  set_student(s.student, r.size);
  std::copy(r.teacher_a.begin(), r.teacher_a.end(), s.teacher.values.a.begin());
  std::copy(r.teacher_b.begin(), r.teacher_b.end(), s.teacher.values.b.begin());
  std::copy(r.teacher_c.begin(), r.teacher_c.end(), s.teacher.values.c.begin());
  set_data(s.data, r);
  set_start(s.start, r);
  return s;
}

// ---- in words

inline std::string in_words(const std::vector<double>& v) {
  std::ostringstream out;
  out.precision(17);
  out << '{';
  for (std::size_t i = 0; i < v.size(); ++i) out << (i == 0 ? "" : ", ") << v[i];
  out << '}';
  return out.str();
}
inline std::string in_words(const recipe& r) {
  static const char* const names[] = {"everywhere", "leading", "trailing", "single"};
  std::ostringstream out;
  out.precision(17);
  out << "  states " << r.size.states << ", kappa " << r.size.kappa << ", inputs " << r.size.channels
      << ", seed " << r.seed << ", noise " << r.noise << '\n';
  for (const group& g : r.groups)
    out << "  group of " << g.count << ", amplitude " << g.amplitude << ", "
        << names[static_cast<int>(g.where)] << ' ' << g.entries << ": " << in_words(g.values) << '\n';
  out << "  teacher a " << in_words(r.teacher_a) << " b " << in_words(r.teacher_b) << " c "
      << in_words(r.teacher_c) << "\n  start a " << in_words(r.a) << " b " << in_words(r.b) << " c "
      << in_words(r.c) << '\n';
  return out.str();
}

}  // namespace random_studies
