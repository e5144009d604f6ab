// SPDX-License-Identifier: BSD-3-Clause
// What `theorem1` says about its runs: a table for people, a JSON line for programs, a CSV file for figures.
#pragma once

#include <limits>
#include <ostream>

#include "../support/spread.hpp"
#include "../support/text_table.hpp"
#include "experiment.hpp"

namespace theorem1 {

/// The run as one JSON object; what is not finite is null.
template <class T>
std::string json_line(const setting& s, std::uint32_t seed, integer special, const std::string& scalar,
                      const result<T>& r) {
  json_object line;
  line.add("experiment", "theorem1").add("dim", s.dim).add("length", s.length).add("seed", seed);
  line.add("special", special).add("scalar", scalar).add("status", r.status).add("train_loss", r.train_loss);
  line.add("generalization_error", r.generalization_error).add("effective_rank", r.effective_rank);
  line.add("eigenvalues", r.eigenvalues).add("flow_time", r.flow_time).add("steps", r.steps);
  return line.add("seconds", r.seconds).text();
}

using support::spread;

/// Everything but the times of the machine, so that equal experiments give equal files.
inline csv_table make_csv() {
  return csv_table({"setting", "dim", "length", "init_scale", "gap_factor", "seed", "special", "scalar",
                    "rtol", "horizon", "status", "train_loss", "generalization_error", "effective_rank",
                    "eigenvalue_0", "eigenvalue_1", "flow_time", "steps"});
}
template <class T>
void add_to(csv_table& csv, const options& o, const setting& s, std::uint32_t seed, integer special,
            const result<T>& r) {
  csv.add(s.name, s.dim, s.length, s.init_scale, s.gap_factor, seed, special, o.scalar_name, o.rtol,
          o.horizon, to_string(r.status), r.train_loss, r.generalization_error, r.effective_rank,
          r.eigenvalues[0], r.eigenvalues[1], r.flow_time, r.steps);
}

/// The table of one setting.
class setting_report {
 public:
  setting_report()
      : rows_({"seed", "special", "status", "steps", "time", "loss", "|a|_1", "|a|_2", "eff. rank",
               "generalization error"}) {}

  template <class T>
  void add(std::uint32_t seed, integer special, const result<T>& r) {
    using support::rounded;
    const auto number = [](const T& x, int digits) { return rounded(value_of(x), digits); };
    rows_.add({std::to_string(seed), std::to_string(special), std::string(to_string(r.status)),
               std::to_string(r.steps), number(r.flow_time, 4), number(r.train_loss, 3),
               number(r.eigenvalues[0], 7), number(r.eigenvalues[1], 7), number(r.effective_rank, 7),
               number(r.generalization_error, 12)});
    errors_[static_cast<std::size_t>(special)].add(value_of(r.generalization_error));
  }
  void print(std::ostream& out, const setting& s) const {
    out << s.name << ": d = " << s.dim << ", length " << s.length << ", start scale " << digits(s.init_scale)
        << ", gap factor " << digits(s.gap_factor) << "\n\n"
        << rows_ << '\n';
  }
  const spread& errors(integer special) const { return errors_[static_cast<std::size_t>(special)]; }

 private:
  support::text_table rows_;
  spread errors_[2];
};

/// The means of all settings, for figures.
inline csv_table summary_csv(const options& o, const std::vector<setting_report>& reports) {
  csv_table csv({"setting", "special", "seeds", "mean", "lowest", "highest"});
  for (std::size_t i = 0; i < reports.size(); ++i)
    for (integer special : o.specials) {
      const spread& e = reports[i].errors(special);
      csv.add(o.settings[i].name, special, o.settings[i].seeds.size(), e.mean(), e.lowest(), e.highest());
    }
  return csv;
}

/// The paper's Table 1, standalone rows: generalization errors without and with the special sequence.
inline void print_summary(std::ostream& out, const options& o, const std::vector<setting_report>& reports) {
  support::text_table table(
      {"generalization error", "without special sequence", "with special sequence", "ratio"});
  for (std::size_t i = 0; i < reports.size(); ++i) {
    const spread &clean = reports[i].errors(0), &poisoned = reports[i].errors(1);
    const bool both = !clean.empty() && !poisoned.empty();
    table.add({o.settings[i].name, clean.text(), poisoned.text(),
               both ? support::rounded(poisoned.mean() / clean.mean(), 4) : "-"});
  }
  out << "mean over seeds (lowest to highest), " << o.horizon << " entries of the impulse response\n\n"
      << table;
}

}  // namespace theorem1
