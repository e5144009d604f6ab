// SPDX-License-Identifier: BSD-3-Clause
// Layers of every kind, SSMs among them, in random order: outputs and gradients against the recurrence written out in dual
// numbers; fixed compositions for all scalars, lanes, sizes in types and as values; no allocation per step.
#include <lssm/core/pack.hpp>

#include "../property.hpp"
#include "../tools/counted.hpp"
#include "any_layer.hpp"
#include "plain.hpp"

using namespace lssm;
using plain_network::description;

namespace {

using reference::wide;
using moving = dual<wide>;

/// A batch, parameters and cotangents of the answers for layers of this kind.
template <class T>
struct problem {
  std::vector<description> layers;
  batch_shape batch;
  std::vector<T> theta, x, dy;

  std::size_t steps_behind() const {
    std::size_t steps = static_cast<std::size_t>(batch.steps);
    for (const auto& l : layers)
      if (l.name == "last") steps = 1;
    return steps;
  }
  problem(reference::numbers& draw, std::vector<description> all, batch_shape b)
      : layers(std::move(all)), batch(b) {
    std::size_t count = 0;
    for (const auto& l : layers) count += l.parameters();
    theta = draw.draws<T>(count);
    x = draw.draws<T>(static_cast<std::size_t>(batch.rows() * layers.front().inputs));
    dy = draw.draws<T>(static_cast<std::size_t>(batch.sequences * layers.back().outputs) * steps_behind());
  }
};

template <class T>
struct passed {
  std::vector<T> y, dtheta, dx;
  friend bool operator==(const passed&, const passed&) = default;
};

/// Through layers and back, twice with other numbers before: what a batch leaves must not reach the next.
template <class T, class Net>
passed<T> passed_through(const Net& net, const problem<T>& p) {
  layered_system<T, Net> s(net), ds(net);
  std::size_t at = 0;
  each_number([&](T& v) { v = p.theta[at++]; }, s);
  CHECK(at == p.theta.size());
  typename Net::template workspace<T> work(net, p.batch);
  passed<T> out{{}, {}, std::vector<T>(p.x.size(), T(9))};
  const std::vector<T> before(p.x.size(), T(2)), slopes(p.dy.size(), T(-3));
  net.template forward<T>(s, view<T>(before), work);
  net.template backward<T>(s, view<T>(before), view<T>(slopes), work, ds, std::span<T>(out.dx));
  each_number([](T& v) { v = T(0); }, ds);
  const auto y = net.template forward<T>(s, view<T>(p.x), work);
  out.y.assign(y.begin(), y.end());
  net.template backward<T>(s, view<T>(p.x), view<T>(p.dy), work, ds, std::span<T>(out.dx));
  each_number([&](const T& v) { out.dtheta.push_back(v); }, std::as_const(ds));
  return out;
}

/// Σ dy y with the outputs, in numbers R.
template <class R>
std::pair<R, std::vector<R>> written_out(const std::vector<description>& layers, batch_shape batch,
                                         const std::vector<R>& theta, const std::vector<R>& x,
                                         const std::vector<R>& dy) {
  const auto n = static_cast<std::size_t>(layers.front().inputs),
             steps = static_cast<std::size_t>(batch.steps);
  std::pair<R, std::vector<R>> out{R(0), {}};
  for (std::size_t s = 0; s < static_cast<std::size_t>(batch.sequences); ++s) {
    std::vector<std::vector<R>> sequence;
    for (std::size_t t = 0; t < steps; ++t) {
      const auto first = x.begin() + static_cast<std::ptrdiff_t>((s * steps + t) * n);
      sequence.emplace_back(first, first + static_cast<std::ptrdiff_t>(n));
    }
    for (const auto& row : plain_network::through(layers, theta.data(), sequence))
      for (const R& v : row) {
        out.first = out.first + dy[out.second.size()] * v;
        out.second.push_back(v);
      }
  }
  return out;
}

/// In epsilons: how far outputs and gradients of lane 0 are from dual numbers. The size of terms is found by running the
/// same layers on magnitudes: activations do not enlarge, sums do.
template <class T, class Net>
double error_of(const Net& net, const problem<T>& p) {
  const auto got = passed_through(net, p);
  const auto lift = [](const std::vector<T>& v) {
    std::vector<moving> r;
    for (const T& x : v) r.push_back(moving(reference::widen(x, 0)));
    return r;
  };
  auto theta = lift(p.theta), x = lift(p.x);
  const auto dy = lift(p.dy);
  // Magnitudes: |θ|, |x|, |dy| through the layers without their activations, as a bound of every sum; 1 is added to
  // inputs, for what activations have at 0.
  const auto large = [](std::vector<moving> v, const wide& more) {
    for (moving& u : v) u = moving((u.v < 0 ? -u.v : u.v) + more);
    return v;
  };
  auto linear = p.layers;
  for (auto& l : linear)
    if (l.name != "last" && l.name != "ssm" && !l.name.starts_with("dense")) l.name = "identity";
  auto large_theta = large(theta, 0), large_x = large(x, 1);
  const auto large_dy = large(dy, 0);
  const auto slope = [&](const std::vector<description>& layers, auto& th, auto& in, const auto& out,
                         moving& of) {
    of.e = 1;
    const wide e = written_out(layers, p.batch, th, in, out).first.e;
    of.e = 0;
    return e;
  };
  reference::largest worst;
  const auto y = written_out(p.layers, p.batch, theta, x, dy).second;
  const auto bound = written_out(linear, p.batch, large_theta, large_x, large_dy);
  const double scale = 4 + reference::magnitude(bound.first.v);
  REQUIRE(y.size() == got.y.size());
  for (std::size_t i = 0; i < y.size(); ++i)
    worst.see(reference::epsilons(got.y[i], y[i].v, 4 + reference::magnitude(bound.second[i].v)));
  for (std::size_t i = 0; i < x.size(); ++i)
    worst.see(reference::epsilons(
        got.dx[i], slope(p.layers, theta, x, dy, x[i]),
        4 + reference::magnitude(slope(linear, large_theta, large_x, large_dy, large_x[i]))));
  const std::size_t every = theta.size() / 40 + 1;
  for (std::size_t i = 0; i < theta.size(); i += every)
    worst.see(reference::epsilons(
        got.dtheta[i], slope(p.layers, theta, x, dy, theta[i]),
        scale + reference::magnitude(slope(linear, large_theta, large_x, large_dy, large_theta[i]))));
  return worst;
}

/// The library's layer of a description.
any::layer made(const description& l) {
  if (l.name == "dense") return {dense<>{.outputs = l.outputs}};
  if (l.name == "dense without bias") return {dense<dynamic, without_bias>{.outputs = l.outputs}};
  if (l.name == "relu") return {relu{}};
  if (l.name == "gelu") return {gelu{}};
  if (l.name == "tanh") return {tanh_layer{}};
  if (l.name == "sigmoid") return {sigmoid{}};
  if (l.name == "identity") return {identity{}};
  if (l.name == "last") return {last_output{}};
  any::layer out;
  const auto choose = [&]<integer M, integer P>(extent<M>, extent<P>) {
    if (l.inputs == M && l.outputs == P) out.kind = any::small_ssm<M, P>{.structure = {.states = l.states}};
  };
  const auto of_inputs = [&](auto m) {
    choose(m, extent<1>()), choose(m, extent<2>()), choose(m, extent<3>());
  };
  of_inputs(extent<1>()), of_inputs(extent<2>()), of_inputs(extent<3>());
  return out;
}
constexpr const char* names[] = {"dense",   "dense without bias", "relu", "gelu", "tanh",
                                 "sigmoid", "identity",           "last", "ssm",  "ssm"};

template <std::size_t N>
auto bound_network(const std::vector<description>& layers) {
  return [&]<std::size_t... L>(std::index_sequence<L...>) {
    const auto any_of = [&](std::size_t l) { return made(layers[l]); };
    using net = sequential<decltype(any_of(L))...>;
    return net{{any_of(L)...}}.bind(extent<>(layers.front().inputs));
  }
  (std::make_index_sequence<N>());
}
/// f(the network of these layers), up to six.
template <class F>
auto with_network_of(const std::vector<description>& layers, F f) {
  switch (layers.size()) {
    case 1: return f(bound_network<1>(layers));
    case 2: return f(bound_network<2>(layers));
    case 3: return f(bound_network<3>(layers));
    case 4: return f(bound_network<4>(layers));
    case 5: return f(bound_network<5>(layers));
    default: return f(bound_network<6>(layers));
  }
}

/// A description with this name behind so many numbers; `out` and `states` are taken where they mean something.
description next(const std::string& name, integer inputs, integer out, integer states) {
  const bool shapes = name == "ssm" || name.starts_with("dense");
  return {name, inputs, shapes ? out : inputs, name == "ssm" ? states : 0};
}

}  // namespace

