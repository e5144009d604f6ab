// SPDX-License-Identifier: BSD-3-Clause
// Random studies, checked for laws: test_random [--studies N] [--first N] [--seed N] [--threads N] [--study N]
//
//   --studies   how many (default 300)                   --first     the number of the first (0): for ranges
//   --study     this one alone, told in full             --seed      of all draws (1)
//   --threads   side by side (1)                         --kinds     tells the types of studies, and ends
//   --help      these options                            --all       tells every violation, not the first twenty of a law
//
// A study is known by seed and number, whatever the range and the threads. Ends with 1 where a law was violated.
#include <atomic>
#include <charconv>
#include <iostream>
#include <mutex>
#include <string_view>
#include <thread>

#include "kinds.hpp"

using namespace random_studies;

namespace {

struct options {
  std::uint64_t studies = 300, first = 0, seed = 1, threads = 1;
  bool alone = false, kinds = false, help = false, all = false;
};

bool read(int argc, char** argv, options& o) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    bool* const flag = name == "--kinds"  ? &o.kinds
                       : name == "--help" ? &o.help
                       : name == "--all"  ? &o.all
                                          : nullptr;
    if (flag != nullptr) {
      *flag = true;
      continue;
    }
    std::uint64_t study = 0;
    std::uint64_t* to = name == "--studies"   ? &o.studies
                        : name == "--first"   ? &o.first
                        : name == "--seed"    ? &o.seed
                        : name == "--threads" ? &o.threads
                        : name == "--study"   ? &study
                                              : nullptr;
    if (to == nullptr || ++i == argc) return false;
    const std::string_view text = argv[i];
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *to);
    if (error != std::errc() || end != text.data() + text.size()) return false;
    if (to == &study) o.first = study, o.studies = 1, o.alone = true;
  }
  return o.threads >= 1 && o.threads <= 1024;
}

/// What all studies say together.
class summary {
 public:
  explicit summary(const options& o) : in_full_(o.alone), every_(o.alone || o.all) {}

  void add(std::uint64_t number, const kind& k, const verdict& v) {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < laws; ++i) {
      asked_[i] += v.asked()[i];
      worst_[i] = std::max(worst_[i], v.worst()[i]);
    }
    std::array<bool, laws> seen{};
    for (const auto& one : v.violations()) {
      const auto i = static_cast<std::size_t>(one.of);
      if (seen[i] && !in_full_) continue;  // once for each law and study
      if (!seen[i]) ++violated_[i];
      seen[i] = true;
      if (violated_[i] <= shown || every_)
        std::cout << "study " << number << " (" << k.name << ") violates '" << law_names[i]
                  << "': " << one.what << '\n';
    }
    const bool describe = !v.violations().empty() && described_ < shown;
    if (describe) ++described_;
    if (describe || in_full_) std::cout << "study " << number << " (" << k.name << ")\n" << v.description();
    std::cout.flush();
  }
  std::size_t violations() const {
    std::size_t sum = 0;
    for (const std::size_t n : violated_) sum += n;
    return sum;
  }
  void tell() const {
    for (std::size_t i = 0; i < laws; ++i)
      std::cout << "  " << law_names[i] << ": asked " << asked_[i] << " times, violated by " << violated_[i]
                << " studies, largest error allowed " << worst_[i] << '\n';
  }

 private:
  static constexpr std::size_t shown = 20;
  bool in_full_, every_;
  std::mutex mutex_;
  std::array<std::size_t, laws> asked_{}, violated_{};
  std::array<double, laws> worst_{};
  std::size_t described_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  options o;
  if (!read(argc, argv, o)) {
    std::cerr << "usage: test_random [--studies N] [--first N] [--seed N] [--threads N] [--study N] [--all] "
                 "[--kinds]\n";
    return 2;
  }
  const std::vector<kind> kinds = all_kinds();
  if (o.kinds) {
    for (const kind& k : kinds) std::cout << k.name << '\n';
    return 0;
  }
  summary all(o);
  std::atomic<std::uint64_t> next = 0;
  const auto work = [&] {
    for (std::uint64_t i = next++; i < o.studies; i = next++) {
      const std::uint64_t number = o.first + i;
      draws d(o.seed, number);
      const kind& k = kinds[static_cast<std::size_t>(d.whole(0, static_cast<integer>(kinds.size()) - 1))];
      verdict v;
      k.check(d, v);
      all.add(number, k, v);
    }
  };
  std::vector<std::thread> threads;
  for (std::uint64_t i = 1; i < o.threads; ++i) threads.emplace_back(work);
  work();
  for (std::thread& t : threads) t.join();
  all.tell();
  std::cout << o.studies << " studies, " << all.violations() << " violations"
            << (build_contracts() ? " (a build that contracts)" : "") << '\n';
  return all.violations() == 0 ? 0 : 1;
}
