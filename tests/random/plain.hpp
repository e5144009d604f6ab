// SPDX-License-Identifier: BSD-3-Clause
// Models and losses as their definitions say them: plain loops over any number N, no kernel, no Gram matrix, no pullback.
//
//   h_k = C A^k B,   ŷ_n = Σ_k h_k x_n[κ-1-k],   L = (1/N) Σ_n ℓ(f(ŷ_n), y_n)
//
// f is a network behind the SSM, where there is one; of layers in a row each is applied to the sequence of the one before.
#pragma once

#include <lssm/all.hpp>
#include <vector>

#include "numbers.hpp"
#include "structures.hpp"

namespace random_studies {

/// A, B, C as the structure stores them.
template <class N>
struct matrices {
  std::vector<N> a, b, c;
};

template <class N, integer D, integer M>
std::vector<N> plain_response(const lssm::real_diagonal<D, M>&, const matrices<N>& s, std::size_t kappa) {
  const std::size_t d = s.a.size(), m = M;
  std::vector<N> h(kappa * m, N(0)), power = s.b;  // a_j^k b_jq
  for (std::size_t k = 0; k < kappa; ++k)
    for (std::size_t j = 0; j < d; ++j)
      for (std::size_t q = 0; q < m; ++q) {
        h[k * m + q] = h[k * m + q] + s.c[j] * power[j * m + q];
        power[j * m + q] = s.a[j] * power[j * m + q];
      }
  return h;
}
template <class N>
std::vector<N> plain_response(const rotations&, const matrices<N>& s, std::size_t kappa) {
  std::vector<N> h(kappa, N(0)), v = s.b;
  for (std::size_t k = 0; k < kappa; ++k)
    for (std::size_t j = 0; j < v.size(); j += 2) {
      h[k] = h[k] + s.c[j] * v[j] + s.c[j + 1] * v[j + 1];
      const N u = s.a[j] * v[j] - s.a[j + 1] * v[j + 1];
      v[j + 1] = s.a[j + 1] * v[j] + s.a[j] * v[j + 1];
      v[j] = u;
    }
  return h;
}
template <class N>
std::vector<N> plain_response(const full_matrix&, const matrices<N>& s, std::size_t kappa) {
  const std::size_t d = s.b.size();
  std::vector<N> h(kappa, N(0)), v = s.b;
  for (std::size_t k = 0; k < kappa; ++k) {
    std::vector<N> next(d, N(0));
    for (std::size_t i = 0; i < d; ++i) {
      h[k] = h[k] + s.c[i] * v[i];
      for (std::size_t j = 0; j < d; ++j) next[i] = next[i] + s.a[i * d + j] * v[j];
    }
    v = next;
  }
  return h;
}

// ---- θ ↦ (A, B, C)

template <class Map, class N>
N plain_coordinate(const N& t) {
  if constexpr (std::is_same_v<Map, lssm::exp_of_minus_exp>) {
    return exponential_of(N(0) - exponential_of(t));
  } else if constexpr (std::is_same_v<Map, lssm::exponential>) {
    return exponential_of(t);
  } else {
    static_assert(std::is_same_v<Map, lssm::as_is>);
    return t;
  }
}
template <class Slot>
struct plain_slot {
  using slot = Slot;
  using map = lssm::as_is;
};
template <class Slot, class Map>
struct plain_slot<lssm::through<Slot, Map>> {
  using slot = Slot;
  using map = Map;
};

template <class Learn>
struct plain_map;
template <class... Slots>
struct plain_map<lssm::learn<Slots...>> {
  /// Reads what is learned from θ; the rest stays. Returns where θ goes on.
  template <class N>
  static const N* read(const N* theta, matrices<N>& s) {
    (read_one<plain_slot<Slots>>(theta, s), ...);
    return theta;
  }