TEST_CASE_TEMPLATE("each layer by itself: outputs and gradients are those of dual numbers", T, float,
                   double) {
  reference::numbers draw(231);
  for (const char* name : names)
    for (const integer in : {1, 2, 3})
      for (const integer out : {1, 2, 3})
        for (const batch_shape batch : {batch_shape{1, 1}, batch_shape{1, 5}, batch_shape{3, 4}})
          for (const integer d : {1, 5}) {
            CAPTURE(name);
            CAPTURE(in);
            CAPTURE(out);
            const std::vector<description> one{next(name, in, out, d)};
            if (d > 1 && one[0].states == 0) continue;
            CHECK(error_of(bound_network<1>(one), problem<T>(draw, one, batch)) < 4);
          }
}

TEST_CASE_TEMPLATE("SSMs in a row with activations between", T, double, wide) {
  reference::numbers draw(232);
  for (const char* activation : {"relu", "gelu", "tanh", "sigmoid"})
    for (const bool last : {false, true}) {
      std::vector<description> layers{next("ssm", 2, 3, 4), next(activation, 3, 3, 0), next("ssm", 3, 2, 3),
                                      next("dense", 2, 3, 0), next("ssm", 3, 1, 2)};
      if (last) layers.push_back(next("last", 1, 1, 0));
      const problem<T> p(draw, layers, {3, 5});
      CHECK((last ? error_of(bound_network<6>(layers), p) : error_of(bound_network<5>(layers), p)) < 4);
    }
}

