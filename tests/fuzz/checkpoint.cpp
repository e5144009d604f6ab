// SPDX-License-Identifier: BSD-3-Clause
// Checkpoints: any bytes are one of this run, which it then goes on from, or refused with nothing changed.
#include <lssm/lssm.hpp>

#include "archive.hpp"
#include "target.hpp"

using namespace lssm;

namespace {

using study =
    teacher_student<ssm<real_diagonal<2>>, given<real_diagonal<1>>, training_set<3, gaussian<everywhere>>,
                    squared_error, descent<heavy_ball, unconstrained, first_of<step_limit>>, near_zero,
                    keyed_streams>;

/// A run under way, and what it saves.
struct run_under_way {
  bound_study<double, study> bound =
      bind<double>(study{.teacher = {.values = {{0.9}, {1}, {1}}}, .start = {.state_deviation = 0.4}}, 3);
  decltype(bound.training()) training = bound.training();
  decltype(trajectory_of<double>(sample_steps{}, record::loss{})) seen =
      trajectory_of<double>(sample_steps{}, record::loss{});

  run_under_way() {
    for (int i = 0; i < 3; ++i) {
      training.step();
      seen(training);
    }
  }
  std::string saved() const {
    npz_writer out;
    add_label(out, "fuzz");
    add_run(out, "run", bound, training, seen);
    return out.bytes();
  }
  void load(const std::string& bytes) {
    load_checkpoint(npz_file(bytes, "f"), "fuzz", bound, training, seen);
  }
};

void load(const std::string& bytes) {
  static run_under_way run;
  static const std::string before = run.saved();
  static const auto parts = run.training;
  if (fuzz::accepted([&] { run.load(bytes); })) {
    static_cast<void>(run.saved());
    run.load(before);
    fuzz::insist(run.saved() == before);
  } else {
    fuzz::insist(equal_parts(run.training, parts));
  }
}

}  // namespace

std::vector<std::string> fuzz::seeds() { return {run_under_way().saved()}; }

void fuzz::read(std::string_view bytes) {
  load(std::string(bytes));
  load(with_checksums(bytes));
}
