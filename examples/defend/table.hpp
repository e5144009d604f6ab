// SPDX-License-Identifier: BSD-3-Clause
// The rows of the table: every attack against every defence, with a control of equal steps beside it.
#pragma once

#include <chrono>

#include "search.hpp"

namespace defend_program {

/// An attack against a defence, and what came of it.
struct row {
  std::size_t teacher, attack, defence;
  std::vector<result> runs = {};     // by seed; empty: the filter leaves no data
  std::vector<double> control = {};  // errors of undefended students after as many steps
  double seconds = 0;
  integer searched = 0;  // trainings of the search before

  double steps() const {
    double sum = 0;
    for (const result& r : runs) sum += r.steps;
    return sum;
  }
};

/// Of students with more and more modes the first that fits, with the cost of all that were tried.
inline result first_that_fits(const std::vector<result>& by_order) {
  result tried;
  for (const result& r : by_order) {
    const double steps = tried.steps + r.steps;
    const integer trainings = tried.trainings + 1;
    tried = r;
    tried.steps = steps;
    tried.trainings = trainings;
    if (r.reached) break;
  }
  return tried;
}

/// Whether a defence leaves data, with every seed: a filter that drops all of them is an answer, not an error.
inline bool leaves_data(const options& o, const found_poisons& found, const point& p) {
  study s = study_at(o, found, p);
  const auto filter = s.filter;
  s.filter = undefended(o.teachers[p.teacher]).filter;
  return std::all_of(o.seeds.begin(), o.seeds.end(),
                     [&](std::uint32_t seed) { return !filter.keep(bind<double>(s, seed).data).empty(); });
}

/// The table, row by row: defences of an attack side by side, teacher after teacher.
inline std::vector<row> all_rows(const options& o) {
  const found_poisons found = all_searches(o);
  std::vector<row> rows;
  std::vector<point> points, controls;
  std::vector<std::size_t> row_of_point, row_of_control;
  for (std::size_t t = 0; t < o.teachers.size(); ++t)
    for (std::size_t a = 0; a < o.attacks.size(); ++a)
      for (std::size_t d = 0; d < o.defences.size(); ++d) {
        rows.push_back({t, a, d});
        point p{t, a, d, 0, 0};
        if (o.attacks[a].ends_with("optimized")) rows.back().searched = trainings_of_a_search(o);
        if (!leaves_data(o, found, {t, a, d, growth_orders[0], 0})) continue;
        const bool grows = has_part(o.defences[d], "growth");
        for (const integer order : growth_orders) {
          if (grows) p.modes = order;
          points.push_back(p);
          row_of_point.push_back(rows.size() - 1);
          if (!grows) break;
        }
      }
  const auto begin = std::chrono::steady_clock::now();
  const auto results = run_all(o, found, {"runs", points, o.seeds, true});
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  double all_steps = 0;
  for (std::size_t i = 0; i < points.size();) {
    row& r = rows[row_of_point[i]];
    std::size_t end = i;
    while (end < points.size() && row_of_point[end] == row_of_point[i]) ++end;
    for (std::size_t seed = 0; seed < o.seeds.size(); ++seed) {
      std::vector<result> by_order;
      for (std::size_t j = i; j < end; ++j) by_order.push_back(results[j][seed]);
      r.runs.push_back(first_that_fits(by_order));
    }
    all_steps += r.steps();
    std::vector<double> steps;
    for (const result& run : r.runs) steps.push_back(run.steps);
    std::nth_element(steps.begin(), steps.begin() + integer(steps.size() / 2), steps.end());
    controls.push_back(
        {r.teacher, r.attack, r.defence, 0, std::max<integer>(1, integer(steps[steps.size() / 2]))});
    row_of_control.push_back(row_of_point[i]);
    i = end;
  }
  if (!controls.empty()) {
    const auto errors = run_all(o, found, {"controls", controls, o.seeds});
    for (std::size_t i = 0; i < controls.size(); ++i)
      for (const result& r : errors[i]) rows[row_of_control[i]].control.push_back(r.error);
  }
  for (row& r : rows) r.seconds = elapsed.count() * r.steps() / std::max(1., all_steps);
  return rows;
}

}  // namespace defend_program
