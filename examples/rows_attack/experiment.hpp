// SPDX-License-Identifier: BSD-3-Clause
// The runs: a clean model of each seed, poison by gradient matching against it, and one training for each arm.
//
//   model       28 -> dense 32 -> two of [S4D of 8 complex pairs a channel, + D skip, GELU, dense 64, GLU, all inside of a
//               residual; layer norm] -> last output (or the mean) -> dense 10; 7,786 parameters
//   training    AdamW, cosine to 0, batches of 64; eigenvalues and time steps at a quarter of the rate and without decay
//   an arm      the training pictures and copies of some of them, altered under their own labels. Weights, order of
//               batches and schedule are the same in all arms of a seed: arms differ in the copies alone
#pragma once

#include <array>
#include <lssm/all.hpp>
#include <lssm/attack/gradient_matching.hpp>
#include <lssm/nn.hpp>
#include <map>
#include <memory>
#include <mutex>
#ifdef LSSM_HAS_TBB
#include <lssm/sweep/threads.hpp>
#endif

#include "../support/kept_sweep.hpp"
#include "pictures.hpp"
#include "readout.hpp"

namespace rows_attack {

/// What is done to the copies: at most `levels` of 255, in rows from `first` to `end`.
struct arm {
  const char* name;
  int levels = 0;
  integer first = 0, end = rows;
  bool matched = true;
};
inline constexpr std::array arms = {
    arm{"duplicates", 0, 0, rows, false}, arm{"noise", 16, 0, rows, false}, arm{"first rows", 16, 0, 7},
    arm{"last rows", 16, 21, rows},       arm{"all rows, half", 8},         arm{"all rows", 16},
};

using s4d = channelwise<discretized<complex_diagonal<8>, zero_order_hold>, 32>;
using block = residual<d_skip<ssm<s4d, s4d_coordinates>>, gelu, dense<64>, glu>;
using student =
    deep<channels<rows>, dense<32>, block, layer_norm, block, layer_norm, readout, dense<classes>>;
/// Adam with decay of C and of all that is no SSM's.
using rule = decayed<output_role, decayed<network_role, adam>>;
using training_of = descent<rule, unconstrained, step_limit, cosine, unclipped, rate_per_matrix, batches>;
using study = teacher_student<student, no_teacher, given_set<rows, rows>, class_cross_entropy, training_of,
                              network_start<s4d_start, scaled_kernels>>;

inline student model_of(const options& o) {
  student s{};
  std::get<readout>(s.layers).mean = o.mean_readout;
  return s;
}
inline study study_of(const options& o, integer sequences) {
  constexpr integer batch = 64;
  constexpr double decay = 0.01;
  const double steps = static_cast<double>(o.epochs * std::max<integer>(1, sequences / batch));
  study s{.student = model_of(o),
          .training = {.rate = 0.006,
                       .rule = {.weight_decay = decay, .rule = {.weight_decay = decay}},
                       .stop = {.steps = steps},
                       .schedule = {.steps = steps},
                       .rates = {.state = 0.25, .time = 0.25},
                       .batches = {.size = batch}},
          .start = {.network = {.gain = std::sqrt(1 / 3.0)}}};
  // Zeros until `edit` knows the seed.
  s.data.set.sequences.count = sequences;
  s.data.set.sequences.values.assign(static_cast<std::size_t>(sequences * rows * rows), 0.0);
  s.data.labels.assign(static_cast<std::size_t>(sequences), 0.0);
  return s;
}

/// The loss of each picture, and whether it is told right.
struct answers {
  std::vector<double> loss;
  std::vector<bool> right;
  double accuracy() const {
    return static_cast<double>(std::count(right.begin(), right.end(), true)) /
           static_cast<double>(right.size());
  }
  double mean_loss() const {
    return std::accumulate(loss.begin(), loss.end(), 0.0) / static_cast<double>(loss.size());
  }
};
inline answers ask(const auto& classifier, const labelled<float>& data) {
  constexpr integer portion = 100;
  constexpr auto size = static_cast<std::size_t>(rows * rows), width = static_cast<std::size_t>(classes);
  std::vector<float> logits(width * portion);
  answers out;
  for (integer n = 0; n < data.sequences(); n += portion) {
    const integer count = std::min(portion, data.sequences() - n);
    const auto first = static_cast<std::size_t>(n), all = static_cast<std::size_t>(count);
    const std::span<float> to = std::span(logits).first(all * width);
    classifier.apply(view<float>(data.x).subspan(first * size, all * size), {count, rows}, to);
    for (std::size_t i = 0; i < all; ++i) {
      const auto row = std::span<const float>(to).subspan(i * width, width),
                 label = view<float>(data.y).subspan(first + i, 1);
      out.loss.push_back(static_cast<double>(class_cross_entropy::value<float>(row, label)));
      out.right.push_back(accuracy<float>(row, label, classes) == 1);
    }
  }
  return out;
}

/// What a seed begins with, whatever the arm: pictures, a model that was trained without copies, and its targets.
struct beginning {
  draw_of_seed pictures;
  labelled<float> bases, targets;
  std::vector<float> theta;
  student::system<float> start;  // what is not learned, as B
};
/// Copies of the bases as an arm adds them; the objective of the search before and after, where there is one.
struct copies_of_arm {
  labelled<float> data;
  double before = std::numeric_limits<double>::quiet_NaN(), after = before;
};

inline std::vector<integer> choose_targets(const answers& clean, const options& o, std::uint32_t seed) {
  std::vector<integer> right;
  for (std::size_t n = 0; n < clean.right.size(); ++n)
    if (clean.right[n]) right.push_back(static_cast<integer>(n));
  require(
      static_cast<integer>(right.size()) >= o.targets, "rows_attack", "--targets",
      "at most the " + to_text(right.size()) + " test pictures that seed " + to_text(seed) + " tells right",
      o.targets);
  if (o.boundary) {
    std::stable_sort(right.begin(), right.end(), [&](integer a, integer b) {
      return clean.loss[static_cast<std::size_t>(a)] > clean.loss[static_cast<std::size_t>(b)];
    });
  } else {
    keyed_stream stream(seed, 0, 102);
    std::vector<integer> drawn;
    for (const integer i : some_of(static_cast<integer>(right.size()), o.targets, stream))
      drawn.push_back(right[static_cast<std::size_t>(i)]);
    right = drawn;
  }
  right.resize(static_cast<std::size_t>(o.targets));
  std::sort(right.begin(), right.end());
  return right;
}

inline beginning begin(const picture_set& all, const options& o, std::uint32_t seed) {
  beginning b{draw(all, o, seed), {}, {}, {}, {}};
  auto bound = bind<float>(study_of(o, o.training), seed);
  bound.data.x = b.pictures.training.x;
  bound.data.y = b.pictures.training.y;
  bound.rebuild();
  auto training = bound.training();
  while (training.running()) training.step();
  b.start = bound.objective.start_system();
  b.theta.assign(training.theta().begin(), training.theta().end());
  std::copy(b.theta.begin(), b.theta.end(), bound.theta.begin());
  b.targets = b.pictures.test;
  b.targets.keep(choose_targets(ask(bound.student(), b.pictures.test), o, seed));
  b.bases = b.pictures.training;
  b.bases.keep(b.pictures.bases);
  return b;
}

inline copies_of_arm make_copies(const beginning& b, const arm& a, const options& o, std::uint32_t seed) {
  gradient_matching how{.budget = {.amplitude = a.levels * level,
                                   .low = -mean / deviation - 1e-6,
                                   .high = (1 - mean) / deviation + 1e-6,
                                   .weights = std::vector<double>(static_cast<std::size_t>(rows), 0.0)},
                        .steps = o.steps,
                        .key = seed};
  for (integer r = a.first; r < a.end; ++r) how.budget.weights[static_cast<std::size_t>(r)] = 1;
  copies_of_arm out{b.bases};
  if (a.matched) {
    std::vector<integer> every(static_cast<std::size_t>(o.bases));
    std::iota(every.begin(), every.end(), integer{0});
    auto poison = match_gradients<float>(how, model_of(o), b.start, class_cross_entropy{}, {b.theta}, b.bases,
                                         {{b.targets, every}});
    return {std::move(poison.data), poison.before[0], poison.after[0]};
  }
  keyed_stream signs(seed, 0, 103);
  for (float& x : out.data.x)
    x = std::clamp(x + static_cast<float>((signs.uniform() < 0.5 ? -1 : 1) * how.budget.amplitude),
                   static_cast<float>(how.budget.low), static_cast<float>(how.budget.high));
  return out;
}

/// What all arms of a seed share, made once, by whoever comes first.
class beginnings {
 public:
  beginnings(const picture_set& all, const options& o) : all_(all), options_(o) {}
  const beginning& of(std::uint32_t seed) {
    entry* mine = nullptr;
    {
      const std::scoped_lock lock(mutex_);
      auto& place = made_[seed];
      if (!place) place = std::make_unique<entry>();
      mine = place.get();
    }
    std::call_once(mine->once, [&] { mine->made = begin(all_, options_, seed); });
    return mine->made;
  }
  /// The objective of an arm of a seed, and whether its labels are those of the bases: kept from `edit` to `read`.
  std::array<double, 3>& notes(std::uint32_t seed, std::size_t of_arm) {
    const std::scoped_lock lock(mutex_);
    return notes_[{seed, of_arm}];
  }

