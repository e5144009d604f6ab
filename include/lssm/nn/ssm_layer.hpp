// SPDX-License-Identifier: BSD-3-Clause
// An SSM as a layer: it maps sequences to sequences.
//
//   s_t = A s_{t-1} + B x_t,  y_t = C s_t,   each sequence from rest
//
//   symbol   shape             meaning
//   x        (N, steps, m)     inputs
//   y        (N, steps, p)     outputs, at every step
//
// In sequential<...> and deep<...> an ssm<...> is written as it is. Its parameters there are (A, B, C); what of them moves,
// and in which coordinates, is its own `learn`. The way there and back is the structure's: `forward_batch` and
// `backward_batch` where it has them, else `advance` and `pullback_sequence`, sequence by sequence, else convolutions with
// its impulse response h and their adjoints, which every structure has. Channels of a `channelwise` run one by one so, or
// all together by convolutions, whichever is shorter.
#pragma once

#include "../core/parts.hpp"
#include "../kernel/convolution.hpp"
#include "../ssm/channelwise.hpp"
#include "../ssm/ssm.hpp"
#include "channel_batch.hpp"
#include "concepts.hpp"

namespace lssm {

namespace detail {

/// Any structure: sequences are convolved with its impulse response, one after the other.
template <class Structure, class T>
class batch_of_sequences {
 public:
  using system = typename Structure::template parameters<T>;

  batch_of_sequences() = default;
  batch_of_sequences(const system& s, batch_shape batch)
      : steps_(static_cast<std::size_t>(batch.steps)), gradient_(s), h_(steps_ * p * m, T(0)), g_(h_) {}

  void forward(const system& s, std::span<const T> x, std::span<T> y) {
    Structure::impulse_response(s, std::span<T>(h_));
    for (std::size_t row = 0; row < y.size() / p; row += steps_)
      kernel::convolve<m, p>(view<T>(h_), x.subspan(row * m, steps_ * m), y.subspan(row * p, steps_ * p));
  }
  void backward(const system& s, std::span<const T> x, std::span<const T> dy, system& ds, std::span<T> dx) {
    for (T& v : g_) v = T(0);
    for (std::size_t row = 0; row < dy.size() / p; row += steps_) {
      const auto of_sequence = dy.subspan(row * p, steps_ * p);
      kernel::add_correlation<m, p>(of_sequence, x.subspan(row * m, steps_ * m), std::span<T>(g_));
      if (!dx.empty())
        kernel::convolve_transposed<m, p>(view<T>(h_), of_sequence, dx.subspan(row * m, steps_ * m));
    }
    Structure::pullback(s, view<T>(g_), gradient_);
    each_number([](T& sum, const T& g) { sum = sum + g; }, ds, std::as_const(gradient_));
  }

 private:
  static constexpr std::size_t m = Structure::inputs, p = Structure::outputs;

  std::size_t steps_ = 1;
  system gradient_{};
  std::vector<T> h_, g_;  // (steps, p, m)
};

/// A structure with a recurrence and its adjoint: one sequence after the other.
template <class Structure, class T>
  requires(RunsSequences<Structure> && !BatchedSequenceMap<Structure>)
class batch_of_sequences<Structure, T> {
 public:
  using system = typename Structure::template parameters<T>;

  batch_of_sequences() = default;
  batch_of_sequences(const system& s, batch_shape batch)
      : steps_(static_cast<std::size_t>(batch.steps)),
        gradient_(s),
        state_(static_cast<std::size_t>(state_size_of<Structure>(s)), T(0)),
        passed_((steps_ + 1) * state_.size(), T(0)),
        unused_(steps_ * m, T(0)) {}

  void forward(const system& s, std::span<const T> x, std::span<T> y) {
    for (std::size_t row = 0; row < y.size() / p; ++row) {
      if (row % steps_ == 0)
        for (T& v : state_) v = T(0);
      Structure::advance(s, x.subspan(row * m, m), std::span<T>(state_), y.subspan(row * p, p));
    }
  }
  void backward(const system& s, std::span<const T> x, std::span<const T> dy, system& ds, std::span<T> dx) {
    for (std::size_t row = 0; row < dy.size() / p; row += steps_) {
      const std::span<T> to = dx.empty() ? std::span<T>(unused_) : dx.subspan(row * m, steps_ * m);
      Structure::pullback_sequence(s, x.subspan(row * m, steps_ * m), dy.subspan(row * p, steps_ * p),
                                   gradient_, to, std::span<T>(passed_));
      each_number([](T& sum, const T& g) { sum = sum + g; }, ds, std::as_const(gradient_));
    }
  }

