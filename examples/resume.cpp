// SPDX-License-Identifier: BSD-3-Clause
// A training that is saved every hundred steps, breaks off, and goes on from the file with the same bits
// (docs/study.md).
#include <filesystem>
#include <iostream>
#include <lssm/lssm.hpp>
#include <lssm/study/checkpoint.hpp>
using namespace lssm;

using poisoned = inject<training_set<7, gaussian<leading<2>>>, gaussian<at<-2>>>;
using adam_steps = descent<adam, unconstrained, first_of<step_limit>>;
using study = teacher_student<ssm<real_diagonal<6>>, given<real_diagonal<1>>, poisoned, squared_error,
                              adam_steps, near_zero, keyed_streams>;

const study ours{.teacher = {.values = {{0.9}, {1}, {1}}},
                 .data = {.set = {.sequences = {.count = 12}}, .special = {.count = 2}},
                 .training = {.rate = 0.003, .stop = {{{.steps = 1000}}}},
                 .start = {.state_deviation = 0.3, .io_deviation = 0.3}};

/// Trains from the file's last step, or from the start where there is no file, until `breaks_off`.
auto train(const char* file, double breaks_off) {
  const file_lock mine(file);  // no other process saves there meanwhile
  auto bound = bind<double>(ours, 5);
  auto training = bound.training();
  auto seen = trajectory_of<double>(sample_steps{.period = 50}, record::steps{}, record::loss{});
  if (std::filesystem::exists(file)) load_checkpoint(file, "Adam, rate 0.003", bound, training, seen);
  std::cout << "from step " << training.now().steps;

  auto saving = every(100, [&](auto& run) { save_checkpoint(file, "Adam, rate 0.003", bound, run, seen); });
  auto crash = [=](auto& run) { return run.now().steps < breaks_off; };
  auto all = observers(seen, saving, crash);
  drive(training, all);

  std::cout << " to step " << training.now().steps << ": " << training.lane_status(0) << '\n';
  return std::pair(read_lane(training, bound, 0), seen);
}

int main() {
  std::filesystem::remove("run.npz");
  std::filesystem::remove("whole.npz");
  train("run.npz", 730);
  const auto [resumed, seen] = train("run.npz", 1e9);
  const auto [whole, all_seen] = train("whole.npz", 1e9);
  std::cout << std::boolalpha << "the same bits: " << equal_parts(resumed.student, whole.student)
            << ", and as many samples: " << (seen.samples() == all_seen.samples()) << '\n';

  auto other = bind<double>(ours, 6);
  auto its_training = other.training();
  try {
    load_checkpoint("run.npz", "Adam, rate 0.01", other, its_training);
  } catch (const bad_file& e) {
    std::cout << e.what() << '\n';
  }
}
