// SPDX-License-Identifier: BSD-3-Clause
// Many studies through few lanes: a lane whose student has ended takes the next one.
//
//   train_in_lanes<pack<float>>(next, done)
//     next()                 gives the next student, a std::optional<lane_job<Study>> or, already bound, a
//                            std::optional<bound_job<float, Study>>; empty once there are no more
//     done(index, outcome)   is called as each ends, with the outcome of run<float>(study, seed): bit for bit, or to
//                            rounding where steps of a single student go in one loop (train/gram_form_steps.hpp)
//
//   train_in_lanes<pack<float>>(next, done, stopped)    stopped() is called now and then; once it is true, students under
//                                                       way are given up
//
//   train_in_lanes<pack<float>>(next, done, stopped, watch)    watch(index, run) is called at the start of each student of a
//                                                       descent, after every step of it and at its end; `run` is what an
//                                                       observer sees of a single run (study/lane_view.hpp), and false
//                                                       cancels the student. Steps are then taken one by one
//
// T may also be a single number: the same program with one lane. Its outcomes have the bits of any other number of lanes,
// whatever the order and the neighbours. Students differ in every number but not in type or size.
// Submit long runs first to keep lanes occupied. A training that cannot restart single lanes (a flow)
// takes new students when all lanes have ended.
#pragma once

#include <array>
#include <concepts>
#include <memory>
#include <optional>
#include <vector>

#include "lane_view.hpp"
#include "run.hpp"

namespace lssm {

/// A student to train: its study and seed, and a number to identify it.
template <class Study>
struct lane_job {
  std::size_t index = 0;
  Study study{};
  std::uint32_t seed = 0;
};

/// A job whose study is bound already.
template <SingleScalar L, class Study>
struct bound_job {
  std::size_t index = 0;
  bound_study<L, Study> bound;
};

namespace detail {

template <class Job>
struct job_traits {
  static constexpr bool known = false;
};
template <class S>
struct job_traits<std::optional<lane_job<S>>> {
  static constexpr bool known = true;
  using study = S;
  template <class L>
  static constexpr bool fits = true;
};
template <class B, class S>
struct job_traits<std::optional<bound_job<B, S>>> {
  static constexpr bool known = true;
  using study = S;
  template <class L>
  static constexpr bool fits = std::is_same_v<B, L>;
};

template <class L, class Study>
bound_study<L, Study> bind_job(lane_job<Study>&& job) {
  return bind<L>(job.study, job.seed);
}
template <class L, class Study>
bound_study<L, Study>&& bind_job(bound_job<L, Study>&& job) {
  return std::move(job.bound);
}

/// A training that can take new students into some lanes while the others go on.
template <class State, class Training>
concept RestartableTraining = requires(State s, const mask_of<typename State::T> lanes,
                                       std::span<const Training> per_lane,
                                       std::span<const typename State::T> theta) {
  s.restart(lanes, per_lane, theta);
};

/// Nobody watches.
struct unwatched {};

/// Lanes and the students in them.
template <Scalar T, class Study, class Watch>
class lane_pool {
 public:
  using L = lane_of<T>;
  using bound_type = bound_study<L, Study>;
  using training_type = decltype(Study::training);
  using objective_type = typename detail::problem<T, Study>::type;
  using state_type = decltype(start_training(
      std::declval<std::span<const training_type>>(), std::declval<const objective_type&>(),
      std::declval<std::span<const T>>(), std::declval<std::span<const std::uint32_t>>()));
  static constexpr bool restarts = RestartableTraining<state_type, training_type>;
  static constexpr bool watched = !std::is_same_v<Watch, unwatched>;
  static_assert(
      !watched || requires(state_type s) { s.theta(); },
      "train_in_lanes: the training has no theta(); descents are watched in lanes (docs/study.md)");

  explicit lane_pool(Watch watch) : watch_(std::move(watch)) {}

  /// Trains until next() has no more students and all lanes have ended, or until stopped() holds.
  template <class Next, class Done, class Stopped>
  void train(Next& next, Done& done, Stopped& stopped) {
    for (bool more = true;;) {
      if (more && (restarts || occupied_ == 0)) more = fill(next);
      if (occupied_ == 0) {
        if (!more) return;
        continue;
      }
      if (!some_ended()) advance(stopped);
      read_out(done);  // of those, too, who end as the pool is stopped
      if (stopped()) return;
    }
  }

 private:
  /// Puts students into free lanes; false once there are no more.
  template <class Next>
  bool fill(Next& next) {
    std::array<bool, lanes_of<T>> fresh{};
    bool more = true, some = false;
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
      if (student_[lane]) continue;
      auto job = next();
      if (!job) {
        more = false;
        break;
      }
      index_[lane] = job->index;
      student_[lane].emplace(bind_job<L>(std::move(*job)));
      fresh[lane] = some = true;
      ++occupied_;
    }
    if (some) start(fresh);
    return more;
  }

