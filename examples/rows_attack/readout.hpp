// SPDX-License-Identifier: BSD-3-Clause
// A layer of one's own: the last step of every sequence or the mean over its steps, as chosen while running.
//
//   x (N, steps, n) -> y (N, 1, n)
#pragma once

#include <lssm/nn.hpp>

namespace rows_attack {

using namespace lssm;

struct readout {
  bool mean = false;

  template <integer In>
  static constexpr integer known_outputs = In;
  template <integer In>
  static constexpr integer known_parameters = 0;

  template <integer In>
  struct bound {
    template <class T>
    using system = vec<T, 0>;

    extent<In> inputs{};
    bool mean = false;
    constexpr extent<In> outputs() const { return inputs; }
    static constexpr integer parameters() { return 0; }
    static constexpr integer steps_after(integer) { return 1; }
    template <class T>
    static constexpr system<T> make() {
      return {};
    }
    /// Scratch of the two layers that the library has.
    template <class T>
    struct workspace {
      typename last_output::bound<In>::template workspace<T> last{};
      typename mean_output::bound<In>::template workspace<T> all{};
      workspace() = default;
      workspace(const bound& b, batch_shape batch)
          : last(last_output::bind(b.inputs), batch), all(mean_output::bind(b.inputs), batch) {}
    };
    template <class T>
    void forward(const system<T>& s, std::span<const T> x, std::span<T> y, workspace<T>& work) const {
      mean ? mean_output::bind(inputs).template forward<T>(s, x, y, work.all)
           : last_output::bind(inputs).template forward<T>(s, x, y, work.last);
    }
    template <class T>
    void backward(const system<T>& s, std::span<const T> x, std::span<const T> y, std::span<const T> dy,
                  system<T>& ds, std::span<T> dx, workspace<T>& work) const {
      mean ? mean_output::bind(inputs).template backward<T>(s, x, y, dy, ds, dx, work.all)
           : last_output::bind(inputs).template backward<T>(s, x, y, dy, ds, dx, work.last);
    }
  };
  template <integer In>
  constexpr bound<In> bind(extent<In> inputs) const {
    return {inputs, mean};
  }
  friend constexpr bool operator==(readout, readout) = default;
};

}  // namespace rows_attack
