// SPDX-License-Identifier: BSD-3-Clause
// One study for other languages: plain C entry points around a description, the C++ text in the file LSSM_DESCRIPTION
// (docs/notebook.md). Arrays come and go as the bytes of an npz archive.
//
//   describe(in)         the study of one student; in("rate") is a number, in.array("h") all numbers of an array,
//                        in.read<given_set<>>() an x and a y
//   watch(in, study)     optional: the trajectory of one student
//   measure(outcome)     optional: named numbers of one that has ended
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <map>
#include <optional>
#include <set>

#if __has_include(<xsimd/xsimd.hpp>)
#include <lssm/core/pack.hpp>
#endif
#include <lssm/files.hpp>
#include <lssm/lssm.hpp>
#include <lssm/study/lane_pool.hpp>
using namespace lssm;

/// What Python gave by name, as one student sees it. `asked` collects the names that a description asks for.
class arguments {
 public:
  arguments(const npz_file& file, std::size_t student, std::size_t students, std::set<std::string>& asked)
      : file_(&file), asked_(&asked), student_(student), students_(students) {}

  /// The number of that name, or this student's of a list with one for each.
  double operator()(const char* name) const {
    asked_->insert(name);
    const auto numbers = file_->read<double>(name);
    const bool each = numbers.shape.size() == 1 && numbers.data.size() == students_;
    require(numbers.shape.empty() || each, "train", name, "a number, or one for each seed",
            detail::shape_text(numbers.shape));
    return numbers.data[each ? student_ : 0];
  }
  std::vector<double> array(const char* name) const {
    asked_->insert(name);
    return file_->read<double>(name).data;
  }
  template <class X>
  X read() const {
    X x = read_arrays<X>(*file_);
    npz_writer named;
    interchange<X>::write(named, x);
    for (const std::string& name : npz_file(named.bytes(), "what was read").names()) asked_->insert(name);
    return x;
  }

 private:
  const npz_file* file_;
  std::set<std::string>* asked_;
  std::size_t student_, students_;
};

#include LSSM_DESCRIPTION

namespace {

#if __has_include(<xsimd/xsimd.hpp>)
using lanes = pack<double>;
#else
using lanes = double;
#endif
using study = decltype(describe(std::declval<const arguments&>()));

template <class Arguments>
constexpr bool watches = requires(const Arguments& given, const study& s) {
  watch(given, s);
};
template <class Outcome>
constexpr bool measures = requires(const Outcome& end) {
  measure(end);
};
// Flows in lanes have no observers for each student: where they are watched they run one by one.
template <class Study>
constexpr bool watched_in_lanes =
    requires(decltype(std::declval<const bound_lanes<lanes, Study>&>().training()) run) {
  run.theta();
};

/// Results of all students, row after row; rows that are shorter than the longest end in NaN.
class rows {
 public:
  explicit rows(std::size_t students) : students_(students) {}

  void set(const std::string& name, std::size_t student, std::span<const double> values,
           std::size_t columns = 1) {
    auto& all = all_[name];
    all.columns = columns;
    all.of.resize(students_);
    all.of[student].assign(values.begin(), values.end());
  }
  void write(npz_writer& out) const {
    for (const auto& [name, all] : all_) {
      std::size_t longest = 0;
      for (const auto& row : all.of) longest = std::max(longest, row.size());
      std::vector<double> values;
      for (const auto& row : all.of) {
        values.insert(values.end(), row.begin(), row.end());
        values.insert(values.end(), longest - row.size(), std::numeric_limits<double>::quiet_NaN());
      }
      std::vector<std::size_t> shape{students_};
      if (name.find('.') == std::string::npos || longest != 1) shape.push_back(longest / all.columns);
      if (all.columns > 1) shape.push_back(all.columns);
      out.add<double>(name, std::span<const double>(values), shape);
    }
  }