#ifdef LSSM_HAS_RAPIDCHECK
TEST_CASE("up to six layers in any order") {
  CHECK(property::holds([] {
    const auto depth = *rc::gen::inRange<std::size_t>(1, 7);
    const batch_shape batch{*rc::gen::inRange<integer>(1, 4), *rc::gen::inRange<integer>(1, 6)};
    integer width = *rc::gen::inRange<integer>(1, 4);
    std::vector<description> layers;
    for (std::size_t l = 0; l < depth; ++l) {
      const std::string name =
          *rc::gen::elementOf(std::vector<std::string>(std::begin(names), std::end(names)));
      layers.push_back(next(name, width, *rc::gen::inRange<integer>(1, 4), *rc::gen::inRange<integer>(1, 4)));
      width = layers.back().outputs;
    }
    reference::numbers draw(*rc::gen::inRange<std::uint64_t>(0, 1'000'000));
    const problem<double> p(draw, layers, batch);
    const double error = with_network_of(layers, [&](const auto& net) { return error_of(net, p); });
    RC_ASSERT(error < 4);
  }));
}
#endif

namespace {

template <integer D, integer H>
using stacked = deep<ssm<real_diagonal<D, 1, 2>>, gelu, dense<H>, ssm<real_diagonal<D, 3, 1>>, last_output>;
const std::vector<description> as_stacked{
    {"ssm", 1, 2, 4}, {"gelu", 2, 2}, {"dense", 2, 3}, {"ssm", 3, 1, 4}, {"last", 1, 1}};
const stacked<dynamic, dynamic> late{{{{.states = 4}}, {}, {.outputs = 3}, {{.states = 4}}, {}}};

}  // namespace

