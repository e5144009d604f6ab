// SPDX-License-Identifier: BSD-3-Clause
// The remaining runs of a sweep, as an executor sees them: a queue that any number of workers empty.
//
//   job.work_as<P>()      one worker: takes runs until none is left, one student per lane of P, and keeps their results.
//                         P is the job's scalar (one run after the other) or a pack of it. Any thread may call it.
//   job.left()            the number of remaining runs
//   job.stop()            workers end as soon as they notice; runs under way are given up
//   job.fail(exception)   the same, and execute throws the exception: for errors of an executor itself
//
// For executors that hand out runs themselves (on_ranks), whose queue begins empty:
//
//   job.give(from, to)    adds the runs from `from` to `to` in the order of work, of left() runs
//   job.close()           says that no more runs will be given
//   job.waiting()         number of runs given and not taken yet          job.finished()   number of runs done here
//   job.tell(finished)    reports progress explicitly; automatic reports are off     job.tells_by_hand()
#pragma once

#include <algorithm>
#include <any>
#include <atomic>
#include <compare>
#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <set>

#include "../core/denormals.hpp"
#include "../study/lane_pool.hpp"
#include "concepts.hpp"
#include "log.hpp"

namespace lssm {

/// The progress of a sweep.
struct sweep_progress {
  std::size_t runs = 0;   ///< of the whole sweep
  std::size_t found = 0;  ///< runs done before this call
  std::size_t done = 0;   ///< runs done, those found included
};

/// The cells of each finished run: (runs).
using sweep_rows = std::vector<std::optional<std::string>>;

/// The remaining runs of a sweep, for workers to take.
template <SingleScalar T, SweepDescription Sweep>
class sweep_job {
 public:
  using scalar = T;

  sweep_job(const Sweep& sweep, const std::vector<std::string>& names, sweep_rows& rows, sweep_log* log,
            const std::function<void(const sweep_progress&)>& progress, const std::atomic<bool>* cancel)
      : sweep_(sweep), names_(names), rows_(rows), log_(log), progress_(progress), cancel_(cancel) {
    for (std::size_t run = 0; run < rows_.size(); ++run)
      if (!rows_[run]) order_.push_back(run);
    for (std::size_t point = 0; point < sweep.runs.points(); ++point) groups_.push_back(group_at(point));
    std::stable_sort(order_.begin(), order_.end(),
                     [&](std::size_t x, std::size_t y) { return group_of(x) < group_of(y); });
    found_ = rows_.size() - order_.size();
  }

  template <Scalar P>
  void work_as() {
    static_assert(std::is_same_v<lane_of<P>, T>,
                  "sweep_job: a worker's pack must have lanes of the sweep's scalar (docs/sweep.md)");
    const flush_denormals all_workers_alike;
    try {
      {
        const std::scoped_lock lock(results_);
        workers_.insert(lanes_of<P>);
      }
      while (const auto first = peek()) work_on_group<P>(*first);
    } catch (...) {
      fail(std::current_exception());
    }
  }
  /// Ends the sweep with this exception, unless it ends with another one already.
  void fail(const std::exception_ptr& why) {
    {
      const std::scoped_lock lock(results_);
      if (!failure_) failure_ = why;
    }
    stop();
  }
  /// The numbers of lanes of all workers so far. Call when no worker is at work.
  const std::set<std::size_t>& workers() const { return workers_; }

  std::size_t left() const { return order_.size(); }
  void stop() {
    const std::scoped_lock lock(queue_);
    stopped_.store(true, std::memory_order_relaxed);
    given_or_closed_.notify_all();
  }
  bool stopped() const {
    return stopped_.load(std::memory_order_relaxed) ||
           (cancel_ != nullptr && cancel_->load(std::memory_order_relaxed));
  }

  void give(std::size_t from, std::size_t to) {
    const std::scoped_lock lock(queue_);
    given_.push_back({from, to});
    given_or_closed_.notify_all();
  }
  void close() {
    const std::scoped_lock lock(queue_);
    closed_ = true;
    given_or_closed_.notify_all();
  }
  std::size_t waiting() const {
    const std::scoped_lock lock(queue_);
    std::size_t sum = 0;
    for (const auto& [from, to] : given_) sum += to - from;
    return sum;
  }
  std::size_t finished() const {
    const std::scoped_lock lock(results_);
    return finished_;
  }
  void tells_by_hand() { tells_ = false; }
  void tell(std::size_t finished) const {
    if (progress_) progress_({rows_.size(), found_, found_ + finished});
  }

