// SPDX-License-Identifier: BSD-3-Clause
// What a compiler and its options must offer, said before the first error that would follow from it.
#pragma once

#if !defined(__GNUC__)
#error "lssm: g++ or clang++ is needed, whose vector extensions the kernels use (README.md)"
#elif __cplusplus < 202002L
#error "lssm: C++20 is needed; give -std=c++20 to the compiler (README.md)"
#elif !defined(__clang__) && __GNUC__ < 12
#error "lssm: g++ 12 or later is needed (README.md)"
#elif defined(__clang__) && __clang_major__ < 14
#error "lssm: clang 14 or later is needed (README.md)"
#endif
#if __FINITE_MATH_ONLY__
#error \
    "lssm: -ffast-math or -ffinite-math-only lets NaN and infinity pass every check; compile without (docs/numbers.md)"
#endif
