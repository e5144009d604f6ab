// SPDX-License-Identifier: BSD-3-Clause
// Laws of bands and verdicts.
#include <doctest/doctest.h>

#include <lssm/certificate.hpp>
#include <lssm/poison.hpp>
#include <lssm/study.hpp>
#include <random>

using namespace lssm;

namespace {

/// Sequences of a teacher of modes 1 and weights 1, on given entries (from the front).
class maker {
 public:
  explicit maker(std::uint64_t seed) : generator_(seed) {}
  double normal() { return std::normal_distribution<double>()(generator_); }

  labelled<double> set(integer kappa, integer sequences, integer first, integer last, double size = 1) {
    labelled<double> d;
    d.kappa = kappa;
    add(d, sequences, first, last, size);
    return d;
  }
  void add(labelled<double>& d, integer sequences, integer first, integer last, double size = 1) {
    for (integer s = 0; s < sequences; ++s) {
      double y = 0;
      for (integer t = 0; t < d.kappa; ++t) {
        const double x = t >= first && t <= last ? size * normal() : 0.0;
        d.x.push_back(x);
        y += x;
      }
      d.y.push_back(y);
    }
  }

 private:
  std::mt19937_64 generator_;
};

double widest(const response_band& b) {
  double w = 0;
  for (std::size_t i = 0; i < b.low.size(); ++i) w = std::max(w, b.high[i] - b.low[i]);
  return w;
}

/// A program finds an optimum to some thousandths of the mass.
constexpr double of_the_program = 5e-3;

}  // namespace

TEST_CASE("exactly labelled poison never widens a band, dropping sequences does") {
  maker m(11);
  double narrowed = 0;
  for (int run = 0; run < 40; ++run) {
    CAPTURE(run);
    const labelled<double> clean = m.set(6, 8, 0, 1);
    labelled<double> poisoned = clean;
    m.add(poisoned, 1 + run % 5, 0, 5, std::pow(10.0, run % 6 - 3));
    const response_band before = teacher_band(clean, {.mass = 1.1}, 40),
                        after = teacher_band(poisoned, {.mass = 1.1}, 40);
    for (std::size_t k = 0; k < 40; ++k) {
      CHECK(after.low[k] >= before.low[k] - of_the_program);
      CHECK(after.high[k] <= before.high[k] + of_the_program);
      // Without the program's tolerance: what an explicit teacher of the poisoned set attains, the clean set allows.
      CHECK(after.inner_low[k] >= before.low[k] - 1e-6);
      CHECK(after.inner_high[k] <= before.high[k] + 1e-6);
    }
    CHECK(after.least_mass >= before.least_mass - 1e-3);
    narrowed = std::max(narrowed, 1 - widest(after) / widest(before));
    labelled<double> dropped = poisoned;
    dropped.x.erase(dropped.x.begin() + 48, dropped.x.end());
    dropped.y.erase(dropped.y.begin() + 8, dropped.y.end());
    CHECK(widest(teacher_band(dropped, {.mass = 1.1}, 40)) >= widest(after) - of_the_program);
  }
  CHECK(narrowed > 0.5);
}

TEST_CASE(
    "with an error stated sequence by sequence poison does not widen a band; in the mean square it may") {
  maker m(12);
  const labelled<double> clean = m.set(6, 8, 0, 1);
  labelled<double> more = clean;
  for (int n = 0; n < 50; ++n) {
    more.x.insert(more.x.end(), 6, 0.0);
    more.y.push_back(0);
  }
  teacher_prior each{.mass = 1.1, .label_errors = std::vector<double>(8, 0.01)};
  const double before = widest(teacher_band(clean, each, 40));
  each.label_errors.resize(58, 0.01);
  CHECK(widest(teacher_band(more, each, 40)) <= before + of_the_program);
  const teacher_prior mean{.mass = 1.1, .noise = 0.01};
  CHECK(widest(teacher_band(more, mean, 40)) > widest(teacher_band(clean, mean, 40)) + 0.01);
}

