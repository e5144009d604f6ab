// SPDX-License-Identifier: BSD-3-Clause
// Certificates of a study of one's own (docs/certificate.md): a band of its teacher, a training that ends when its student is
// certified, and the choice among several students.
#include <iostream>
#include <lssm/certificate.hpp>
#include <lssm/lssm.hpp>
using namespace lssm;

using study =
    teacher_student<ssm<real_diagonal<4>>, given<real_diagonal<1>>, training_set<6, gaussian<everywhere>>,
                    squared_error, descent<adam, unconstrained, first_of<step_limit>>, near_zero>;

int main() {
  study ours;
  ours.teacher.values = {{1}, {1}, {1}};
  ours.data.sequences.count = 8;
  ours.training = {.rate = 0.01, .stop = {step_limit{3000}}};
  ours.start = {.state_deviation = 0.1, .io_deviation = 0.1};
  std::cout.precision(2);

  // What is assumed: real modes in [-1, 1], and a mass of at most 1.05. What follows: a band for every lag below 40.
  const auto bound = bind<double>(ours, 3);
  const response_band band = teacher_band(bound, {.mass = 1.05}, 40);
  std::cout << "lag 0: " << band.low[0] << " to " << band.high[0] << ", lag 39: " << band.low[39] << " to "
            << band.high[39] << "; no teacher of a mass below " << band.least_mass << " fits\n";

  // Bounds of the error along a training, which ends when the student is certified.
  auto seen = trajectory_of<double>(sample_steps{.period = 100}, record::error_bounds{&band});
  const certified_stop until(band, {.tolerance = 0.2, .period = 100});
  const auto end = run<double>(ours, 3, observers(seen, until));
  const certificate proved = certify(band, end.student, 0.2);
  std::cout << end.status << ": " << to_string(proved.verdict) << ", error at most " << proved.at_most
            << '\n';

  // The largest mass of a teacher under which that is still so.
  std::vector<double> h(40);
  end.student.impulse_response(std::span<double>(h));
  std::cout << "certified up to a mass of " << breakdown_mass(bound.data, {}, std::span<const double>(h), 0.2)
            << '\n';

  // Of several students of the same data the certified one of the least mass.
  std::vector<certificate> students;
  for (const double rate : {0.1, 0.01, 0.001}) {
    ours.training.rate = rate;
    students.push_back(certify(band, run<double>(ours, 3).student, 0.2));
  }
  const auto best = least_mass_certified(students);
  std::cout << (best ? "a student is taken" : "none is certified") << '\n';
}
