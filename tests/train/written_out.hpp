// SPDX-License-Identifier: BSD-3-Clause
// Descents written out in any number R, straight from the published formulas: no Gram matrix, no pullback, no kernel.
//
//   h_k = Σ_j c_j a_j^k b_j,   L = (1/N) Σ_n (x̃_n · h - y_n)²,   θ = (a, b, c), each (d)
#pragma once

#include <functional>

#include "../objective/problems.hpp"

namespace written_out {

template <class R>
using list = std::vector<R>;

template <class R>
struct problem {
  list<R> x, y;  // (N, κ), (N)
  std::size_t kappa;

  /// dL/dh (κ) at θ
  list<R> cotangent(const list<R>& theta) const {
    const std::size_t d = theta.size() / 3;
    list<R> h(kappa, R(0)), g(kappa, R(0));
    for (std::size_t j = 0; j < d; ++j) {
      R power(1);
      for (R& entry : h) {
        entry = entry + theta[2 * d + j] * power * theta[d + j];
        power = power * theta[j];
      }
    }
    for (std::size_t n = 0; n < y.size(); ++n) {
      R error = R(0) - y[n];
      for (std::size_t k = 0; k < kappa; ++k) error = error + h[k] * x[(n + 1) * kappa - 1 - k];
      for (std::size_t k = 0; k < kappa; ++k)
        g[k] = g[k] + R(2) * error * x[(n + 1) * kappa - 1 - k] / R(static_cast<double>(y.size()));
    }
    return g;
  }
  list<R> gradient(const list<R>& theta) const {
    const std::size_t d = theta.size() / 3;
    const list<R> g = cotangent(theta);
    list<R> out(theta.size(), R(0));
    for (std::size_t j = 0; j < d; ++j) {
      const R a = theta[j], b = theta[d + j], c = theta[2 * d + j];
      R power(1), slope(0);  // a^k and k a^(k-1)
      for (std::size_t k = 0; k < kappa; ++k) {
        out[j] = out[j] + c * b * g[k] * slope;
        out[d + j] = out[d + j] + c * g[k] * power;
        out[2 * d + j] = out[2 * d + j] + b * g[k] * power;
        slope = slope * a + power;
        power = power * a;
      }
    }
    return out;
  }
  /// ‖∂L/∂A‖² over all entries of a full A at the diagonal one: ∂A = Σ_k g_k Σ_{i+j=k-1} (Aᵀ)^i Cᵀ Bᵀ (Aᵀ)^j.
  R full_square(const list<R>& theta) const {
    const std::size_t d = theta.size() / 3;
    const list<R> g = cotangent(theta);
    R sum(0);
    for (std::size_t p = 0; p < d; ++p)
      for (std::size_t q = 0; q < d; ++q) {
        R entry(0);
        for (std::size_t k = 1; k < kappa; ++k)
          for (std::size_t i = 0; i < k; ++i)
            entry = entry + g[k] * lssm::power(theta[p], static_cast<long>(i)) *
                                lssm::power(theta[q], static_cast<long>(k - 1 - i));
        entry = entry * theta[2 * d + p] * theta[d + q];
        sum = sum + entry * entry;
      }
    return sum;
  }
};

template <class R>
R square_of(const list<R>& v, std::size_t first, std::size_t count) {
  R sum(0);
  for (std::size_t i = first; i < first + count; ++i) sum = sum + v[i] * v[i];
  return sum;
}

/// One step: θ from its gradient, the problem for whatever else the rule looks at, and the number of the step, from 1.
template <class R>
using rule = std::function<void(list<R>&, const list<R>&, const problem<R>&, long)>;

template <class R>
rule<R> gradient_descent(R rate) {
  return [=](list<R>& theta, const list<R>& grad, const problem<R>&, long) {
    for (std::size_t i = 0; i < theta.size(); ++i) theta[i] = theta[i] - rate * grad[i];
  };
}

/// torch.optim.SGD(lr, momentum, dampening=0, nesterov)
template <class R>
rule<R> sgd_with_momentum(R rate, R momentum, bool is_nesterov) {
  return [=, buffer = list<R>()](list<R>& theta, const list<R>& grad, const problem<R>&, long) mutable {
    if (buffer.empty()) {
      buffer = grad;
    } else {
      for (std::size_t i = 0; i < grad.size(); ++i) buffer[i] = momentum * buffer[i] + grad[i];
    }
    for (std::size_t i = 0; i < grad.size(); ++i)
      theta[i] = theta[i] - rate * (is_nesterov ? grad[i] + momentum * buffer[i] : buffer[i]);
  };
}

template <class R>
R sign(const R& x) {
  return R(x > R(0) ? 1 : x < R(0) ? -1 : 0);
}
/// One step along the sign of a mean of gradients; the mean that is kept may be another.
template <class R>
rule<R> by_signs(R rate, R looked_at, R kept, R decay) {
  return [=, v = list<R>()](list<R>& theta, const list<R>& grad, const problem<R>&, long) mutable {
    v.resize(grad.size(), R(0));
    for (std::size_t i = 0; i < grad.size(); ++i) {
      const R mean = looked_at * v[i] + (R(1) - looked_at) * grad[i];
      v[i] = kept * v[i] + (R(1) - kept) * grad[i];
      theta[i] = theta[i] - rate * (sign(mean) + decay * theta[i]);
    }
  };
}
template <class R>
rule<R> normalized(R rate) {
  return [=](list<R>& theta, const list<R>& grad, const problem<R>&, long) {
    const R norm = lssm::sqrt_of(square_of(grad, 0, grad.size()));
    for (std::size_t i = 0; i < grad.size(); ++i) theta[i] = theta[i] - rate * grad[i] / norm;
  };
}

/// torch.optim.RMSprop(lr, alpha, eps)
template <class R>
rule<R> rmsprop(R rate, R alpha, R eps) {
  return [=, v = list<R>()](list<R>& theta, const list<R>& grad, const problem<R>&, long) mutable {
    v.resize(grad.size(), R(0));
    for (std::size_t i = 0; i < grad.size(); ++i) {
      v[i] = alpha * v[i] + (R(1) - alpha) * grad[i] * grad[i];
      theta[i] = theta[i] - rate * grad[i] / (lssm::sqrt_of(v[i]) + eps);
    }
  };
}

/// Kingma and Ba's Algorithm 1; torch.optim.AdamW's decay in front of it.
template <class R>
rule<R> adamw(R rate, R beta1, R beta2, R eps, R decay) {
  return [=, m = list<R>(), v = list<R>()](list<R>& theta, const list<R>& grad, const problem<R>&,
                                           long t) mutable {
    m.resize(grad.size(), R(0));
    v.resize(grad.size(), R(0));
    for (std::size_t i = 0; i < grad.size(); ++i) {
      theta[i] = theta[i] - rate * decay * theta[i];
      m[i] = beta1 * m[i] + (R(1) - beta1) * grad[i];
      v[i] = beta2 * v[i] + (R(1) - beta2) * grad[i] * grad[i];
      const R m_hat = m[i] / (R(1) - lssm::power(beta1, t)), v_hat = v[i] / (R(1) - lssm::power(beta2, t));
      theta[i] = theta[i] - rate * m_hat / (lssm::sqrt_of(v_hat) + eps);
    }
  };
}

/// Keras' Adam: ε beside the uncorrected root.
template <class R>
rule<R> keras_adam(R rate, R beta1, R beta2, R eps) {
  return [=, m = list<R>(), v = list<R>()](list<R>& theta, const list<R>& grad, const problem<R>&,
                                           long t) mutable {
    m.resize(grad.size(), R(0));
    v.resize(grad.size(), R(0));
    const R now = rate * lssm::sqrt_of(R(1) - lssm::power(beta2, t)) / (R(1) - lssm::power(beta1, t));
    for (std::size_t i = 0; i < grad.size(); ++i) {
      m[i] = beta1 * m[i] + (R(1) - beta1) * grad[i];
      v[i] = beta2 * v[i] + (R(1) - beta2) * grad[i] * grad[i];
      theta[i] = theta[i] - now * m[i] / (lssm::sqrt_of(v[i]) + eps);
    }
  };
}

/// One rate from the mean of a size of the gradient; `full` counts ∂A as a full matrix, `squared` takes squared norms.
template <class R>
rule<R> one_rate(R rate, R decay, R eps, bool full, bool squared) {
  return [=, mean = R(0)](list<R>& theta, const list<R>& grad, const problem<R>& f, long t) mutable {
    const std::size_t d = theta.size() / 3;
    const R a = full ? f.full_square(theta) : square_of(grad, 0, d), b = square_of(grad, d, d),
            c = square_of(grad, 2 * d, d);
    const R size = squared ? a + b + c : lssm::sqrt_of(a) + lssm::sqrt_of(b) + lssm::sqrt_of(c);
    mean = decay * mean + (R(1) - decay) * size;
    const R now = rate / (lssm::sqrt_of(mean / (R(1) - lssm::power(decay, t))) + eps);
    for (std::size_t i = 0; i < theta.size(); ++i) theta[i] = theta[i] - now * grad[i];
  };
}

template <class R>
list<R> train(const problem<R>& f, list<R> theta, long steps, rule<R> step) {
  for (long t = 1; t <= steps; ++t) step(theta, f.gradient(theta), f, t);
  return theta;
}

}  // namespace written_out
