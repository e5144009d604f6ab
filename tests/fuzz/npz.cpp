// SPDX-License-Identifier: BSD-3-Clause
// .npz: any bytes are an archive or refused; its arrays, a state of them, whole or not at all.
#include <lssm/core/quad.hpp>
#include <lssm/io/saved_parts.hpp>

#include "archive.hpp"
#include "target.hpp"

using namespace lssm;

namespace {

struct state {
  vec<double> a{1, 2};
  vec<long double, 2> w{0.1L, -0.0L};
  dual<float> d{1, 2};
  bool flag = true;
  static constexpr auto parts(auto& s) {
    return std::tuple(part("a", s.a), part("w", s.w), part("d", s.d), part("flag", s.flag));
  }
};

void open(std::string bytes) {
  fuzz::accepted([&] {
    const npz_file file(std::move(bytes), "f");
    for (const std::string& name : file.names()) {
      fuzz::insist(file.contains(name));
      fuzz::accepted([&] { fuzz::insist(file.read<double>(name).data.size() <= 4096); });
      fuzz::accepted([&] { fuzz::insist(file.read<float, 2>(name).size() <= 4096); });
      fuzz::accepted([&] { fuzz::insist(file.text(name).size() <= 4096); });
      fuzz::accepted([&] { fuzz::insist(file.header(name).shape.size() <= 64); });
    }
    state loaded{{9, 9}, {9, 9}, {9, 9}, false};
    const state before = loaded;
    if (!fuzz::accepted([&] { load_parts(file, loaded); })) fuzz::insist(equal_parts(loaded, before));
  });
}

}  // namespace

std::vector<std::string> fuzz::seeds() {
  npz_writer two;
  two.add("a", std::vector<double>{1, 2, 3}).add("n", 7).add_text("t", "gr\xC3\xBC\xC3\x9F");
  return {two.bytes(), to_npz(state{}).bytes(), npz_writer().bytes()};
}

void fuzz::read(std::string_view bytes) {
  open(std::string(bytes));
  open(with_checksums(bytes));
}
