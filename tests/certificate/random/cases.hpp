// SPDX-License-Identifier: BSD-3-Clause
// One random case: teacher, student, data, what is assumed, and the laws.
#pragma once

#include <iostream>
#include <lssm/certificate.hpp>
#include <random>

namespace random_certificates {

using namespace lssm;

struct summary {
  std::uint64_t cases = 0, bands = 0, violations = 0, certified = 0, wrong = 0, by_noise = 0, refuted = 0;
  std::vector<double> gaps = {};  // of outer and inner bounds, over the mass

  friend std::ostream& operator<<(std::ostream& out, const summary& s) {
    std::vector<double> g = s.gaps;
    std::sort(g.begin(), g.end());
    const auto quantile = [&](double p) {
      return g.empty() ? 0.0 : g[static_cast<std::size_t>(p * static_cast<double>(g.size() - 1))];
    };
    return out << s.cases << " cases, " << s.bands << " bands, " << s.by_noise
               << " more by random multipliers; " << s.violations << " violations, " << s.refuted
               << " true masses refuted; " << s.certified << " students certified, " << s.wrong
               << " proved wrong\ngap of outer and inner bounds over the mass, 50 90 99 100 %: "
               << quantile(0.5) << ' ' << quantile(0.9) << ' ' << quantile(0.99) << ' ' << quantile(1)
               << '\n';
  }
};

/// Multipliers of no use, of any size, for any bound: the proof must not care.
struct noise_program {
  std::mt19937_64* generator;
  std::size_t rank;

  std::vector<double> draw() {
    std::normal_distribution<double> normal;
    const double size = std::pow(10.0, std::uniform_real_distribution<double>(-3, 5)(*generator));
    std::vector<double> lambda(rank);
    for (double& l : lambda) l = size * normal(*generator);
    return lambda;
  }
  std::vector<double> least_mass(detail::dual_proof&) { return draw(); }
  std::vector<double> multipliers(detail::dual_proof&, const detail::functional&) { return draw(); }
  void restart() {}
  double attained() const { return 0; }
  std::vector<weighted_mode> teacher() const { return {}; }
};

class random_case {
  static constexpr integer horizon = 40;
  using response = std::vector<long double>;  // (horizon, m)

 public:
  random_case(std::uint64_t seed, std::uint64_t number) : generator_(seed * 0x9E3779B97F4A7C15u + number) {}

  void look(summary& s) {
    draw_interval();
    data_.kappa = 3 + below(18);
    data_.channels = uniform(0, 1) < 0.2 ? 2 : 1;
    long double teacher_mass = 0, student_mass = 0;
    teacher_ = draw_system(1 + below(4), teacher_mass);
    draw_student(teacher_mass, student_mass);
    draw_data();
    ++s.cases;
    const double slack = uniform(0, 1) < 0.5 ? 1.0 : uniform(1, 2);
    prior_.mass = std::nextafter(static_cast<double>(teacher_mass), 1e300) * slack;
    look_at_band(s);
    if (!unstable_) look_at_students(s, static_cast<double>(student_mass) * (1 + 1e-15));
  }
  std::string what;

 private:
  double uniform(double a, double b) { return std::uniform_real_distribution<double>(a, b)(generator_); }
  integer below(integer n) { return std::uniform_int_distribution<integer>(0, n - 1)(generator_); }
  double normal() { return std::normal_distribution<double>()(generator_); }
  std::size_t channels() const { return static_cast<std::size_t>(data_.channels); }