TEST_CASE("more noise, more mass and a longer interval widen a band") {
  const labelled<double> d = maker(13).set(6, 6, 0, 5);
  double last = 0;
  for (const teacher_prior& p : {teacher_prior{.mass = 1.05}, teacher_prior{.mass = 1.05, .noise = 0.01},
                                 teacher_prior{.mass = 1.3, .noise = 0.01},
                                 teacher_prior{.mass = 1.3, .low = -1.02, .high = 1.02, .noise = 0.01}}) {
    const double width = widest(teacher_band(d, p, 40));
    CHECK(width > last - of_the_program);
    last = width;
  }
  CHECK(last > 0.5);
}

TEST_CASE("a band scales with labels and mass, and not with the size of inputs and labels together") {
  labelled<double> d = maker(14).set(6, 8, 0, 1);
  const response_band band = teacher_band(d, {.mass = 1.1}, 40);
  for (const double scale : {0x1p-40, 0x1p40}) {
    labelled<double> labels = d, both = d;
    for (double& y : labels.y) y *= scale;
    for (double& y : both.y) y *= scale;
    for (double& x : both.x) x *= scale;
    const response_band scaled = teacher_band(labels, {.mass = 1.1 * scale}, 40),
                        same = teacher_band(both, {.mass = 1.1}, 40);
    for (std::size_t k = 0; k < 40; ++k) {
      CHECK(scaled.high[k] / scale == doctest::Approx(band.high[k]).epsilon(5e-3));
      CHECK(same.high[k] == doctest::Approx(band.high[k]).epsilon(5e-3));
    }
  }
}

TEST_CASE("explicit teachers attain the inner bounds, fit the labels and have at most the mass") {
  const labelled<double> d = maker(15).set(6, 8, 0, 1);
  const response_band band = teacher_band(d, {.mass = 1.2}, 40);
  for (std::size_t k = 0; k < 40; ++k)
    for (const bool high : {false, true}) {
      double mass = 0, entry = 0;
      std::vector<double> h(6, 0.0);
      for (const weighted_mode& w : (high ? band.highest : band.lowest)[k]) {
        mass += std::abs(w.weight);
        entry += w.weight * std::pow(w.mode, static_cast<double>(k));
        for (std::size_t l = 0; l < 6; ++l) h[l] += w.weight * std::pow(w.mode, static_cast<double>(l));
      }
      CHECK(mass <= 1.2 * (1 + 1e-9));
      CHECK(entry == doctest::Approx(high ? band.inner_high[k] : band.inner_low[k]).epsilon(1e-9));
      for (std::size_t n = 0; n < d.y.size(); ++n) {
        double y = 0;
        for (std::size_t l = 0; l < 6; ++l) y += d.x[n * 6 + 5 - l] * h[l];
        CHECK(y == doctest::Approx(d.y[n]).epsilon(1e-9));
      }
    }
}

TEST_CASE("a mass below the least one is refuted, at and above it not") {
  const labelled<double> d = maker(16).set(6, 8, 0, 1);
  const response_band band = teacher_band(d, {.mass = 3}, 40);
  CHECK(band.least_mass <= 1);
  CHECK(band.least_mass > 0.999);
  CHECK(teacher_band(d, {.mass = 0.99 * band.least_mass}, 40).refuted);
  CHECK(!teacher_band(d, {.mass = 1}, 40).refuted);
  const response_band refuted = teacher_band(d, {.mass = 0.5}, 40);
  const certificate c = certify(refuted, std::vector<double>(40, 1.0), 0.2);
  CHECK(c.verdict == student_verdict::refuted);
  CHECK(c.at_most != c.at_most);
}

