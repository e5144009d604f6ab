// SPDX-License-Identifier: BSD-3-Clause
// What the example programs read from their command lines: numbers, lists, supports, axes of diagrams.
#include <cmath>

#include "../../examples/phase_diagram/axis.hpp"
#include "target.hpp"

using fuzz::insist;

namespace {

template <class F>
bool taken(F f) {
  return fuzz::accepted<lssm::bad_argument>(f);
}

void numbers(std::string_view text) {
  taken([&] {
    const lssm::integer n = support::integer_argument("--n", text, -5, 1000);
    insist(n >= -5 && n <= 1000);
  });
  taken([&] { insist(std::isfinite(support::real_argument("--x", text))); });
  taken([&] { insist(!support::seed_list("--seed", text).empty()); });
  taken([&] { insist(support::real_list("--teacher", text, 8).size() <= 8); });
  taken([&] { insist(support::choice_argument("--scalar", text, {"float", "double"}) < 2); });
}

void axis(const std::string& text) {
  taken([&] {
    const auto a = support::axis_argument("--x", text, phase_diagram::axis_kinds());
    insist(!a.values.empty() && a.values.size() <= static_cast<std::size_t>(support::most_values));
    for (std::size_t i = 0; i < a.values.size(); ++i) {
      insist(a.values[i] >= a.kind->least && a.values[i] <= a.kind->most);
      insist(i == 0 || a.values[i] > a.values[i - 1]);
    }
    discrete::setting s;
    for (const double v : a.values) a.kind->set(s, v);
  });
}

}  // namespace

std::vector<std::string> fuzz::seeds() {
  std::vector<std::string> seeds = {"at:-2", "leading:2", "trailing:3", "everywhere",
                                    "1,2,7", "1e-9,-0.5", "float"};
  for (const phase_diagram::axis_kind& k : phase_diagram::axis_kinds()) {
    seeds.push_back(std::string(k.name) + ":1:5:3");
    seeds.push_back(std::string(k.name) + ":2:8:3:log");
  }
  return seeds;
}

void fuzz::read(std::string_view text) {
  numbers(text);
  taken([&] {
    const support::named_support s = support::support_argument("--support", text);
    insist(support::support_argument("--support", s.text()) == s);
    for (const lssm::integer kappa : {1, 7}) {
      bool all_inside = s.fits(kappa), any = false;
      for (lssm::integer k = 0; k < kappa; ++k) any = any || s.contains(k, kappa);
      insist(!all_inside || any);
    }
  });
  axis(std::string(text));
}
