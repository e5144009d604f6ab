// SPDX-License-Identifier: BSD-3-Clause
// Which of A, B and C a step changes, as a template argument of kernels.
#pragma once

namespace lssm::kernel {

struct moved_matrices {
  bool a = true, b = true, c = true;
};

}  // namespace lssm::kernel
