// SPDX-License-Identifier: BSD-3-Clause
// A scope in which denormal numbers count as zero, for long runs near zero: a^99 of a small a underflows, and
// arithmetic on denormals is up to a hundred times slower. Results may differ from the IEEE ones below 1e-38 in float.
#pragma once

#include <cstdint>

namespace lssm {

/// Sets flush-to-zero and denormals-are-zero for the calling thread; restores what was set before when it ends.
/// On targets without such a mode it does nothing.
class flush_denormals {
 public:
  flush_denormals() : before_(control()) { set_control(before_ | bits); }
  ~flush_denormals() { set_control(before_); }
  flush_denormals(const flush_denormals&) = delete;
  flush_denormals& operator=(const flush_denormals&) = delete;

 private:
#if defined(__SSE__)
  using word = unsigned int;
  static constexpr word bits = 0x8040;  // FTZ | DAZ
  static word control() { return __builtin_ia32_stmxcsr(); }
  static void set_control(word w) { __builtin_ia32_ldmxcsr(w); }
#elif defined(__aarch64__)
  using word = std::uint64_t;
  static constexpr word bits = word(1) << 24;  // FPCR.FZ
  static word control() {
    word w;
    asm volatile("mrs %0, fpcr" : "=r"(w));
    return w;
  }
  static void set_control(word w) { asm volatile("msr fpcr, %0" : : "r"(w)); }
#else
  using word = unsigned int;
  static constexpr word bits = 0;
  static word control() { return 0; }
  static void set_control(word) {}
#endif
  word before_;
};

}  // namespace lssm
