// SPDX-License-Identifier: BSD-3-Clause
// Normalization of each row to one size, with a learned gain for each channel.
//
//   layer_norm{.epsilon = 1e-5}    y = γ ∘ (x - μ) / √(v + ε) + β,  μ, v: mean and variance of the row   Ba, Kiros, Hinton (2016)
//   rms_norm{.epsilon = 1e-5}      y = γ ∘ x / √(v + ε),            v: mean square of the row            Zhang, Sennrich (2019)
//
//   symbol  shape      meaning                       parameters: γ, then β where there is one; starts set γ = 1, β = 0
//   x, y    (rows, n)  inputs and outputs
//   γ, β    (n)        gain and bias
//
// With x̂ = (x - μ) r, r = 1/√(v + ε) and g = γ ∘ dy, the adjoint is dx = r (g - mean g - x̂ mean(g ∘ x̂)), without mean g
// where rows are not centred.
#pragma once

#include <cmath>

#include "../core/error.hpp"
#include "../kernel/blocks.hpp"

namespace lssm {

namespace detail {

template <bool Centred>
struct normalization {
  double epsilon = 1e-5;  ///< added to the mean square, finite and above 0

  static constexpr const char* name = Centred ? "layer_norm" : "rms_norm";
  template <integer In>
  static constexpr integer known_outputs = In;
  template <integer In>
  static constexpr integer known_parameters = product_of<In, Centred ? 2 : 1>;

  void validate() const {
    require(epsilon > 0 && std::isfinite(epsilon), name, "epsilon", "finite and above 0", epsilon);
  }

  template <integer In>
  struct bound {
    extent<In> inputs{};
    double epsilon = 1e-5;
    constexpr extent<In> outputs() const { return inputs; }
    constexpr integer parameters() const { return inputs * (Centred ? 2 : 1); }
    /// Gains 1, biases 0.
    template <class T>
    constexpr void write_start(std::span<T> theta) const {
      for (std::size_t i = 0; i < theta.size(); ++i) theta[i] = T(length(theta.first(i)) < inputs ? 1 : 0);
    }

    template <class T>
    void forward(std::span<const T> theta, std::span<const T> x, std::span<T> y) const {
      const auto in_scalar = static_cast<lane_of<T>>(epsilon);
      require(in_scalar > 0 && is_finite(in_scalar), name, "epsilon",
              "finite and above 0 in the scalar of the run", epsilon);
      kernel::with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
        const std::size_t n = size();
        for (std::size_t at = 0; at < y.size(); at += n) {
          const row<W, T> unit(x.subspan(at, n), epsilon);
          const std::span<T> out = y.subspan(at, n);
          for (integer j = 0; j < length(out); j += W) {
            const auto scaled = kernel::load_block<W>(theta.first(n), j) * unit(j);
            if constexpr (Centred)
              kernel::store_block(scaled + kernel::load_block<W>(theta.subspan(n), j), out, j);
            else
              kernel::store_block(scaled, out, j);
          }
        }
      });
    }
    template <class T>
    void backward(std::span<const T> theta, std::span<const T> x, std::span<const T>, std::span<const T> dy,
                  std::span<T> dtheta, std::span<T> dx) const {
      kernel::with_width<T>([&]<integer W>(std::integral_constant<integer, W>) {
        const std::size_t n = size();
        const std::span<T> dgain = dtheta.first(n);
        for (std::size_t at = 0; at < dy.size(); at += n) {
          const row<W, T> unit(x.subspan(at, n), epsilon);
          const std::span<const T> slope = dy.subspan(at, n);
          for (integer j = 0; j < length(slope); j += W) {
            const auto d = kernel::load_block<W>(slope, j);
            kernel::store_block(fused(d, unit(j), kernel::load_block<W>(dgain, j)), dgain, j);
            if constexpr (Centred) {
              const std::span<T> dbias = dtheta.subspan(n);
              kernel::store_block(d + kernel::load_block<W>(dbias, j), dbias, j);
            }
          }
          if (!dx.empty()) write_slopes(unit, theta.first(n), slope, dx.subspan(at, n));
        }
      });
    }

   private:
    std::size_t size() const { return static_cast<std::size_t>(integer(inputs)); }

    /// x̂ = (shrink x - mean) scale, block by block: shrink is 1, or 1/max |x_j| of a row whose squares overflow.
    template <integer W, class T>
    struct row {
      std::span<const T> x;
      kernel::block<T, W> shrink, mean, scale;

      row(std::span<const T> numbers, double epsilon) : x(numbers) {
        const T small(static_cast<lane_of<T>>(epsilon));
        T square = measure(T(1)), added = small;
        if (any_lane<T>(!is_finite(square))) {
          T largest(0);
          for (const T& v : x) largest = max_of(largest, abs_of(v));
          const auto overflows = !is_finite(square) && is_finite(largest);
          const T factor = where(overflows, T(1) / largest, T(1)), root = sqrt_of(small) * factor;
          square = measure(factor);
          added = where(overflows, root * root, small);
        }
        scale = kernel::fill_block<W>(T(1) / sqrt_of(square + added));
      }
      kernel::block<T, W> operator()(integer j) const { return (entry(j) - mean) * scale; }
      kernel::block<T, W> entry(integer j) const { return kernel::load_block<W>(x, j) * shrink; }
      /// Sets shrink and mean, and gives the mean square of what is normalized.
      T measure(const T& factor) {
        shrink = kernel::fill_block<W>(factor);
        mean = kernel::fill_block<W>(T(0));
        if constexpr (Centred) mean = kernel::fill_block<W>(average([&](integer j) { return entry(j); }));
        return average([&](integer j) {
          const auto d = entry(j) - mean;
          return d * d;
        });
      }
      /// The mean of entries that f gives block by block, in eight partial sums whatever W is.
      template <class F>
      T average(F f) const {
        const integer n = length(x);
        T sum(0);
        if constexpr (W == 1) {
          sum = kernel::fold(
              [&](integer i) {
                T part(0);
                for (integer j = i; j < n; j += kernel::partial_sums) part = part + f(j).v;
                return part;
              },
              [](const T& s, const T& t) { return s + t; });
        } else {
          auto parts = kernel::fill_block<W>(T(0));
          for (integer j = 0; j < n; j += W) parts = parts + kernel::first_entries(f(j), n - j);
          sum = kernel::block_sum(parts);
        }
        return sum / T(static_cast<lane_of<T>>(n));
      }
    };
    template <integer W, class T>
    static void write_slopes(const row<W, T>& unit, std::span<const T> gain, std::span<const T> dy,
                             std::span<T> dx) {
      const auto g = [&](integer j) { return kernel::load_block<W>(gain, j) * kernel::load_block<W>(dy, j); };
      const auto along = kernel::fill_block<W>(unit.average([&](integer j) { return g(j) * unit(j); }));
      auto mean = kernel::fill_block<W>(T(0));
      if constexpr (Centred) mean = kernel::fill_block<W>(unit.average(g));
      for (integer j = 0; j < length(dx); j += W)
        kernel::store_block((g(j) - mean - unit(j) * along) * unit.scale * unit.shrink, dx, j);
    }
  };
  template <integer In>
  constexpr bound<In> bind(extent<In> inputs) const {
    return {inputs, epsilon};
  }
  friend constexpr bool operator==(const normalization& x, const normalization& y) {
    return x.epsilon == y.epsilon;
  }
};

}  // namespace detail

/// The row less its mean, over its standard deviation; gain and bias are learned.
using layer_norm = detail::normalization<true>;
/// The row over its root mean square; the gain is learned.
using rms_norm = detail::normalization<false>;

}  // namespace lssm
