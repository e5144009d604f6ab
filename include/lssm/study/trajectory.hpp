// SPDX-License-Identifier: BSD-3-Clause
// A training over time: an observer (train/observer.hpp) that records quantities of your choice.
//
//   auto seen = trajectory_of<double>({.per_decade = 25}, record::time{}, record::loss{}, record::eigenvalues{});
//   auto end = run<double>(study, 242, seen);
//   seen.values("eigenvalue")        tensor (samples, d)
//   to_csv(seen).save("run.csv");    to_npz(seen).save("run.npz");                     (study/saved_trajectory.hpp)
//
//   trajectory_of<float>(sample_steps{.period = 100}, record::steps{}, record::rate{}, ...)           of a descent
//
// Samples are the start and the end, and in between the times of `sample_times`, by dense output within the step that
// passes them, or the steps of `sample_steps`. The record can be saved with the run (study/checkpoint.hpp).
//
// Recording never changes a result: the student has the same bits with and without. A second run
// starts a new record.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "../core/tensor_of.hpp"
#include "record.hpp"
#include "sample_steps.hpp"
#include "sample_times.hpp"

namespace lssm {

namespace detail {

/// A quantity whose name is a constant; other names are compared when the trajectory is made.
template <class Q>
concept NamedByConstant = requires {
  typename std::bool_constant<(std::string_view(Q::name).size() > 0)>;
};
/// Whether all constant names of quantities differ.
template <class... Quantities>
consteval bool names_differ() {
  if constexpr ((NamedByConstant<Quantities> && ...)) {
    std::array<std::string_view, sizeof...(Quantities)> names{std::string_view(Quantities::name)...};
    std::sort(names.begin(), names.end());
    return std::adjacent_find(names.begin(), names.end()) == names.end();
  } else {
    return true;
  }
}

}  // namespace detail

/// An observer that records quantities: (samples, columns) of each.
template <SingleScalar T, class When, class... Quantities>
class trajectory {
  static_assert(sizeof...(Quantities) >= 1, "trajectory: name at least one quantity (docs/study.md)");
  static_assert(
      detail::names_differ<Quantities...>(),
      "trajectory: two quantities have the same name; record::named<\"...\">(quantity) gives one another "
      "(docs/study.md)");

 public:
  using scalar = T;
  /// Whether samples are counted in steps, not placed in time.
  static constexpr bool in_steps = std::is_same_v<When, sample_steps>;

  explicit trajectory(const When& when, Quantities... quantities)
      : when_(when), quantities_(std::move(quantities)...) {
    when_.validate();
    expect_distinct(names());
  }

  /// Looks at the training; `drive` calls it at the start and after every step.
  template <class Run>
  void operator()(Run& run) {
    static_assert(std::is_same_v<std::remove_cvref_t<decltype(run.now().time)>, T>,
                  "trajectory: the run has another scalar; trajectory_of<Scalar>(...) (docs/study.md)");
    const double steps = value_of(run.now().steps);
    if (samples() == 0 || steps == 0) {
      start(run);
    } else if (steps != steps_seen_ || (!in_steps && !run.running())) {
      see(run, steps);
    }
    steps_seen_ = steps;
  }

  /// The last sample that `sample_steps` asked for, 0 before there is one: the end of a run may lie between two of them.
  std::size_t last_due() const { return last_due_; }

  /// The record so far and the place where sampling goes on. After move_to(position) the record continues as if never
  /// interrupted, provided that the run does.
  struct position {
    When when{};
    std::array<std::uint64_t, sizeof...(Quantities)> widths{};  ///< columns of each quantity
    std::vector<T> values{};                                    ///< (samples, columns)
    std::int64_t next = 0;                                      ///< index of the next sampling time
    std::uint64_t last_due = 0;
    double steps_seen = -1;  ///< steps at the last call, -1 before it

    static constexpr auto parts(auto& p) {
      return std::tuple(part("when", p.when), part("widths", p.widths), part("values", p.values),
                        part("next", p.next), part("last_due", p.last_due), part("steps_seen", p.steps_seen));
    }
  };
  position where_it_stands() const {
    position p{when_, {}, values_, next_, last_due_, steps_seen_};
    std::copy(widths_.begin(), widths_.end(), p.widths.begin());
    return p;
  }
  /// Why a position is impossible for this trajectory of this run; empty if it is possible.
  template <class Run>
  std::string objection(const position& p, Run& run) const {
    if (!(p.when == when_)) return "was sampled at other times or steps";
    std::size_t width = 0;
    for (const std::uint64_t w : p.widths) {
      if (w > p.values.size()) return "has more columns than numbers";
      width += static_cast<std::size_t>(w);
    }
    const bool called = p.steps_seen != -1;
    if (called &&
        !(std::isfinite(p.steps_seen) && p.steps_seen >= 0 && p.steps_seen == std::trunc(p.steps_seen)))
      return "counts steps by no whole number";
    auto here = decltype(position::widths){};
    if (called) here = widths_at(run.here());
    if (p.widths != here) return "has other numbers of columns than this run";
    if (width == 0 ? !p.values.empty() : p.values.size() % width != 0) return "has an incomplete sample";
    const std::size_t found = width == 0 ? 0 : p.values.size() / width;
    if (in_steps && static_cast<double>(found) > p.steps_seen + 1) return "has more samples than steps";
    if (p.last_due >= std::max<std::size_t>(found, 1)) return "lacks the last sample that was due";
    if (p.next < 0 || (in_steps && p.next != 0)) return "goes on at no sampling time";
    return {};
  }
  /// Moves to a position without objection.
  void move_to(position p) {
    std::copy(p.widths.begin(), p.widths.end(), widths_.begin());
    values_ = std::move(p.values);
    next_ = static_cast<integer>(p.next);
    last_due_ = static_cast<std::size_t>(p.last_due);
    steps_seen_ = p.steps_seen;
  }

