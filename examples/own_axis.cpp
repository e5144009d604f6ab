// SPDX-License-Identifier: BSD-3-Clause
// An axis of one's own on the maps of `atlas` (docs/atlas.md): a name, its limits, and which number of a setting it moves. Here
// it is how near the start's first two states are tied.
#include "atlas/draw.hpp"

int main() {
  return support::run_program("own_axis", [] {
    atlas::axis_kinds().push_back({.name = "gap-factor",
                                   .whole = false,
                                   .least = 0,
                                   .most = 100,
                                   .set = [](atlas::setting& s, double x) { s.gap_factor = x; },
                                   .about = "how near the first two states are at the start"});
    const char* flags[] = {"own_axis", "--map",       "bias",    "--x",         "gap-factor:0:10:3",
                           "--y",      "ratio:0:1:2", "--seeds", "3",           "--after",
                           "0",        "--executor",  "lanes",   "--max-steps", "20000"};
    const auto asked = atlas::read_options(static_cast<int>(std::size(flags)), flags);
    atlas::draw<float>(*asked);
  });
}
