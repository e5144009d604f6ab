// SPDX-License-Identifier: BSD-3-Clause
// Tables, as sweeps and trajectories write them: any text is one or refused; what was read is written and read again
// alike, and so are its numbers.
#include <cstdint>
#include <lssm/io/csv.hpp>

#include "target.hpp"

using namespace lssm;

namespace {

template <class T>
void numbers(const csv_table& table, const std::string& column) {
  fuzz::accepted([&] {
    for (const T& x : table.column<T>(column)) {
      const auto again = number_from<T>(digits(x));
      fuzz::insist(again && (*again == x || x != x));
    }
  });
}

}  // namespace

std::vector<std::string> fuzz::seeds() {
  csv_table table({"seed", "name", "loss"});
  table.add(1, "a,\"b\"", 0.1).add(-2, "x", 1e-300);
  return {table.text(), "x\n1e4000\n-0\ninf\nnan\n0.1234567890123456789012345678901234567890e-4940\n",
          "\xEF\xBB\xBFx,y\r\n1,2\r\n"};
}

void fuzz::read(std::string_view text) {
  accepted([&] {
    const csv_table table = csv_table::parse(text, "f");
    for (const std::string& name : table.columns()) {
      numbers<float>(table, name), numbers<double>(table, name), numbers<long double>(table, name);
      numbers<std::int64_t>(table, name), numbers<std::uint8_t>(table, name);
    }
    const std::string written = table.text();
    fuzz::insist(csv_table::parse(written, "again").text() == written);
  });
}