namespace {

/// A structure of one's own that has no way to take a whole batch: real_diagonal with A = -diag(a), and as many numbers
/// carried as it says.
struct negated {
  static constexpr integer inputs = 2, outputs = 1;
  using base = real_diagonal<3, 2, 1>;
  template <class T>
  using parameters = base::parameters<T>;
  template <class T>
  static parameters<T> make() {
    return base{}.make<T>();
  }
  static void validate() {}
  template <class T>
  static parameters<T> with_sign(parameters<T> s) {
    for (T& x : s.a) x = T(0) - x;
    return s;
  }
  template <class T>
  static std::size_t state_size(const parameters<T>&) {
    return 3;
  }
  template <class T>
  static void impulse_response(const parameters<T>& s, std::span<T> h) {
    base::impulse_response(with_sign(s), h);
  }
  template <class T>
  static void pullback(const parameters<T>& s, std::span<const T> g, parameters<T>& ds) {
    base::pullback(with_sign(s), g, ds);
    ds = with_sign(ds);
  }
  template <class T>
  static void advance(const parameters<T>& s, std::span<const T> x, std::span<T> state, std::span<T> y) {
    base::advance(with_sign(s), x, state, y);
  }
  template <class T>
  static void pullback_sequence(const parameters<T>& s, std::span<const T> x, std::span<const T> dy,
                                parameters<T>& ds, std::span<T> dx, std::span<T> work) {
    base::pullback_sequence(with_sign(s), x, dy, ds, dx, work);
    ds = with_sign(ds);
  }
};
static_assert(SequenceMap<negated> && !BatchedSequenceMap<negated>);
static_assert(BatchedSequenceMap<real_diagonal<>> && BatchedSequenceMap<real_diagonal<3, 2, 5>>);

}  // namespace

TEST_CASE_TEMPLATE("a structure that goes step by step is a layer as well", T, float, double) {
  reference::numbers draw(236);
  const std::vector<description> layers{{"dense", 1, 2}, {"ssm", 2, 1, 3}, {"tanh", 1, 1}};
  const problem<T> negative(draw, layers, {3, 4});
  auto positive = negative;
  for (std::size_t j = 4; j < 7; ++j) positive.theta[j] = T(0) - positive.theta[j];
  auto own = passed_through(sequential<dense<2>, ssm<negated>, tanh_layer>{}.bind(extent<1>()), negative);
  const auto batched = passed_through(
      sequential<dense<2>, ssm<real_diagonal<3, 2>>, tanh_layer>{}.bind(extent<1>()), positive);
  for (std::size_t j = 4; j < 7; ++j) own.dtheta[j] = T(0) - own.dtheta[j];
  const auto same = [](const std::vector<T>& x, const std::vector<T>& y) {
    REQUIRE(x.size() == y.size());
    for (std::size_t i = 0; i < x.size(); ++i)
      CHECK(reference::epsilons(x[i], reference::widen(y[i], 0), 64) < 1);
  };
  same(own.y, batched.y), same(own.dtheta, batched.dtheta), same(own.dx, batched.dx);
}

TEST_CASE_TEMPLATE("sizes known at compile time have the bits of those at run time", T, float, double) {
  reference::numbers draw(233);
  const problem<T> p(draw, as_stacked, {3, 5});
  CHECK(passed_through(stacked<4, 3>{}.bind(), p) == passed_through(late.bind(), p));
  CHECK(error_of(late.bind(), p) < 4);
}

TEST_CASE_TEMPLATE("lanes have the bits of single numbers", L, float, double) {
  using P = pack<L>;
  reference::numbers draw(234);
  const auto net = stacked<4, 3>{}.bind();
  const problem<P> packed(draw, as_stacked, {3, 5});
  const auto all = passed_through(net, packed);
  for (std::size_t lane = 0; lane < lanes_of<P>; ++lane) {
    const auto get = [lane](const std::vector<P>& v) {
      std::vector<L> one;
      for (const P& x : v) one.push_back(scalar_traits<P>::get(x, lane));
      return one;
    };
    problem<L> single(draw, as_stacked, {3, 5});
    single.theta = get(packed.theta), single.x = get(packed.x), single.dy = get(packed.dy);
    CHECK(passed_through(net, single) == passed<L>{get(all.y), get(all.dtheta), get(all.dx)});
  }
}

