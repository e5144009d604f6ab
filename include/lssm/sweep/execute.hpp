// SPDX-License-Identifier: BSD-3-Clause
// Runs a sweep: what is left of it, where a directory remembers what was done before.
//
//   auto done = execute<float>(sweep, on_threads{}, {.directory = "out", .progress = tell, .cancel = &flag});
//   done.complete()         whether every run has ended; the directory then has the table, runs.csv
//   done.table()            one row per run, in the order of their indices: axes, seed, results
//
// The table has the same bytes whatever the executor, the number of threads, lanes or ranks, and however often the sweep
// was interrupted. The same call goes on with an interrupted sweep, and does nothing where it is complete. The directory
// must be empty of sweeps, or hold this one; nothing in it is overwritten.
//
//   runs.<rank>.log   finished runs, one line each, written as they end (sweep/log.hpp)
#pragma once

#include <algorithm>
#include <filesystem>

#include "../io/crc32.hpp"
#include "job.hpp"
#include "serial.hpp"

namespace lssm {

/// Where a sweep is written, who is told how far it is, and who may end it.
struct sweep_options {
  std::string directory{};                                ///< empty: nothing is written, nothing remembered
  std::function<void(const sweep_progress&)> progress{};  ///< after every run, from one thread at a time
  const std::atomic<bool>* cancel = nullptr;  ///< once true, runs under way are given up and execute returns
};

/// The table of a sweep: a line for each run, in the order of their indices.
struct sweep_result {
  std::vector<std::string> columns;
  std::vector<std::string> names;  ///< of the axes
  std::vector<std::string> lines;  ///< of the table, for every run; empty where a run has not ended
  std::size_t found = 0, done = 0;

  bool complete() const { return done == lines.size(); }
  /// The rows of runs that have ended, as a file has them.
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

/// Calls f in this process, and throws in all where it threw in one.
template <class Executor, class F>
void all_or_none(const Executor& executor, F f) {
  if constexpr (SpansRanks<Executor>) {
    std::string error;
    try {
      f();
    } catch (const std::exception& e) {
      error = e.what();
      if (error.empty()) error = "failed";
    }
    if (const std::string first = executor.agree(error); !first.empty()) throw failure(first);
  } else {
    f();
  }
}

template <class Executor>
int rank_of(const Executor& executor) {
  if constexpr (SpansRanks<Executor>) return executor.rank();
  return 0;
}

/// Where a sweep is kept, and how its files are told from another's.
class sweep_files {
 public:
  sweep_files(const sweep_options& options, std::string header)
      : directory_(options.directory), header_(std::move(header)) {}

  bool none() const { return directory_.empty(); }
  std::string table() const { return directory_ + "/runs.csv"; }
  std::string log(int rank) const { return directory_ + "/runs." + std::to_string(rank) + ".log"; }

  /// Opens this process's log; makes the directory, refuses one that holds something else.
  std::optional<sweep_log> open(int rank) const {
    if (none()) return std::nullopt;
    writable_directory(directory_);
    if (std::filesystem::exists(table()) && logs().empty())
      refuse_file(table(), "is there already, without the log of a sweep; left as it is");
    for (const std::string& path : logs())
      read_sweep_log(path, header_, [](std::size_t, std::string_view) {});
    return std::optional<sweep_log>(std::in_place, log(rank), header_);
  }
  /// Leaves a table that is there already as it is.
  void save(const std::string& text) const {
    if (std::filesystem::exists(table())) {
      if (read_file(table()) == text) return;
      refuse_file(table(), "is not the table of the sweep whose log is beside it; left as it is");
    }
    replace_file(table(), text);
  }
  void read(sweep_rows& rows) const {
    if (none()) return;
    for (const std::string& path : logs())
      read_sweep_log(path, header_, [&](std::size_t run, std::string_view cells) {
        if (run < rows.size()) rows[run] = std::string(cells);
      });
  }

