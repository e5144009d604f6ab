// SPDX-License-Identifier: BSD-3-Clause
// What needs no training: a system from the data alone, and training that starts from a smaller system (docs/analysis.md).
#include <cstdio>
#include <lssm/analysis/diagonal_start.hpp>
#include <lssm/analysis/realize.hpp>
#include <lssm/lssm.hpp>
#include <lssm/study/record_analysis.hpp>
using namespace lssm;

using plant = given<real_diagonal<3>>;
template <class Start>
using study = teacher_student<ssm<real_diagonal<2>>, plant, training_set<12, gaussian<everywhere>>,
                              squared_error, gradient_flow<>, Start>;

int main() {
  const plant teacher{.values = {{0.9, -0.6, 0.4}, {1, 1, 1}, {1, -0.5, 0.75}}};
  const auto data_of = [&](integer count) {
    return bind<double>(study<near_zero>{.teacher = teacher, .data = {.sequences = {.count = count}}}, 242)
        .data;
  };
  for (const integer count : {20, 4}) {
    const data_realization found = realize(data_of(count), count == 20 ? std::optional<integer>{} : 3);
    const double error =
        hinf_norm(difference(found.realized.system, dense_of(modal_form_of(teacher.bind<double>())))).value;
    std::printf("%2d sequences: %s, order %zu, rank %zu, %zu lags seen, error %s 1e-9\n",
                static_cast<int>(count), to_string(found.status).data(), found.realized.system.states,
                found.rank, found.seen_lags().size(), error < 1e-9 ? "below" : "above");
  }

  // Two states from the data, and training from there.
  const given_start start = diagonal_start(realize(data_of(20), 2).realized.system);
  const study<given_start> problem{.teacher = teacher, .data = {.sequences = {.count = 20}}, .start = start};
  const modal_form<double> modes = modal_form_of(teacher.bind<double>());
  auto seen = trajectory_of<double>({.per_decade = 0}, record::loss{}, record::h2_distance{modes},
                                    record::hinf_distance{modes}, record::l1_distance{modes},
                                    record::hankel_distance{modes}, record::hankel_order{.part = 1e-3});
  run<double>(problem, 242, seen);
  for (const auto& column : seen.columns())
    std::printf("%-15s %8.5f at the start, %8.5f at the end\n", column.c_str(), seen.values(column)(0, 0),
                seen.values(column)(1, 0));
}