TEST_CASE("verdicts: certified, wrong, open; unstable students and responses that are no numbers") {
  const labelled<double> d = maker(17).set(6, 8, 0, 5);
  const response_band band = teacher_band(d, {.mass = 1.02}, 40);
  CHECK(certify(band, band.centre(), 0.2).verdict == student_verdict::certified);
  std::vector<double> h(40, 1.0);
  const certificate truth = certify(band, h, 0.2);
  CHECK(truth.at_least == 0);
  CHECK(truth.verdict == student_verdict::certified);
  CHECK(certify(band, h, 0).verdict == student_verdict::open);
  h[39] = 1e9;
  const certificate wrong = certify(band, h, 0.2);
  CHECK(wrong.verdict == student_verdict::wrong);
  CHECK(wrong.at_least > 9.9e8);
  CHECK(wrong.at_most >= 1e9 - 1);
  h[39] = std::numeric_limits<double>::infinity();
  CHECK(certify(band, h, 0.2).verdict == student_verdict::wrong);
  h[39] = std::numeric_limits<double>::quiet_NaN();
  CHECK(certify(band, h, 0.2).verdict == student_verdict::open);
  CHECK(certify(band, h, 0.2).at_most == std::numeric_limits<double>::infinity());
  CHECK(to_string(student_verdict::open) == "open");
}

TEST_CASE("up to the breakdown mass a student is certified, beyond it not") {
  for (std::uint64_t seed = 18; seed < 23; ++seed) {
    CAPTURE(seed);
    const labelled<double> d = maker(seed).set(6, 8, 0, 1);
    const std::vector<double> h(40, 1.0);
    const double mass = breakdown_mass<double>(d, {}, h, 0.2);
    CHECK(mass > 1);
    CHECK(certify(teacher_band(d, {.mass = mass * 0.99}, 40), h, 0.2).verdict == student_verdict::certified);
    CHECK(certify(teacher_band(d, {.mass = mass * 1.02}, 40), h, 0.2).verdict == student_verdict::open);
    std::vector<double> bad = h;
    bad[5] += 0.3;
    CHECK(breakdown_mass<double>(d, {}, bad, 0.2) == 0);
  }
}

TEST_CASE("before labels: an explicit pair of students attains what all of a mass may differ by") {
  // Lag 0 is unseen and 0 is in the interval: a teacher of one mode at 0 differs by its whole mass.
  const labelled<double> d = maker(24).set(6, 8, 0, 1);
  const std::vector<double> most = student_band(d, {.mass = 1}, 40, 1, 0);
  CHECK(most[0] == doctest::Approx(2).epsilon(1e-3));
  CHECK(most[4] < 1e-9);
  CHECK(student_band(d, {.mass = 1}, 40, 1, 1e-2)[4] > 0.01);
  CHECK_THROWS_AS(student_band(d, {.mass = 1}, 40, 1, -1), bad_argument);
  CHECK_THROWS_AS(student_band(d, {.mass = 1}, 40, 0, 1), bad_argument);
}

TEST_CASE("several outputs have a band each, several inputs one mass") {
  labelled<double> d = maker(25).set(4, 6, 0, 3);
  const labelled<double> one = d;
  d.answers = 2;
  d.y.clear();
  for (double y : one.y) d.y.insert(d.y.end(), {y, -2 * y});
  CHECK(answer_of(d, 0).y == one.y);
  const response_band second = teacher_band(answer_of(d, 1), {.mass = 2.1}, 10);
  for (std::size_t k = 0; k < 10; ++k) CHECK((second.low[k] <= -2 && second.high[k] >= -2));
  CHECK_THROWS_WITH_AS(
      teacher_band(d, {}, 10),
      "teacher_band: labels must be one number for each sequence, as a linear teacher of one output "
      "gives them, given 2",
      bad_argument);
  CHECK_THROWS_AS(answer_of(d, 2), bad_argument);
}