  void draw_interval() {
    const double kind = uniform(0, 1);
    if (kind < 0.15) prior_.low = 0;
    if (kind > 0.85) prior_.low = -1.02, prior_.high = 1.02;
  }
  response draw_system(integer modes, long double& mass) {
    response h(static_cast<std::size_t>(horizon) * channels(), 0.0L);
    const double near[] = {prior_.high, prior_.low, 0.99, 0.95, 0.9};
    for (integer j = 0; j < modes; ++j) {
      const double a = uniform(0, 1) < 0.5 ? near[below(5)] : uniform(prior_.low, prior_.high);
      for (std::size_t c = 0; c < channels(); ++c) {
        long double power = normal();
        mass += std::abs(power);
        for (std::size_t k = 0; k < static_cast<std::size_t>(horizon); ++k, power *= a)
          h[k * channels() + c] += power;
      }
    }
    return h;
  }
  /// Near the teacher, unrelated, or unstable.
  void draw_student(long double teacher_mass, long double& mass) {
    const double kind = uniform(0, 1);
    student_ = draw_system(1 + below(7), mass);
    if (kind < 0.7) {
      const long double e = std::pow(10.0, uniform(-6, 0));
      for (std::size_t i = 0; i < student_.size(); ++i) student_[i] = teacher_[i] + e * student_[i];
      mass = teacher_mass + e * mass;
    } else if (kind > 0.9) {
      unstable_ = true;
      long double power = normal();
      for (std::size_t k = 0; k < student_.size() / channels(); ++k, power *= 1.2L)
        student_[k * channels()] += power;
    }
  }
  void draw_data() {
    const std::size_t n = 1 + static_cast<std::size_t>(below(25)),
                      lags = static_cast<std::size_t>(data_.kappa);
    const auto first = uniform(0, 1) < 0.4 ? lags - 2 : static_cast<std::size_t>(below(data_.kappa));
    const double tail = uniform(0, 1) < 0.3 ? std::pow(10.0, uniform(-8, -1)) : 1.0, kind = uniform(0, 1);
    const double size = std::pow(10.0, uniform(-6, -1));
    double squares = 0;
    for (std::size_t s = 0; s < n; ++s) {
      std::vector<double> x(lags * channels(), 0.0);
      for (std::size_t l = 0; l < lags; ++l)
        for (std::size_t c = 0; c < channels(); ++c) {
          double value = l >= first ? normal() : uniform(0, 1) < 0.1 ? tail * normal() : 0.0;
          if (kind > 0.85) value = rounded_to_float(value);
          x[(lags - 1 - l) * channels() + c] = value;
        }
      double y = 0, residual = 0;
      float in_float = 0;
      for (std::size_t l = 0; l < lags; ++l)
        for (std::size_t c = 0; c < channels(); ++c) {
          const std::size_t i = l * channels() + c;
          const double xi = x[(lags - 1 - l) * channels() + c];
          y += xi * static_cast<double>(teacher_[i]);
          residual += xi * static_cast<double>(student_[i] - teacher_[i]);
          in_float += static_cast<float>(xi) * static_cast<float>(teacher_[i]);
        }
      loss_ += residual * residual;
      double noise = 0;
      if (kind < 0.2) {
        noise = size * normal();
      } else if (kind < 0.35) {
        const double bound = size * uniform(0, 2);
        prior_.label_errors.push_back(bound);
        noise = bound * uniform(-1, 1);
      }
      squares += noise * noise;
      data_.x.insert(data_.x.end(), x.begin(), x.end());
      data_.y.push_back(kind > 0.85 ? static_cast<double>(in_float) : y + noise);
    }
    loss_ = loss_ / static_cast<double>(n) * (1 + 1e-12);
    if (kind < 0.2) prior_.noise = std::sqrt(squares / static_cast<double>(n)) * (1 + 1e-7);
    floats_ = kind > 0.85;
  }

  void fail(summary& s, const std::string& law) {
    if (what.empty()) ++s.violations;
    what += law + "; ";
  }

  response_band band() const {
    if (!floats_) return teacher_band(data_, prior_, horizon);
    labelled<float> data;
    data.kappa = data_.kappa;
    data.channels = data_.channels;
    for (double x : data_.x) data.x.push_back(static_cast<float>(x));
    for (double y : data_.y) data.y.push_back(static_cast<float>(y));
    return teacher_band(data, prior_, horizon);
  }

