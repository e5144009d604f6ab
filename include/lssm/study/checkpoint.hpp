// SPDX-License-Identifier: BSD-3-Clause
// Checkpoints: a descent saved at any step continues with the bits of one that was never interrupted.
//
//   save_checkpoint("run.npz", "what this is", bound, training, seen...)      one run, one file, replaced atomically
//   load_checkpoint("run.npz", "what this is", bound, training, seen...)      back into the same study, bound again
//
//   add_label(out, label);                              several runs in one file: out is an npz_writer;
//   add_run(out, "a", bound, training, seen...);        out.save("runs.npz") replaces the file
//   load_run(file, "a", bound, training, seen...);      loads one of them
//   parts_loader in(file);                              loads all of them, or none:
//   expect_label(in, label);                            only in.commit() changes anything
//   load_run(in, "a", bound, training, seen...);
//
//   file_lock mine("run.npz");                          keeps other processes away as long as the training lasts
//
//   bound       what bind or bind_lanes gives            training    bound.training(); it must have parts and refresh()
//   seen...     trajectories, and states with parts, in the same order
//
// A run is stored as the parts of the training, the positions of bound.streams if there are any, everything in `seen`,
// checksums of data and start, the kind of the study and the arithmetic of the build (study/made_by.hpp). Settings of the
// training (rates, stop rules) are not stored: the label distinguishes experiments. Loaded numbers are checked before use.
// The file names the run's entries "a.training.live.theta" and so on; numpy.load reads them.
#pragma once

#include <string>
#include <string_view>

#include "../io/file_lock.hpp"
#include "checkpoint_entries.hpp"

namespace lssm {

/// Adds the label of a file's runs, free text.
inline npz_writer& add_label(npz_writer& out, std::string_view label) {
  detail::add_text(out, "label", label);
  return out;
}
/// Throws bad_file where the file has another label.
inline void expect_label(parts_loader& in, std::string_view label) {
  if (const std::string found = detail::read_text(in, "label"); found != label)
    detail::refuse_file(in.file().name(),
                        "is a checkpoint of " + in_quotes(found) + ", not of " + in_quotes(label));
}

/// Adds a run under a name without dots.
template <class Bound, class Training, class... Seen>
npz_writer& add_run(npz_writer& out, const std::string& name, const Bound& bound, const Training& training,
                    const Seen&... seen) {
  static_assert(detail::Resumable<Training>,
                "checkpoint: the training lacks parts or refresh(), as flows do (docs/study.md)");
  detail::expect_run_name("add_run", name);
  out.add(detail::below(name, "layout"), detail::run_layout);
  detail::add_text(out, detail::below(name, "facts"), detail::facts_of_run(bound).text());
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
/// data, another start, other sizes, another scalar, another structure, other trajectories or a build of other arithmetic.
template <class Bound, class Training, class... Seen>
void load_run(parts_loader& in, const std::string& name, Bound& bound, Training& training, Seen&... seen) {
  static_assert(detail::Resumable<Training>,
                "checkpoint: the training lacks parts or refresh(), as flows do (docs/study.md)");
  detail::expect_run_name("load_run", name);
  detail::expect_layout(in, name);
  detail::expect_facts(in, name, bound);
  detail::expect_sound(in, name, training);
  in.load(detail::below(name, "training"), training);
  detail::expect_checksum(in, name, "data", detail::data_checksum(bound), "is of other data");
  detail::expect_checksum(in, name, "start", detail::start_checksum(bound), "began at another start");
  if constexpr (detail::HasStreamPositions<Bound>)
    if (bound.streams)
      in.then([&bound, to = detail::sound_position(in, name, bound.streams->where_they_stand())] {
        bound.streams->move_to(to);
      });
  in.then([&training] { training.refresh(); });
  std::size_t i = 0;
  (detail::load_seen(in, name, detail::below(name, "seen" + std::to_string(i++)), training, seen), ...);
  in.expect_no_others(name + ".");
}
/// Loads one run of a file that may hold others.
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

/// Loads a checkpoint. Throws bad_file, with nothing changed, unless the whole file is of this label and this run.
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
