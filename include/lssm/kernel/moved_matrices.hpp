// SPDX-License-Identifier: BSD-3-Clause
// Which of A, B and C a step changes, where a kernel knows while compiling.
#pragma once

namespace lssm::kernel {

struct moved_matrices {
  bool a = true, b = true, c = true;
};

}  // namespace lssm::kernel
