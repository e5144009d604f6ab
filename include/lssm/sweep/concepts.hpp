// SPDX-License-Identifier: BSD-3-Clause
// Concepts of sweeps and their executors.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <vector>

#include "grid.hpp"
#include "row.hpp"

namespace lssm {

/// The runs of a sweep: the points, the numbers of each point by axis, and the seeds that every point is run with.
template <class R>
concept SweepRuns = requires(const R r, std::size_t point) {
  { r.names() } -> std::convertible_to<std::vector<std::string>>;
  { r.points() } -> std::convertible_to<std::size_t>;
  { r.values(point) } -> std::convertible_to<std::vector<double>>;
  { r.seeds } -> std::convertible_to<const std::vector<std::uint32_t>&>;
  r.validate();
};

/// Studies are trained as they are bound.
struct unedited {};

namespace detail {
struct takes_any_study {
  void operator()(const auto&) const {}
};
template <class S>
concept HasSweepRuns = requires(const S s) {
  requires SweepRuns<std::remove_cvref_t<decltype(s.runs)>>;
};
template <class S>
concept HasSweepNames = requires(const S s) {
  { s.label } -> std::convertible_to<std::string>;
  { s.results } -> std::convertible_to<const std::vector<std::string>&>;
};
template <class S>
concept HasWithStudy = requires(const S s, const sweep_point& p) {
  s.with_study(p, takes_any_study{});
};
template <class S, class Outcome>
concept ReadsPoint = requires(const S s, const sweep_point& p, const Outcome& outcome, sweep_row& row) {
  s.read(p, outcome, row);
};
template <class S, class Outcome>
concept HasSweepRead = ReadsPoint<S, Outcome> || requires(const S s, const Outcome& outcome, sweep_row& row) {
  s.read(outcome, row);
};
template <class S, class Bound>
concept HasEdit = requires(const S s, const sweep_point& p, Bound& bound) {
  s.edit(p, bound);
};
template <class S>
concept NamesEdit = requires {
  requires(!std::is_same_v<decltype(S::edit), unedited>);
};
template <class S>
concept HasGroup = requires(const S s, const sweep_point& p) {
  { s.group(p) } -> std::convertible_to<std::size_t>;
};
}  // namespace detail

/// A sweep: gives the study of each point to f(study), and writes the columns of an outcome.
template <class S>
concept SweepDescription = detail::HasSweepRuns<S> && detail::HasSweepNames<S> && detail::HasWithStudy<S>;

/// An executor: lets one or several workers take runs of a job until none is left.
template <class E, class Job>
concept SweepExecutor = requires(const E e, Job& job) {
  e(job);
};

/// An executor in several processes, which share texts and agree on errors.
template <class E>
concept SpansRanks = requires(const E e, std::string& text) {
  { e.rank() } -> std::convertible_to<int>;
  { e.ranks() } -> std::convertible_to<int>;
  e.share(text);
  { e.agree(text) } -> std::convertible_to<std::string>;
};

}  // namespace lssm
