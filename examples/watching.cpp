// SPDX-License-Identifier: BSD-3-Clause
// Studies watched and saved (docs/study.md, docs/measure.md, docs/io.md): trajectories, a quantity of one's own, files,
// and one student per SIMD lane.
#include <array>
#include <iostream>
#include <lssm/core/pack.hpp>
#include <lssm/files.hpp>
#include <lssm/lssm.hpp>
using namespace lssm;

using student = ssm<real_diagonal<10>, learn<state_matrix>>;
using poisoned = inject<training_set<7, unit<at<0>>>, unit<at<-2>>>;
using study = teacher_student<student, theorem1_teacher<10>, poisoned>;

struct trace {  // a quantity: Σ_j a_j, which the special sequence's label asks to be 1
  static constexpr std::string_view name = "trace";
  static std::size_t columns(const auto&) { return 1; }
  static void write(const auto& p, auto out) {
    for (const auto& a : p.system.a) out[0] = out[0] + a;
  }
};

int main() {
  std::cout.precision(6);
  const study ours;

  // Ten samples per factor of ten of flow time, and the start and the end.
  auto seen = trajectory_of<double>({.first = 0.01, .per_decade = 10}, record::time{}, record::loss{},
                                    record::generalization{ours.teacher.bind<double>(), 20}, trace{},
                                    record::gamma{});
  const auto end = run<double>(ours, 242, seen);
  const auto error = seen.values("generalization_error");  // (samples, 1)
  std::cout << "generalization error " << error(0, 0) << " at the start, " << error(seen.samples() - 1, 0)
            << " at the end\n";

  // Measures of the end: of the student, and of the cotangent g of its impulse response.
  std::cout << "effective rank " << end.effective_rank() << ", largest eigenvalue " << end.eigenvalues()[0]
            << ", final trace " << seen.values("trace")(seen.samples() - 1, 0) << '\n';

  // Files: all digits, replaced atomically; read back as columns and arrays.
  to_csv(seen).save("run.csv");
  to_npz(seen).save("run.npz");
  const auto times = csv_table::read("run.csv").column<double>("time");
  const auto gamma = npz_file("run.npz").read<double, 2>("gamma");  // (samples, kappa - 1)
  std::cout << "as many rows as samples: " << std::boolalpha
            << (times.size() == seen.samples() && gamma.shape(0) == seen.samples()) << ", of "
            << gamma.shape(1) << " coefficients\n";

  // A table of one's own. A cell refers to its table, so the table that was read has a name.
  csv_table table({"seed", "status", "error"});
  table.add(242, end.status, end.generalization(20));  // one cell per column: numbers, text, a status
  table.save("runs.csv");
  const csv_table runs = csv_table::read("runs.csv");
  std::cout << "seed " << runs.cell(0, "seed") << ": " << runs.cell(0, "status") << ", error "
            << runs.column<double>("error")[0] << '\n';

  // The whole state of the student, by its parts: bit for bit.
  auto copy = end.student;
  save_parts("student.npz", end.student);
  load_parts("student.npz", copy);
  std::cout << "saved and loaded alike: " << equal_parts(copy, end.student) << '\n';
  std::cout << json_object().add("seed", 242).add("status", end.status).add("kappa", 7).text() << '\n';

  // One student per lane, with numbers and seeds of its own.
  const std::array<study, 2> both{study{.data = {.special = {.count = 0}}}, study{}};
  const std::array<std::uint32_t, 2> seeds{242, 242};
  const auto lanes = run<pack<double>>(std::span<const study>(both), std::span<const std::uint32_t>(seeds));
  std::cout << "honest " << lanes[0].generalization(20);
  if (lanes.size() > 1) std::cout << ", harmed " << lanes[1].generalization(20);
  std::cout << '\n';
}
