// SPDX-License-Identifier: BSD-3-Clause
// The flags of programs that leave files: --out, --resume, --overwrite.
#pragma once

#include <lssm/core/error.hpp>

#include "argument.hpp"
#include "executor.hpp"

namespace support {

/// Reads the flags of `t` into o.out and o.overwrite; those that need a directory are refused without one, and so is the
/// executor of `o`, if it has one, on many machines.
template <class Asked, class Options>
void read_output_flags(const Asked& t, Options& o) {
  if (t.out) {
    if (t.out->empty()) refuse_argument("--out", "a directory", "");
    o.out = *t.out;
  }
  if (t.resume && o.out.empty()) throw lssm::bad_argument("--resume needs --out DIR");
  if (t.overwrite && o.out.empty()) throw lssm::bad_argument("--overwrite needs --out DIR");
  o.overwrite = t.overwrite;
  if constexpr (requires { o.executor.kind; })
    if (o.executor.kind == executor_kind::mpi && o.out.empty())
      throw lssm::bad_argument("--executor mpi needs --out DIR, on a disk that all machines see");
}

}  // namespace support
