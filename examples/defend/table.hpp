// SPDX-License-Identifier: BSD-3-Clause
// The rows of the table: every attack against every defence, with a control of equal steps beside it.
#pragma once

#include <chrono>

#include "search.hpp"

namespace defend_program {

/// An attack against a defence, and what came of it.
struct row {
  std::size_t optimizer, teacher, attack, defence;
  std::vector<result> runs = {};     // by teacher and seed; empty: the filter leaves no data
  std::vector<double> control = {};  // errors of undefended students after as many steps
  double seconds = 0;
  integer searched = 0;  // trainings of the search before

  double steps() const {
    double sum = 0;
    for (const result& r : runs) sum += r.steps;
    return sum;
  }
};

/// The median error of what was sought against one defence under another one.
struct transfer {
  std::size_t optimizer, teacher, sought_against, defence;
  std::vector<result> runs = {};
};
struct whole_table {
  std::vector<row> rows;
  std::vector<transfer> transfers;
  found_poisons found;
};

/// What a defence in stages answers, with the cost of all that it took: of students with more and more modes the first that
/// fits; the first look at which the certificate accepts; of students that it accepts the one of least mass; the last.
inline result answer_of(const std::string& defence, const std::vector<result>& stages) {
  const std::string part = staged_part(defence);
  const auto good = [&](const result& r) {
    if (part == "growth") return r.reached;
    return part == "certified" && r.shown_verdict() == student_verdict::certified;
  };
  std::size_t chosen = 0;
  while (chosen + 1 < stages.size() && !good(stages[chosen])) ++chosen;
  const std::size_t tried = part == "leastmass" ? stages.size() : chosen + 1;
  if (part == "leastmass") {
    const auto worse = [](const result& x, const result& y) {
      const auto rank = [](const result& r) {
        return r.shown_verdict() == student_verdict::certified ? 0 : r.reached ? 1 : 2;
      };
      return std::pair(rank(x), x.mass) < std::pair(rank(y), y.mass);
    };
    chosen = static_cast<std::size_t>(std::min_element(stages.begin(), stages.end(), worse) - stages.begin());
  }
  result answer = stages[chosen];
  if (part == "certified") return answer;  // one training, which ends there
  answer.steps = 0;
  for (std::size_t i = 0; i < tried; ++i) answer.steps += stages[i].steps;
  answer.trainings = integer(tried);
  return answer;
}

/// Whether a defence leaves data, with every seed: a filter that drops all of them is an answer, not an error.
inline bool leaves_data(const options& o, const found_poisons& found, const point& p) {
  const auto leaves = [&](auto s) {
    const auto filter = s.filter;
    no_filter(s);
    return std::all_of(o.seeds.begin(), o.seeds.end(),
                       [&](std::uint32_t seed) { return !filter.keep(bind<double>(s, seed).data).empty(); });
  };
  return o.optimizers[p.optimizer] == "network" ? leaves(study_at<network_study>(o, found, p))
                                                : leaves(study_at<study>(o, found, p));
}

/// The points of a row: members of the group, stage after stage.
inline std::vector<point> points_of(const options& o, point p) {
  std::vector<point> out;
  for (p.member = 0; p.member < o.teachers[p.teacher].members.size(); ++p.member)
    for (p.stage = 0; p.stage < stages_of(o.defences[p.defence]); ++p.stage) out.push_back(p);
  return out;
}
/// The answers of a row from the results of its points, of which the first is at `from`.
inline std::vector<result> answers_of(const options& o, std::size_t defence, std::size_t members,
                                      const std::vector<std::vector<result>>& results, std::size_t from) {
  const auto stages = static_cast<std::size_t>(stages_of(o.defences[defence]));
  std::vector<result> out;
  for (std::size_t m = 0; m < members; ++m)
    for (std::size_t seed = 0; seed < o.seeds.size(); ++seed) {
      std::vector<result> by_stage;
      for (std::size_t k = 0; k < stages; ++k) by_stage.push_back(results[from + m * stages + k][seed]);
      out.push_back(answer_of(o.defences[defence], by_stage));
    }
  return out;
}

inline void run_controls(const options& o, const found_poisons& found, std::vector<row>& rows) {
  std::vector<point> points;
  std::vector<std::size_t> row_of;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const row& r = rows[i];
    if (r.runs.empty() || o.optimizers[r.optimizer] == "flow") continue;
    std::vector<double> steps;
    for (const result& run : r.runs) steps.push_back(run.steps);
    std::nth_element(steps.begin(), steps.begin() + integer(steps.size() / 2), steps.end());
    point p{r.optimizer,
            r.teacher,
            r.attack,
            r.defence,
            0,
            0,
            std::max<integer>(1, integer(steps[steps.size() / 2]))};
    p.sought_against = is_sought_against_defences(o.attacks[r.attack]) ? r.defence : no_defence;
    for (; p.member < o.teachers[p.teacher].members.size(); ++p.member) {
      points.push_back(p);
      row_of.push_back(i);
    }
  }
  if (points.empty()) return;
  const auto errors = run_all(o, found, {"controls", points, o.seeds});
  for (std::size_t i = 0; i < points.size(); ++i)
    for (const result& r : errors[i]) rows[row_of[i]].control.push_back(r.error);
}

