// SPDX-License-Identifier: BSD-3-Clause
// JSON: any text is one value or refused; a state from it, whole or not at all.
#include <lssm/core/status.hpp>
#include <lssm/io/json_parts.hpp>

#include "target.hpp"

using namespace lssm;

namespace {

struct state {
  vec<double> a{1, 2};
  vec<long double, 2> w{0.1L, -0.0L};
  dual<float> d{1, 2};
  status how = status::converged;
  bool flag = true;
  static constexpr auto parts(auto& s) {
    return std::tuple(part("a", s.a), part("w", s.w), part("d", s.d), part("how", s.how),
                      part("flag", s.flag));
  }
};

void walk(const json_value& value) {
  fuzz::accepted([&] { static_cast<void>(value.as<double>()); });
  fuzz::accepted([&] { static_cast<void>(value.as<long double>()); });
  fuzz::accepted([&] { static_cast<void>(value.as<int>()); });
  fuzz::accepted([&] { static_cast<void>(value.as<bool>()); });
  if (value.kind() == json_kind::text) {
    // What a text means is written such that it means the same.
    const json_document again(to_json(value.as<std::string>()), "again");
    fuzz::insist(again.root().as<std::string>() == value.as<std::string>());
  }
  if (value.kind() == json_kind::object)
    for (const std::string& key : value.keys()) fuzz::insist(value.contains(key) && value[key].size() < 4096);
  if (value.kind() == json_kind::object || value.kind() == json_kind::array)
    for (const json_value& member : value.items()) walk(member);
}

}  // namespace

std::vector<std::string> fuzz::seeds() {
  return {to_json(state{}), R"({"a":[1,{"b":"\ud83d\ude00 x\n"}],"c":-1.5e3,"d":null,"e":[true,false,{}]})",
          "[[[]]]"};
}

void fuzz::read(std::string_view text) {
  accepted([&] {
    const json_document document(std::string(text), "f");
    walk(document.root());
    state loaded{{9, 9}, {9, 9}, {9, 9}, status::diverged, false};
    const state before = loaded;
    if (accepted([&] { from_json(document.root(), loaded); })) {
      state again;
      const json_document written(to_json(loaded), "again");
      from_json(written.root(), again);
      insist(equal_parts(again, loaded));
    } else {
      insist(equal_parts(loaded, before));
    }
  });
}
