// SPDX-License-Identifier: BSD-3-Clause
// Coefficients for certificate/dual_proof.hpp, from linear programs over atoms: a mode a of the interval, an input channel
// and a sign are an atom, the column (± F-row polynomials at a, 1) of
//
//   maximise ± Σ w_j a_j^k    subject to    F h = y' - errors,   Σ |w_j| + spare = mass,   weights of errors + spare = 1
//
// by the primal simplex method with an explicit inverse of the basis. Columns are generated: the next atom is where
// |±a^k - p| is largest on a Chebyshev grid, the next error of the labels the worst one. Masses are in units of R. The
// multipliers λ of the rows are what is proposed; the basis itself is a teacher, and so a bound from inside.
//
// The basis of one lag is feasible for the next, where only the costs change: a few columns lead from one to the next.
#pragma once

#include <optional>

#include "basis.hpp"
#include "dual_proof.hpp"

namespace lssm::detail {

class atomic_program {
  enum class kind { atom, spare_mass, errors, spare_errors };
  struct column {
    kind of = kind::atom;
    std::size_t point = 0, channel = 0;
    double sign = 1;
  };

 public:
  static constexpr std::size_t points_per_degree = 8;

  /// Forgets rows that are linear combinations of others on this interval: fewer coefficients prove as well.
  atomic_program(seen_rows& rows, const teacher_prior& prior, std::size_t horizon)
      : rows_(&rows),
        prior_(prior),
        grid_(prior.low, prior.high,
              points_per_degree * std::max({horizon - 1, rows.lags - 1, std::size_t{1}})) {
    choose_atoms(rows);
  }

  /// The multipliers of the least mass. Leaves the basis from which all bounds start.
  std::vector<double> least_mass(dual_proof& proof) {
    if (prior_.positive) improve(proof, {}, phase::signs);
    std::vector<double> lambda = improve(proof, {}, phase::least_mass);
    // At the least mass itself multipliers have no bound: the program, not the proof, takes at least a little more.
    constexpr double ease = 1e-4;
    basis_.right[rank()] = std::max(1.0, (largest_ - spare_mass()) * (1 + ease));
    basis_.refresh();
    start_ = basis_;
    start_columns_ = columns_;
    return lambda;
  }

  /// Back to the basis of the least mass.
  void restart() {
    basis_ = start_;
    columns_ = start_columns_;
  }

  /// The multipliers of a bound of one entry, from the basis of the last one.
  std::vector<double> multipliers(dual_proof& proof, const functional& of) {
    return improve(proof, of, phase::bounds);
  }

  /// ± h_k of the basis as a teacher.
  double attained() const { return value_ * prior_.mass; }
  std::vector<weighted_mode> teacher() const {
    std::vector<weighted_mode> modes;
    for (std::size_t i = 0; i < basis_.size(); ++i)
      if (columns_[i].of == kind::atom && basis_.x[i] > 0)
        modes.push_back({grid_.point(columns_[i].point), columns_[i].sign * basis_.x[i] * prior_.mass,
                         static_cast<integer>(columns_[i].channel)});
    return modes;
  }

 private:
  enum class phase { signs, least_mass, bounds };

  std::size_t rank() const { return rows_->rank; }
  double spare_mass() const {
    for (std::size_t i = 0; i < basis_.size(); ++i)
      if (columns_[i].of == kind::spare_mass) return basis_.x[i];
    return 0;
  }

  /// The values of the rows' polynomials at the atom, and 1 for its mass.
  void write_atom(const column& atom, std::span<double> out) const {
    std::fill(out.begin(), out.end(), 0.0);
    const double a = grid_.point(atom.point);
    for (std::size_t q = 0; q < rank(); ++q) {
      const double* f = &rows_->f[q * rows_->width() + atom.channel * rows_->lags];
      double value = 0;
      for (std::size_t l = rows_->lags; l-- > 0;) value = value * a + f[l];
      out[q] = atom.sign * value;
    }
    out[rank()] = 1;
  }

  /// The first basis: atoms by elimination with complete pivoting; a row without a pivot is forgotten.
  void choose_atoms(seen_rows& rows) {
    std::vector<column> candidates;
    for (std::size_t c = 0; c < rows.channels; ++c)
      for (std::size_t j = 0; j < grid_.size(); j += 4) candidates.push_back({kind::atom, j, c, 1});
    const std::size_t n = candidates.size(), all = rows.rank;
    std::vector<double> table(all * n), one(all + 1);
    for (std::size_t i = 0; i < n; ++i) {
      write_atom(candidates[i], one);
      for (std::size_t q = 0; q < all; ++q) table[q * n + i] = one[q];
    }
    std::vector<bool> kept(all, false);
    for (double first = 0;;) {
      std::size_t row = 0, at = 0;
      double top = 0;
      for (std::size_t q = 0; q < all; ++q)
        for (std::size_t i = 0; i < n && !kept[q]; ++i)
          if (std::abs(table[q * n + i]) > top) top = std::abs(table[q * n + i]), row = q, at = i;
      if (!(top > 1e-9 * first)) break;
      first = std::max(first, top);
      kept[row] = true;
      columns_.push_back(candidates[at]);
      for (std::size_t q = 0; q < all; ++q) {
        if (kept[q]) continue;
        const double factor = table[q * n + at] / table[row * n + at];
        for (std::size_t i = 0; i < n; ++i) table[q * n + i] -= factor * table[row * n + i];
      }
    }
    rows.keep(kept);
    fill_basis();
  }

