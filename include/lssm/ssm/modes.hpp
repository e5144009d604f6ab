// SPDX-License-Identifier: BSD-3-Clause
// What a structure may tell of its modes and of the eigenvalues of A. Nothing is guessed of one that tells nothing.
//
//   diagonal = true                  `a` holds the eigenvalues of A, real, one by one
//   modes(p), pole(p, j)             how many modes, and the eigenvalue of mode j: a number, or an eigenvalue<T> that stands
//                                    for itself and its conjugate
//   set_pole(p, j, λ)                puts the eigenvalue of mode j, of the type of pole, in its place
//   spectrum(p)                      all eigenvalues as a std::vector<eigenvalue<T>>, where modes do not tell them
//   state_size(p)                    how many numbers the recurrence carries
//   modal(slot)                      where a slot keeps the entries of each mode, of which h is then a sum (modal_slot)
//
// Each follows from those before it: diagonal structures have all of them, structures with poles have spectrum and
// state_size.
#pragma once

#include <concepts>
#include <utility>
#include <vector>

#include "../core/scalar.hpp"
#include "../core/storage.hpp"

namespace lssm {

/// re + i im.
template <class T>
struct eigenvalue {
  T re{}, im{};

  /// Its absolute value, however large or small.
  T magnitude() const {
    const T r = abs_of(re), i = abs_of(im), largest = max_of(r, i), least = min_of(r, i);
    const T ratio = least / where(largest > T(0), largest, T(1));
    return where(is_finite(r) && is_finite(i), largest * sqrt_of(mul_add(ratio, ratio, T(1))), r + i);
  }
  friend constexpr bool operator==(const eigenvalue& x, const eigenvalue& y) {
    return x.re == y.re && x.im == y.im;
  }
};

/// A structure whose `a` holds the eigenvalues of A, one for each mode: h_k = Σ_j c_j a_j^k b_j.
template <class S>
concept DiagonalStructure = requires {
  requires S::diagonal;
};
/// A structure that tells the eigenvalue of each of its modes.
template <class S>
concept HasPoles = DiagonalStructure<S> || requires(const typename S::template parameters<double> p) {
  { S::modes(p) } -> std::convertible_to<std::size_t>;
  S::pole(p, std::size_t(0));
};
/// A structure whose eigenvalues can be replaced mode by mode.
template <class S>
concept HasModes = HasPoles<S> &&
    (DiagonalStructure<S> || requires(typename S::template parameters<double> p) {
      S::set_pole(p, std::size_t(0), S::pole(std::as_const(p), std::size_t(0)));
    });
/// A structure that tells all eigenvalues of A in the scalar T.
template <class S, class T = double>
concept HasSpectrum = HasPoles<S> || requires(const typename S::template parameters<T> p) {
  { S::spectrum(p) } -> std::same_as<std::vector<eigenvalue<T>>>;
};
/// A structure that tells how many numbers its recurrence carries from step to step.
template <class S>
concept HasStateSize = HasPoles<S> || requires(const typename S::template parameters<double> p) {
  { S::state_size(p) } -> std::convertible_to<integer>;
};

/// Where a slot keeps the entries of each mode: so many for each, side by side, entry i of mode j at [j entries + i]; or each
/// kind in a row of all modes, at [i modes + j].
struct modal_slot {
  integer entries = 1;
  bool side_by_side = true;
};

/// The number of modes.
template <HasPoles S>
constexpr std::size_t modes_of(const auto& s) {
  if constexpr (requires { S::modes(s); }) {
    return static_cast<std::size_t>(S::modes(s));
  } else {
    return s.a.size();
  }
}
/// The eigenvalue of mode j: a number, or an eigenvalue<T> for itself and its conjugate.
template <HasPoles S>
constexpr auto pole_of(const auto& s, std::size_t j) {
  if constexpr (requires { S::pole(s, j); }) {
    return S::pole(s, j);
  } else {
    return s.a[j];
  }
}
/// The eigenvalue of mode j becomes x.
template <HasModes S>
constexpr void set_pole_of(auto& s, std::size_t j, const auto& x) {
  if constexpr (requires { S::set_pole(s, j, x); }) {
    S::set_pole(s, j, x);
  } else {
    s.a[j] = x;
  }
}

namespace detail {
/// Parameters of a structure that they name, whose `a` holds eigenvalues and is no full matrix.
template <class System>
concept parameters_of_modes = requires {
  requires DiagonalStructure<typename System::structure>;
};
template <class X>
inline constexpr bool is_pair = false;
template <class T>
inline constexpr bool is_pair<eigenvalue<T>> = true;
template <class S, class System>
inline constexpr bool poles_are_pairs =
    is_pair<std::remove_cvref_t<decltype(pole_of<S>(std::declval<const System&>(), std::size_t(0)))>>;
}  // namespace detail

/// The eigenvalues of A, mode by mode; conjugates stand side by side.
template <class S, class T>
  requires HasSpectrum<S, T> std::vector<eigenvalue<T>> spectrum_of(
      const typename S::template parameters<T>& s) {
    if constexpr (requires { S::spectrum(s); }) {
      return S::spectrum(s);
    } else {
      std::vector<eigenvalue<T>> all;
      for (std::size_t j = 0; j < modes_of<S>(s); ++j) {
        const auto pole = pole_of<S>(s, j);
        if constexpr (detail::is_pair<std::remove_cvref_t<decltype(pole)>>) {
          all.push_back(pole);
          all.push_back({pole.re, T(0) - pole.im});
        } else {
          all.push_back({pole, T(0)});
        }
      }
      return all;
    }
  }

/// The numbers that the recurrence of a structure carries.
template <HasStateSize S, class System>
constexpr integer state_size_of(const System& s) {
  if constexpr (requires { S::state_size(s); }) {
    return static_cast<integer>(S::state_size(s));
  } else {
    return static_cast<integer>(modes_of<S>(s)) * (detail::poles_are_pairs<S, System> ? 2 : 1);
  }
}

}  // namespace lssm
