// SPDX-License-Identifier: BSD-3-Clause
// How an example program ends.
//
//   0   done, however the runs themselves ended: their status is part of the output
//   1   the output could not be written (the disk is full, for example), or something unforeseen happened
//   2   unknown or impossible input, also a path where nothing can be, or files of other flags in the way: one line on
//       stderr, nothing on stdout, no files
//   130 Ctrl-C stopped it
//
// Every message is one line, "<program>: <what was expected, what was given>".
#pragma once

#include <CLI/CLI.hpp>
#include <iostream>
#include <lssm/core.hpp>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>

namespace support {

inline int fail(std::string_view program, std::string message, int code) {
  message.resize(message.find_last_not_of(" \n") + 1);
  for (char& c : message)
    if (c == '\n') c = ' ';
  std::cerr << program << ": " << lssm::printable(message) << '\n';
  return code;
}

/// Files are in the way of this one's: refused whenever it is found out.
struct refused : lssm::bad_file {
  using lssm::bad_file::bad_file;
};
[[noreturn]] inline void refuse_file(const std::string& path, const std::string& reason) {
  throw refused(path + ": " + reason);
}

/// Thrown where Ctrl-C was pressed; what is done is kept in the folder --out, unless its name is empty.
struct interrupted : std::runtime_error {
  explicit interrupted(const std::string& out, const std::string& when = "")
      : std::runtime_error(
            "stopped" + when +
            (out.empty() ? "; without --out all is gone" : "; the same command goes on from there")) {}
  interrupted(const std::string& out, std::size_t done, std::size_t runs)
      : interrupted(out, " after " + std::to_string(done) + " of " + std::to_string(runs) + " runs") {}
};

/// Set once all input has been looked at: a file that fails from then on is no fault of the flags.
inline bool at_work = false;

/// Runs `body()`, turns what it throws into a message, and finds out whether stdout took everything.
template <class Body>
int run_program(std::string_view program, Body body) {
  try {
    body();
    std::cout.flush();
    return std::cout ? 0 : fail(program, "cannot write to standard output", 1);
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() != 0) return fail(program, e.what(), 2);
    return 0;
  } catch (const lssm::disk_failure& e) {
    return fail(program, e.what(), 1);
  } catch (const refused& e) {
    return fail(program, e.what(), 2);
  } catch (const lssm::bad_argument& e) {
    return fail(program, e.what(), 2);
  } catch (const lssm::bad_file& e) {
    return fail(program, e.what(), at_work ? 1 : 2);
  } catch (const interrupted& e) {
    return fail(program, e.what(), 130);
  } catch (const std::bad_alloc&) {
    return fail(program, "not enough memory for these sizes", 2);
  } catch (const std::exception& e) {
    return fail(program, e.what(), 1);
  }
}

/// Parses the command line; false if all that was asked for is the help, which is then printed.
inline bool parse(CLI::App& app, int argc, const char* const* argv) {
  try {
    app.parse(argc, argv);
    return true;
  } catch (const CLI::Success&) {
    std::cout << app.help();
    return false;
  }
}

}  // namespace support
