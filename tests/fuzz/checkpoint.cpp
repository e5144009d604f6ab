// SPDX-License-Identifier: BSD-3-Clause
// Checkpoints: any file is one of this run, which it then goes on from, or refused with nothing changed.
//
// A checkpoint has more bytes than inputs shall have, so an input is a list of edits of a good one, four bytes each:
//   kind and entry   2 bits: change a byte, leave the entry out, give it another shape, change an element; 6 bits
//   where            16 bits
//   what             8 bits
// Archives as such are the business of npz.cpp.
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <lssm/all.hpp>

#include "target.hpp"

using namespace lssm;

namespace {

using study =
    teacher_student<ssm<real_diagonal<2>>, given<real_diagonal<1>>, training_set<3, gaussian<everywhere>>,
                    squared_error, descent<heavy_ball, unconstrained, first_of<step_limit>>, near_zero,
                    keyed_streams>;

/// A run under way, and what it saves.
struct run_under_way {
  bound_study<double, study> bound = bind<double>(study{.teacher = {.values = {{0.9}, {1}, {1}}},
                                                        .training = {.stop = {{{.steps = 10}}}},
                                                        .start = {.state_deviation = 0.4}},
                                                  3);
  decltype(bound.training()) training = bound.training();
  decltype(trajectory_of<double>(sample_steps{}, record::loss{})) seen =
      trajectory_of<double>(sample_steps{}, record::loss{});

  run_under_way() {
    for (int i = 0; i < 3; ++i) {
      training.step();
      seen(training);
    }
  }
  std::string saved() const {
    npz_writer out;
    add_label(out, "fuzz");
    add_run(out, "run", bound, training, seen);
    return out.bytes();
  }
  void load(const npz_file& file) { load_checkpoint(file, "fuzz", bound, training, seen); }
};

struct entry {
  std::string name, bytes;
};
std::vector<entry> entries_of(const std::string& archive) {
  std::vector<entry> entries;
  const std::string name = "good";
  for (const detail::zip_entry& e : detail::zip_reader(archive, name).entries())
    entries.push_back({e.name, archive.substr(e.offset, e.size)});
  return entries;
}

void edit(std::vector<entry>& entries, std::string_view four) {
  const auto byte = [&](std::size_t i) { return std::size_t{static_cast<unsigned char>(four[i])}; };
  if (entries.empty()) return;
  const std::size_t at = (byte(0) & 63U) % entries.size(), where = byte(1) + 256 * byte(2);
  std::string& bytes = entries[at].bytes;
  constexpr std::size_t header = 128;  // of each array of this checkpoint
  switch (byte(0) >> 6) {
    case 0: bytes[where % bytes.size()] = four[3]; break;
    case 1: entries.erase(entries.begin() + static_cast<integer>(at)); break;
    case 2: {  // (2^n, where), (where) or (): what the elements are stays
      const npy_type type = parse_npy(bytes, "edited").header.type;
      std::vector<std::size_t> shape = {std::size_t{1} << (byte(3) & 63U), where};
      if (byte(3) >= 64) shape = {where};
      if (byte(3) >= 128) shape = {};
      const std::size_t size = detail::elements_of(shape);
      std::string elements = bytes.substr(header);
      if (size <= 64) elements.resize(size * type.size);
      bytes = detail::npy_header_text(type, shape) + elements;
      break;
    }
    default: {
      constexpr double inf = std::numeric_limits<double>::infinity(),
                       nan = std::numeric_limits<double>::quiet_NaN();
      constexpr std::array special = {0.0, -0.0, 0.5, -1.0, 3.0, 1e300, -inf, inf, nan, 0x1p53, 5e-324};
      std::string element;
      detail::append_little<double>(element, std::span(&special[byte(3) % special.size()], 1));
      const std::size_t count = (bytes.size() - std::min(bytes.size(), header)) / element.size();
      if (count > 0) bytes.replace(header + where % count * element.size(), element.size(), element);
    }
  }
}

}  // namespace

std::vector<std::string> fuzz::seeds() {
  // Nothing; a byte of the first entry; the tenth left out; an element of the fifth; a shape of the last.
  return {"", std::string("\x00\x80\x00\x01", 4), std::string("\x49\x00\x00\x00", 4),
          std::string("\xC4\x00\x00\x02", 4), std::string("\xBF\x00\x00\x28", 4)};
}

void fuzz::read(std::string_view edits) {
  static run_under_way run;
  static const npz_file good(run.saved(), "good");
  static const std::vector<entry> all = entries_of(run.saved());
  static const auto before = run.training;
  std::vector<entry> entries = all;
  // An edit that no longer finds an array where it wants to change the shape ends the list.
  for (; edits.size() >= 4; edits.remove_prefix(4))
    if (!accepted([&] { edit(entries, edits.substr(0, 4)); })) break;
  detail::zip_writer zip;
  for (const entry& e : entries) zip.add(e.name, e.bytes);
  if (accepted([&] { run.load(npz_file(zip.bytes(), "f")); })) {
    // Whatever was accepted comes to its end, and soon: no number of a file drives a loop.
    for (int steps = 0; run.training.running(); ++steps) {
      insist(steps < 16);
      run.training.step();
      run.seen(run.training);
    }
    run.load(good);
  }
  insist(equal_parts(run.training, before));
}