/// What each search found, under all other defences.
inline std::vector<transfer> all_transfers(const options& o, const found_poisons& found) {
  std::vector<transfer> out;
  std::vector<point> points;
  std::vector<std::size_t> first;
  for (const auto& [key, poison] : found) {
    const auto& [rule, teacher, attack_at, against] = key;
    if (o.attacks[attack_at] != "reoptimized") continue;
    for (std::size_t d = 0; d < o.defences.size(); ++d) {
      if (!applies(o.optimizers[rule], o.defences[d])) continue;
      point p{rule, teacher, attack_at, d};
      p.sought_against = against;
      if (!leaves_data(o, found, p)) continue;
      first.push_back(points.size());
      for (const point& q : points_of(o, p)) points.push_back(q);
      out.push_back({rule, teacher, against, d});
    }
  }
  if (points.empty()) return out;
  const auto results = run_all(o, found, {"transfers", points, o.seeds, certifies::shown});
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i].runs = answers_of(o, out[i].defence, o.teachers[out[i].teacher].members.size(), results, first[i]);
  return out;
}

/// The table, row by row: defences of an attack side by side, teacher after teacher, rule after rule.
inline whole_table make_rows(const options& o) {
  whole_table table{{}, {}, all_searches(o)};
  std::vector<row>& rows = table.rows;
  std::vector<point> points;
  std::vector<std::size_t> first;
  for (std::size_t rule = 0; rule < o.optimizers.size(); ++rule)
    for (std::size_t t = 0; t < o.teachers.size(); ++t)
      for (std::size_t a = 0; a < o.attacks.size(); ++a)
        for (std::size_t d = 0; d < o.defences.size(); ++d) {
          if (!applies(o.optimizers[rule], o.defences[d])) continue;
          rows.push_back({rule, t, a, d});
          point p{rule, t, a, d};
          if (is_searched(o.attacks[a])) {
            p.sought_against = is_sought_against_defences(o.attacks[a]) ? d : no_defence;
            rows.back().searched = table.found.at({rule, t, a, p.sought_against}).trainings;
          }
          first.push_back(points.size());
          bool leaves = true;
          for (const point& q : points_of(o, p)) leaves = leaves && leaves_data(o, table.found, q);
          if (!leaves) continue;
          for (const point& q : points_of(o, p)) points.push_back(q);
        }
  first.push_back(points.size());
  const auto begin = std::chrono::steady_clock::now();
  const auto results = run_all(o, table.found, {"runs", points, o.seeds, certifies::all});
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  double all_steps = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (first[i] == first[i + 1]) continue;
    rows[i].runs =
        answers_of(o, rows[i].defence, o.teachers[rows[i].teacher].members.size(), results, first[i]);
    all_steps += rows[i].steps();
  }
  run_controls(o, table.found, rows);
  for (row& r : rows) r.seconds = elapsed.count() * r.steps() / std::max(1., all_steps);
  table.transfers = all_transfers(o, table.found);
  return table;
}

}  // namespace defend_program
