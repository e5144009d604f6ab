// SPDX-License-Identifier: BSD-3-Clause
// The checkpoint of all runs: one file, replaced as a whole at every logged state and after every run, by one process at a
// time. One of other flags is refused, or with --overwrite replaced.
#pragma once

#include <filesystem>
#include <optional>

#include "../support/output_directory.hpp"
#include "run.hpp"

namespace discrete {

/// Every number that the runs depend on, as flags; a checkpoint goes on only where all of them are the same.
inline std::string label_of(const options& o, const std::string& program) {
  std::string text = program + " --scalar " + o.scalar_name() + " --horizon " + std::to_string(o.horizon);
  if (o.runs.size() == 1) text += o.runs[0] ? " --runs special" : " --runs baseline";
  const auto list = [](const auto& values) {
    std::string joined;
    for (const auto& x : values) {
      if (!joined.empty()) joined += ',';
      joined += digits(x);
    }
    return joined;
  };
  for (const setting& s : o.settings) {
    text += " --dim " + digits(s.dim) + " --length " + digits(s.length);
    text += " --teacher " + list(s.teacher) + " --baseline " + digits(s.baseline);
    text += " --baseline-support " + s.baseline_support.text() + " --special " + digits(s.special);
    text += " --special-support " + s.special_support.text() + " --init-sd-state " + digits(s.init_sd_state);
    text += " --init-sd-io " + digits(s.init_sd_io) + " --gap-factor " + digits(s.gap_factor);
    text += " --warm " + digits(s.warm) + " --optimizer " + s.optimizer + " --rate " + digits(s.rate) + "," +
            digits(s.rate_special);
    text += " --target " + digits(s.target) + " --after " + digits(s.after) + "," + digits(s.after_special) +
            " --max-steps " + digits(s.max_steps);
    text += " --log-every " + digits(s.log_every) + " --reset-io " + (s.reset_io ? "1" : "0");
    if (s.mlp_width > 0) {
      text += " --mlp-width " + digits(s.mlp_width) + " --mlp-depth " + digits(s.mlp_depth);
      text += " --init-sd-mlp " + digits(s.init_sd_mlp) + " --test-sequences " + digits(s.test_sequences);
      text += " --test-seed-offset " + digits(s.test_seed_offset) + " --tie-break " + digits(s.tie_break);
    }
    text += " --seed " + list(s.seeds) + " --paper " + s.name;
  }
  return text;
}

class saved_runs {
 public:
  /// Refuses what is no checkpoint of these runs, and a place where none can be written, before any work.
  saved_runs(const options& o, const std::string& program)
      : path_(o.checkpoint), program_(program), label_(label_of(o, program)) {
    if (path_.empty()) return;
    add_label(done_, label_);
    const std::string directory = std::filesystem::path(path_).parent_path().string();
    writable_directory(directory.empty() ? "." : directory);
    lock_.emplace(path_);
    if (!file_exists(path_)) return;
    npz_file file(path_);
    const std::string found = label_in(file);
    if (found != label_ && !o.overwrite) refuse_other(found);
    if (found == label_ && o.resume) old_ = std::move(file);
  }

  /// What `train` tells about run i.
  class one_run {
   public:
    void at_start(auto& bound, auto& training, auto& seen) {
      if (all_->has(name_)) load_run(*all_->old_, name_, bound, training, seen);
    }
    void at_log(auto& bound, auto& training, auto& seen) {
      if (all_->path_.empty()) return;
      npz_writer out = all_->done_;
      add_run(out, name_, bound, training, seen).save(all_->path_);
    }
    void at_end(auto& bound, auto& training, auto& seen) {
      if (!all_->path_.empty()) add_run(all_->done_, name_, bound, training, seen).save(all_->path_);
    }

   private:
    friend saved_runs;
    one_run(saved_runs& all, std::size_t i) : all_(&all), name_("run" + std::to_string(i)) {}
    saved_runs* all_;
    std::string name_;
  };
  one_run run(std::size_t i) { return {*this, i}; }

 private:
  bool has(const std::string& name) const { return old_ && old_->contains(name + ".layout"); }

  /// Also where the old file will be replaced: it could be anything that was named by mistake.
  std::string label_in(const npz_file& file) const {
    std::string text;
    if (file.contains("label")) {
      const auto bytes = file.read<std::uint8_t>("label").data;
      text.assign(bytes.begin(), bytes.end());
    }
    if (!text.starts_with(program_ + " "))
      throw bad_file(path_ + ": is no checkpoint of this program; left as it is");
    return text;
  }
  [[noreturn]] void refuse_other(const std::string& found) const {
    throw bad_file(path_ + ": is a checkpoint of other runs: " + support::other_flag(found, label_) +
                   "; --overwrite replaces it");
  }

  std::string path_, program_, label_;
  std::optional<file_lock> lock_;
  std::optional<npz_file> old_;
  npz_writer done_;  // runs that have ended
};

}  // namespace discrete
