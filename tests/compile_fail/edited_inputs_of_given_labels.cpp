// expect: teacher_student: the filter edits inputs, and where labels are the data's own or noisy no teacher can label them anew (docs/data.md)
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/all.hpp>
using namespace lssm;

struct halved {
  template <class T>
  std::vector<integer> keep(const labelled<T>&) const {
    return {0};
  }
  template <class T>
  void edit(std::span<T> input) const {
    for (T& x : input) x = x * T(0.5);
  }
};
teacher_student<ssm<real_diagonal<10>>, theorem1_teacher<10>, given_set<>, squared_error, gradient_flow<>,
                theorem1_start, numpy_stream, known_forms, halved>
    study;
