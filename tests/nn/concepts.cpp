// SPDX-License-Identifier: BSD-3-Clause
// What the concepts of nn accept and what they refuse, and what descriptions of layers bind to.
#include <doctest/doctest.h>

#include <lssm/all.hpp>

using namespace lssm;

namespace {

struct halved {
  static auto value(const auto& x) { return 0.5 * x; }
};
struct with_derivative : halved {
  static auto derivative(const auto&, const auto&) { return 0.5; }
};
struct forward_only {
  template <integer In>
  static constexpr integer known_outputs = In;
  template <integer In>
  static constexpr integer known_parameters = 0;
  struct bound {
    static void forward(auto, auto, auto) {}
  };
  static bound bind(auto) { return {}; }
};

static_assert(HasActivationValue<halved> && !HasActivationDerivative<halved>);
static_assert(HasActivationValue<with_derivative> && HasActivationDerivative<with_derivative>);
static_assert(!HasActivationValue<int>);
static_assert(std::is_same_v<relu, pointwise<activation::relu>>);
static_assert(std::is_same_v<tanh_layer, pointwise<activation::hyperbolic_tangent>>);

static_assert(HasLayerSizes<dense<3>> && HasForward<dense<3>> && HasBackward<dense<3>> && Layer<dense<3>>);
static_assert(Layer<pointwise<with_derivative>> && Layer<dense<3, with_bias>>);
static_assert(HasLayerSizes<forward_only> && HasForward<forward_only> && !HasBackward<forward_only> &&
              !BindsToSequences<forward_only> && !Layer<forward_only>);
static_assert(!HasLayerSizes<with_derivative> && !HasForward<int>);
static_assert(BindsToSequences<last_output> && !BindsToSequences<dense<3>>);
static_assert(BoundSequenceLayer<bound_ssm_layer<ssm<real_diagonal<2, 4, 3>>>>);

using network = sequential<dense<3>, relu, dense<1>>;
using layered = deep<ssm<real_diagonal<2>>, tanh_layer, last_output>;
static_assert(lssm::detail::layer_name<0> == "layer0" && lssm::detail::layer_name<31> == "layer31" &&
              lssm::detail::layer_name<120> == "layer120");
static_assert(LayeredModel<layered> && !LayeredModel<ssm<real_diagonal<2>>> && !LayeredModel<network>);
static_assert(std::is_same_v<decltype(given_deep<layered>{}.bind<float>()), bound_deep<float, layered>>);

template <class T>
inline constexpr bool is_bound_sequential = false;
template <class... Bound>
inline constexpr bool is_bound_sequential<bound_sequential<Bound...>> = true;

}  // namespace

TEST_CASE("a network that is bound knows its sizes") {
  const auto bound = network{}.bind(extent<2>{});
  static_assert(is_bound_sequential<std::remove_cvref_t<decltype(bound)>>);
  CHECK(bound.outputs() == 1);
  CHECK(bound.parameters() == 2 * 3 + 3 + 3 * 1 + 1);
}

TEST_CASE("learn_with_network moves what the SSM's map moves, then the weights") {
  using model = with_network<ssm<real_diagonal<2>, learn<state_matrix>>, network>;
  static_assert(std::is_same_v<model::learned, learn_with_network<learn<state_matrix>>>);
  auto system = model{}.make<double>();
  const integer weights = network{}.bind(extent<1>{}).parameters();
  CHECK(model::learned::count(system) == 2 + weights);
  std::vector<double> theta(static_cast<std::size_t>(2 + weights));
  for (std::size_t i = 0; i < theta.size(); ++i) theta[i] = static_cast<double>(i) + 1;
  model::learned::to_system(std::span<const double>(theta), system);
  CHECK(system.a[1] == 2);
  CHECK(system.network[0] == 3);
  std::size_t of_network = 0;
  model::learned::each_entry(system, [&](auto slot, auto, std::size_t, std::size_t) {
    if (std::is_same_v<decltype(slot), network_weights>) ++of_network;
  });
  CHECK(of_network == static_cast<std::size_t>(weights));
}