 private:
  template <class One, class N>
  static void read_one(const N*& theta, matrices<N>& s) {
    constexpr integer index = One::slot::role::index;
    for (N& x : index == 0 ? s.a : index == 1 ? s.b : s.c) x = plain_coordinate<typename One::map>(*theta++);
  }
};
template <>
struct plain_map<tied> {
  template <class N>
  static const N* read(const N* theta, matrices<N>& s) {
    for (N& x : s.a) x = *theta++;
    for (N& x : s.b) x = *theta++;
    s.c = s.b;
    return theta;
  }
};

// ---- layers: rows of numbers in, rows of numbers out, step by step

template <class N>
using rows = std::vector<std::vector<N>>;

template <class N, integer Out, class Bias>
rows<N> plain_layer(const lssm::dense<Out, Bias>& layer, const rows<N>& x, const N*& theta) {
  const std::size_t in = x[0].size(), out = static_cast<std::size_t>(integer(layer.outputs));
  rows<N> y;
  for (const auto& row : x) {
    y.emplace_back(out, N(0));
    for (std::size_t j = 0; j < out; ++j) {
      if (Bias::has) y.back()[j] = theta[in * out + j];
      for (std::size_t i = 0; i < in; ++i) y.back()[j] = y.back()[j] + row[i] * theta[i * out + j];
    }
  }
  theta += in * out + (Bias::has ? out : 0);
  return y;
}
template <class N>
rows<N> plain_layer(const lssm::relu&, rows<N> x, const N*&) {
  for (auto& row : x)
    for (N& v : row) v = decided_positive(v) ? v : N(0);
  return x;
}
template <class N>
rows<N> plain_layer(const lssm::tanh_layer&, rows<N> x, const N*&) {
  for (auto& row : x)
    for (N& v : row) v = tanh_of_number(v);
  return x;
}
template <class N>
rows<N> plain_layer(const lssm::last_output&, const rows<N>& x, const N*&) {
  return {x.back()};
}
/// One input, one output, everything learned as it is.
template <class N, integer D>
rows<N> plain_layer(const lssm::ssm<lssm::real_diagonal<D>>& layer, const rows<N>& x, const N*& theta) {
  const std::vector<N> zero(static_cast<std::size_t>(integer(layer.structure.states)), N(0));
  matrices<N> s{zero, zero, zero};
  theta = plain_map<lssm::learn<lssm::state_matrix, lssm::input_matrix, lssm::output_matrix>>::read(theta, s);
  const auto h = plain_response(layer.structure, s, x.size());
  rows<N> y(x.size(), std::vector<N>(1, N(0)));
  for (std::size_t t = 0; t < x.size(); ++t)
    for (std::size_t k = 0; k <= t; ++k) y[t][0] = y[t][0] + h[k] * x[t - k][0];
  return y;
}
template <class N, class... Layers>
rows<N> plain_layers(const std::tuple<Layers...>& layers, rows<N> x, const N* theta) {
  std::apply([&](const auto&... layer) { ((x = plain_layer<N>(layer, x, theta)), ...); }, layers);
  return x;
}

// ---- losses

template <class N>
N plain_loss(const lssm::squared_error&, const N& p, const N& y) {
  return (p - y) * (p - y);
}
template <class N>
N plain_loss(const unmarked&, const N& p, const N& y) {
  return (p - y) * (p - y);
}
template <class N>
N plain_loss(const quartic&, const N& p, const N& y) {
  const N e = p - y;
  return e * e + e * e * e * e;
}
template <class N>
N plain_loss(const lssm::absolute_error&, const N& p, const N& y) {
  const N e = p - y;
  return decided_positive(e) ? e : N(0) - e;
}
template <class N>
N plain_loss(const lssm::binary_cross_entropy&, const N& p, const N& y) {
  const bool up = positive(p);
  const N tail = log_of_one_and(exponential_of(up ? N(0) - p : p));
  return (up ? (N(1) - y) * p : N(0) - y * p) + tail;
}

// ---- a whole model

/// Inputs (N, κ, m) and labels (N) in numbers N.
template <class N>
struct plain_data {
  std::vector<N> x, y;
  std::size_t kappa = 0, channels = 1;
  std::size_t sequences() const { return y.size(); }
  const N& input(std::size_t n, std::size_t t, std::size_t q) const {
    return x[(n * kappa + t) * channels + q];
  }
};

/// What the SSM answers last: Σ_k h_k x[κ-1-k]. Entries of h that a sequence does not see may be no numbers.
template <class N>
N plain_output(const std::vector<N>& h, const plain_data<N>& data, std::size_t n) {
  N p(0);
  for (std::size_t k = 0; k < data.kappa; ++k)
    for (std::size_t q = 0; q < data.channels; ++q)
      if (const N& x = data.input(n, data.kappa - 1 - k, q); !is_nothing(x))
        p = p + h[k * data.channels + q] * x;
  return p;
}

/// How models answer: answers(model, s, θ behind the SSM's, data) → ŷ (N).
template <class M>
struct plain_model;
template <class Structure, class Learn>
struct plain_model<lssm::ssm<Structure, Learn>> {
  using model = lssm::ssm<Structure, Learn>;
  template <class N>
  static std::vector<N> answers(const model& m, matrices<N> s, const std::vector<N>& theta,
                                const plain_data<N>& data) {
    plain_map<typename model::learned>::read(theta.data(), s);
    return of_system(m, s, data);
  }
  template <class N>
  static std::vector<N> response(const model& m, matrices<N> s, const std::vector<N>& theta,
                                 std::size_t kappa) {
    plain_map<typename model::learned>::read(theta.data(), s);
    return plain_response(m.structure, s, kappa);
  }
  template <class N>
  static std::vector<N> of_system(const model& m, const matrices<N>& s, const plain_data<N>& data) {
    return of_response(plain_response(m.structure, s, data.kappa), data);
  }
  template <class N>
  static std::vector<N> of_response(const std::vector<N>& h, const plain_data<N>& data) {
    std::vector<N> out;
    for (std::size_t n = 0; n < data.sequences(); ++n) out.push_back(plain_output(h, data, n));
    return out;
  }
};
template <class Ssm, class Network>
struct plain_model<lssm::with_network<Ssm, Network>> {
  using model = lssm::with_network<Ssm, Network>;
  template <class N>
  static std::vector<N> answers(const model& m, matrices<N> s, const std::vector<N>& theta,
                                const plain_data<N>& data) {
    const N* weights = plain_map<typename Ssm::learned>::read(theta.data(), s);
    const auto h = plain_response(m.ssm.structure, s, data.kappa);
    std::vector<N> out;
    for (std::size_t n = 0; n < data.sequences(); ++n)
      out.push_back(plain_layers<N>(m.network.layers, {{plain_output(h, data, n)}}, weights)[0][0]);
    return out;
  }
};
template <class... Layers>
struct plain_model<lssm::deep<Layers...>> {
  using model = lssm::deep<Layers...>;
  template <class N>
  static std::vector<N> answers(const model& m, const matrices<N>&, const std::vector<N>& theta,
                                const plain_data<N>& data) {
    std::vector<N> out;
    for (std::size_t n = 0; n < data.sequences(); ++n) {
      rows<N> x;
      for (std::size_t t = 0; t < data.kappa; ++t) {
        x.emplace_back();
        for (std::size_t q = 0; q < data.channels; ++q) x.back().push_back(data.input(n, t, q));
      }
      out.push_back(plain_layers<N>(m.layers, x, theta.data())[0][0]);
    }
    return out;
  }
};

template <class N, class L>
N plain_mean(const L& loss, const std::vector<N>& answers, const plain_data<N>& data) {
  N total(0);
  for (std::size_t n = 0; n < answers.size(); ++n) total = total + plain_loss(loss, answers[n], data.y[n]);
  return divided(total, static_cast<double>(answers.size()));
}

}  // namespace random_studies