 private:
  static constexpr std::size_t m = Structure::inputs, p = Structure::outputs;

  std::size_t steps_ = 1;
  system gradient_{};      // of one sequence
  std::vector<T> state_;   // (d)
  std::vector<T> passed_;  // (steps + 1, d), for pullback_sequence
  std::vector<T> unused_;  // (steps, m), for a dx that is not needed
};

/// A structure that takes the whole batch at once.
template <class Structure, class T>
  requires BatchedSequenceMap<Structure>
class batch_of_sequences<Structure, T> {
 public:
  using system = typename Structure::template parameters<T>;

  batch_of_sequences() = default;
  batch_of_sequences(const system& s, batch_shape batch)
      : steps_(static_cast<std::size_t>(batch.steps)), work_(s, static_cast<std::size_t>(batch.rows())) {}

  void forward(const system& s, std::span<const T> x, std::span<T> y) {
    Structure::forward_batch(s, steps_, x, y, work_);
  }
  void backward(const system& s, std::span<const T> x, std::span<const T> dy, system& ds, std::span<T> dx) {
    Structure::backward_batch(s, steps_, x, dy, ds, dx, work_);
  }

 private:
  std::size_t steps_ = 1;
  typename Structure::template batch_work<T> work_;
};

/// Channels apart from each other (nn/channel_batch.hpp).
template <class Structure, integer H, class T>
class batch_of_sequences<channelwise<Structure, H>, T>
    : public channel_batch<Structure, H, T, batch_of_sequences<Structure, T>> {
 public:
  using channel_batch<Structure, H, T, batch_of_sequences<Structure, T>>::channel_batch;
};

}  // namespace detail

/// An SSM layer bound to its sizes.
template <class Ssm>
struct bound_ssm_layer {
  using structure_type = typename Ssm::structure_type;
  using learned = typename Ssm::learned;
  template <class T>
  using system = typename Ssm::template system<T>;

  Ssm ssm{};
  static constexpr extent<Ssm::inputs> inputs{};

  static constexpr extent<Ssm::outputs> outputs() { return {}; }
  static constexpr integer steps_after(integer steps) { return steps; }
  integer parameters() const { return learned::count(make<double>()); }
  template <class T>
  system<T> make() const {
    return ssm.template make<T>();
  }

  template <class T>
  struct workspace {
    detail::batch_of_sequences<structure_type, T> batch{};
    workspace() = default;
    workspace(const bound_ssm_layer& layer, batch_shape shape) : batch(layer.make<T>(), shape) {}
  };
  template <class T>
  void forward(const system<T>& s, std::span<const T> x, std::span<T> y, workspace<T>& work) const {
    work.batch.forward(s, x, y);
  }
  /// Adds the gradient to ds; writes dx unless it is empty.
  template <class T>
  void backward(const system<T>& s, std::span<const T> x, std::span<const T>, std::span<const T> dy,
                system<T>& ds, std::span<T> dx, workspace<T>& work) const {
    work.batch.backward(s, x, dy, ds, dx);
  }
};

/// The layer that an ssm<...> makes.
template <class Ssm>
struct ssm_layer {
  Ssm ssm{};
  static constexpr integer required_inputs = Ssm::inputs;

  template <integer In>
  static constexpr integer known_outputs = Ssm::outputs;
  template <integer In>
  static constexpr integer known_parameters = Ssm::known_parameters;

  constexpr void validate() const { ssm.validate(); }
  template <integer In>
  constexpr bound_ssm_layer<Ssm> bind(extent<In>) const {
    return {ssm};
  }
  friend constexpr bool operator==(const ssm_layer& x, const ssm_layer& y) { return x.ssm == y.ssm; }
};

namespace detail {
template <class Structure, class Learn>
struct as_layer<ssm<Structure, Learn>> {
  using type = ssm_layer<ssm<Structure, Learn>>;
  static constexpr type of(const ssm<Structure, Learn>& s) { return {s}; }
};
}  // namespace detail

}  // namespace lssm
