// SPDX-License-Identifier: BSD-3-Clause
// Runs a sweep: all of it, or the rest of a sweep that was interrupted in its directory.
//
//   auto done = execute<float>(sweep, on_threads{}, {.directory = "out", .progress = tell, .cancel = &flag});
//   done.complete()         whether every run has ended; the directory then has the table, runs.csv
//   done.table()            one row per run, in the order of their indices: axes, seed, results
//
// The table has the same bytes for every executor, number of threads, lanes or ranks, and however often the sweep was
// interrupted, if the compiler fuses no products and sums on its own (-ffp-contract=off, or no hardware for it). If it
// does, which is tested when the program runs, single runs and lanes round differently; the log then names the kind of
// worker that made it, and another kind is refused. The same call continues an interrupted sweep, and does nothing for a
// complete one. The directory must hold no sweep, or this one in a build of the same arithmetic; nothing in it is
// overwritten unless `overwrite` is set.
//
//   runs.<rank>.log   finished runs, one line each, written as they end (sweep/log.hpp)
#pragma once

#include "agreement.hpp"
#include "serial.hpp"
#include "sweep_files.hpp"

namespace lssm {

/// The table of a sweep: a line for each run, in the order of their indices.
struct sweep_result {
  std::vector<std::string> columns;
  std::vector<std::string> names;  ///< of the axes
  std::vector<std::string> lines;  ///< of the table, for every run; empty where a run has not ended
  std::size_t found = 0, done = 0;

  bool complete() const { return done == lines.size(); }
  /// The table of finished runs, as in the file.
  std::string text() const {
    std::string out;
    for (std::size_t j = 0; j < columns.size(); ++j)
      detail::append_csv_cell(out, columns[j], j + 1 == columns.size());
    for (const std::string& line : lines) out += line;
    return out;
  }
  csv_table table() const { return csv_table::parse(text(), "sweep_result"); }
};

namespace detail {

/// Appends the results of finished runs to the lines of the table.
inline void finish(sweep_result& out, const sweep_rows& rows) {
  for (std::size_t run = 0; run < rows.size(); ++run) {
    std::string& line = out.lines[run];
    if (!rows[run]) {
      line.clear();
      continue;
    }
    ++out.done;
    line += ',';
    line += *rows[run];
    line += '\n';
  }
}

/// The axes' part of every line.
template <class Sweep>
std::vector<std::string> lines_of_points(const Sweep& sweep) {
  std::vector<std::string> lines;
  for (std::size_t point = 0; point < sweep.runs.points(); ++point) {
    std::string axes;
    for (const double v : sweep.runs.values(point)) {
      append_digits(axes, v);
      axes += ',';
    }
    for (const std::uint32_t seed : sweep.runs.seeds) {
      lines.push_back(axes);
      append_digits(lines.back(), seed);
    }
  }
  return lines;
}
template <SingleScalar T, class Sweep>
sweep_result described(const Sweep& sweep, facts& about) {
  sweep.runs.validate();
  sweep_header<T> header;
  sweep_result out;
  out.columns = out.names = sweep.runs.names();
  out.columns.emplace_back("seed");
  out.columns.insert(out.columns.end(), sweep.results.begin(), sweep.results.end());
  const csv_table distinct(out.columns);  // refuses impossible names, and a name used twice
  require(!sweep.results.empty(), "execute", "results", "at least one name", "none");
  for (const char c : std::string(sweep.label))
    require(!is_control(c), "execute", "label", "one line without control characters", sweep.label);
  for (std::size_t point = 0; point < sweep.runs.points(); ++point) {
    const std::vector<double> values = sweep.runs.values(point);
    require(values.size() == out.names.size(), "execute", "runs.values(point)",
            to_text(out.names.size()) + " numbers, one for each name", values.size());
    sweep.with_study({out.names, values}, [&](const auto& one) {
      one.template validate<T>();
      header.add_study(one);
    });
  }
  out.lines = lines_of_points(sweep);
  for (const std::string& line : out.lines) header.add_line(line);
  about = header.text(sweep.label, out.columns);
  return out;
}

/// Executes a sweep whose types have been checked.
template <SingleScalar T, class Sweep, class Executor>
sweep_result execute_checked(const Sweep& sweep, const Executor& executor, const sweep_options& options) {
  const auto& team = team_of(executor);
  const bool first = team.rank() == 0;
  sweep_result out;
  facts about;
  all_or_none(team, [&] {
    if constexpr (requires { executor.validate(); }) executor.validate();
    out = described<T>(sweep, about);
    require(!options.directory.empty() || team.ranks() == 1, "execute", "directory",
            "given where a sweep runs on several ranks", "none");
  });
  expect_agreement(team, about);
  if (contracts() && !options.directory.empty()) {
    std::string workers;
    all_or_none(team, [&] { workers = workers_of<T>(sweep, out.names, executor); });
    about.add("workers", workers + " lanes");
    expect_agreement(team, about);
  }
  const sweep_files files(options, about);

  std::optional<sweep_log> log;
  sweep_rows rows(out.lines.size());
  const auto read_all = [&] {
    if (first) files.read(rows);
  };
  all_or_none(team, [&] {
    if (first) log = files.open(0);
  });
  all_or_none(team, [&] {
    if (!first) log = files.open(team.rank());
    read_all();
  });
  share_rows(team, rows);

  std::optional<sweep_job<T, Sweep>> own_job;
  all_or_none(team, [&] {
    own_job.emplace(sweep, out.names, rows, log ? &*log : nullptr, options.progress, options.cancel);
  });
  sweep_job<T, Sweep>& job = *own_job;
  out.found = rows.size() - job.left();
  if (job.left() > 0) {
    if constexpr (SpansRanks<Executor>) {
      job.tells_by_hand();
    } else {
      job.give(0, job.left());
      job.close();
    }
    executor(job);
  }
  all_or_none(team, [&] {
    if (log) log->sync();
    job.rethrow();
  });
  if (team.ranks() > 1) all_or_none(team, read_all);
  share_rows(team, rows);
  finish(out, rows);
  all_or_none(team, [&] {
    if (first && out.complete() && !files.none()) files.save(out.text());
  });
  return out;
}

}  // namespace detail

/// Executes a sweep. Throws bad_argument or bad_file before any work if sweep or directory cannot be used.
template <SingleScalar T, class Sweep, class Executor = serial>
sweep_result execute(const Sweep& sweep, const Executor& executor = {}, const sweep_options& options = {}) {
  static_assert(detail::HasSweepRuns<Sweep>,
                "execute: the sweep lacks runs with names(), points(), values(point), validate() and seeds "
                "(docs/sweep.md)");
  static_assert(detail::HasSweepNames<Sweep>,
                "execute: the sweep lacks label or results, the names of its columns (docs/sweep.md)");
  static_assert(detail::HasWithStudy<Sweep>, "execute: the sweep lacks with_study(point, f) (docs/sweep.md)");
  if constexpr (SweepDescription<Sweep>) {
    static_assert(SweepExecutor<Executor, sweep_job<T, Sweep>>,
                  "execute: the executor lacks operator()(job) (docs/sweep.md)");
    return detail::execute_checked<T>(sweep, executor, options);
  }
}

}  // namespace lssm
