// SPDX-License-Identifier: BSD-3-Clause
// A teacher that oscillates, learned by students of complex pairs and by real ones of as many numbers: where the eigenvalues
// go (docs/complex_diagonal.md). `spectrum --help` lists the flags, examples/support/program.hpp the exit codes.
//
//   spectrum --seed 1 --out spectrum
//   cd examples/figures/extra && gnuplot -e "data='../../../spectrum'" spectrum.gp
#include <iostream>

#include <lssm/all.hpp>

#include "support/argument.hpp"
#include "support/output_directory.hpp"
#include "support/text_table.hpp"

namespace {

using namespace lssm;

struct options {
  std::vector<std::uint32_t> seeds{1, 2, 3};
  integer pairs = 4;
  std::string out;
  bool overwrite = false, json = false;

  std::string label() const {
    std::string text = " --pairs " + std::to_string(pairs) + " --seed ";
    for (std::size_t i = 0; i < seeds.size(); ++i) text += (i > 0 ? "," : "") + std::to_string(seeds[i]);
    return text;
  }
};

using oscillating = given<complex_diagonal<2>>;  // a slow turn that lasts, and a fast one that fades
const oscillating teacher{.values = {.a_re = {0.85, -0.3},
                                     .a_im = {0.4, 0.7},
                                     .b_re = {1, 0.5},
                                     .b_im = {0, 0.5},
                                     .c_re = {0.5, 0.25},
                                     .c_im = {-0.25, 0.5}}};

template <class Structure, class Start>
using study =
    teacher_student<ssm<Structure>, oscillating, training_set<24, gaussian<everywhere>>, squared_error,
                    gradient_flow<rosenbrock, plain, first_of<target_loss, time_horizon, step_limit>>, Start>;
template <class Structure, class Start>
study<Structure, Start> made(const Structure& structure, const Start& start) {
  return {.student = {.structure = structure},
          .teacher = teacher,
          .data = {.sequences = {.count = 40}},
          .training = {.rtol = 1e-6, .stop = {{{.value = 1e-8}, {.time = 1e5}, {}}}},
          .start = start};
}
const gaussian_entries small{.deviation = 0.1};
auto complex_study(integer pairs) {
  return made(complex_diagonal<>{pairs},
              annulus_start{.inner = 0.3, .outer = 0.6, .input = small, .output = small});
}
/// As many real numbers: 6 for a pair, 3 for a real mode.
auto real_study(integer pairs) {
  return made(real_diagonal<>{2 * pairs},
              gaussian_start{.state = {.deviation = 0.4}, .input = small, .output = small});
}

struct row {
  std::string student;
  std::uint32_t seed = 0;
  status how = status::running;
  double time = 0, loss = 0, error = 0, farthest = 0;
};

/// How far the teacher's eigenvalue is that lies farthest from all of the student's.
double farthest(const std::vector<eigenvalue<double>>& student) {
  double most = 0;
  for (const auto& x : spectrum_of<complex_diagonal<2>, double>(teacher.values)) {
    double least = std::numeric_limits<double>::infinity();
    for (const auto& y : student) least = std::min(least, std::hypot(x.re - y.re, x.im - y.im));
    most = std::max(most, least);
  }
  return most;
}

template <class Study>
row train(const std::string& name, const Study& study, std::uint32_t seed,
          const support::output_directory& out) {
  auto seen = trajectory_of<double>({.per_decade = 40}, record::time{}, record::loss{}, record::spectrum{});
  const auto end = run<double>(study, seed, seen);
  const std::string file = name + "_seed" + std::to_string(seed);
  out.save(file + ".csv", to_csv(seen));
  out.save(file + ".npz", to_npz(seen));
  return {name,
          seed,
          end.status,
          end.at_end.time,
          end.at_end.loss,
          end.generalization(40),
          farthest(end.spectrum())};
}

std::optional<options> read_options(int argc, char** argv) {
  options o;
  std::optional<std::string> seeds, pairs, out;
  CLI::App app("Students of complex and of real modes on a teacher that oscillates");
  app.add_option("--seed", seeds, "seeds, separated by commas (1,2,3)");
  app.add_option("--pairs", pairs, "pairs of the complex student; twice as many modes of the real one (4)");
  app.add_option("--out", out, "directory for the trajectories, teacher.csv and spectrum.csv");
  app.add_flag("--overwrite", o.overwrite, "replace files of other flags");
  app.add_flag("--json", o.json, "one line of JSON for each run");
  if (!support::parse(app, argc, argv)) return {};
  if (seeds) o.seeds = support::seed_list("--seed", *seeds);
  if (pairs) o.pairs = support::integer_argument("--pairs", *pairs, 1, 64);
  if (out) {
    if (out->empty()) support::refuse_argument("--out", "a directory", *out);
    o.out = *out;
  }
  if (o.overwrite && !out) support::refuse_argument("--overwrite", "given with --out", "no --out");
  return o;
}

support::output_directory make_output(const options& o) {
  std::vector<std::string> names{"spectrum.csv", "teacher.csv"};
  for (const char* student : {"complex", "real"})
    for (const std::uint32_t seed : o.seeds)
      for (const char* ending : {".csv", ".npz"})
        names.push_back(std::string(student) + "_seed" + std::to_string(seed) + ending);
  return {o.out, "spectrum", o.label(), facts_of_build<double>(), std::move(names), o.overwrite};
}

void run_all(const options& o) {
  const support::output_directory out = make_output(o);
  support::at_work = true;
  support::text_table table(
      {"student", "seed", "status", "time", "loss", "generalization error", "farthest eigenvalue"});
  csv_table csv({"student", "seed", "status", "time", "loss", "generalization_error", "farthest_eigenvalue"}),
      poles({"re", "im"});
  const auto tell = [&](const row& r) {
    csv.add(r.student, r.seed, to_string(r.how), r.time, r.loss, r.error, r.farthest);
    table.add({r.student, std::to_string(r.seed), std::string(to_string(r.how)), support::rounded(r.time, 3),
               support::rounded(r.loss, 2), support::rounded(r.error, 2), support::rounded(r.farthest, 2)});
    if (!o.json) return;
    json_object line;
    line.add("student", r.student).add("seed", r.seed).add("status", to_string(r.how)).add("time", r.time);
    line.add("loss", r.loss).add("generalization_error", r.error).add("farthest_eigenvalue", r.farthest);
    std::cout << line.text() << std::endl;
  };
  for (const std::uint32_t seed : o.seeds) {
    tell(train("complex", complex_study(o.pairs), seed, out));
    tell(train("real", real_study(o.pairs), seed, out));
  }
  if (!o.json) std::cout << table;
  for (const auto& x : spectrum_of<complex_diagonal<2>, double>(teacher.values)) poles.add(x.re, x.im);
  out.save("spectrum.csv", csv);
  out.save("teacher.csv", poles);
}

}  // namespace

int main(int argc, char** argv) {
  return support::run_program("spectrum", [&] {
    if (const auto o = read_options(argc, argv)) run_all(*o);
  });
}
