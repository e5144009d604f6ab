// SPDX-License-Identifier: BSD-3-Clause
// What the sweeps of all programs have in common: a bar, files that the same command goes on with, an end by Ctrl-C.
#pragma once

#include <lssm/sweep/execute.hpp>
#include <lssm/sweep/sweep_files.hpp>
#include <string>
#include <utility>

#include "executor.hpp"
#include "program.hpp"
#include "progress_bar.hpp"

namespace support {

/// Options of a sweep whose runs are kept in a directory, or nowhere if its name is empty. `bar` must outlive them.
inline lssm::sweep_options kept_sweep(std::string directory, progress_bar& bar, bool overwrite) {
  return {.directory = std::move(directory),
          .progress =
              [&bar](const lssm::sweep_progress& p) {
                at_work = true;
                bar(p.done, p.runs, p.found);
              },
          .cancel = &interruption::asked,
          .overwrite = overwrite};
}

/// The table of a sweep by the executor of `o`, whose runs are kept in the folder `name` of o.out, or nowhere if that is empty.
/// Throws `interrupted` where it did not come to its end.
template <class T, class Options, class Sweep>
lssm::csv_table run_kept(const Options& o, const std::string& name, const Sweep& sweep) {
  progress_bar bar(name);
  const lssm::sweep_options keep = kept_sweep(o.out.empty() ? "" : o.out + "/" + name, bar, o.overwrite);
  const lssm::sweep_result all = with_executor(
      o.executor, [&](const auto& executor) { return lssm::execute<T>(sweep, executor, keep); });
  if (!all.complete()) throw interrupted(o.out, all.done, all.lines.size());
  return all.table();
}

}  // namespace support
