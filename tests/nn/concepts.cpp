// SPDX-License-Identifier: BSD-3-Clause
// What the concepts of nn accept and what they refuse, and what descriptions of layers bind to.
#include <doctest/doctest.h>

#include <lssm/lssm.hpp>
#include <lssm/nn.hpp>

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

// What a decay or penalty may name: what some layer learns.
template <class Where, class Model>
inline constexpr bool learned_by = lssm::detail::names_learned_slot<
    Where, typename Model::learned, typename Model::template system<double>>();
static_assert(learned_by<every_slot, layered> && learned_by<state_role, layered> &&
              learned_by<output_matrix, layered> && !learned_by<network_role, layered> &&
              !learned_by<state_real, layered>);
static_assert(learned_by<network_role, deep<ssm<real_diagonal<2>, learn<input_role>>, dense<1>>> &&
              !learned_by<state_role, deep<ssm<real_diagonal<2>, learn<input_role>>, dense<1>>>);
static_assert(
    learned_by<state_role, deep<channels<1>, dense<3>, residual<ssm<real_diagonal<2, 3, 3>>>, last_output>>);
static_assert(learned_by<state_matrix, ssm<channelwise<real_diagonal<2>, 3>>> &&
              !learned_by<state_matrix, ssm<complex_diagonal<2>>>);

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

TEST_CASE("dropout drops channels of whole sequences, by its law") {
  constexpr std::size_t n = 400, steps = 3, width = 5;
  const auto layer = dropout{.rate = 0.3}.bind(extent<5>{});
  using work_type = decltype(layer)::workspace<double>;
  std::vector<double> x(n * steps * width), y(x), dx(x), dy(x);
  keyed_stream draws(51);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = draws.normal(), dy[i] = draws.normal();
  decltype(layer)::system<double> none{};
  work_type work(layer, {static_cast<integer>(n), static_cast<integer>(steps)});
  const auto pass = [&] {
    layer.forward<double>(none, view<double>(x), std::span<double>(y), work);
    layer.backward<double>(none, view<double>(x), view<double>(y), view<double>(dy), none,
                           std::span<double>(dx), work);
  };
  pass();
  CHECK(y == x);  // before it is moved to a step
  CHECK(dx == dy);
  std::vector<double> seen[4];
  std::array<std::uint32_t, 1> seeds{7};
  for (std::size_t step = 0; step < 4; ++step) {
    const double at = static_cast<double>(step % 3);
    lssm::detail::draw_place<double> place{seeds, at};
    work.move_to(place);
    CHECK(place.layer == 1);
    pass();
    std::size_t kept = 0;
    for (std::size_t s = 0; s < n; ++s)
      for (std::size_t j = 0; j < width; ++j) {
        const std::size_t first = s * steps * width + j;
        const double gain = y[first] == 0 ? 0 : 1 / (1 - 0.3);
        kept += gain > 0 ? 1 : 0;
        for (std::size_t t = 0; t < steps; ++t) {
          CHECK(y[first + t * width] == gain * x[first + t * width]);
          CHECK(dx[first + t * width] == gain * dy[first + t * width]);
        }
      }
    // 2000 draws: five deviations of a share of .7 are .051
    CHECK(std::abs(static_cast<double>(kept) / (n * width) - 0.7) < 0.051);
    seen[step] = y;
  }
  CHECK(seen[0] == seen[3]);
  CHECK(seen[0] != seen[1]);
  seeds = {8};
  const double first = 0;
  lssm::detail::draw_place<double> other_seed{seeds, first}, other_layer{seeds, first, 1};
  work.move_to(other_seed), pass();
  const auto of_other_seed = y;
  CHECK(y != seen[0]);
  work.move_to(other_layer), pass();
  CHECK(y != of_other_seed);
  CHECK_THROWS_WITH(dropout{.rate = 1}.validate(), "dropout: rate must be at least 0 and below 1, given 1");
  CHECK_THROWS_WITH((dropout{.key = -1}.validate()), "dropout: key must be at least 0, given -1");
}

TEST_CASE("names go on beyond 32 layers") {
  const auto deeper = []<std::size_t... L>(std::index_sequence<L...>) {
    return deep<channels<2>, std::conditional_t<L != 0, dense<2>, dense<2>>...>{};
  }
  (std::make_index_sequence<40>{});
  auto system = deeper.make<double>();
  std::vector<std::string> names;
  for_each_leaf(std::as_const(system), [&](const std::string& name, std::span<const double> x) {
    names.push_back(name + " " + std::to_string(x.size()));
  });
  REQUIRE(names.size() == 40);
  for (std::size_t l = 0; l < 40; ++l) CHECK(names[l] == "layer" + std::to_string(l + 1) + " 6");
}