  void fill_basis() {
    const bool noisy = prior_.states_noise() || !rows_->rounding.empty();
    columns_.push_back({kind::spare_mass});
    if (noisy) columns_.push_back({kind::spare_errors});
    basis_ = basis(columns_.size());
    for (std::size_t q = 0; q < rank(); ++q) {
      write_atom(columns_[q], basis_.column(q));
      basis_.right[q] = rows_->y[q] / prior_.mass;
    }
    basis_.column(rank())[rank()] = 1;
    if (noisy) basis_.column(rank() + 1)[rank() + 1] = basis_.right[rank() + 1] = 1;
    basis_.refresh();
    double mass = 0;
    for (std::size_t i = 0; i < rank(); ++i) {
      mass += std::abs(basis_.x[i]);
      if (basis_.x[i] >= 0) continue;
      columns_[i].sign = -1;
      write_atom(columns_[i], basis_.column(i));
    }
    basis_.right[rank()] = largest_ = 2 * mass + 1;
    basis_.refresh();
  }

  double cost(phase now, const functional& of, const column& c) const {
    if (prior_.positive && c.of == kind::atom && c.sign < 0) return now == phase::signs ? -1 : -100;
    if (now == phase::least_mass) return c.of == kind::spare_mass ? 1 : 0;
    if (now == phase::signs || c.of != kind::atom || c.channel != of.channel) return 0;
    return of.sign * c.sign * grid_.power(c.point);
  }

  /// The atom that gains most: its gain before its mass is paid. `all` receives the extremes over all channels.
  std::pair<column, double> best_atom(const functional& of, extremes& all) {
    column best{};
    double gain = -std::numeric_limits<double>::infinity();
    for (std::size_t c = 0; c < rows_->channels; ++c) {
      const double sign = c == of.channel ? of.sign : 0.0;
      const extremes e = grid_.evaluate(&polynomial_[c * rows_->lags], rows_->lags, sign);
      if (e.most > gain) gain = e.most, best = {kind::atom, grid_.where_it_is(e.most), c, 1};
      if (!prior_.positive && -e.least > gain)
        gain = -e.least, best = {kind::atom, grid_.where_it_is(e.least), c, -1};
      all.include(e);
    }
    return {best, gain};
  }

  /// Lets the column that gains most enter the basis: the atom, or the worst errors of the labels. False where all columns
  /// together gain no more than the gap, or none can leave.
  bool replace_one(dual_proof& proof, const column& atom, double gain, std::span<const double> dual,
                   double gap) {
    const std::size_t r = rank();
    entering_.resize(basis_.size());
    const double price = gain - dual[r];
    const double support =
        basis_.size() > r + 1
            ? proof.errors.support(*rows_, dual.first(r)).at(prior_.mass) / prior_.mass - dual[r + 1]
            : 0;
    constexpr double nothing = 1e-11;
    if (std::max(price, 0.0) + std::max(support, 0.0) <= gap || (price <= nothing && support <= nothing))
      return false;
    column enters = atom;
    if (support > price) {
      enters = {kind::errors};
      proof.errors.worst_rows(*rows_, std::span(entering_).first(r));
      for (std::size_t q = 0; q < r; ++q) entering_[q] /= prior_.mass;
      entering_[r] = 0;
      entering_[r + 1] = 1;
    } else {
      write_atom(atom, entering_);
    }
    const std::optional<std::size_t> leaves = basis_.replace(entering_);
    if (leaves) columns_[*leaves] = enters;
    return leaves.has_value();
  }

  /// Simplex steps until the gap closes; returns the multipliers with the best proof on the way.
  std::vector<double> improve(dual_proof& proof, const functional& of, phase now) {
    const double gap = now == phase::bounds ? 2e-3 : now == phase::least_mass ? 2e-4 : 0;
    const std::size_t r = rank(), m = basis_.size();
    std::vector<double> best, costs(m), dual(m), lambda(r);
    double best_bound = std::numeric_limits<double>::infinity();
    bool lost = false;
    polynomial_.resize(rows_->width());
    grid_.raise_to(of.lag);
    for (std::size_t step = 0; step < 12 * m; ++step) {
      if (basis_.age > 40) basis_.refresh();
      for (std::size_t i = 0; i < m; ++i) costs[i] = cost(now, of, columns_[i]);
      value_ = basis_.multipliers(costs, dual);
      std::copy_n(dual.begin(), r, lambda.begin());
      rows_->combine(lambda, polynomial_);
      extremes e;
      const auto [atom, gain] = best_atom(of, e);
      const affine_bound proved = proof.bound(of, lambda, polynomial_, e, grid_.intervals());
      if (!std::isfinite(value_) || !std::isfinite(gain) || !std::isfinite(proved.at_zero)) {
        if (lost || start_columns_.empty()) break;  // the basis has become singular: once more from the start
        lost = true;
        restart();
        continue;
      }
      const double bound = now == phase::bounds ? proved.at(prior_.mass) : -least_mass_of(proved);
      if (bound < best_bound) best_bound = bound, best = lambda;
      if (!replace_one(proof, atom, gain, dual, gap)) break;
    }
    return best;
  }

  const seen_rows* rows_;
  teacher_prior prior_;
  mode_grid grid_;
  basis basis_{0}, start_{0};
  std::vector<column> columns_, start_columns_;
  std::vector<double> polynomial_, entering_;
  double largest_ = 0, value_ = 0;
};

}  // namespace lssm::detail