 private:
  struct entry {
    std::once_flag once;
    beginning made;
  };
  const picture_set& all_;
  const options& options_;
  std::mutex mutex_;
  std::map<std::uint32_t, std::unique_ptr<entry>> made_;
  std::map<std::pair<std::uint32_t, std::size_t>, std::array<double, 3>> notes_;
};

/// A training for each arm and seed.
struct arm_sweep {
  beginnings& common;
  const options& o;
  std::string label;
  point_list runs;
  std::vector<std::string> results = {"status",   "loss",   "flips", "target_loss",
                                      "accuracy", "before", "after", "labels_kept"};

  static std::size_t arm_at(const sweep_point& p) { return static_cast<std::size_t>(p["arm"]); }

  template <class F>
  void with_study(const sweep_point&, F f) const {
    f(study_of(o, o.training + o.bases));
  }
  void edit(const sweep_point& p, auto& bound) const {
    const beginning& b = common.of(p.seed);
    const copies_of_arm copies = make_copies(b, arms[arm_at(p)], o, p.seed);
    const auto append = [](std::vector<float> x, const std::vector<float>& more) {
      x.insert(x.end(), more.begin(), more.end());
      return x;
    };
    bound.data.x = append(b.pictures.training.x, copies.data.x);
    bound.data.y = append(b.pictures.training.y, copies.data.y);
    bound.rebuild();
    common.notes(p.seed, arm_at(p)) = {copies.before, copies.after, copies.data.y == b.bases.y ? 1.0 : 0.0};
  }
  void read(const sweep_point& p, const auto& outcome, sweep_row& row) const {
    const beginning& b = common.of(p.seed);
    const answers on_targets = ask(outcome.student, b.targets);
    const auto [before, after, kept] = common.notes(p.seed, arm_at(p));
    row.add(outcome.status, outcome.at_end.loss,
            std::count(on_targets.right.begin(), on_targets.right.end(), false), on_targets.mean_loss(),
            ask(outcome.student, b.pictures.test).accuracy(), before, after, kept == 1 ? "yes" : "no");
  }
};

/// The results of an arm: one for each seed.
struct result {
  std::vector<double> flips{}, loss{}, accuracy{}, before{}, after{};
  bool labels_kept = true;
};

inline std::vector<result> run_arms(const options& o, beginnings& common) {
  std::vector<std::vector<double>> points;
  for (std::size_t a = 0; a < arms.size(); ++a) points.push_back({static_cast<double>(a)});
  const arm_sweep sweep{common, o, o.label(), {{"arm"}, points, consecutive_seeds(o.first_seed, o.seeds)}};
  support::progress_bar bar("arms");
  const sweep_options keep = support::kept_sweep(o.out.empty() ? "" : o.out + "/runs", bar, false);
  const auto by = [&] {
#ifdef LSSM_HAS_TBB
    if (o.threads > 1) return execute<float>(sweep, on_threads<serial>{.count = o.threads}, keep);
#endif
    return execute<float>(sweep, serial{}, keep);
  };
  const sweep_result all = by();
  if (!all.complete()) throw support::interrupted(o.out, all.done, all.lines.size());
  const csv_table table = all.table();
  std::vector<result> out(arms.size());
  const auto seeds = static_cast<std::size_t>(o.seeds);
  const auto take = [&](const char* name, std::vector<double> result::*to) {
    const auto column = table.column<double>(name);
    for (std::size_t run = 0; run < column.size(); ++run) (out[run / seeds].*to).push_back(column[run]);
  };
  take("flips", &result::flips), take("target_loss", &result::loss), take("accuracy", &result::accuracy);
  take("before", &result::before), take("after", &result::after);
  for (std::size_t run = 0; run < out.size() * seeds; ++run)
    out[run / seeds].labels_kept = out[run / seeds].labels_kept && table.cell(run, "labels_kept") == "yes";
  return out;
}

}  // namespace rows_attack
