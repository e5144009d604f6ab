// SPDX-License-Identifier: BSD-3-Clause
// Descriptions of several lanes as one policy in action.
//
//   gather<T>(per_lane, get)     one number per lane, by a member or a function
//   bound_policy<T>(per_lane)    Policy::bind<T>(per_lane) where there is one; else the description itself, which must then
//                                be the same in every lane
//   each_of(per_lane, member)    the members of that name, one per lane
//
// Lane k takes description k modulo their count.
#pragma once

#include <concepts>
#include <limits>
#include <span>
#include <type_traits>
#include <vector>

#include "../core/error.hpp"
#include "../core/scalar.hpp"

namespace lssm {

/// get(description) of every lane, or its member `get`, as one T.
template <Scalar T, class Policy, class Get>
T gather(std::span<const Policy> per_lane, Get get) {
  T out{};
  for (std::size_t i = 0; i < lanes_of<T>; ++i) {
    const Policy& p = per_lane[i % per_lane.size()];
    if constexpr (std::is_member_object_pointer_v<Get>) {
      scalar_traits<T>::set(out, i, lane_of<T>(p.*get));
    } else {
      scalar_traits<T>::set(out, i, lane_of<T>(get(p)));
    }
  }
  return out;
}

namespace detail {

/// Refuses a bound that is not positive, or so small that it is none in the scalar of a run.
template <Scalar T>
void require_positive_in(const char* function, const char* argument, double value) {
  using L = lane_of<T>;
  require(value > 0, function, argument, "positive", value);
  const L least(std::numeric_limits<L>::is_specialized ? std::numeric_limits<L>::min() : L(0));
  if (!(L(value) > L(0) && L(value) >= least))
    refuse(function, argument, "a number that the scalar of the run can tell from zero", value);
}

/// Asks a description for validate<T>() or validate(), where it has one.
template <Scalar T, class Policy>
void validate_policy(const Policy& policy) {
  if constexpr (requires { policy.template validate<T>(); }) {
    policy.template validate<T>();
  } else if constexpr (requires { policy.validate(); }) {
    policy.validate();
  }
}

}  // namespace detail

/// A policy with numbers that may differ between lanes.
template <class Policy, class T>
concept LaneBindable = requires(std::span<const Policy> per_lane) {
  Policy::template bind<T>(per_lane);
};

/// All lanes' descriptions as one policy. Throws bad_argument where it cannot differ by lane and does.
template <Scalar T, class Policy>
auto bound_policy(std::span<const Policy> per_lane) {
  if constexpr (LaneBindable<Policy, T>) {
    return Policy::template bind<T>(per_lane);
  } else {
    if constexpr (lanes_of<T> != 1 && !std::is_empty_v<Policy>) {
      static_assert(std::equality_comparable<Policy>,
                    "lanes: a policy with numbers of its own and without bind<T>(per_lane) needs operator== "
                    "(docs/descent.md)");
      for (const Policy& p : per_lane)
        require(p == per_lane[0], "lanes", "a policy without bind<T>(per_lane)", "the same in every lane",
                "another one");
    }
    return per_lane[0];
  }
}

/// One member of all descriptions.
template <class Description, class Member>
std::vector<Member> each_of(std::span<const Description> per_lane, Member Description::*member) {
  std::vector<Member> out;
  out.reserve(per_lane.size());
  for (const Description& d : per_lane) out.push_back(d.*member);
  return out;
}

}  // namespace lssm
