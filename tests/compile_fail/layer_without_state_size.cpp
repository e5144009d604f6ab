// expect: ssm among layers: the structure lacks state_size(parameters), the numbers that advance carries
// SPDX-License-Identifier: BSD-3-Clause
#include <lssm/nn.hpp>

#include "../ssm/own.hpp"
using namespace lssm;

deep<ssm<own::dense_matrix<false>>, relu, last_output> model;
auto parameters = model.make<double>();
