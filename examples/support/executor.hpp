// SPDX-License-Identifier: BSD-3-Clause
// Which executor runs the sweeps of a program, by flags, and the processes of mpirun that it may be one of.
#pragma once

#include <iostream>
#include <lssm/sweep/in_lanes.hpp>
#include <lssm/sweep/serial.hpp>
#include <optional>
#include <string>
#include <string_view>
#ifdef LSSM_HAS_TBB
#include <lssm/sweep/threads.hpp>
#endif
#ifdef LSSM_HAS_MPI
#include <lssm/sweep/mpi.hpp>
#endif

#include "argument.hpp"
#include "program.hpp"

namespace support {

enum class executor_kind { serial, lanes, threads, mpi };

inline constexpr lssm::integer most_threads = 4096;

inline constexpr bool has_threads =
#ifdef LSSM_HAS_TBB
    true;
#else
    false;
#endif
inline constexpr bool has_mpi =
#ifdef LSSM_HAS_MPI
    true;
#else
    false;
#endif

struct chosen_executor {
  executor_kind kind = executor_kind::lanes;
  bool lanes = true;
  lssm::integer threads = 0;  // 0: all cores; per rank
};

/// The flags as they were typed.
struct typed_executor {
  std::optional<std::string> executor, lanes, threads;

  void add_flags(CLI::App& app) {
    const auto add = [&](const char* name, auto& value, const char* type, const std::string& text) {
      app.add_option(name, value, text)->type_name(type);
    };
    add("--executor", executor, "serial|lanes|threads|mpi",
        std::string(
            "one run after the other; SIMD lanes; lanes on all cores; lanes in all processes of mpirun (") +
            (has_threads ? "threads" : "lanes") + ")");
    add("--threads", threads, "N", "threads (all cores), for mpi of every process (1)");
    add("--lanes", lanes, "on|off", "lanes of threads and processes (on)");
  }
  chosen_executor checked() const {
    chosen_executor o;
    o.kind = has_threads ? executor_kind::threads : executor_kind::lanes;
    if (executor)
      o.kind = static_cast<executor_kind>(
          choice_argument("--executor", *executor, {"serial", "lanes", "threads", "mpi"}));
    if (o.kind == executor_kind::threads && !has_threads)
      throw lssm::bad_argument("--executor threads needs oneTBB, which was not there when this was built");
    if (o.kind == executor_kind::mpi && !has_mpi)
      throw lssm::bad_argument("--executor mpi needs MPI, which was not there when this was built");
    const bool workers = o.kind == executor_kind::threads || o.kind == executor_kind::mpi;
    if (threads) {
      o.threads = integer_argument("--threads", *threads, 1, most_threads);
      if (!workers && o.threads > 1) throw lssm::bad_argument("--threads is for --executor threads or mpi");
      if (o.kind == executor_kind::mpi && o.threads > 1 && !has_threads)
        throw lssm::bad_argument("--threads needs oneTBB, which was not there when this was built");
    }
    if (lanes) {
      o.lanes = choice_argument("--lanes", *lanes, {"on", "off"}) == 0;
      if (!workers) throw lssm::bad_argument("--lanes is for --executor threads or mpi");
    }
    return o;
  }
};

/// Calls f with the executor that was asked for.
template <class F>
auto with_executor(const chosen_executor& o, F f) {
  using namespace lssm;
#ifdef LSSM_HAS_MPI
  if (o.kind == executor_kind::mpi) {
#ifdef LSSM_HAS_TBB
    if (o.threads > 1)
      return o.lanes ? f(on_ranks<on_threads<>>{.each = {.count = o.threads}})
                     : f(on_ranks<on_threads<serial>>{.each = {.count = o.threads}});
#endif
    return o.lanes ? f(on_ranks<>{}) : f(on_ranks<serial>{});
  }
#endif
#ifdef LSSM_HAS_TBB
  if (o.kind == executor_kind::threads)
    return o.lanes ? f(on_threads<>{.count = o.threads}) : f(on_threads<serial>{.count = o.threads});
#endif
  return o.kind == executor_kind::serial ? f(serial{}) : f(in_lanes{});
}

/// The processes of mpirun begin together, and only the first one speaks.
class processes {
 public:
  processes(int argc, const char* const* argv) {
#ifdef LSSM_HAS_MPI
    for (int i = 1; i < argc; ++i) {
      const std::string_view now = argv[i], before = argv[i - 1];
      if (now == "--executor=mpi" || (now == "mpi" && before == "--executor")) session_.emplace();
      if (session_) break;
    }
    if (session_ && lssm::on_ranks<>{}.rank() != 0) {
      first_ = false;
      std::cout.rdbuf(nullptr);
      std::cerr.rdbuf(nullptr);
    }
#else
    static_cast<void>(argc);
    static_cast<void>(argv);
#endif
  }
  bool first() const { return first_; }

 private:
#ifdef LSSM_HAS_MPI
  std::optional<lssm::mpi_session> session_;
#endif
  bool first_ = true;
};

}  // namespace support
