// expect: sequences_apart: a label that is a class stands beside many answers
#include <lssm/lssm.hpp>
using namespace lssm;

using model = deep<ssm<real_diagonal<2, 1, 3>>, last_output>;
using study = teacher_student<model, no_teacher, given_set<4>, class_cross_entropy, descent<>,
                              network_start<gaussian_start, scaled_kernels>>;

int main() {
  const auto bound = bind<double>(study{}, 1);
  return static_cast<int>(sequences_apart(bound).answers(bound.theta).size());
}