 private:
  struct quantity {
    std::size_t columns = 1;
    std::vector<std::vector<double>> of;
  };
  std::size_t students_;
  std::map<std::string, quantity> all_;
};

void set_outcome(rows& all, std::size_t student, const auto& end) {
  const auto set = [&](const std::string& name, double value) { all.set(name, student, {&value, 1}); };
  set("at_end.loss", end.at_end.loss);
  set("at_end.time", end.at_end.time);
  set("at_end.steps", end.at_end.steps);
  for_each_leaf(end.student.system, [&](const std::string& name, std::span<const double> entries) {
    all.set("student." + name, student, entries);
  });
  if constexpr (measures<std::remove_cvref_t<decltype(end)>>)
    for (const auto& [name, value] : measure(end)) set("measure." + name, value);
}

void set_trajectory(rows& all, std::size_t student, const auto& seen) {
  for (const std::string& name : seen.names()) {
    const auto values = seen.values(name);
    all.set(name, student, {values.data(), values.size()}, values.shape(1));
  }
}

/// Refuses what neither the description of a student nor what watches it asks for.
template <class Arguments>
void refuse_unasked(const npz_file& given, std::size_t students) {
  std::set<std::string> asked;
  const Arguments first(given, 0, students, asked);
  const study one = describe(first);
  if constexpr (watches<Arguments>) static_cast<void>(watch(first, one));
  std::string wanted;
  for (const std::string& name : asked) wanted.append(wanted.empty() ? "" : ", ").append(name);
  for (const std::string& name : given.names())
    if (name != "seeds" && !asked.contains(name))
      throw bad_argument("train: the description does not ask for " + name + ", only for " +
                         (wanted.empty() ? "nothing" : wanted));
}

/// Arguments is `arguments`: what depends on it is looked up only where the description has it.
template <class Arguments>
npz_writer train(const npz_file& given, const std::atomic<int>& stop) {
  const auto seeds = given.read<std::int64_t>("seeds").data;
  if (!seeds.empty()) refuse_unasked<Arguments>(given, seeds.size());
  std::set<std::string> asked;  // known by now
  const auto stopped = [&] { return stop.load(std::memory_order_relaxed) != 0; };
  rows all(seeds.size());
  std::vector<std::string> statuses(seeds.size());
  std::size_t at = 0;
  const auto next = [&]() -> std::optional<lane_job<study>> {
    if (at == seeds.size() || stopped()) return std::nullopt;
    const std::size_t i = at++;
    return lane_job<study>{i, describe(Arguments(given, i, seeds.size(), asked)),
                           checked_integer<std::uint32_t>("train", "a seed", seeds[i])};
  };
  const auto done = [&](std::size_t i, const auto& end) {
    statuses[i] = to_string(end.status);
    set_outcome(all, i, end);
  };
  if constexpr (!watches<Arguments>) {
    train_in_lanes<lanes>(next, done, stopped);
  } else {
    using trajectory_type = decltype(watch(std::declval<const Arguments&>(), std::declval<const study&>()));
    std::vector<std::optional<trajectory_type>> seen(seeds.size());
    const auto see = [&](std::size_t i, auto& run) {
      const Arguments mine(given, i, seeds.size(), asked);
      if (!seen[i]) seen[i].emplace(watch(mine, describe(mine)));
      (*seen[i])(run);
      return !stopped();
    };
    if constexpr (watched_in_lanes<study>) {
      train_in_lanes<lanes>(next, done, stopped, see);
    } else {
      while (const auto job = next())
        done(job->index, run<double>(job->study, job->seed, [&](auto& run) { return see(job->index, run); }));
    }
    for (std::size_t i = 0; i < seen.size(); ++i)
      if (seen[i]) set_trajectory(all, i, *seen[i]);
  }
  npz_writer out;
  std::string lines;
  for (const auto& line : statuses) lines += (lines.empty() ? "" : "\n") + line;
  all.write(out);
  return std::move(out.add_text("status", lines));
}

int give(const std::string& bytes, char** out, std::size_t* size, int answer) {
  *size = bytes.size();
  *out = static_cast<char*>(std::malloc(bytes.size() + 1));
  if (*out == nullptr) return 2;
  std::memcpy(*out, bytes.data(), bytes.size());
  return answer;
}

}  // namespace

extern "C" {

/// Trains a student for each of `seeds`. Writes an npz archive to `out` and returns 0, or a message and 1; both are freed by
/// lssm_free. 2: out of memory. Another thread may set *stop.
[[gnu::visibility("default")]] int lssm_train(const char* given, std::size_t given_size,
                                              const std::atomic<int>* stop, char** out, std::size_t* size) {
  try {
    return give(train<arguments>(npz_file(std::string(given, given_size), "arguments"), *stop).bytes(), out,
                size, 0);
  } catch (const std::exception& e) {
    return give(e.what(), out, size, 1);
  }
}

[[gnu::visibility("default")]] void lssm_free(char* bytes) { std::free(bytes); }

}  // extern "C"
