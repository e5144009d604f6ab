// SPDX-License-Identifier: BSD-3-Clause
// Systems that `analyse` reads: real modes, complex modes in half storage, or a full state matrix.
#pragma once

#include <lssm/all.hpp>
#include <lssm/analysis/reduction.hpp>

#include "../support/program.hpp"

namespace analyse_program {

enum class structure { real_diagonal, complex_diagonal, dense };

/// One system, by its modes where it has some, and as a full matrix.
struct loaded {
  structure kind = structure::real_diagonal;
  lssm::modal_form<double> real;
  lssm::modal_form<std::complex<double>> complex;  // in full
  lssm::dense_system dense;
};

/// A matrix of so many rows and columns; one of a single row or column may be a list.
template <class In>
std::vector<double> matrix(const In& in, const std::string& name, std::size_t rows, std::size_t columns) {
  const lssm::array_shape found = in.shape(name);
  const bool list = found.size() == 1 && std::min(rows, columns) == 1 && found[0] == rows * columns;
  if (!list && found != lssm::array_shape{rows, columns})
    in.refuse(name, "the shape (" + std::to_string(rows) + ", " + std::to_string(columns) + ")",
              found.size() == 2 ? "(" + std::to_string(found[0]) + ", " + std::to_string(found[1]) + ")"
                                : std::to_string(found.size()) + " axes");
  return in.template numbers<double>(name);
}

/// The length of an array's axis, or 1 of a list.
template <class In>
std::size_t side(const In& in, const std::string& name, std::size_t axis) {
  const lssm::array_shape found = in.shape(name);
  if (found.empty() || found.size() > 2 || std::count(found.begin(), found.end(), std::size_t(0)) > 0)
    in.refuse(name, "one or two axes, none of them empty", std::to_string(found.size()) + " axes");
  return found.size() == 2 ? found[axis] : 1;
}

template <class In>
structure kind_of(const In& in) {
  if (!in.contains("structure")) return structure::real_diagonal;
  std::string name = in.text("structure");
  if (name.ends_with("/1")) name.resize(name.size() - 2);
  if (name == "real_diagonal") return structure::real_diagonal;
  if (name == "complex_diagonal") return structure::complex_diagonal;
  if (name == "dense") return structure::dense;
  in.refuse("structure", "real_diagonal, complex_diagonal or dense", lssm::in_quotes(name));
}

template <class In>
lssm::modal_form<std::complex<double>> half_storage(const In& in) {
  const std::size_t d = in.shape("a_re").empty() ? 0 : in.shape("a_re")[0], m = side(in, "b_re", 1),
                    p = side(in, "c_re", 0);
  const auto both = [&](const std::string& name, std::size_t rows, std::size_t columns) {
    const auto re = matrix(in, name + "_re", rows, columns), im = matrix(in, name + "_im", rows, columns);
    std::vector<std::complex<double>> out;
    for (std::size_t i = 0; i < re.size(); ++i) out.emplace_back(re[i], im[i]);
    return out;
  };
  return {both("a", d, 1), both("b", d, m), both("c", p, d), m, p};
}

template <class In>
loaded system_from(const In& in) {
  loaded out{kind_of(in), {}, {}, {}};
  if (out.kind == structure::complex_diagonal) {
    const auto half = half_storage(in);
    out.complex = lssm::from_half(half);
    out.dense = lssm::dense_of(half);
    return out;
  }
  const lssm::array_shape a = in.shape("a");
  const std::size_t d = a.empty() ? 0 : a[0], m = side(in, "b", 1), p = side(in, "c", 0);
  auto b = matrix(in, "b", d, m), c = matrix(in, "c", p, d);
  if (out.kind == structure::dense) {
    out.dense = {matrix(in, "a", d, d), std::move(b), std::move(c), d, m, p};
    out.dense.validate("analyse");
  } else {
    out.real = {matrix(in, "a", d, 1), std::move(b), std::move(c), m, p};
    out.complex = lssm::widened<std::complex<double>>(out.real);
    out.dense = lssm::dense_of(out.real);
  }
  return out;
}

/// Reads .json as JSON and anything else as npz.
inline loaded read_system(const std::string& path) {
  if (path.ends_with(".json")) {
    const auto document = lssm::json_document::read(path);
    return system_from(lssm::json_arrays(document));
  }
  const lssm::npz_file file(path);
  return system_from(lssm::npz_arrays(file));
}

/// The system whose response is the difference.
inline loaded minus(const loaded& x, const loaded& y) {
  loaded out{std::max(x.kind, y.kind), {}, {}, lssm::difference(x.dense, y.dense)};
  if (out.kind == structure::real_diagonal) out.real = lssm::difference(x.real, y.real);
  if (out.kind != structure::dense) out.complex = lssm::difference(x.complex, y.complex);
  return out;
}

}  // namespace analyse_program
