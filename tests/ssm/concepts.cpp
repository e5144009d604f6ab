// SPDX-License-Identifier: BSD-3-Clause
// What the concepts of ssm accept and what they refuse. Compiling is the test.
#include <doctest/doctest.h>

#include <lssm/ssm.hpp>

using namespace lssm;

namespace {

template <class T>
struct numbers {
  vec<T> a, b, c;
  static constexpr auto parts(auto& s) { return std::tuple(part("a", s.a), part("b", s.b), part("c", s.c)); }
};

/// A structure without its adjoint.
struct forward_only {
  template <class T>
  using parameters = numbers<T>;
  static constexpr integer inputs = 1, outputs = 1;
  template <class T>
  parameters<T> make() const {
    return {};
  }
  template <class T>
  static void impulse_response(const parameters<T>&, std::span<T>) {}
};
/// The least that is linear and time-invariant.
struct with_pullback : forward_only {
  template <class T>
  static void pullback(const parameters<T>&, std::span<const T>, parameters<T>&) {}
};
/// Modal curvature, and without room for it.
struct curved_structure : with_pullback {
  template <class T>
  struct second_order_terms {};
  template <class T>
  static void second_order(const parameters<T>&, std::span<const T>, second_order_terms<T>&) {}
};
struct with_room : curved_structure {
  template <class T>
  second_order_terms<T> make_second_order() const {
    return {};
  }
};
struct no_sizes {
  template <class T>
  using parameters = numbers<T>;
};

struct half_a_map {
  static double value(double t) { return t; }
  static double derivative(double) { return 1; }
};
struct plain_map : half_a_map {
  static double inverse(double x) { return x; }
};
struct no_pullback {
  template <class System>
  static constexpr integer known_count = dynamic;
  static integer count(const auto&) { return 0; }
  static void to_system(auto, auto&) {}
  static void from_system(const auto&, auto) {}
};
struct joint_map : no_pullback {
  static void pullback(auto, const auto&, auto) {}
};

struct curved_without_slots : joint_map {
  static constexpr bool curved = true;
};

using siso = real_diagonal<3>;
using mimo = real_diagonal<3, 2, 2>;
using system_type = siso::parameters<double>;

// ---------------------------------------------------------------- StateMatrixStructure
static_assert(StateMatrixStructure<siso>);
static_assert(StateMatrixStructure<mimo>);
static_assert(StateMatrixStructure<forward_only>);
static_assert(!StateMatrixStructure<no_sizes>);
static_assert(!StateMatrixStructure<int>);
// ---------------------------------------------------------------- SequenceMap
static_assert(SequenceMap<siso>);
static_assert(SequenceMap<mimo>);
static_assert(!SequenceMap<with_pullback>);
static_assert(!SequenceMap<double>);
// ---------------------------------------------------------------- LinearTimeInvariant
static_assert(LinearTimeInvariant<siso>);
static_assert(LinearTimeInvariant<real_diagonal<>>);
static_assert(LinearTimeInvariant<mimo>);
static_assert(LinearTimeInvariant<with_pullback>);
static_assert(!LinearTimeInvariant<forward_only>);
static_assert(!LinearTimeInvariant<system_type>);
static_assert(HasImpulseResponse<forward_only> && !HasPullback<forward_only>);
static_assert(HasImpulseResponse<with_pullback> && HasPullback<with_pullback>);
static_assert(!HasImpulseResponse<no_sizes> && !HasPullback<no_sizes>);
// ---------------------------------------------------------------- ModalCurvature
static_assert(ModalCurvature<siso>);
static_assert(ModalCurvature<real_diagonal<>>);
static_assert(ModalCurvature<mimo>);
static_assert(!ModalCurvature<with_pullback>);
static_assert(ModalCurvature<with_room>);
static_assert(!ModalCurvature<curved_structure>);
// ---------------------------------------------------------------- Parametrization, CurvedParametrization
static_assert(Parametrization<as_is> && CurvedParametrization<as_is>);
static_assert(Parametrization<exp_of_minus_exp> && CurvedParametrization<exp_of_minus_exp>);
static_assert(Parametrization<exponential> && CurvedParametrization<exponential>);
static_assert(Parametrization<plain_map> && !CurvedParametrization<plain_map>);
static_assert(!Parametrization<half_a_map>);
static_assert(HasMapValue<half_a_map> && HasMapDerivative<half_a_map> && !HasMapInverse<half_a_map>);
static_assert(!HasMapValue<state_matrix> && !HasMapDerivative<state_matrix> && !HasMapInverse<state_matrix>);
static_assert(!Parametrization<state_matrix>);
// ---------------------------------------------------------------- ParameterMap, CurvedParameterMap
static_assert(ParameterMap<learn<state_matrix>, system_type>);
static_assert(ParameterMap<learn<through<input_matrix, plain_map>>, system_type>);
static_assert(ParameterMap<joint_map, system_type>);
static_assert(!ParameterMap<no_pullback, system_type>);
static_assert(!ParameterMap<state_matrix, system_type>);
static_assert(HasParameterCount<no_pullback, system_type> && HasToSystem<no_pullback, system_type> &&
              HasFromSystem<no_pullback, system_type> && !HasMapPullback<no_pullback, system_type>);
static_assert(!HasParameterCount<state_matrix, system_type> && !HasToSystem<state_matrix, system_type> &&
              !HasFromSystem<state_matrix, system_type> && HasMapPullback<joint_map, system_type>);
static_assert(HasRole<state_matrix> && HasRole<input_matrix> && HasRole<output_matrix>);
static_assert(!HasRole<through<state_matrix, as_is>> && !HasRole<siso>);
static_assert(CurvedParameterMap<learn<state_matrix, through<input_matrix, exponential>>>);
static_assert(!CurvedParameterMap<learn<state_matrix, through<input_matrix, plain_map>>>);
static_assert(!CurvedParameterMap<joint_map>);
static_assert(!CurvedParameterMap<curved_without_slots>);
// ---------------------------------------------------------------- Model
static_assert(Model<ssm<siso>>);
static_assert(Model<ssm<real_diagonal<>, learn<state_matrix>>>);
static_assert(Model<ssm<with_pullback, joint_map>>);
static_assert(!Model<siso>);
static_assert(!Model<learn<state_matrix>>);
static_assert(!Model<int>);

// ---------------------------------------------------------------- descriptions
static_assert(ssm<siso>{} == ssm<siso>{});
static_assert(!(real_diagonal<>{3} == real_diagonal<>{4}));

}  // namespace

TEST_CASE("the concepts of ssm") {
  CHECK_THROWS_AS(real_diagonal<>{0}.validate(), bad_argument);
  CHECK_THROWS_AS(ssm<real_diagonal<>>{}.validate(), bad_argument);
  CHECK_NOTHROW(ssm<real_diagonal<>>{{.states = 1}}.validate());
  CHECK_THROWS_AS((void)real_diagonal<3>{.states = static_cast<integer>(4)}, bad_argument);
}
