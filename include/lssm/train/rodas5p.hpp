// SPDX-License-Identifier: BSD-3-Clause
// The Rodas5P tableau: G. Steinebach, Construction of Rosenbrock-Wanner method Rodas5P, BIT Numer. Math. 63:27 (2023).
//
//   (1/(γ τ) - J) u_i = f(y + Σ_{j<i} a_ij u_j) + (1/τ) Σ_{j<i} c_ij u_j,   i = 1 .. 8       (τ: step, J = ∂f/∂y)
//   y_1 = y + Σ_{j<8} a_8j u_j + u_8,   error estimate u_8      (order 5 with embedded order 4, L-stable)
//   a_7j = a_6j, a_76 = 1, a_8j = a_7j, a_87 = 1: the arguments of stages 7 and 8 only add u_6 and u_7
//   y(θ) = (1-θ) y + θ (y_1 + (1-θ) (k_1 + θ (k_2 + θ k_3))),   k_r = Σ_j h_rj u_j            (order 4)
//
// The published sixteen digits were refined by a minimum-norm Newton iteration on the order conditions, which hold to
// 1e-35 with these numbers, so that quads lose nothing. Each number is an unevaluated sum of three doubles: literals
// that every compiler reads and every scalar can add up. tests/train/rodas5p.cpp checks the conditions.
#pragma once

#include <array>

#include "../core/extent.hpp"
#include "../core/scalar.hpp"

