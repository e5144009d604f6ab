// SPDX-License-Identifier: BSD-3-Clause
// What `analyse` measures of a system, as a table and as JSON.
#pragma once

#include <optional>

#include "../support/argument.hpp"
#include "../support/text_table.hpp"
#include "system.hpp"

namespace analyse_program {

using lssm::integer;

struct options {
  std::string system, minus, scalar = "double", method = "truncation", out;
  integer first = 1;
  std::optional<double> discount;
  std::optional<integer> horizon, reduce;
  bool json = false, overwrite = false;

  /// Every number that the output depends on, as flags.
  std::string label() const {
    using lssm::digits;
    return "analyse --system " + system + (minus.empty() ? "" : " --minus " + minus) + " --first " +
           digits(first) + (discount ? " --discount " + digits(*discount) : "") +
           (horizon ? " --horizon " + digits(*horizon) : "") +
           (reduce ? " --reduce " + digits(*reduce) + " --method " + method : "") + " --scalar " + scalar;
  }
};

/// Measures that no status forbids, in the scalar T.
template <class T>
struct measured {
  std::optional<T> h2, l1, l1_upper;
  std::vector<T> hankel;
  bool hankel_known = false;
};

template <class T>
std::optional<T> known(const T& value) {
  return lssm::is_finite(value) ? std::optional<T>(value) : std::nullopt;
}

/// Those that discount and horizon apply to.
template <class T, class System>
measured<T> measure(const System& x, const options& o) {
  const auto h2 = o.horizon ? lssm::h2_norm(x, *o.horizon) : lssm::h2_norm(x);
  const auto l1 = o.horizon ? lssm::l1_norm(x, *o.horizon) : lssm::l1_norm(x);
  const auto sigma = o.horizon ? lssm::hankel_singular_values(x, o.first, *o.horizon)
                               : lssm::hankel_singular_values(x, o.first);
  measured<T> out{known(T(h2.value)), known(T(l1.value)), known(T(l1.upper)), {}, !sigma.values.empty()};
  for (const auto& s : sigma.values) out.hankel.push_back(T(s));
  return out;
}
/// A discount is applied in more digits than double, for the sake of poles that nearly coincide.
template <class T, class Z>
measured<T> measure_modes(const lssm::modal_form<Z>& x, const options& o) {
  using inner = std::conditional_t<std::same_as<T, double>, long double, T>;
  const auto in = [&]<class U>(U) {
    if constexpr (!lssm::Scalar<Z>) {
      return lssm::widened<std::complex<U>>(x);
    } else {
      return lssm::widened<U>(x);
    }
  };
  return o.discount ? measure<T>(lssm::discounted(in(inner()), *o.discount), o) : measure<T>(in(T()), o);
}

/// A smaller system in control form, x' = A x + B u, y = C x + D u, and its errors.
struct reduction {
  lssm::dense_system system;
  std::vector<double> direct;  // (p, m)
  std::optional<double> bound, error_hinf, error_hankel;
};
inline std::optional<reduction> reduce(const lssm::dense_system& x, const options& o) {
  if (!o.reduce) return {};
  const bool stable = lssm::stability_of(x) == lssm::stability::stable, realize = o.method == "ho-kalman";
  if (!stable && !realize) return {};
  lssm::dense_system late = x;  // of h_first, h_{first+1}, ...
  std::vector<double> direct(x.outputs * x.inputs, 0.0);
  const auto response = lssm::impulse_response(x, static_cast<integer>(8 * x.states + 66));
  if (o.first == 1) {
    std::copy_n(response.data(), direct.size(), direct.begin());
    for (std::size_t i = 0; i < x.outputs; ++i)
      for (std::size_t j = 0; j < x.states; ++j) {
        late.c[i * x.states + j] = 0;
        for (std::size_t l = 0; l < x.states; ++l)
          late.c[i * x.states + j] += x.c[i * x.states + l] * x.a[l * x.states + j];
      }
  }
  const auto smaller =
      realize
          ? lssm::ho_kalman(lssm::impulse_response(late, static_cast<integer>(8 * x.states + 64)), o.reduce)
          : lssm::balanced_truncation(late, *o.reduce);
  reduction out{smaller.system, direct, {}, {}, {}};
  if (!realize) out.bound = smaller.bound;
  const auto error = lssm::difference(late, smaller.system);
  if (lssm::stability_of(error) == lssm::stability::stable) {
    out.error_hinf = lssm::hinf_norm(error).value;
    out.error_hankel = lssm::hankel_singular_values(error).values[0];
  }
  return out;
}

/// Everything.
template <class T>
struct report {
  lssm::stability status;
  double radius;
  std::vector<std::complex<double>> eigenvalues;
  measured<T> of;
  lssm::system_measure<double> hinf;
  std::optional<reduction> smaller;
};

template <class T>
report<T> analysed(const loaded& x, const options& o) {
  report<T> out{};
  const auto describe = [&](const auto& system) {
    out.status = lssm::stability_of(system);
    out.radius = lssm::spectral_radius(system);
    out.hinf = lssm::hinf_norm(system);
  };
  if (x.kind == structure::dense) {
    describe(x.dense);
    out.eigenvalues = lssm::eigenvalues(x.dense);
    out.of = measure<T>(o.discount ? lssm::discounted(x.dense, *o.discount) : x.dense, o);
  } else if (x.kind == structure::complex_diagonal) {
    describe(x.complex);
    out.eigenvalues = x.complex.a;
    out.of = measure_modes<T>(x.complex, o);
  } else {
    describe(x.real);
    out.eigenvalues.assign(x.real.a.begin(), x.real.a.end());
    out.of = measure_modes<T>(x.real, o);
  }
  std::stable_sort(out.eigenvalues.begin(), out.eigenvalues.end(), [](const auto& y, const auto& z) {
    const double r = std::abs(y), s = std::abs(z);
    return r != s ? r > s : y.imag() > z.imag();
  });
  out.smaller = reduce(x.dense, o);
  return out;
}

/// The rows of a matrix (rows, columns).
inline std::vector<std::vector<double>> rows_of(const std::vector<double>& x, std::size_t columns) {
  std::vector<std::vector<double>> out;
  for (std::size_t i = 0; i < x.size(); i += columns)
    out.emplace_back(x.begin() + static_cast<std::ptrdiff_t>(i),
                     x.begin() + static_cast<std::ptrdiff_t>(i + columns));
  return out;
}

template <class T>
std::string json_line(const report<T>& r, const options& o) {
  std::vector<std::vector<double>> eigenvalues;
  for (const auto& z : r.eigenvalues) eigenvalues.push_back({z.real(), z.imag()});
  const bool peak = std::isfinite(r.hinf.value);
  lssm::json_object line;
  line.add("status", r.status)
      .add("spectral_radius", r.radius)
      .add("eigenvalues", eigenvalues)
      .add("h2", r.of.h2);
  line.add("hinf", r.hinf.value).add("hinf_angle", peak ? std::optional(r.hinf.angle) : std::nullopt);
  line.add("hinf_upper", r.hinf.upper).add("l1", r.of.l1).add("l1_upper", r.of.l1_upper);
  line.add("hankel", r.of.hankel_known ? std::optional(r.of.hankel) : std::nullopt);
  if (!o.reduce) return line.text();
  if (!r.smaller)
    return line.add("reduced", nullptr)
        .add("order", *o.reduce)
        .add("bound", nullptr)
        .add("error_hinf", nullptr)
        .add("error_hankel", nullptr)
        .text();
  const auto& s = r.smaller->system;
  line.add("reduced", lssm::json_object()
                          .add("structure", "dense")
                          .add("a", rows_of(s.a, s.states))
                          .add("b", rows_of(s.b, s.inputs))
                          .add("c", rows_of(s.c, s.states))
                          .add("d", rows_of(r.smaller->direct, s.inputs)));
  return line.add("order", s.states)
      .add("bound", r.smaller->bound)
      .add("error_hinf", r.smaller->error_hinf)
      .add("error_hankel", r.smaller->error_hankel)
      .text();
}

template <class T>
void print_table(std::ostream& out, const report<T>& r) {
  const auto cell = [](const auto& value) {
    return value ? support::rounded(static_cast<double>(*value), 12) : std::string("-");
  };
  support::text_table table({"measure", "value", "at most"});
  table.add({"status", std::string(to_string(r.status)), ""});
  table.add({"spectral radius", support::rounded(r.radius, 12), ""});
  table.add({"H2", cell(r.of.h2), ""});
  table.add({"H-infinity", cell(known(r.hinf.value)), cell(known(r.hinf.upper))});
  table.add(
      {"at the angle", cell(std::isfinite(r.hinf.value) ? std::optional(r.hinf.angle) : std::nullopt), ""});
  table.add({"l1", cell(r.of.l1), cell(r.of.l1_upper)});
  for (std::size_t i = 0; i < r.of.hankel.size(); ++i)
    table.add({"Hankel " + std::to_string(i + 1), cell(std::optional(r.of.hankel[i])), ""});
  if (r.smaller) {
    table.add({"order reduced to", std::to_string(r.smaller->system.states), ""});
    table.add({"its H-infinity error", cell(r.smaller->error_hinf), cell(r.smaller->bound)});
    table.add({"its Hankel error", cell(r.smaller->error_hankel), ""});
  }
  out << table;
}

}  // namespace analyse_program