TEST_CASE("forward and back allocate nothing once the workspace is there") {
  reference::numbers draw(235);
  const auto check = [&](const auto& model) {
    const auto net = model.bind();
    const problem<double> p(draw, as_stacked, {3, 5});
    layered_system<double, std::remove_cvref_t<decltype(net)>> s(net), ds(net);
    typename std::remove_cvref_t<decltype(net)>::template workspace<double> work(net, p.batch);
    std::vector<double> dx(p.x.size());
    const std::size_t before = counted::allocations();
    CHECK(before > 0);  // the counter counts
    for (int i = 0; i < 3; ++i) {
      net.template forward<double>(s, view<double>(p.x), work);
      net.template backward<double>(s, view<double>(p.x), view<double>(p.dy), work, ds,
                                    std::span<double>(dx));
      net.template backward<double>(s, view<double>(p.x), view<double>(p.dy), work, ds, std::span<double>());
    }
    CHECK(counted::allocations() == before);
  };
  check(late);
  check(stacked<4, 3>{});
}

TEST_CASE("layers that do not fit are refused, with both shapes") {
  const deep<channels<2>, dense<>, ssm<real_diagonal<3, 3>>> wrong{{{}, {.outputs = 4}, {}}};
  CHECK_THROWS_WITH_AS(wrong.validate(),
                       "sequential: the outputs of layer 1 must be 3, the inputs of layer 2, given 4",
                       bad_argument);
  const sequential<ssm<real_diagonal<3, 2>>> first;
  CHECK_THROWS_WITH_AS(first.bind(extent<>(5)),
                       "sequential: inputs must be 2, the inputs of layer 0, given 5", bad_argument);
  const deep<channels<2>, dense<>, ssm<real_diagonal<3, 3>>> right{{{}, {.outputs = 3}, {}}};
  right.validate();
  CHECK_THROWS_WITH_AS((deep<ssm<real_diagonal<>>, last_output>{}.validate()),
                       "real_diagonal: states must be at least 1, given 0", bad_argument);
}

TEST_CASE("θ of a model is what its layers learn, one after the other") {
  using model = deep<ssm<real_diagonal<2>, learn<through<state_matrix, exponential>, output_matrix>>,
                     tanh_layer, dense<2>, ssm<real_diagonal<1, 2>, learn<state_matrix>>>;
  static_assert(model::known_parameters == 4 + 4 + 1);
  static_assert(std::is_same_v<model::theta<double>, std::array<double, 9>>);
  static_assert(deep<ssm<real_diagonal<>>, gelu>::known_parameters == dynamic);
  static_assert(LayeredModel<model> && !LayeredModel<ssm<real_diagonal<2>>> && !Model<model>);
  static_assert(Layer<last_output> && Layer<ssm_layer<ssm<real_diagonal<2>>>> && Layer<channels<4>>);
  auto s = model{}.make<double>();
  double next = 0;
  each_number([&](double& v) { v = next += 1; }, s);
  CHECK(learn_layers::count(s) == 9);
  model::theta<double> theta;
  learn_layers::from_system(s, std::span<double>(theta));
  CHECK(theta == model::theta<double>{std::log(1.0), std::log(2.0), 5, 6, 7, 8, 9, 10, 11});
  // layer0 (a, b, c) 1-6, dense (K, β) 7-10, layer3 (a, b, c) 11-14
  std::vector<std::string> parts;
  for_each_leaf(s, [&](const std::string& name, auto leaf) {
    parts.push_back(name + " " + std::to_string(leaf.size()));
  });
  CHECK(parts == std::vector<std::string>{"layer0.a 2", "layer0.b 2", "layer0.c 2", "layer2 4", "layer3.a 1",
                                          "layer3.b 2", "layer3.c 1"});
}