  void start(const std::array<bool, lanes_of<T>>& fresh) {
    const std::size_t first =
        static_cast<std::size_t>(std::find(fresh.begin(), fresh.end(), true) - fresh.begin());
    if (!objective_) {
      objective_.emplace(student_[first]->study.student, student_[first]->objective);
      theta_.emplace(objective_->theta());
    }
    // Unused lanes hold a copy and are cancelled.
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane)
      if (fresh[lane] || !state_) adopt(lane, *student_[fresh[lane] ? lane : first]);
    all_adopted(*objective_);
    if constexpr (restarts) {
      if (state_) {
        const auto lanes = lanes_where<T>([&](std::size_t lane) { return fresh[lane]; });
        const std::span<const training_type> trainings(trainings_);
        if constexpr (requires { state_->restart(lanes, trainings, view<T>(*theta_), seeds_); }) {
          state_->restart(lanes, trainings, view<T>(*theta_), seeds_);
        } else {
          state_->restart(lanes, trainings, view<T>(*theta_));
        }
        return begin_to_watch(fresh);
      }
    }
    state_.emplace(start_training(std::span<const training_type>(trainings_), std::as_const(*objective_),
                                  view<T>(*theta_), seeds_));
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane)
      if (!student_[lane]) state_->cancel(lane);
    begin_to_watch(fresh);
  }

  void begin_to_watch(const std::array<bool, lanes_of<T>>& fresh) {
    if constexpr (watched) {
      for (std::size_t lane = 0; lane < lanes_of<T>; ++lane)
        if (fresh[lane]) views_[lane].emplace(*state_, *student_[lane], lane);
      show(fresh);
    }
  }
  /// Shows these students to the one who watches.
  void show(const std::array<bool, lanes_of<T>>& which) requires watched {
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
      if (!which[lane]) continue;
      auto& run = *views_[lane];
      run.update();
      if constexpr (std::is_void_v<decltype(watch_(index_[lane], run))>) {
        watch_(index_[lane], run);
      } else if (!watch_(index_[lane], run)) {
        run.cancel();
      }
    }
  }
  std::array<bool, lanes_of<T>> running_lanes() const {
    std::array<bool, lanes_of<T>> which{};
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane)
      which[lane] = student_[lane] && state_->lane_status(lane) == status::running;
    return which;
  }

  void adopt(std::size_t lane, const bound_type& student) {
    if (student.theta.size() != theta_->size())
      refuse("train_in_lanes", "every study", "of " + to_text(theta_->size()) + " parameters",
             student.theta.size());
    objective_->adopt(lane, student.objective);
    set_lane(*theta_, lane, student.theta);
    trainings_[lane] = student.study.training;
    seeds_[lane] = student.seed;
  }

  /// Steps until a lane has ended, or until stopped() holds.
  template <class Stopped>
  void advance(Stopped& stopped) {
    if constexpr (watched) {
      do {
        const auto moving = running_lanes();
        if constexpr (requires { state_->step_as_lanes(); }) {
          state_->step_as_lanes();
        } else {
          state_->step();
        }
        show(moving);
      } while (!some_ended() && !stopped());
    } else if constexpr (requires { state_->advance_to_an_end(stopped); }) {
      state_->advance_to_an_end(stopped);
    } else {
      while (!some_ended() && !stopped()) state_->step();
    }
  }

  bool some_ended() const {
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane)
      if (student_[lane] && state_->lane_status(lane) != status::running) return true;
    return false;
  }

  template <class Done>
  void read_out(Done& done) {
    for (std::size_t lane = 0; lane < lanes_of<T>; ++lane) {
      if (!student_[lane] || state_->lane_status(lane) == status::running) continue;
      done(index_[lane], read_lane(*state_, std::move(*student_[lane]), lane));
      if constexpr (watched) views_[lane].reset();
      student_[lane].reset();
      --occupied_;
    }
  }

  std::array<std::optional<bound_type>, lanes_of<T>> student_;
  std::array<std::size_t, lanes_of<T>> index_{};
  std::size_t occupied_ = 0;
  std::vector<training_type> trainings_ = std::vector<training_type>(lanes_of<T>);
  std::array<std::uint32_t, lanes_of<T>> seeds_{};
  std::optional<objective_type> objective_;
  std::optional<theta_of<objective_type>> theta_;
  std::optional<state_type> state_;
  struct none {};
  std::array<std::optional<std::conditional_t<watched, lane_view<state_type, bound_type>, none>>, lanes_of<T>>
      views_;
  [[no_unique_address]] Watch watch_;
};

}  // namespace detail

/// Never stops a pool: it goes on to the last student.
struct never_stopped {
  constexpr bool operator()() const { return false; }
};

/// Trains students until next() has no more; done(index, outcome) is called as each ends.
template <Scalar T, class Next, class Done, class Stopped = never_stopped, class Watch = detail::unwatched>
void train_in_lanes(Next next, Done done, Stopped stopped = {}, Watch watch = {}) {
  using job = detail::job_traits<std::remove_cvref_t<decltype(next())>>;
  static_assert(job::known,
                "train_in_lanes: next() gives no std::optional of a lane_job or a bound_job (docs/study.md)");
  if constexpr (job::known) {
    static_assert(job::template fits<lane_of<T>>,
                  "train_in_lanes: a bound_job has another scalar than the lanes (docs/study.md)");
    using study = typename job::study;
    static_assert(std::invocable<Done&, std::size_t, outcome<lane_of<T>, study>>,
                  "train_in_lanes: done does not take an index and an outcome (docs/study.md)");
    const auto pool = std::make_unique<detail::lane_pool<T, study, Watch>>(
        std::move(watch));  // large, threads have small stacks
    pool->train(next, done, stopped);
  }
}

}  // namespace lssm