 private:
  std::vector<std::string> logs() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with("runs.") && name.ends_with(".log")) found.push_back(entry.path().string());
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  std::string directory_, header_;
};

/// Every process gets the rows of the first.
template <class Executor>
void share_rows(const Executor& executor, sweep_rows& rows) {
  if constexpr (SpansRanks<Executor>) {
    std::string text;
    if (executor.rank() == 0)
      for (std::size_t run = 0; run < rows.size(); ++run)
        if (rows[run]) text += std::to_string(run) + ' ' + *rows[run] + '\n';
    executor.share(text);
    if (executor.rank() == 0) return;
    rows.assign(rows.size(), std::nullopt);
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t space = text.find(' ', at), end = text.find('\n', at);
      const auto run = number_from<std::uint64_t>(std::string_view(text).substr(at, space - at));
      rows[static_cast<std::size_t>(run.value())] = text.substr(space + 1, end - space - 1);
      at = end + 1;
    }
  }
}

/// Joins what is known of every run to the lines of the table.
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

/// Columns and the axes' part of every line; also what tells sweeps apart.
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
std::string header_of(const Sweep& sweep, const sweep_result& out) {
  std::string all = std::to_string(sizeof(T));
  for (const std::string& name : out.columns) all += name + ',';
  for (const std::string& line : out.lines) all += line + '\n';
  return sweep_log_header(crc32(all), sweep.label);
}

template <SingleScalar T, class Sweep>
sweep_result described(const Sweep& sweep) {
  sweep.runs.validate();
  sweep_result out;
  out.columns = out.names = sweep.runs.names();
  out.columns.emplace_back("seed");
  out.columns.insert(out.columns.end(), sweep.results.begin(), sweep.results.end());
  const csv_table distinct(out.columns);  // refuses what is no name, and names twice
  require(!sweep.results.empty(), "execute", "results", "at least one name", "none");
  for (const char c : std::string(sweep.label))
    require(!is_control(c), "execute", "label", "one line without control characters", sweep.label);
  for (std::size_t point = 0; point < sweep.runs.points(); ++point)
    sweep.with_study({out.names, sweep.runs.values(point)},
                     [](const auto& one) { one.template validate<T>(); });
  out.lines = lines_of_points(sweep);
  return out;
}

/// The sweep after all checks that types can make.
template <SingleScalar T, class Sweep, class Executor>
sweep_result execute_checked(const Sweep& sweep, const Executor& executor, const sweep_options& options) {
  if constexpr (requires { executor.validate(); }) executor.validate();
  sweep_result out = described<T>(sweep);
  const int rank = rank_of(executor);
  const sweep_files files(options, header_of<T>(sweep, out));
  if constexpr (SpansRanks<Executor>)
    require(!files.none() || executor.ranks() == 1, "execute", "directory",
            "given where a sweep runs on several ranks", "none");

  std::optional<sweep_log> log;
  sweep_rows rows(out.lines.size());
  all_or_none(executor, [&] {
    if (rank == 0) log = files.open(rank);
  });
  all_or_none(executor, [&] {
    if (rank != 0) log = files.open(rank);
    if (rank == 0) files.read(rows);
  });
  share_rows(executor, rows);

  sweep_job<T, Sweep> job(sweep, out.names, rows, log ? &*log : nullptr, options.progress, options.cancel);
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
  all_or_none(executor, [&] {
    if (log) log->sync();
    job.rethrow();
  });
  if constexpr (SpansRanks<Executor>) {
    all_or_none(executor, [&] {
      if (rank == 0) files.read(rows);
    });
    share_rows(executor, rows);
  }
  finish(out, rows);
  all_or_none(executor, [&] {
    if (rank == 0 && out.complete() && !files.none()) files.save(out.text());
  });
  return out;
}

}  // namespace detail

/// Throws bad_argument or bad_file before any work if the sweep cannot be run or the directory not be used.
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
