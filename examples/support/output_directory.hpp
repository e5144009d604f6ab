// SPDX-License-Identifier: BSD-3-Clause
// The files that a program leaves in a directory, all of one set of flags.
//
// <program>.flags beside them says which: the flags, the arithmetic of the build, the names. Files of other flags, and
// files of these names that nobody vouches for, are refused before the work, or with --overwrite removed. A file that is
// there and has the bytes that it shall have is left as it is. One process at a time writes there.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <lssm/io.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "program.hpp"

namespace support {

/// The first flag that differs: "--dim 3 there, --dim 4 here".
inline std::string other_flag(const std::string& there, const std::string& here) {
  std::size_t i = 0;
  while (i < std::min(there.size(), here.size()) && there[i] == here[i]) ++i;
  const auto flag_of = [i](const std::string& text) {
    const std::size_t dashes = text.rfind(" --", i), begin = dashes == std::string::npos ? 0 : dashes + 1,
                      end = text.find(" --", begin);
    return text.substr(begin, end == std::string::npos ? end : end - begin);
  };
  return flag_of(there) + " there, " + flag_of(here) + " here";
}

class output_directory {
 public:
  /// `build` is facts_of_build of the runs' scalar. An empty path: nothing is written.
  output_directory(std::string path, const std::string& program, std::string flags, const lssm::facts& build,
                   std::vector<std::string> names, bool overwrite)
      : path_(std::move(path)), overwrite_(overwrite), mine_{std::move(flags), build, std::move(names)} {
    if (none()) return;
    const std::string record = in(program + ".flags");
    if (!lssm::file_exists(path_)) lssm::writable_directory(path_);
    lock_.emplace(record);
    if (lssm::file_exists(record)) {
      look_at(record);
    } else {
      for (const std::string& name : mine_.names)
        if (lssm::file_exists(in(name)) && !overwrite_)
          refuse_file(in(name), "is there already, and no " + program +
                                    ".flags says of which flags; --overwrite replaces it");
    }
    lssm::writable_directory(path_);
    lssm::replace_file(record, text_of(mine_));
  }

  bool none() const { return path_.empty(); }
  void save(const std::string& name, const lssm::csv_table& table) const { save_bytes(name, table.text()); }
  void save(const std::string& name, const lssm::npz_writer& arrays) const {
    save_bytes(name, arrays.bytes());
  }

 private:
  struct contents {
    std::string flags;
    lssm::facts build;
    std::vector<std::string> names;
  };

  std::string in(const std::string& name) const { return path_ + "/" + name; }

  void save_bytes(const std::string& name, const std::string& bytes) const {
    if (none()) return;
    if (lssm::file_exists(in(name)) && !overwrite_) {
      if (lssm::read_file(in(name)) == bytes) return;
      throw lssm::bad_file(in(name) + ": holds something else than these runs give; --overwrite replaces it");
    }
    lssm::replace_file(in(name), bytes);
  }

  /// Refuses the files of other flags or another build, or removes them.
  void look_at(const std::string& record) const {
    const contents theirs = parse(record);
    const std::string other = theirs.flags != mine_.flags ? other_flag(theirs.flags, mine_.flags)
                                                          : mine_.build.difference(theirs.build);
    if (other.empty()) return;
    if (!overwrite_)
      refuse_file(record, "the files here are of other runs: " + other + "; --overwrite replaces them");
    for (const std::string& name : theirs.names)
      if (name.find('/') == std::string::npos && ::unlink(in(name).c_str()) != 0 && errno != ENOENT)
        refuse_file(in(name), "cannot be removed");
  }

  static std::string text_of(const contents& c) {
    return lssm::json_object()
               .add("flags", c.flags)
               .add("build", c.build.text())
               .add("files", c.names)
               .text() +
           "\n";
  }
  static contents parse(const std::string& record) {
    const lssm::json_document document = lssm::json_document::read(record);
    const auto root = document.root();
    return {root["flags"].as<std::string>(), lssm::facts::parse(root["build"].as<std::string>(), record),
            root["files"].list<std::string>()};
  }

  std::string path_;
  bool overwrite_ = false;
  contents mine_;
  std::optional<lssm::file_lock> lock_;
};

}  // namespace support
