// SPDX-License-Identifier: BSD-3-Clause
// A training over time: an observer (train/observer.hpp) that writes down quantities of one's choice.
//
//   auto seen = trajectory_of<double>({.per_decade = 25}, record::time{}, record::loss{}, record::eigenvalues{});
//   auto end = run<double>(study, 242, seen);
//   seen.values("eigenvalue")        tensor (samples, d)
//   to_csv(seen).save("run.csv");    to_npz(seen).save("run.npz");                     (study/saved_trajectory.hpp)
//
// Sampled are the start, the times of `sample_times` by dense output within the step that passes them, and the end.
// Watching never changes a result: the student of a watched run has the bits of the unwatched one's. A second run
// starts the record anew.
#pragma once

#include <array>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "../core/tensor.hpp"
#include "record.hpp"
#include "sample_times.hpp"

namespace lssm {

template <SingleScalar T, class... Quantities>
class trajectory {
  static_assert(sizeof...(Quantities) >= 1, "trajectory: name at least one quantity (docs/study.md)");

 public:
  using scalar = T;

  explicit trajectory(const sample_times& when, Quantities... quantities)
      : when_(when), quantities_(std::move(quantities)...) {
    when_.validate();
  }

  /// Call at the start and after every step, as `drive` does.
  template <class Run>
  void operator()(Run& run) {
    static_assert(std::is_same_v<std::remove_cvref_t<decltype(run.now().time)>, T>,
                  "trajectory: the run has another scalar; trajectory_of<Scalar>(...) (docs/study.md)");
    const double steps = value_of(run.now().steps);
    if (samples() == 0 || steps == 0) {
      start(run);
      return;
    }
    if constexpr (requires { run.at(run.now().time); }) {
      for (; T(when_.time(next_)) < run.now().time; ++next_) take(run.at(T(when_.time(next_))));
    }
    if (!run.running() || when_.counts(steps) || skip_to(run.now().time)) take(run.here());
    skip_to(run.now().time);
  }

  std::size_t samples() const { return width() == 0 ? 0 : values_.size() / width(); }

  /// Names of the quantities, in order.
  static std::vector<std::string> names() { return {std::string(Quantities::name)...}; }
  /// Names of the columns: the quantity's own where it has one column, else followed by _0, _1, ...
  std::vector<std::string> columns() const {
    std::vector<std::string> all;
    const auto each = names();
    for (std::size_t q = 0; q < each.size(); ++q)
      for (std::size_t j = 0; j < widths_[q]; ++j)
        all.push_back(widths_[q] == 1 ? each[q] : each[q] + "_" + std::to_string(j));
    return all;
  }

  /// Everything (samples, columns), row major, as contiguous numbers and as a tensor.
  std::span<const T> numbers() const { return values_; }
  tensor<T, 2> table() const { return to_tensor<2>(values_, {samples(), width()}); }

  /// One quantity (samples, its columns).
  tensor<T, 2> values(std::string_view name) const {
    const auto each = names();
    std::size_t q = 0, offset = 0;
    for (; q < each.size() && each[q] != name; ++q) offset += widths_[q];
    require(q < each.size(), "trajectory::values", "name", "one of its quantities", name);
    auto out = tensor<T, 2>::from_shape({samples(), widths_[q]});
    for (std::size_t i = 0; i < samples(); ++i)
      for (std::size_t j = 0; j < widths_[q]; ++j) out(i, j) = values_[i * width() + offset + j];
    return out;
  }

 private:
  std::size_t width() const {
    std::size_t sum = 0;
    for (std::size_t w : widths_) sum += w;
    return sum;
  }

  void start(auto& run) {
    values_.clear();
    next_ = 0;
    const auto point = run.here();
    using point_type = std::remove_cvref_t<decltype(point)>;
    static_assert((Quantity<Quantities, point_type> && ...),
                  "trajectory: a quantity lacks name, columns(point) or write(point, out) (docs/study.md)");
    std::apply([&](const auto&... q) { widths_ = {static_cast<std::size_t>(q.columns(point))...}; },
               quantities_);
    take(point);
    skip_to(run.now().time);
  }

  /// Passes the sampling times up to this one; true if it is one of them.
  bool skip_to(const T& time) {
    bool is_one = false;
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

  sample_times when_;
  std::tuple<Quantities...> quantities_;
  std::array<std::size_t, sizeof...(Quantities)> widths_{};  // columns of each
  std::vector<T> values_;                                    // (samples, columns)
  integer next_ = 0;                                         // the sampling time to come
};

template <SingleScalar T, class... Quantities>
trajectory<T, Quantities...> trajectory_of(const sample_times& when, Quantities... quantities) {
  return trajectory<T, Quantities...>(when, std::move(quantities)...);
}

}  // namespace lssm
