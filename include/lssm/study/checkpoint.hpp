// SPDX-License-Identifier: BSD-3-Clause
// Checkpoints: a descent saved at any step goes on with the bits of one that was never interrupted.
//
//   save_checkpoint("run.npz", "what this is", bound, training, seen...)      one run, one file, replaced atomically
//   load_checkpoint("run.npz", "what this is", bound, training, seen...)      back into the same study, bound anew
//
//   add_label(out, label);                              several runs in one file: out is an npz_writer;
//   add_run(out, "a", bound, training, seen...);        out.save("runs.npz") replaces the file
//   load_run(file, "a", bound, training, seen...);      one of them
//   parts_loader in(file);                              all of them, or none:
//   expect_label(in, label);                            in.commit() is what changes anything
//   load_run(in, "a", bound, training, seen...);
//
//   bound       what bind or bind_lanes gives            training    bound.training(); it must have parts and refresh()
//   seen...     trajectories, and states with parts, in the same order
//
// Stored are the parts of the training, the positions of bound.streams where there are any, everything in `seen`, and
// checksums of data and start. Settings of the training (rates, stop rules) are not: the label tells experiments apart.
// The file names the run's entries "a.training.live.theta" and so on; numpy.load reads them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../io/crc32.hpp"
#include "../io/saved_parts.hpp"
#include "lanes.hpp"
#include "trajectory.hpp"

namespace lssm {

namespace detail {

/// Raised whenever files of the old layout can no longer be read.
inline constexpr std::uint32_t run_layout = 1;

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

/// f(single) for what each lane was bound to.
template <class T, class Study, class F>
void each_bound(const bound_study<T, Study>& bound, F f) {
  f(bound);
}
template <class T, class Study, class F>
void each_bound(const bound_lanes<T, Study>& bound, F f) {
  for (std::size_t i = 0; i < lanes_of<T>; ++i) f(bound.single(i));
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

/// Of inputs and labels.
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

/// Of the system that training starts from, learned or not.
template <class Bound>
std::uint32_t start_checksum(const Bound& bound) {
  std::string bytes;
  each_bound(bound, [&]<class T, class Study>(const bound_study<T, Study>& b) {
    auto system = b.objective.system();
    bound_study<T, Study>::model::learned::to_system(view<T>(b.theta), system);
    for_each_leaf(std::as_const(system),
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

/// Text in quotes, without what would end the line of a message.
inline std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += is_control(c) ? '?' : c;
  return out + "'";
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

template <class Seen>
std::string quantities_of() {
  std::string text;
  for (const std::string& name : Seen::names()) text += (text.empty() ? "" : ", ") + name;
  return text;
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
      refuse_run(in, run, "recorded " + in_quotes(found) + ", not " + in_quotes(quantities_of<Seen>()));
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

/// What the runs of a file are: free text.
inline npz_writer& add_label(npz_writer& out, std::string_view label) {
  detail::add_text(out, "label", label);
  return out;
}
/// Throws bad_file where the file is a checkpoint of something else.
inline void expect_label(parts_loader& in, std::string_view label) {
  if (const std::string found = detail::read_text(in, "label"); found != label)
    detail::refuse_file(in.file().name(), "is a checkpoint of " + detail::in_quotes(found) + ", not of " +
                                              detail::in_quotes(label));
}

/// Adds a run under a name without dots.
template <class Bound, class Training, class... Seen>
npz_writer& add_run(npz_writer& out, const std::string& name, const Bound& bound, const Training& training,
                    const Seen&... seen) {
  static_assert(detail::Resumable<Training>,
                "checkpoint: the training lacks parts or refresh(), as flows do (docs/study.md)");
  detail::expect_run_name("add_run", name);
  out.add(detail::below(name, "layout"), detail::run_layout);
  out.add(detail::below(name, "data"), detail::data_checksum(bound));
  out.add(detail::below(name, "start"), detail::start_checksum(bound));
  if constexpr (detail::HasStreamPositions<Bound>)
    if (bound.streams) add_parts(out, detail::below(name, "streams"), bound.streams->where_they_stand());
  add_parts(out, detail::below(name, "training"), training);
  std::size_t i = 0;
  (detail::add_seen(out, detail::below(name, "seen" + std::to_string(i++)), seen), ...);
  return out;
}

/// Checks the run of this name now; in.commit() loads it and refreshes the training. Throws bad_file if it is of other
/// data, another start, other sizes, another scalar or other trajectories.
template <class Bound, class Training, class... Seen>
void load_run(parts_loader& in, const std::string& name, Bound& bound, Training& training, Seen&... seen) {
  static_assert(detail::Resumable<Training>,
                "checkpoint: the training lacks parts or refresh(), as flows do (docs/study.md)");
  detail::expect_run_name("load_run", name);
  detail::expect_layout(in, name);
  in.load(detail::below(name, "training"), training);
  detail::expect_checksum(in, name, "data", detail::data_checksum(bound), "is of other data");
  detail::expect_checksum(in, name, "start", detail::start_checksum(bound), "began at another start");
  if constexpr (detail::HasStreamPositions<Bound>)
    if (bound.streams)
      in.then([&bound, to = in.read(detail::below(name, "streams"), bound.streams->where_they_stand())] {
        bound.streams->move_to(to);
      });
  in.then([&training] { training.refresh(); });
  std::size_t i = 0;
  (detail::load_seen(in, name, detail::below(name, "seen" + std::to_string(i++)), training, seen), ...);
  in.expect_no_others(name + ".");
}
/// One run of a file that may hold others.
template <class Bound, class Training, class... Seen>
void load_run(const npz_file& file, const std::string& name, Bound& bound, Training& training,
              Seen&... seen) {
  parts_loader in(file);
  load_run(in, name, bound, training, seen...);
  in.commit();
}

/// Replaces the file, see replace_file (io/file.hpp). Throws bad_file if that fails; the old file is then still there.
template <class Bound, class Training, class... Seen>
void save_checkpoint(const std::string& path, std::string_view label, const Bound& bound,
                     const Training& training, const Seen&... seen) {
  npz_writer out;
  add_label(out, label);
  add_run(out, "run", bound, training, seen...);
  out.save(path);
}

/// Throws bad_file, with nothing changed, unless the file is a whole checkpoint of this label and of this run.
template <class Bound, class Training, class... Seen>
void load_checkpoint(const npz_file& file, std::string_view label, Bound& bound, Training& training,
                     Seen&... seen) {
  parts_loader in(file);
  detail::expect_layout(in, "run");
  expect_label(in, label);
  load_run(in, "run", bound, training, seen...);
  in.expect_no_others();
  in.commit();
}
template <class Bound, class Training, class... Seen>
void load_checkpoint(const std::string& path, std::string_view label, Bound& bound, Training& training,
                     Seen&... seen) {
  load_checkpoint(npz_file(path), label, bound, training, seen...);
}

}  // namespace lssm
