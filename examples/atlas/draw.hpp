// SPDX-License-Identifier: BSD-3-Clause
// Draws what was asked for, in an arithmetic.
#pragma once

#include <iostream>

#include "report.hpp"

namespace atlas {

/// The exit code: 0, or 130 if Ctrl-C stopped it. Only the first process writes.
template <class T, class Studies = diagonal_studies>
int draw(const options& o, bool first = true) {
  refuse_foreign_files(o);
  const support::interruption ctrl_c;
  map m(o);
  try {
    m.run<T, Studies>();
  } catch (const support::interrupted& at) {
    std::cerr << "atlas: stopped after " << at.done << " of " << at.runs << " runs of a sweep"
              << (o.out.empty() ? "; without --out they are gone" : "; the same command goes on from there")
              << '\n';
    return 130;
  }
  if (!first) return 0;
  if (!o.out.empty()) save(m);
  if (o.json) {
    for (const tile& t : m.tiles()) std::cout << json_line(o, t) << '\n';
  } else {
    print_table(std::cout, m);
  }
  return 0;
}

}  // namespace atlas
