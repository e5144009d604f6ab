// SPDX-License-Identifier: BSD-3-Clause
// Several processes as one: an error of one of them reaches all, so that none waits for another that has ended. The team of
// an executor is the processes that it spans; that of most executors is one process.
#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include "../io/facts.hpp"
#include "concepts.hpp"
#include "job.hpp"

namespace lssm::detail {

/// An exception as text, its kind and its words, so that another process can throw it.
inline std::string packed(const std::exception_ptr& why) {
  try {
    std::rethrow_exception(why);
  } catch (const disk_failure& e) {
    return std::string("d") + e.what();
  } catch (const bad_file& e) {
    return std::string("f") + e.what();
  } catch (const bad_argument& e) {
    return std::string("a") + e.what();
  } catch (const std::exception& e) {
    return std::string("x") + e.what();
  } catch (...) {
    return "xfailed";
  }
}
[[noreturn]] inline void throw_packed(const std::string& text) {
  const std::string words = text.substr(1);
  if (text[0] == 'd') throw disk_failure(words);
  if (text[0] == 'f') throw bad_file(words);
  if (text[0] == 'a') throw bad_argument(words);
  throw failure(words);
}

/// The team of an executor in one process.
struct one_process {
  static int rank() { return 0; }
  static int ranks() { return 1; }
  static void share(std::string&) {}
  static std::string agree(std::string text) { return text; }
};
template <class Executor>
decltype(auto) team_of(const Executor& executor) {
  if constexpr (SpansRanks<Executor>) {
    return (executor);
  } else {
    return one_process{};
  }
}

/// Calls f in this process, and throws in all where it threw in one.
template <SpansRanks Team, class F>
void all_or_none(const Team& team, F f) {
  if (team.ranks() == 1) return f();
  std::string error;
  try {
    f();
  } catch (...) {
    error = packed(std::current_exception());
  }
  if (const std::string first = team.agree(error); !first.empty()) throw_packed(first);
}

/// Throws in all processes unless each has the sweep and the build of the first.
void expect_agreement(const SpansRanks auto& team, const facts& mine) {
  if (team.ranks() == 1) return;
  std::string first = mine.text();
  team.share(first);
  all_or_none(team, [&] {
    const std::string other = mine.difference(facts::parse(first, "rank 0"));
    if (!other.empty())
      throw bad_argument("execute: rank " + std::to_string(team.rank()) +
                         " is of another sweep or build than rank 0: " + other);
  });
}

/// Gives the rows of the first process to all.
void share_rows(const SpansRanks auto& team, sweep_rows& rows) {
  if (team.ranks() == 1) return;
  std::string text;
  if (team.rank() == 0)
    for (std::size_t run = 0; run < rows.size(); ++run)
      if (rows[run]) text += std::to_string(run) + ' ' + *rows[run] + '\n';
  team.share(text);
  if (team.rank() == 0) return;
  rows.assign(rows.size(), std::nullopt);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t space = text.find(' ', at), end = text.find('\n', at);
    const auto run = number_from<std::uint64_t>(std::string_view(text).substr(at, space - at));
    rows[static_cast<std::size_t>(run.value())] = text.substr(space + 1, end - space - 1);
    at = end + 1;
  }
}

}  // namespace lssm::detail
