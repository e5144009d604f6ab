// SPDX-License-Identifier: BSD-3-Clause
// Teachers, students and data in .npz and JSON: any bytes are one or refused; what was read is written and read again
// alike.
#include <lssm/data.hpp>
#include <lssm/files.hpp>

#include "archive.hpp"
#include "target.hpp"

using namespace lssm;

namespace {

template <class X>
std::string bytes_of(const X& x) {
  npz_writer out;
  interchange<X>::write(out, x);
  return out.bytes();
}

template <class X, class File>
void as(const File& file) {
  X x{};
  if (!fuzz::accepted([&] { x = read_arrays<X>(file); })) return;
  const std::string bytes = bytes_of(x);
  fuzz::insist(bytes_of(read_arrays<X>(npz_file(bytes, "again"))) == bytes);
}

template <class File>
void as_all(const File& file) {
  as<bound_system<double, real_diagonal<>>>(file);
  as<bound_system<float, real_diagonal<2, 2, 3>>>(file);
  as<bound_system<float, real_diagonal<dynamic, 2, 1>>>(file);
  as<given<real_diagonal<>>>(file);
  as<labelled<double>>(file);
  as<labelled<float>>(file);
  as<training_set<dynamic, listed<everywhere>>>(file);
  as<training_set<2, listed<everywhere>, 2>>(file);
}

template <class X>
std::string json_of(const X& x) {
  json_array_writer out;
  interchange<X>::write(out, x);
  return out.text();
}

}  // namespace

std::vector<std::string> fuzz::seeds() {
  const given<real_diagonal<>> teacher{{2}, {{0.9, -0.1}, {1, 2}, {3, 1e-300}}};
  const bound_system<float, real_diagonal<2, 2, 3>> system{{{1, 2}, {1, 2, 3, 4}, {1, 2, 3, 4, 5, 6}}};
  labelled<double> set;
  set.kappa = 2;
  set.x = {1, 2, 3, 4};
  set.y = {5, 6};
  set.h_star = {7, 8};
  labelled<double> rows = set;
  rows.answers = 2;
  rows.channels = 2;
  rows.y = {5, 6};
  rows.h_star.clear();
  return {bytes_of(teacher), bytes_of(system), bytes_of(set), bytes_of(rows),
          json_of(teacher),  json_of(system),  json_of(set),  json_of(rows)};
}

void fuzz::read(std::string_view bytes) {
  if (bytes.starts_with('{')) {
    accepted([&] { as_all(json_document(std::string(bytes), "f")); });
  } else {
    accepted([&] { as_all(npz_file(with_checksums(bytes), "f")); });
  }
}
