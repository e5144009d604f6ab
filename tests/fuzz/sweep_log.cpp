// SPDX-License-Identifier: BSD-3-Clause
// Logs of sweeps: any text is a log of this sweep, with the runs whose lines fit their checksums, or refused.
#include <lssm/sweep/log.hpp>

#include "target.hpp"

using namespace lssm;

namespace {

const facts mine =
    facts().add("label", "a label, with a comma").add("scalar", "double").add_told("version", "0.1.0");
const std::string header = sweep_log_header(mine);

std::size_t runs_of(std::string_view text) {
  std::size_t runs = 0, cells = 0;
  fuzz::accepted([&] {
    parse_sweep_log(text, "f", mine, [&](std::size_t, std::string_view line) {
      ++runs;
      cells += line.size();
    });
  });
  fuzz::insist(cells <= text.size());
  return runs;
}

}  // namespace

std::vector<std::string> fuzz::seeds() {
  const std::string first = detail::with_checksum(header), second = detail::with_checksum("0,converged,1e-6");
  // The last one passes as a first line, with other facts.
  return {first + second, first + second + "1,conv", first, "7,a\n8,b",
          "lssm sweep log 2,{\"label\":\"another\",\"version\":\"1.0.0\"}\n0,b"};
}

void fuzz::read(std::string_view text) {
  runs_of(text);
  // No change of a byte finds the checksum that fits: every line once more with its own.
  std::string checked = detail::with_checksum(header);
  std::size_t lines = 0;
  for (std::string_view left = text; !left.empty(); ++lines) {
    const std::size_t end = std::min(left.find('\n'), left.size());
    checked += detail::with_checksum(std::string(left.substr(0, end)));
    left.remove_prefix(std::min(end + 1, left.size()));
  }
  insist(runs_of(checked) <= lines);
  // The same without our first line: theirs has a right checksum too.
  runs_of(std::string_view(checked).substr(detail::with_checksum(header).size()));
}
