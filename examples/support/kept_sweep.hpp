// SPDX-License-Identifier: BSD-3-Clause
// What the sweeps of all programs have in common: a bar, files that the same command goes on with, an end by Ctrl-C.
#pragma once

#include <lssm/sweep/sweep_files.hpp>
#include <string>
#include <utility>

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

}  // namespace support
