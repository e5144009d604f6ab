// SPDX-License-Identifier: BSD-3-Clause
// Measures of a system in a file, or of the difference of two: status, H2, H-infinity, l1, Hankel singular values, a smaller
// system (docs/analysis.md). examples/support/program.hpp lists the exit codes.
//
//   analyse --system student.npz --minus teacher.npz --json
//   analyse --system student.json --reduce 2 --out analyse
//   cd examples/figures/extra && gnuplot -e "data='../../../analyse'" analyse.gp
#include <iostream>

#include "analyse/report.hpp"
#include "support/output_directory.hpp"

namespace {

using namespace analyse_program;

/// The flags, or nothing where only the help was asked for.
std::optional<options> read_options(int argc, char** argv) {
  options o;
  std::optional<std::string> first, discount, horizon, reduce, scalar, method, out;
  CLI::App app("Measures of a system in a file");
  app.add_option("--system", o.system, "npz or JSON with structure, a, b, c (complex pairs: a_re, a_im, ...)")
      ->required();
  app.add_option("--minus", o.minus, "the system to subtract");
  app.add_option("--first", first, "0: Hankel matrix h_{i+j}, 1: h_{1+i+j} (default)");
  app.add_option("--discount", discount, "H2, l1, Hankel of R^k h_k");
  app.add_option("--horizon", horizon, "H2, l1, Hankel of K steps");
  app.add_option("--reduce", reduce, "order of a smaller system");
  app.add_option("--method", method, "truncation (default) or ho-kalman");
  app.add_option("--scalar", scalar, "double (default), long-double or quad");
  app.add_option("--out", out, "directory for impulse.csv, poles.csv and hankel.csv");
  app.add_flag("--overwrite", o.overwrite, "replace files of other flags");
  app.add_flag("--json", o.json, "one line of JSON");
  if (!support::parse(app, argc, argv)) return {};
  if (first) o.first = support::integer_argument("--first", *first, 0, 1);
  if (discount) {
    o.discount = support::real_argument("--discount", *discount);
    if (!(*o.discount > 0)) support::refuse_argument("--discount", "above 0", *discount);
  }
  if (horizon) o.horizon = support::integer_argument("--horizon", *horizon, 1, lssm::most_entries);
  if (reduce) o.reduce = support::integer_argument("--reduce", *reduce, 1, lssm::most_entries);
  if (method) {
    support::choice_argument("--method", *method, {"truncation", "ho-kalman"});
    if (!reduce) support::refuse_argument("--method", "given with --reduce", *method);
    o.method = *method;
  }
  if (scalar) {
    support::choice_argument("--scalar", *scalar, {"double", "long-double", "quad"});
    o.scalar = *scalar;
  }
  if (out) {
    if (out->empty()) support::refuse_argument("--out", "a directory", *out);
    o.out = *out;
  }
  if (o.overwrite && !out) support::refuse_argument("--overwrite", "given with --out", "no --out");
  return o;
}

loaded asked_system(const options& o) {
  loaded x = read_system(o.system);
  if (!o.minus.empty()) x = minus(x, read_system(o.minus));
  if (x.kind == structure::dense && o.scalar != "double")
    support::refuse_argument("--scalar", "double for a dense system", o.scalar);
  if (o.reduce && *o.reduce >= static_cast<integer>(x.dense.states))
    support::refuse_argument("--reduce", "below the number of states, " + std::to_string(x.dense.states),
                             std::to_string(*o.reduce));
  return x;
}

template <class T>
void save(const support::output_directory& out, const loaded& x, const report<T>& r, const options& o) {
  lssm::csv_table impulse({"lag", "output", "input", "h"}), poles({"re", "im"}), hankel({"index", "value"});
  const auto h =
      lssm::impulse_response(x.dense, o.horizon.value_or(64) < 4096 ? o.horizon.value_or(64) : 4096);
  for (std::size_t k = 0; k < h.shape(0); ++k)
    for (std::size_t i = 0; i < h.shape(1); ++i)
      for (std::size_t q = 0; q < h.shape(2); ++q) impulse.add(k, i, q, h(k, i, q));
  for (const auto& z : r.eigenvalues) poles.add(z.real(), z.imag());
  for (std::size_t i = 0; i < r.of.hankel.size(); ++i) hankel.add(i + 1, static_cast<double>(r.of.hankel[i]));
  out.save("impulse.csv", impulse);
  out.save("poles.csv", poles);
  out.save("hankel.csv", hankel);
}

template <class T>
void run(const options& o) {
  const loaded x = asked_system(o);
  const auto r = analysed<T>(x, o);
  const support::output_directory out(o.out, "analyse", o.label(), lssm::facts_of_build<double>(),
                                      {"impulse.csv", "poles.csv", "hankel.csv"}, o.overwrite);
  support::at_work = true;
  if (o.json) {
    std::cout << json_line(r, o) << std::endl;
  } else {
    print_table(std::cout, r);
  }
  save(out, x, r, o);
}

}  // namespace

int main(int argc, char** argv) {
  return support::run_program("analyse", [&] {
    const auto o = read_options(argc, argv);
    if (!o) return;
    if (o->scalar == "quad") return run<lssm::quad>(*o);
    if (o->scalar == "long-double") return run<long double>(*o);
    run<double>(*o);
  });
}