  /// Throws the exception of a worker, if there is one. Call when no worker is at work.
  void rethrow() const {
    const std::scoped_lock lock(results_);
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  std::size_t seeds() const { return sweep_.runs.seeds.size(); }
  sweep_point point_of(std::size_t run) const { return {names_, sweep_.runs.values(run / seeds())}; }
  sweep_point seeded_point(std::size_t run) const {
    sweep_point point = point_of(run);
    point.seed = sweep_.runs.seeds[run % seeds()];
    return point;
  }
  /// Whether the study's objective holds any number of sequences in one lane. A lambda that asked for it in a constraint would
  /// not be read by clang 16 and later.
  template <class Study>
  static constexpr bool any_number_of_sequences = requires {
    requires bound_study<T, Study>::objective_type::any_number_of_sequences;
  };
  /// Whether it is known before the data are there how many sequences an objective keeps.
  template <class Study>
  static constexpr bool keeps_known_sequences = any_number_of_sequences<Study> ||
                                                (std::is_same_v<decltype(Study::filter), unfiltered> &&
                                                 !detail::HasEdit<Sweep, bound_study<T, Study>>);
  /// Runs that may share lanes: of one group of the sweep, one size, mini-batches of one size, one loss and, where the objective
  /// keeps every sequence, of as many sequences. Where these are not known, a run has the lanes for itself.
  struct group {
    std::size_t of_sweep = 0;
    integer length = 0, parameters = 0, sequences = 0;
    std::size_t batch = 0;              // sequences in a step of mini-batches
    bool whole_batch = false;           // whether these are all, without noise
    integer label_steps = 0;            // that given labels belong to
    std::size_t loss = 0, penalty = 0;  // places among those that are the same in all lanes
    auto operator<=>(const group&) const = default;
  };
  group group_at(std::size_t point) {
    group all;
    const sweep_point here{names_, sweep_.runs.values(point)};
    if constexpr (detail::HasGroup<Sweep>) all.of_sweep = static_cast<std::size_t>(sweep_.group(here));
    sweep_.with_study(here, [&]<class Study>(const Study& of_point) {
      using bound = bound_study<T, Study>;
      all.length = of_point.data.kappa();
      all.parameters = bound::model::learned::count(of_point.student.template make<T>());
      if constexpr (!any_number_of_sequences<Study>)
        of_point.data.each([&](const auto& sequences) { all.sequences += sequences.count; });
      if constexpr (detail::problem<T, Study>::in_batches) {
        const detail::batch_order order(of_point.training.batches, 0, all.sequences);
        all.batch = order.size();
        all.whole_batch = order.whole();
      }
      if constexpr (requires { of_point.data.own_labels(); })
        all.label_steps = of_point.data.own_labels().steps;
      all.loss = place_of(of_point.loss);
      if constexpr (std::is_same_v<typename detail::problem<T, Study>::bound_penalty,
                                   decltype(Study::penalty)>)
        all.penalty = place_of(of_point.penalty);
    });
    return all;
  }
  /// The place of a loss or penalty among those that have been seen: lanes share one.
  template <class Policy>
  std::size_t place_of(const Policy& mine) {
    if constexpr (!std::is_empty_v<Policy> && std::equality_comparable<Policy>) {
      for (std::size_t i = 0; i < policies_.size(); ++i)
        if (const auto* seen = std::any_cast<Policy>(&policies_[i]); seen != nullptr && *seen == mine)
          return i;
      policies_.emplace_back(mine);
      return policies_.size() - 1;
    }
    return 0;
  }
  const group& group_of(std::size_t run) const { return groups_[run / seeds()]; }

  /// Waits for the next run and returns it; nothing at the end.
  std::optional<std::size_t> front(std::unique_lock<std::mutex>& lock) {
    given_or_closed_.wait(lock, [&] { return !given_.empty() || closed_ || stopped(); });
    if (given_.empty() || stopped()) return std::nullopt;
    return order_[given_.front().from];
  }
  std::optional<std::size_t> peek() {
    std::unique_lock lock(queue_);
    return front(lock);
  }
  /// Takes the next run if it is of this group.
  std::optional<std::size_t> take(const group& of) {
    std::unique_lock lock(queue_);
    const auto run = front(lock);
    if (!run || group_of(*run) != of) return std::nullopt;
    range& r = given_.front();
    if (++r.from == r.to) given_.pop_front();
    return run;
  }

  template <Scalar P>
  void work_on_group(std::size_t first) {
    const group& of = group_of(first);
    sweep_.with_study(point_of(first), [&]<class Study>(const Study&) {
      static_assert(detail::HasSweepRead<Sweep, outcome<T, Study>>,
                    "execute: the sweep lacks read(outcome, row) (docs/sweep.md)");
      static_assert(!detail::NamesEdit<Sweep> || detail::HasEdit<Sweep, bound_study<T, Study>>,
                    "execute: the edit of the sweep does not take a point and a bound study (docs/sweep.md)");
      std::size_t taken = 0;
      const auto next = [&]() -> std::optional<bound_job<T, Study>> {
        if (!keeps_known_sequences<Study> && taken > 0) return std::nullopt;
        const auto run = take(of);
        if (!run) return std::nullopt;
        ++taken;
        bound_job<T, Study> job{*run, bind<T>(study_of_run<Study>(*run), sweep_.runs.seeds[*run % seeds()])};
        edit(*run, job.bound);
        return job;
      };
      const auto done = [&](std::size_t run, const auto& outcome) { keep(run, outcome); };
      train_in_lanes<P>(next, done, [&] { return stopped(); });
    });
  }
  /// Lets the sweep change what is bound, where it does so.
  template <class Bound>
  void edit(std::size_t run, Bound& bound) const {
    if constexpr (detail::HasEdit<Sweep, Bound>) {
      sweep_.edit(seeded_point(run), bound);
    }
  }
  template <class Study>
  Study study_of_run(std::size_t run) const {
    std::optional<Study> study;
    sweep_.with_study(point_of(run), [&]<class Found>(const Found& found) {
      if constexpr (std::is_same_v<Found, Study>) study = found;
    });
    require(study.has_value(), "sweep", "studies of one group", "of one type", "another");
    return *std::move(study);
  }

  template <class Outcome>
  void keep(std::size_t run, const Outcome& outcome) {
    if (outcome.status == status::running || outcome.status == status::cancelled) return;
    sweep_row row;
    if constexpr (detail::ReadsPoint<Sweep, Outcome>) {
      sweep_.read(seeded_point(run), outcome, row);
    } else {
      sweep_.read(outcome, row);
    }
    require(row.cells() == sweep_.results.size(), "sweep", "cells that read(outcome, row) adds",
            std::to_string(sweep_.results.size()), row.cells());
    const std::scoped_lock lock(results_);
    if (log_ != nullptr) log_->add(run, row.text());
    rows_[run] = row.text();
    ++finished_;
    if (tells_) tell(finished_);
  }

  struct range {
    std::size_t from, to;
  };

  const Sweep& sweep_;
  const std::vector<std::string>& names_;
  sweep_rows& rows_;
  sweep_log* log_;
  const std::function<void(const sweep_progress&)>& progress_;
  const std::atomic<bool>* cancel_;
  std::vector<std::any> policies_;  // losses and penalties that lanes share
  std::vector<group> groups_;       // of points
  std::vector<std::size_t> order_;  // of work: runs of one group side by side
  std::size_t found_ = 0;
  bool tells_ = true;

  mutable std::mutex queue_;
  std::condition_variable given_or_closed_;
  std::deque<range> given_;
  bool closed_ = false;
  std::atomic<bool> stopped_ = false;

  mutable std::mutex results_;
  std::size_t finished_ = 0;
  std::exception_ptr failure_;
  std::set<std::size_t> workers_;  // lanes of each
};

}  // namespace lssm
