// SPDX-License-Identifier: BSD-3-Clause
// The facts in logs of sweeps and in checkpoints: the kind of study, its scalar and sizes, and the build.
//
//   fact           what it is                                                              compared
//   scalar         float, double, long double, quad, ...; of lanes how many                yes
//   structure      the student's type without sizes (core/type_name.hpp)                   yes
//   sizes          of every parameter of the student, by name, and the sequences' length   yes
//   loss, training  their types                                                            yes
//   arithmetic, mul_add, contraction, registers, functions   (kernel/arithmetic.hpp)       yes
//   version        of the library                                                          never
#pragma once

#include <string>

#include "../core/type_name.hpp"
#include "../core/version.hpp"
#include "../io/facts.hpp"
#include "../kernel/arithmetic.hpp"
#include "teacher_student.hpp"

namespace lssm {

/// The facts of this build on which runs in T depend.
template <Scalar T>
facts facts_of_build() {
  const std::size_t bytes = register_bytes_that_matter<lane_of<T>>();
  facts out;
  out.add("arithmetic", std::to_string(arithmetic_revision));
  out.add("mul_add", fuses<double>() ? "one rounding" : "two roundings");
  out.add("contraction", contracts() ? "by " + detail::compiler_name() : "none");
  out.add("registers", bytes == 0 ? "any" : std::to_string(bytes) + " bytes");
  out.add("functions", std::to_string(function_checksum()));
  return out.add_told("version", version);
}

namespace detail {

/// The text without one argument of templates, wherever it is the last of several.
inline std::string without_argument(const std::string& name, std::string_view argument) {
  std::string out;
  std::size_t from = 0;
  for (std::size_t at = 0; (at = name.find(argument, from)) != std::string::npos;
       from = at + argument.size()) {
    out.append(name, from, at - from);
    if (out.ends_with('>') && name.find('>', at) == at + argument.size()) out += ' ';
  }
  return out.append(name, from);
}
/// The name of a type without axes that are not in use, as it was before there were any: old logs and checkpoints are read.
template <class Kind>
std::string kind_name() {
  std::string name = type_name<Kind>();
  for (const std::string_view none : {", all_at_once", ", unpenalized", ", unfiltered"})
    name = without_argument(name, none);
  return name;
}

/// "a 5, b 5, c 5, length 6"
template <class Study>
std::string sizes_of(const Study& study) {
  std::string text;
  const auto system = study.student.template make<double>();
  for_each_leaf(system, [&](const std::string& path, auto leaf) {
    text += path + " " + std::to_string(leaf.size()) + ", ";
  });
  return text + "length " + std::to_string(study.data.kappa());
}

}  // namespace detail

/// The facts of the kind of a study that is run in T.
template <Scalar T, class Study>
facts facts_of_study(const Study& study) {
  std::string scalar = type_name<lane_of<T>>();
  if (lanes_of < T >> 1) scalar += " in " + std::to_string(lanes_of<T>) + " lanes";
  facts out;
  out.add("scalar", scalar);
  out.add("structure", type_name<decltype(Study::student)>());
  out.add("sizes", detail::sizes_of(study));
  std::string loss = type_name<decltype(Study::loss)>();
  if constexpr (!std::is_same_v<decltype(Study::penalty), unpenalized>)
    loss += " + " + type_name<decltype(Study::penalty)>();
  out.add("loss", loss);
  return out.add("training", detail::kind_name<decltype(Study::training)>());
}

}  // namespace lssm
