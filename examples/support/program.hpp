// SPDX-License-Identifier: BSD-3-Clause
// How an example program ends.
//
//   0   done, however the runs themselves ended: their status is part of the output
//   1   the output could not be written, or something unforeseen happened
//   2   unknown or impossible input: one line on stderr, nothing on stdout, no files
//
// Every message is one line, "<program>: <what was expected, what was given>".
#pragma once

#include <CLI/CLI.hpp>
#include <iostream>
#include <lssm/core.hpp>
#include <new>
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
  } catch (const lssm::failure& e) {
    return fail(program, e.what(), 2);
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
