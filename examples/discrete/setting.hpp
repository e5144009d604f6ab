// SPDX-License-Identifier: BSD-3-Clause
// The numbers of an experiment in discrete training, and what the authors' notebooks print of one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "../support/named_support.hpp"

namespace discrete {

using lssm::integer;
using support::named_support;
using support::support_kind;

/// The numbers of an experiment. Inputs are normal on their support, with standard deviation 1 where no other is said.
struct setting {
  std::string name;
  integer dim = 10, length = 6;       // d, kappa
  std::vector<double> teacher = {1};  // diagonal of the teacher's A; its B and C are ones
  integer baseline = 8;
  named_support baseline_support{support_kind::leading, 2};
  integer special = 10;  // sequences of the special run
  named_support special_support{support_kind::at, -2};
  double special_deviation = 1;
  double init_sd_state = 0.001, init_sd_io = 0.001;
  double gap_factor = 5, warm = 0.1;
  std::string optimizer = "adaptive";
  double rate = 0.01, rate_special = 0.01;
  double target = 0.01;
  integer after = 1500, after_special = 1500, max_steps = 1'000'000, log_every = 100;
  bool reset_io = false;  // B = C = 1 after every step
  std::vector<std::uint32_t> seeds = {200, 201, 204, 205};

  // Of a network behind the SSM, where there is one:
  integer mlp_width = 0, mlp_depth = 2;  // numbers per hidden layer, hidden layers
  double init_sd_mlp = 0;
  integer test_sequences = 0, test_seed_offset = 0;  // offset 0: test inputs go on in the training stream
  double tie_break = 0;                              // relative change of B_j where B_j = C_j at the start
};

/// What the authors' notebooks print of a run's last logged state.
struct printed {
  const char* setting;
  std::uint32_t seed;
  bool special;
  double loss, a1, a2, a3;
};

/// A program for such experiments.
struct program {
  std::string name;
  std::vector<setting> published;
  std::size_t preset = 0;  // what the flags start from
  std::vector<printed> by_the_authors;
  std::vector<std::string> optimizers;
  bool network = false;
  std::string about;
};

}  // namespace discrete
