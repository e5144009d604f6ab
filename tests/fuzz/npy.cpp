// SPDX-License-Identifier: BSD-3-Clause
// .npy: any bytes are one whole array or refused; what was read is written and read again alike.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <lssm/io/npy.hpp>

#include "target.hpp"

using namespace lssm;

namespace {

template <class T>
void as(const npy_view& view) {
  fuzz::accepted([&] {
    const npy_array<T> array = npy_values<T>(view);
    fuzz::insist(array.data.size() == detail::elements_of(array.shape));
    const std::string bytes = to_npy<T>(array.data, array.shape);
    const npy_array<T> again = npy_values<T>(parse_npy(bytes, "again"));
    fuzz::insist(again.shape == array.shape);
    fuzz::insist(array.data.empty() ||
                 std::memcmp(again.data.data(), array.data.data(), array.data.size() * sizeof(T)) == 0);
  });
}
template <std::size_t Rank>
void as_tensor(const npy_view& view) {
  fuzz::accepted([&] {
    const tensor<double, Rank> t = npy_tensor<double, Rank>(view);
    fuzz::insist(8 * t.size() == view.payload.size());
  });
}

}  // namespace

std::vector<std::string> fuzz::seeds() {
  const std::vector<double> six{1, 2, 3, 4, 5, 6};
  std::string fortran = to_npy<double>(six, std::vector<std::size_t>{2, 3});
  fortran.replace(fortran.find("False, "), 7, "True,  ");
  return {to_npy<double>(six, std::vector<std::size_t>{2, 3}), fortran,
          to_npy<std::uint8_t>(std::vector<std::uint8_t>{7}, {}),
          to_npy<float>({}, std::vector<std::size_t>{3, 0, 2})};
}

void fuzz::read(std::string_view bytes) {
  accepted([&] {
    const npy_view view = parse_npy(bytes, "f");
    as<float>(view), as<double>(view), as<std::int8_t>(view), as<std::int16_t>(view), as<std::int32_t>(view);
    as<std::int64_t>(view), as<std::uint8_t>(view), as<std::uint16_t>(view), as<std::uint32_t>(view);
    as<std::uint64_t>(view);
    as_tensor<0>(view), as_tensor<1>(view), as_tensor<2>(view), as_tensor<3>(view);
  });
}
