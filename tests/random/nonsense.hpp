// SPDX-License-Identifier: BSD-3-Clause
// Inputs that mean nothing, or overflow: refused by name before any work, or `not_finite`, or right. Never another number, a
// target reached, another exception.
#pragma once

#include <cmath>
#include <exception>
#include <limits>

#include "laws.hpp"

namespace random_studies {

inline double no_number(draws& d) {
  const double inf = std::numeric_limits<double>::infinity();
  const integer which = d.whole(0, 2);
  return which == 0 ? std::nan("") : which == 1 ? inf : -inf;
}
/// A number below the range of what must not be negative, or no number.
inline double nonsense(draws& d) { return d.chance(0.5) ? -d.between(0.01, 2) : std::nan(""); }

inline void spoil_fill(auto& f, draws& d) {
  if constexpr (requires { f.values; }) {
    if (d.chance(0.5) || f.values.empty()) {
      f.values.push_back(1);
    } else {
      f.values[static_cast<std::size_t>(d.whole(0, static_cast<integer>(f.values.size()) - 1))] =
          no_number(d);
    }
  }
  if constexpr (requires { f.deviation; }) f.deviation = nonsense(d);
  if constexpr (requires { f.amplitude; }) f.amplitude = no_number(d);
}
inline void spoil_rule(auto& r, draws& d) {
  const double bad = d.chance(0.5) ? nonsense(d) : d.between(1, 3);
  if constexpr (requires { r.momentum; }) r.momentum = bad;
  if constexpr (requires { r.smoothing; }) r.smoothing = bad;
  if constexpr (requires { r.beta1; }) (d.chance(0.5) ? r.beta1 : r.beta2) = bad;
  if constexpr (requires { r.decay; }) r.decay = bad;
}
/// What is wrong with the description then; empty where it has no such part.
template <class Study>
std::string spoil(Study& s, draws& d, integer which) {
  auto& data = [&]() -> auto& {
    if constexpr (requires { s.data.deviation; }) {
      return s.data.set;
    } else {
      return s.data;
    }
  }
  ();
  auto& t = s.training;
  switch (which) {
    case 0: spoil_fill(data.set.sequences, d); return "values of sequences";
    case 1: data.set.sequences.count = -d.whole(0, 3); return "no sequences";
    case 2: data.special.count = -d.whole(1, 3); return "a negative count";
    case 3:
      if constexpr (decltype(Study::data)::known_length != lssm::dynamic)
        return {};
      else {
        data.set.length = d.whole(-2, 1);
        return "a length";
      }
    case 4:
      if constexpr (requires { s.student.structure.states = 0; }) {
        if constexpr (decltype(s.student.structure)::known_states != lssm::dynamic)
          return {};
        else {
          s.student.structure.states = d.whole(-2, 0);
          return "states";
        }
      } else {
        return {};
      }
    case 5: s.teacher = {}; return "a teacher without numbers";
    case 6: s.teacher.values.a[0] = no_number(d); return "a teacher of no numbers";
    case 7:
      if constexpr (requires { s.start.a; }) {
        if (d.chance(0.5))
          s.start.a[0] = no_number(d);
        else
          s.start.b.push_back(1);
        return "a start";
      } else {
        return {};
      }
    case 8:
      if constexpr (requires { t.rate; }) {
        t.rate = d.chance(0.5) ? nonsense(d) : d.chance(0.5) ? 0 : HUGE_VAL;
        return "a rate";
      } else {
        t.rtol = nonsense(d);
        return "a tolerance";
      }
    case 9:
      if constexpr (requires { data.special.support.position; }) {
        data.special.count = 1;
        data.special.support = {};
        return "a position that was never set";
      } else {
        return {};
      }
    case 10: t.stop.template get<step_limit>().steps = nonsense(d); return "a number of steps";
    case 11:
      if constexpr (
          requires { t.rule.momentum; } || requires { t.rule.beta1; } || requires { t.rule.decay; } ||
          requires { t.rule.smoothing; }) {
        spoil_rule(t.rule, d);
        return "a rule's number";
      } else {
        return {};
      }
    case 12:
      if constexpr (requires { t.clipping.most; }) {
        t.clipping.most = nonsense(d);
        return "a bound of the gradient";
      } else if constexpr (requires { t.constraint.bound; }) {
        t.constraint.bound = nonsense(d);
        return "a bound of A";
      } else if constexpr (requires { t.schedule.steps; }) {
        t.schedule.steps = nonsense(d);
        return "steps of a schedule";
      } else if constexpr (requires { t.rates.factors; }) {
        t.rates.factors.push_back(1);
        return "factors of the rate";
      } else {
        return {};
      }
    case 13:
      if constexpr (requires { s.data.deviation; }) {
        s.data.deviation = nonsense(d);
        return "noise";
      } else {
        return {};
      }
    default: return {};
  }
}

/// The same of a bound study: what a user edits by hand. `may_be_right`: where numbers are only large.
template <class T, class Bound>
std::string spoil_bound(Bound& b, draws& d, integer which, bool& may_be_right) {
  const auto any = [&](auto& list) -> auto& {
    return list[static_cast<std::size_t>(d.whole(0, static_cast<integer>(list.size()) - 1))];
  };
  const T huge = std::sqrt(std::numeric_limits<T>::max()) * T(d.power_of_ten(0, 5));
  switch (which) {
    case 0:
      any(b.data.x) = static_cast<T>(no_number(d));
      b.rebuild();
      return "an input that is no number";
    case 1:
      any(b.data.y) = static_cast<T>(no_number(d));
      b.rebuild();
      return "a label that is no number";
    case 2:
      any(b.data.x) = static_cast<T>(no_number(d));
      b.relabel();
      return "an input that is no number, labelled";
    case 3:
      b.data.x.pop_back();
      b.rebuild();
      return "an input too few";
    case 4:
      b.data.kappa = 0;
      b.rebuild();
      return "length 0";
    case 5:
      b.data.y.clear();
      b.rebuild();
      return "no labels";
    case 6:
      b.data.channels += 1;
      b.rebuild();
      return "a channel too many";
    case 7:
      may_be_right = true;  // where no sequence sees it
      any(b.theta) = static_cast<T>(no_number(d));
      return "a parameter that is no number";
    case 8:
      may_be_right = true;
      any(b.data.x) = huge;
      b.rebuild();
      return "a huge input";
    case 9:
      may_be_right = true;
      any(b.data.x) = huge;
      b.relabel();
      return "a huge input, labelled";
    case 10:
      may_be_right = true;
      any(b.data.y) = huge;
      b.rebuild();
      return "a huge label";
    case 11:
      may_be_right = true;
      any(b.theta) = huge;
      return "a huge parameter";
    default:
      may_be_right = true;
      for (T& x : b.data.x) x = x * huge;
      b.relabel();
      return "huge inputs";
  }
}

/// Trains what was let through. It must not be finite, or what it says must be right.
template <class T, class Bound>
void check_let_through(verdict& v, Bound& bound, const std::string& what, bool may_be_right) {
  auto training = bound.training();
  for (int i = 0; i < 12 && training.running(); ++i) training.step();
  const status how = training.lane_status(0);
  if (how == status::not_finite || how == status::stalled) return v.check(law::refused, true, what);
  if (!may_be_right) return v.check(law::refused, false, what + " ends as " + std::string(to_string(how)));
  const plain_objective<T, decltype(bound.study)> plain(bound);
  const auto expected = [&] {
    if constexpr (requires { training.theta(); }) {
      return plain.loss(training.theta());
    } else {
      return plain.loss_of_system(training.here().system);
    }
  }();
  // A loss that T cannot hold must not come out as another number.
  const T got = training.now().loss;
  const bool beyond = !(expected.v <= 4 * static_cast<R<T>>(std::numeric_limits<T>::max()));
  v.check(law::refused, is_finite(got) && !beyond && error_of(got, expected) <= 1,
          what + " ends as " + std::string(to_string(how)) + " at loss " + to_text(value_of(got)) + ", not " +
              to_text(static_cast<double>(expected.v)));
}

template <class T, class Study>
void check_refused(verdict& v, const example<T, Study>& e, draws& d) {
  const bool described = d.chance(0.5);
  std::string what = "nonsense";
  bool may_be_right = false;
  try {
    Study s = e.study;
    if (described) {
      what = spoil(s, d, d.whole(0, 13));
      if (what.empty()) return;
    }
    auto bound = bind<T>(s, e.seed);
    if (!described) what = spoil_bound<T>(bound, d, d.whole(0, 12), may_be_right);
    check_let_through<T>(v, bound, what, may_be_right);
  } catch (const bad_argument&) {
    v.check(law::refused, true, what);
  } catch (const std::exception& other) {
    v.check(law::refused, false, what + ": " + other.what());
  }
}

}  // namespace random_studies