TEST_CASE("labels of every step have the band of the sequences until each step") {
  // Two outputs of the teacher .9^k, the second three times the first.
  labelled<double> d = maker(26).set(6, 3, 0, 3);
  d.answers = 12;
  d.steps = 6;
  d.y.clear();
  d.h_star.clear();
  for (std::size_t n = 0; n < 3; ++n)
    for (std::size_t t = 0; t < 6; ++t) {
      double y = 0;
      for (std::size_t k = 0; k <= t; ++k) y += std::pow(0.9, static_cast<double>(k)) * d.x[n * 6 + t - k];
      d.y.insert(d.y.end(), {y, 3 * y});
    }
  for (const int output : {0, 1}) {
    const labelled<double> one = answer_of(d, output);
    CHECK(one.sequences() == 18);
    const response_band band = teacher_band(one, {.mass = 3.1}, 10);
    CHECK_FALSE(band.refuted);
    labelled<double> last = d;  // the same sequences, labelled at their ends alone
    last.answers = last.steps = 1;
    last.y = {one.y[5], one.y[11], one.y[17]};
    const response_band wider = teacher_band(last, {.mass = 3.1}, 10);
    for (std::size_t k = 0; k < 10; ++k) {
      const double h = (output == 0 ? 1 : 3) * std::pow(0.9, static_cast<double>(k));
      CHECK((band.low[k] <= h && h <= band.high[k]));
      CHECK(band.high[k] - band.low[k] < 0.5 * (wider.high[k] - wider.low[k]));
    }
    for (std::size_t t = 0; t < 6; ++t)  // of the second sequence, until step t
      for (std::size_t i = 0; i < 6; ++i)
        CHECK(one.x[(6 + t) * 6 + i] == (i + t < 5 ? 0 : d.x[6 + i + t - 5]));
  }
  CHECK_THROWS_WITH_AS(answer_of(d, 2), "answer_of: output must be from 0 to 1, given 2", bad_argument);
  CHECK_THROWS_WITH_AS(teacher_band(d, {}, 10),
                       doctest::Contains("labels must be one number for each sequence"), bad_argument);
  d.steps = 4;  // no such labels
  CHECK_THROWS_WITH_AS(answer_of(d, 0),
                       "answer_of: labels must be of the last step or of all steps of a sequence, given 4",
                       bad_argument);
}

TEST_CASE("of several certified students the one of the least mass is taken") {
  const double none = std::numeric_limits<double>::quiet_NaN();
  const std::vector<certificate> students = {{student_verdict::open, 0, 1, 0.1},
                                             {student_verdict::certified, 0, 0.1, none},
                                             {student_verdict::certified, 0, 0.1, 1.5},
                                             {student_verdict::certified, 0, 0.15, 1.2}};
  CHECK(least_mass_certified(students) == 3);
  CHECK(!least_mass_certified(std::span(students).first(1)));
}

TEST_CASE("data of one sequence, of zeros, of tiny and of large numbers") {
  maker m(26);
  labelled<double> one = m.set(2, 1, 0, 1);
  CHECK(teacher_band(one, {.mass = 2}, 1).low.size() == 1);
  labelled<double> zero = one;
  std::fill(zero.x.begin(), zero.x.end(), 0.0);
  CHECK_THROWS_AS(teacher_band(zero, {.mass = 2}, 40), bad_argument);  // a label that nothing explains
  zero.y[0] = 0;
  const response_band nothing = teacher_band(zero, {.mass = 2}, 40);
  CHECK(nothing.high[39] == doctest::Approx(2));
  CHECK(nothing.low[0] == doctest::Approx(-2));
  CHECK(nothing.least_mass == 0);
  CHECK(breakdown_mass<double>(zero, {}, std::vector<double>(40, 0.0), 0.2) ==
        doctest::Approx(0.2).epsilon(2e-3));
  zero.channels = 0;
  CHECK_THROWS_AS(breakdown_mass<double>(zero, {}, std::vector<double>(40, 0.0), 0.2), bad_argument);
  for (double& x : one.x) x = 1e-300;
  one.y[0] = 2e-300;
  CHECK(teacher_band(one, {.mass = 2}, 40).high[1] >= 1);
  for (double& x : one.x) x = 1e90;
  one.y[0] = 2e90;
  CHECK(teacher_band(one, {.mass = 2}, 40).high[1] >= 1);
}

