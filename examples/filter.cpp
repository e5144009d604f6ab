// SPDX-License-Identifier: BSD-3-Clause
// A filter between labels and training (docs/data.md): a defence against poison at the end of sequences.
#include <iostream>
#include <lssm/lssm.hpp>
using namespace lssm;

struct quiet_ends {  // keeps sequences whose last but one entry is small
  double most = 0.5;
  template <class T>
  std::vector<integer> keep(const labelled<T>& data) const {
    std::vector<integer> places;
    for (integer n = 0; n < data.sequences(); ++n)
      if (abs_of(data.input(n)[static_cast<std::size_t>(data.kappa - 2)]) <= T(most)) places.push_back(n);
    return places;
  }
  friend bool operator==(const quiet_ends&, const quiet_ends&) = default;
};

using poisoned = inject<training_set<7, unit<at<0>>>, unit<at<-2>>>;
template <class Filter>
using study =
    teacher_student<ssm<real_diagonal<10>, learn<state_matrix>>, theorem1_teacher<10>, poisoned,
                    squared_error, gradient_flow<>, theorem1_start, numpy_stream, known_forms, Filter>;

template <class Filter>
void show(const char* name, const Filter& filter) {
  const study<Filter> ours{.training = {.rtol = 1e-13}, .filter = filter};
  const auto end = run<double>(ours, 242);
  std::cout << name << bind<double>(ours, 242).data.sequences() << " sequences, error "
            << end.generalization(20) << '\n';
}

int main() {
  std::cout.precision(2);
  show("unfiltered: ", unfiltered{});
  show("quiet ends: ", quiet_ends{});
}