  std::size_t samples() const { return width() == 0 ? 0 : values_.size() / width(); }

  /// Names of the quantities, in order.
  static std::vector<std::string> names() { return {std::string(Quantities::name)...}; }
  /// Names of the columns: the quantity's name, followed by _0, _1, ... if it has several columns.
  std::vector<std::string> columns() const {
    std::vector<std::string> all;
    const auto each = names();
    for (std::size_t q = 0; q < each.size(); ++q)
      for (std::size_t j = 0; j < widths_[q]; ++j)
        all.push_back(widths_[q] == 1 ? each[q] : each[q] + "_" + std::to_string(j));
    return all;
  }

  /// The whole record (samples, columns), row major, as contiguous numbers and as a tensor.
  std::span<const T> numbers() const { return values_; }
  auto table() const { return to_tensor<2>(values_, {samples(), width()}); }

  /// The values of one quantity (samples, columns).
  auto values(std::string_view name) const {
    const auto each = names();
    std::size_t q = 0, offset = 0;
    for (; q < each.size() && each[q] != name; ++q) offset += widths_[q];
    require(q < each.size(), "trajectory::values", "name", "one of its quantities", name);
    auto out = make_tensor<T, 2>({samples(), widths_[q]});
    for (std::size_t i = 0; i < samples(); ++i)
      for (std::size_t j = 0; j < widths_[q]; ++j) out(i, j) = values_[i * width() + offset + j];
    return out;
  }

 private:
  static void expect_distinct(std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    if (const auto twice = std::adjacent_find(names.begin(), names.end()); twice != names.end())
      refuse("trajectory", "names", "different for all quantities and columns", *twice + " twice");
  }
  std::size_t width() const {
    std::size_t sum = 0;
    for (std::size_t w : widths_) sum += w;
    return sum;
  }

  std::array<std::uint64_t, sizeof...(Quantities)> widths_at(const auto& point) const {
    return std::apply(
        [&](const auto&... q) { return std::array{static_cast<std::uint64_t>(q.columns(point))...}; },
        quantities_);
  }

  void see(auto& run, double steps) {
    if constexpr (in_steps) {
      // The step that reaches the target is the last of its phase.
      const double phase_steps = value_of(run.now().phase_steps());
      const bool due = when_.due(phase_steps > 0 ? phase_steps : steps);
      if (due || !run.running()) take(run.here());
      if (due) last_due_ = samples() - 1;
    } else {
      if constexpr (requires { run.at(run.now().time); }) {
        for (; T(when_.time(next_)) < run.now().time; ++next_) take(run.at(T(when_.time(next_))));
      }
      if (!run.running() || when_.counts(steps) || skip_to(run.now().time)) take(run.here());
      skip_to(run.now().time);
    }
  }

  void start(auto& run) {
    values_.clear();
    next_ = 0;
    last_due_ = 0;
    const auto point = run.here();
    using point_type = std::remove_cvref_t<decltype(point)>;
    static_assert((Quantity<Quantities, point_type> && ...),
                  "trajectory: a quantity lacks name, columns(point) or write(point, out) (docs/study.md)");
    const auto widths = widths_at(point);
    std::copy(widths.begin(), widths.end(), widths_.begin());
    expect_distinct(columns());  // two columns of x are named x_0 and x_1
    take(point);
    if constexpr (!in_steps) skip_to(run.now().time);
  }

  /// Passes the sampling times up to this one; true if it is one of them. No loop over all of them: a time may be far ahead,
  /// and even infinite, where the rates of a descent overflow.
  bool skip_to(const T& time) {
    if (!is_finite(time)) return false;
    bool is_one = false;
    next_ = std::max(next_, when_.shortly_before(value_of(time)));
    for (; T(when_.time(next_)) <= time; ++next_) is_one = T(when_.time(next_)) == time;
    return is_one;
  }

  void take(const auto& point) {
    std::size_t offset = values_.size(), q = 0;
    values_.resize(offset + width(), T(0));
    const auto write = [&](const auto& quantity) {
      quantity.write(point, std::span<T>(values_).subspan(offset, widths_[q]));
      offset += widths_[q++];
    };
    std::apply([&](const auto&... each) { (write(each), ...); }, quantities_);
  }

  When when_;
  std::tuple<Quantities...> quantities_;
  std::array<std::size_t, sizeof...(Quantities)> widths_{};  // columns of each
  std::vector<T> values_;                                    // (samples, columns)
  integer next_ = 0;                                         // the sampling time to come
  std::size_t last_due_ = 0;
  double steps_seen_ = -1;  // when called last
};

/// Makes a trajectory in the scalar T of the run.
template <SingleScalar T, class... Quantities>
auto trajectory_of(const sample_times& when, Quantities... quantities) {
  return trajectory<T, sample_times, Quantities...>(when, std::move(quantities)...);
}
/// A separate template, so that braces still mean sample_times.
template <SingleScalar T, std::same_as<sample_steps> When, class... Quantities>
auto trajectory_of(const When& when, Quantities... quantities) {
  return trajectory<T, sample_steps, Quantities...>(when, std::move(quantities)...);
}

}  // namespace lssm