namespace lssm {

// clang-format off
namespace detail::rodas5p {

struct split { double high, middle, low; };

inline constexpr split gamma = {0x1.b20c5235b5100p-3, 0x1.6fc594ec6ea5bp-58, -0x1.097cc88c6124bp-112};
// rows i = 2 .. 6
inline constexpr split a[5][5] = {
    {{0x1.8000000000000p+1, 0.0, 0.0}},
    {{0x1.6cb8f47d366fbp+1, -0x1.40ff4a75d25aep-59, -0x1.f71f295be5b91p-113}, {0x1.d56caff9bdaffp-2, -0x1.cbd07819a8c58p-56, -0x1.7f07292f12125p-112}},
    {{-0x1.bd0ecd9845cf3p+2, 0x1.b5e3c6e3bcf17p-52, 0x1.a4cfa73c46807p-109}, {0x1.3eb33e346b294p+1, 0x1.4b168415241dap-56, 0x1.5acc10888b610p-110}, {-0x1.4b7ce562cabe5p+3, 0x1.eced2d0357f00p-51, 0x1.b08c8004a6d4ap-106}},
    {{0x1.66c8a8b60f119p+1, 0x1.780341ad155c4p-53, -0x1.634e28ef1e770p-113}, {0x1.03b5cf4e71988p-1, -0x1.00d5f4c4c41c7p-56, 0x1.2487a2582c528p-110}, {-0x1.986738654073bp-2, -0x1.c0cf3d7ba8978p-56, 0x1.3eef2da4d417dp-111}, {-0x1.82c278f0ec3e1p-5, -0x1.b3feedb37564dp-60, 0x1.bbe103624ff53p-114}},
    {{-0x1.e02ea2a9fc3a9p+2, 0x1.23c0e8a0ed3b4p-52, -0x1.319ae2a7fcd21p-106}, {0x1.47ea9310a88c2p+1, 0x1.edb4b3e473b8ap-53, 0x1.05a3a2b5aa539p-107}, {-0x1.7414ce0b92b11p+3, -0x1.375b88d74a417p-51, -0x1.ccb4910cdcd95p-105}, {-0x1.7624f4e30375ep-3, -0x1.bc2928ff183d9p-61, -0x1.4a87fe29f5988p-117}, {0x1.eec4504b32e10p-6, -0x1.40dea9b2de5f7p-69, 0x1.7bd2c5e51b800p-125}},
};
// rows i = 2 .. 8
inline constexpr split c[7][7] = {
    {{-0x1.c4f6adfeb3d77p+3, 0x1.ab8ca692ea6f1p-53, 0x1.df7a8c881b619p-107}},
    {{-0x1.1f913ee199d49p+4, 0x1.9e3081f0b5155p-50, 0x1.93dd73b917679p-106}, {-0x1.6e0a6e0e4722ep+1, -0x1.89873ab6e79b1p-53, -0x1.458bcbf633733p-107}},
    {{0x1.263e359c0092bp+7, 0x1.30fccc920b93fp-49, 0x1.e0e53daf3d16fp-103}, {-0x1.6986dbc5b2c7dp+0, -0x1.5be6dee4a943bp-56, 0x1.87b36645cee76p-110}, {0x1.1ec1f2bb7ce5bp+6, 0x1.4dd8513df84bep-51, -0x1.60f8466300d8ep-105}},
    {{0x1.4adecea28513ap+7, -0x1.e5320f316d2fcp-50, 0x1.eeadd7773f40fp-104}, {-0x1.d64e1c78c5dddp-2, -0x1.bb3c7810d8fb5p-56, 0x1.e92f3499704dfp-111}, {0x1.57466ac9bf58ap+5, 0x1.1d2ee15483084p-51, -0x1.9077ca96733dbp-105}, {-0x1.7d9130c115ea8p+2, 0x1.f5bb5e54b6483p-52, -0x1.c355f7597e8f9p-106}},
    {{0x1.8dad8684aa5a1p+4, -0x1.70b1e71154381p-50, -0x1.5d01fa44cbdf9p-106}, {-0x1.801e3c2bc523cp+1, -0x1.bbd6f4b68fd6ap-54, -0x1.7e324f089eca1p-110}, {0x1.7bf1e42e59ba3p+5, -0x1.c9c27dc23a014p-50, 0x1.c7db5ba4d26ddp-105}, {0x1.6535fb5166b3dp+2, -0x1.56a9786dd94f3p-53, -0x1.4aaa5f0c012eap-108}, {-0x1.5277a8eead0bap-1, -0x1.a5179a21b3279p-55, 0x1.ed4cfdc999396p-110}},
    {{0x1.ee9a8d04491eap+4, -0x1.7d793bbba9e7ap-50, -0x1.638af62ebeca7p-106}, {-0x1.8f772bfbae3d7p+1, 0x1.e81633cb94ffep-53, -0x1.159e1c6b35adbp-107}, {0x1.3732bc4eb1729p+6, 0x1.36f6e1bca73abp-48, -0x1.c8d917b072204p-102}, {0x1.124aabb056e87p+5, 0x1.5126fdfdc3f12p-49, 0x1.e6984ece1d363p-104}, {-0x1.318eab12b375dp+4, -0x1.f336174c9d174p-50, -0x1.c5c488a040bf2p-104}, {-0x1.c168371707230p+4, -0x1.8cd3bc4441606p-50, -0x1.902e32b218c71p-107}},
    {{0x1.2e6c13531e828p+5, 0x1.8119be392a2efp-50, 0x1.24ec7afc52360p-104}, {-0x1.a0ebd3ff4fcc5p+1, 0x1.0737583c7e7d4p-53, 0x1.81cc6465aa467p-109}, {0x1.c113a62619338p+6, 0x1.7d52f6fa33b5ap-50, -0x1.2e5b3c21a75e1p-104}, {0x1.0bbd280f088efp+6, 0x1.5545b814f5df7p-50, 0x1.43ebd64e48c23p-105}, {-0x1.40878e4afb2dap+5, 0x1.3ce29f286519cp-49, 0x1.3026c265ff858p-105}, {-0x1.b557a8e796627p+5, -0x1.c99ef8b2431a5p-53, 0x1.e6ab0f64eaa3fp-108}, {-0x1.2fa2bf1e5f7d5p+3, 0x1.06ec683f34f47p-51, 0x1.4bfcca7946382p-106}},
};
// dense output
inline constexpr split h[3][8] = {
    {{0x1.9f2e3b208414ap+4, -0x1.0c253c3341ab3p-53, 0x1.ff9a1e477f752p-108}, {-0x1.476ba472ade8bp+1, -0x1.e5d1948b4f640p-54, -0x1.2970dddcd532ep-109}, {0x1.4de1d0d810315p+3, 0x1.34e140209edfap-54, 0x1.4d1ee05b83574p-109}, {-0x1.2f182b74ce5bfp+1, 0x1.1bf02508a1fbfp-53, 0x1.e290ccb416865p-109}, {0x1.0cc60e221a784p-1, 0x1.06cdc75fb9faep-56, -0x1.c1480a5bf3bf3p-112}, {0x1.1fc598aa7a131p+0, -0x1.65076da3e9ba3p-54, -0x1.360bdd27ca443p-108}, {0x1.b58ae2bdf9252p-2, 0x1.1fbb63070ef9fp-57, -0x1.241d8c16be71cp-111}, {-0x1.604d2e4930bdep-3, 0x1.263086d3248b3p-58, 0x1.2791051a73b77p-112}},
    {{-0x1.3d4d51fbd49fap+3, -0x1.73799215cda43p-52, 0x1.a2059f903cd0fp-106}, {-0x1.f0200ab25b7e3p-1, -0x1.7c0bacee33daap-55, 0x1.661e33f3125d0p-109}, {0x1.859b5c45a2d78p+1, -0x1.97f9ee7e10c2dp-53, 0x1.f5fd7c304e9ffp-108}, {-0x1.87ec709841f61p+4, 0x1.7ca30cbcb8051p-50, -0x1.3b347859345eap-107}, {0x1.42d1766e32c35p+4, 0x1.627d413aa6069p-50, 0x1.73a58413ea595p-105}, {0x1.ff6198a8f3505p+3, -0x1.ec99a6033150ap-51, -0x1.1ad119ce3511fp-105}, {-0x1.b27fa2e69a342p+2, -0x1.e577dbb753b3ap-52, -0x1.14af52e39f4a7p-107}, {-0x1.ad7481fd30ab4p+2, 0x1.46eae4fd468cfp-54, 0x1.ee60b5f59f467p-110}},
    {{0x1.6d6fd99fc0eb7p+3, -0x1.6706db60071b9p-53, 0x1.456a827416e89p-109}, {0x1.71a8d23b22da0p+1, -0x1.7fb60fbdb876ap-54, 0x1.8e484a06bcdffp-110}, {0x1.23af7e3a6ceb3p+6, 0x1.7fe6a1e39a064p-49, -0x1.2435c30c991ffp-104}, {0x1.40801f0614e4dp+6, 0x1.4ae7aafe396a1p-48, -0x1.ae241912b974ep-102}, {-0x1.a0953d9533af0p+5, -0x1.9fb9d9705a283p-49, -0x1.53fe92d0b0a5bp-106}, {-0x1.de51ca19195fep+5, -0x1.de307bc7e5306p-49, 0x1.d7a8210c2ab63p-105}, {-0x1.3f2224ce50a05p-3, 0x1.403f6d5a7e121p-60, 0x1.5c1b3222ffa03p-114}, {0x1.3884801d8a0e3p+2, -0x1.9a209c9786010p-52, -0x1.51b7dadcf983ap-110}},
};

}  // namespace detail::rodas5p
// clang-format on

/// The coefficients in the scalar T.
template <Scalar T>
struct rodas5p_tableau {
  T gamma = join(detail::rodas5p::gamma);
  std::array<std::array<T, 5>, 6> a{};  ///< a[i][j], stages counted from 0; rows 6 and 7 follow from row 5
  std::array<std::array<T, 7>, 8> c{};
  std::array<std::array<T, 8>, 3> h{};

  rodas5p_tableau() {
    for (std::size_t i = 1; i < 6; ++i)
      for (std::size_t j = 0; j < i; ++j) a[i][j] = join(detail::rodas5p::a[i - 1][j]);
    for (std::size_t i = 1; i < 8; ++i)
      for (std::size_t j = 0; j < i; ++j) c[i][j] = join(detail::rodas5p::c[i - 1][j]);
    for (std::size_t r = 0; r < 3; ++r)
      for (std::size_t j = 0; j < 8; ++j) h[r][j] = join(detail::rodas5p::h[r][j]);
  }

 private:
  static T join(const detail::rodas5p::split& x) { return (T(x.low) + T(x.middle)) + T(x.high); }
};

}  // namespace lssm
