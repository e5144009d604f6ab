// SPDX-License-Identifier: BSD-3-Clause
// The entries of a run in a checkpoint beside its states, and their checks on loading.
//
//   layout      number of this arrangement                      streams     positions of random streams
//   facts       kind of study and build (study/made_by.hpp)     training    parts of the training
//   data, start checksums                                       seen0, ...  recorded numbers, and "seen0.quantities"
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../io/crc32.hpp"
#include "../io/saved_parts.hpp"
#include "lanes.hpp"
#include "made_by.hpp"
#include "trajectory.hpp"

namespace lssm {

namespace detail {

/// Raised whenever files of the old layout can no longer be read.
inline constexpr std::uint32_t run_layout = 2;

template <class Training>
concept Resumable = HasParts<Training> && requires(Training& t) {
  t.refresh();
};
template <class Seen>
concept HasPosition = requires(Seen s) {
  s.where_it_stands();
  s.move_to(s.where_it_stands());
};
template <class Bound>
concept HasStreamPositions = requires(Bound& b) {
  b.streams->where_they_stand();
  b.streams->move_to(b.streams->where_they_stand());
};

/// Calls f(single) with the bound study of each lane.
template <class T, class Study, class F>
void each_bound(const bound_study<T, Study>& bound, F f) {
  f(bound);
}
template <class T, class Study, class F>
void each_bound(const bound_lanes<T, Study>& bound, F f) {
  for (std::size_t i = 0; i < lanes_of<T>; ++i) f(bound.single(i));
}

/// The facts of the study's kind and of the build.
template <class T, class Study>
facts facts_of_run(const bound_study<T, Study>& bound) {
  return facts_of_study<T>(bound.study).add(facts_of_build<T>());
}
template <class T, class Study>
facts facts_of_run(const bound_lanes<T, Study>& bound) {
  return facts_of_study<T>(bound.single(0).study).add(facts_of_build<T>());
}

/// The bytes of numbers, their count first.
template <class T>
void append_numbers(std::string& out, std::span<const T> numbers) {
  append_little(out, std::uint64_t{numbers.size()});
  for (std::size_t i = 0; i < planes<T>::count; ++i) {
    const auto column = plane(numbers, i);
    append_little<typename planes<T>::element>(out, column);
  }
}

/// Checksum of inputs and labels.
template <class Bound>
std::uint32_t data_checksum(const Bound& bound) {
  std::string bytes;
  each_bound(bound, [&]<class T, class Study>(const bound_study<T, Study>& b) {
    append_little(bytes, static_cast<std::uint64_t>(b.data.kappa));
    append_numbers<T>(bytes, view<T>(b.data.x));
    append_numbers<T>(bytes, view<T>(b.data.y));
  });
  return crc32(bytes);
}

/// Checksum of the system that training starts from, learned or not.
template <class Bound>
std::uint32_t start_checksum(const Bound& bound) {
  std::string bytes;
  each_bound(bound, [&]<class T, class Study>(const bound_study<T, Study>& b) {
    const auto system = b.objective.system_at(view<T>(b.theta));
    for_each_leaf(system,
                  [&](const std::string&, std::span<const T> leaf) { append_numbers<T>(bytes, leaf); });
  });
  return crc32(bytes);
}

inline void add_text(npz_writer& out, const std::string& name, std::string_view text) {
  out.add(name, std::vector<std::uint8_t>(text.begin(), text.end()));
}
inline std::string read_text(parts_loader& in, const std::string& name) {
  const auto bytes = in.read_array<std::uint8_t>(name).data;
  return {bytes.begin(), bytes.end()};
}
inline std::uint32_t read_number(parts_loader& in, const std::string& name) {
  const auto array = in.read_array<std::uint32_t>(name);
  if (!array.shape.empty()) refuse_file(in.file().name(), "entry '" + name + "' is no single number");
  return array.data[0];
}

[[noreturn]] inline void refuse_run(const parts_loader& in, const std::string& run, std::string_view reason) {
  refuse_file(in.file().name(), "run " + in_quotes(run) + " " + std::string(reason));
}

inline void expect_layout(parts_loader& in, const std::string& run) {
  const std::string entry = below(run, "layout");
  if (!in.file().contains(entry))
    refuse_file(in.file().name(), "holds no run " + in_quotes(run) + ": has no entry " + in_quotes(entry));
  if (const std::uint32_t found = read_number(in, entry); found != run_layout)
    refuse_run(in, run,
               "has layout " + std::to_string(found) + ", this version reads " + std::to_string(run_layout));
}

template <class Bound>
void expect_facts(parts_loader& in, const std::string& run, const Bound& bound) {
  const std::string entry = below(run, "facts");
  const facts found = facts::parse(read_text(in, entry), in.file().name() + ": entry '" + entry + "'");
  if (const std::string other = facts_of_run(bound).difference(found); !other.empty())
    refuse_run(in, run,
               "is of another kind or build: " + other + " (version " + found["version"] + " there)");
}

/// Checks the numbers of a training before they drive its loops.
template <class Training>
void expect_sound(parts_loader& in, const std::string& run, const Training& training) {
  if constexpr (std::copy_constructible<Training> && requires(Training like) { like.objection(); }) {
    Training like = in.read(below(run, "training"), training);
    if (const std::string why = like.objection(); !why.empty())
      refuse_run(in, run, "has a training that " + why);
  }
}

/// Checks the positions of streams.
template <class Position>
Position sound_position(parts_loader& in, const std::string& run, Position like) {
  Position found = in.read(below(run, "streams"), std::move(like));
  if constexpr (requires { found.objection(); })
    if (const std::string why = found.objection(); !why.empty())
      refuse_run(in, run, "has a random stream that " + why);
  return found;
}

inline void expect_checksum(parts_loader& in, const std::string& run, const char* of, std::uint32_t expected,
                            std::string_view reason) {
  const std::uint32_t found = read_number(in, below(run, of));
  if (found != expected)
    refuse_run(
        in, run,
        std::string(reason) + ": checksum " + std::to_string(found) + ", here " + std::to_string(expected));
}

inline void expect_run_name(const char* function, const std::string& run) {
  require(!run.empty() && run.find('.') == std::string::npos, function, "name", "not empty and without dots",
          run);
}

/// Names as JSON, so that {"a, b"} is not {"a", "b"}.
template <class Seen>
std::string quantities_of() {
  return to_json(Seen::names());
}

template <class Seen>
void add_seen(npz_writer& out, const std::string& prefix, const Seen& seen) {
  if constexpr (HasPosition<Seen>) {
    add_text(out, below(prefix, "quantities"), quantities_of<Seen>());
    add_parts(out, prefix, seen.where_it_stands());
  } else {
    static_assert(HasParts<Seen>,
                  "checkpoint: what is saved beside a run is a trajectory or has parts (docs/study.md)");
    add_parts(out, prefix, seen);
  }
}

template <class Training, class Seen>
void load_seen(parts_loader& in, const std::string& run, const std::string& prefix, Training& training,
               Seen& seen) {
  if constexpr (HasPosition<Seen>) {
    if (const std::string found = read_text(in, below(prefix, "quantities")); found != quantities_of<Seen>())
      refuse_run(in, run,
                 "recorded " + in_quotes(found, 1000) + ", not " + in_quotes(quantities_of<Seen>(), 1000));
    typename Seen::position like;
    const auto shape = in.file().shape(below(prefix, "values") + planes<typename Seen::scalar>::name(0));
    // Only an array of one axis has as many elements as its first size claims; others are refused by `read`.
    like.values.resize(shape.size() == 1 ? shape[0] : 0);
    auto position = in.read(prefix, std::move(like));
    if (const std::string why = seen.objection(position, training); !why.empty())
      refuse_run(in, run, "has a trajectory '" + prefix + "' that " + why);
    in.then([&seen, position = std::move(position)]() mutable { seen.move_to(std::move(position)); });
  } else {
    static_assert(HasParts<Seen>,
                  "checkpoint: what is saved beside a run is a trajectory or has parts (docs/study.md)");
    in.load(prefix, seen);
  }
}

}  // namespace detail

}  // namespace lssm
