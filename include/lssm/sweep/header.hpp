// SPDX-License-Identifier: BSD-3-Clause
// The facts in the log of a sweep: those of study/made_by.hpp, and further ones that distinguish sweeps:
//
//   label, columns   of the sweep
//   studies          how many points, and a checksum of the kind and the sizes of every one's study
//   points           how many runs, and a checksum of the axes' numbers and the seeds of every one
//   workers          lanes of each worker, where bits depend on it because the compiler fuses on its own
//
// Checksums are of texts with their lengths before them, so that {"p,q"} is not {"p", "q"}.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "../io/bytes.hpp"
#include "../io/crc32.hpp"
#include "../study/made_by.hpp"
#include "job.hpp"

namespace lssm::detail {

/// A checksum of texts, one after the other.
class text_checksum {
 public:
  void add(std::string_view text) {
    std::string joined;
    append_little(joined, sum_);
    append_little(joined, std::uint64_t{text.size()});
    joined += text;
    sum_ = crc32(joined);
    ++count_;
  }
  /// "36, 1a2b3c4d"
  std::string text() const { return std::to_string(count_) + ", " + hexadecimal(sum_); }

 private:
  std::uint32_t sum_ = 0;
  std::size_t count_ = 0;
};

/// Collects the facts from the study of every point and from every line.
template <SingleScalar T>
class sweep_header {
 public:
  template <class Study>
  void add_study(const Study& study) {
    static const std::string name = detail::kind_name<Study>();
    if (!known_) first_ = facts_of_study<T>(study);
    known_ = true;
    studies_.add(name);
    studies_.add(sizes_of(study));
  }
  void add_line(std::string_view line) { points_.add(line); }

  facts text(const std::string& label, const std::vector<std::string>& columns) const {
    text_checksum exact;  // of the bytes, which JSON may not keep
    exact.add(label);
    for (const std::string& column : columns) exact.add(column);
    facts out;
    out.add("label", label).add("columns", to_json(columns)).add(first_);
    out.add("studies", studies_.text()).add("points", points_.text()).add("texts", exact.text());
    return out.add(facts_of_build<T>());
  }

 private:
  bool known_ = false;
  facts first_;
  text_checksum studies_, points_;
};

/// The kind of an executor's workers, found by executing an empty job. Refuses several kinds, since chance would decide
/// which of them takes a run.
template <class T, class Sweep, class Executor>
std::string workers_of(const Sweep& sweep, const std::vector<std::string>& names, const Executor& executor) {
  sweep_rows none;
  const std::function<void(const sweep_progress&)> silence;
  sweep_job<T, Sweep> job(sweep, names, none, nullptr, silence, nullptr);
  job.close();
  executor(job);
  job.rethrow();
  std::string text;
  for (const std::size_t lanes : job.workers()) text += (text.empty() ? "" : " and ") + std::to_string(lanes);
  require(job.workers().size() <= 1, "execute", "workers",
          "of one kind where the compiler fuses products and sums on its own (docs/sweep.md)",
          text + " lanes");
  return text;
}

}  // namespace lssm::detail