TEST_CASE("what is no assumption, no data or no horizon is refused by name") {
  const labelled<double> d = maker(27).set(6, 8, 0, 1);
  const double inf = std::numeric_limits<double>::infinity(), nan = inf - inf;
  const auto refused = [&](const labelled<double>& data, const teacher_prior& prior, integer horizon,
                           const char* what) {
    CAPTURE(what);
    try {
      teacher_band(data, prior, horizon);
      FAIL("nothing was refused");
    } catch (const bad_argument& e) {
      CHECK(std::string_view(e.what()).starts_with(what));
    }
  };
  for (const double mass : {0.0, -1.0, inf, nan}) refused(d, {.mass = mass}, 40, "teacher_prior: mass");
  refused(d, {}, 40, "teacher_prior: mass must be given");
  refused(d, {.mass = 1, .low = 1, .high = 1}, 40, "teacher_prior: the interval");
  refused(d, {.mass = 1, .low = 1, .high = -1}, 40, "teacher_prior: the interval");
  refused(d, {.mass = 1, .low = nan}, 40, "teacher_prior: the interval");
  refused(d, {.mass = 1, .high = inf}, 40, "teacher_prior: the interval");
  refused(d, {.mass = 1, .high = 1e5}, 40, "teacher_prior: the interval");
  refused(d, {.mass = 1, .noise = -1}, 40, "teacher_prior: noise");
  refused(d, {.mass = 1, .noise = nan}, 40, "teacher_prior: noise");
  refused(d, {.mass = 1, .label_errors = {1}}, 40, "teacher_band: label_errors");
  refused(d, {.mass = 1, .label_errors = std::vector<double>(8, -1.0)}, 40, "teacher_prior: label_errors");
  refused(d, {.mass = 1}, 0, "teacher_band: horizon");
  refused(d, {.mass = 1}, -3, "teacher_band: horizon");
  refused({}, {.mass = 1}, 40, "teacher_band: the data");
  labelled<double> bad = d;
  bad.x[3] = nan;
  refused(bad, {.mass = 1}, 40, "teacher_band: x");
  bad = d;
  bad.y[3] = inf;
  refused(bad, {.mass = 1}, 40, "teacher_band: labels");
  bad = d;
  bad.x.pop_back();
  refused(bad, {.mass = 1}, 40, "teacher_band: x");
  bad = d;
  for (std::size_t n = 0; n < bad.y.size(); n += 2) bad.y[n] += 1e-4;
  refused(bad, {.mass = 1.1}, 40, "teacher_band: labels must be those of a linear teacher");
  CHECK(!teacher_band(bad, {.mass = 1.1, .noise = 1e-4}, 40).refuted);
  bad = d;  // the teacher is a network: a kink at 0
  for (double& y : bad.y) y = std::max(y, 0.0);
  refused(bad, {.mass = 1.1}, 40, "teacher_band: labels must be those of a linear teacher");
  // One sequence alone contradicts nothing but its own teacher.
  bad = maker(28).set(6, 1, 0, 5);
  bad.h_star.assign(6, 1.0);
  CHECK(!teacher_band(bad, {.mass = 1.1}, 40).refuted);
  bad.y[0] += 0.01;
  refused(bad, {.mass = 1.1}, 40, "teacher_band: labels must be those of h_star");
}

TEST_CASE("labels in float are allowed their rounding") {
  std::mt19937_64 generator(29);
  std::normal_distribution<float> normal;
  for (int run = 0; run < 20; ++run) {
    labelled<float> d;
    d.kappa = 6;
    for (int n = 0; n < 8; ++n) {
      float y = 0;
      for (int t = 0; t < 6; ++t) {
        d.x.push_back(t < 2 || n > 5 ? normal(generator) : 0.0f);
        y += d.x.back() * 0.9f;
      }
      d.y.push_back(y);
    }
    const response_band band = teacher_band(d, {.mass = static_cast<double>(0.9f)}, 40);
    REQUIRE(!band.refuted);
    for (std::size_t k = 0; k < 40; ++k) CHECK((band.low[k] <= 0.9f && band.high[k] >= 0.9f));
  }
}