  void check_inside(summary& s, const response_band& b, const std::string& whose) {
    if (b.refuted) {
      ++s.refuted;
      return fail(s, whose + "the mass of the teacher is refuted");
    }
    for (std::size_t i = 0; i < teacher_.size(); ++i)
      if (!(teacher_[i] >= b.low[i] && teacher_[i] <= b.high[i]))
        return fail(s, whose + "the teacher leaves its band at entry " + std::to_string(i));
  }

  void look_at_band(summary& s) {
    const response_band b = band();
    ++s.bands;
    check_inside(s, b, "");
    if (b.refuted) return;
    for (std::size_t i = 0; i < b.low.size(); ++i) {
      s.gaps.push_back((b.high[i] - b.inner_high[i]) / b.mass);
      s.gaps.push_back((b.inner_low[i] - b.low[i]) / b.mass);
    }
    long double error = 0;
    for (std::size_t i = 0; i < student_.size(); ++i)
      error = std::max(error, std::abs(rounded_student()[i] - teacher_[i]));
    const std::vector<double> h = rounded_student();
    const double tolerance = uniform(0, 1) < 0.5 ? 0.2 * prior_.mass : 1e-3 * prior_.mass;
    const certificate c = certify(b, h, tolerance);
    if (!(c.at_most >= error)) fail(s, "the error is above its upper bound");
    if (!(c.at_least <= error)) fail(s, "the error is below its lower bound");
    s.certified += c.verdict == student_verdict::certified;
    s.wrong += c.verdict == student_verdict::wrong;
    if (c.verdict == student_verdict::certified && error > tolerance) fail(s, "a wrong student is certified");
    if (c.verdict == student_verdict::wrong && error <= tolerance) fail(s, "a good student is called wrong");
    if (!floats_ && uniform(0, 1) < 0.05) {
      const double mass = breakdown_mass<double>(data_, prior_, h, tolerance);
      if (mass >= prior_.mass && error > tolerance) fail(s, "the breakdown mass certifies a wrong student");
    }
  }
  std::vector<double> rounded_student() const {
    std::vector<double> h;
    for (long double x : student_) h.push_back(static_cast<double>(x));
    return h;
  }

  void look_at_students(summary& s, double mass) {
    if (floats_) return;
    long double slack = 1e-15L * (prior_.mass + mass);  // the student's own rounding
    if (uniform(0, 1) < 0.3) {
      teacher_prior prior = prior_;
      prior.noise = 0;
      prior.label_errors.clear();
      const std::vector<double> most = student_band(data_, prior, horizon, mass, loss_);
      ++s.bands;
      for (std::size_t i = 0; i < most.size(); ++i)
        if (std::abs(student_[i] - teacher_[i]) > most[i] + slack)
          return fail(s, "a student leaves the band before labels");
    }
    if (uniform(0, 1) < 0.2) {
      const detail::lagged_data by_lag = detail::checked_lags("test", data_, prior_, horizon);
      const detail::seen_rows rows =
          detail::see(by_lag, std::pow(std::max(1.0, prior_.reach()), static_cast<double>(data_.kappa - 1)));
      if (rows.rank == 0) return;
      detail::dual_proof proof(rows, prior_, static_cast<std::size_t>(horizon));
      noise_program noise{&generator_, rows.rank};
      ++s.by_noise;
      check_inside(s, detail::prove_band(noise, proof, prior_, horizon, data_.channels), "by noise: ");
    }
  }

  std::mt19937_64 generator_;
  teacher_prior prior_;
  labelled<double> data_;
  response teacher_, student_;
  double loss_ = 0;
  bool unstable_ = false, floats_ = false;
};

inline void look_at(std::uint64_t seed, std::uint64_t number, summary& s) {
  random_case one(seed, number);
  try {
    one.look(s);
  } catch (const failure& e) {
    one.what = e.what();
    ++s.violations;
  }
  if (!one.what.empty() && s.violations <= 20)
    std::cout << "case " << number << " of seed " << seed << ": " << one.what << std::endl;
}

}  // namespace random_certificates
