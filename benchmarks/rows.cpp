// SPDX-License-Identifier: BSD-3-Clause
// Networks of layers that read 64 sequences of 28 rows of 28 numbers and tell one of ten classes (rows_problem.hpp).
//
//   rows/step/float      a training step of the network with S4D layers: loss, gradient, Adam with decay, a cosine
//   rows/attack/float    gradient matching: 1 - cos of the gradient and a wanted one, and its derivative by the inputs
//   chain/pass/float     loss and gradient of a chain of two SSMs of real modes with GELUs
//   chain/attack/float   gradient matching against it
//
// Checked against the loss in plain loops, its differences along the gradient, and differences of 1 - cos in double.
// `rows --numbers=FILE` writes what a peer needs to compute the same, and what came of it here, as npz.
#include <lssm/attack/gradient_matching.hpp>
#include <lssm/files.hpp>
#include <lssm/lssm.hpp>
#include <lssm/nn.hpp>
#include <string_view>

#include "checked.hpp"
#include "rows_problem.hpp"

namespace {

using namespace lssm;

constexpr integer batch = 64, targets = 10;

using s4d = channelwise<discretized<complex_diagonal<8>, zero_order_hold>, 32>;
using block = residual<d_skip<ssm<s4d, s4d_coordinates>>, gelu, dense<64>, glu>;
using real_modes = ssm<real_diagonal<32, 32, 32>>;
using rule = decayed<output_role, decayed<network_role, adam>>;

struct rows {
  using plain_network = plain_loops::rows;
  using student = deep<channels<28>, dense<32>, block, layer_norm, block, layer_norm, last_output, dense<10>>;
  using start = s4d_start;
  static constexpr std::string_view name = "rows";
  static start begin() { return {}; }
};
struct chain {
  using plain_network = plain_loops::chain;
  using student = deep<channels<28>, dense<32>, real_modes, gelu, real_modes, gelu, last_output, dense<10>>;
  using start = gaussian_start;
  static constexpr std::string_view name = "chain";
  static start begin() { return {.state = {0.5, 0.2}, .input = {0, 0.18}, .output = {0, 0.18}}; }
};

template <class Network>
using study = teacher_student<typename Network::student, no_teacher, given_set<28, 28>, class_cross_entropy,
                              descent<rule, unconstrained, step_limit, cosine, unclipped, rate_per_matrix>,
                              network_start<typename Network::start, scaled_kernels>>;

/// Sequences of normals with a class each, the same whatever the scalar.
inline labelled<float> drawn(integer sequences, std::uint32_t key) {
  labelled<float> data{.x = {}, .y = {}, .kappa = 28, .channels = 28, .h_star = {}};
  keyed_stream stream(key);
  for (integer n = 0; n < sequences; ++n) {
    for (std::size_t i = 0; i < plain_loops::steps * plain_loops::inputs; ++i)
      data.x.push_back(static_cast<float>(stream.normal()));
    data.y.push_back(static_cast<float>(n % 10));
  }
  return data;
}

/// A network at its start, with the sequences that it trains on.
template <class Network>
struct problem {
  using model = typename Network::student;
  using bound_type = decltype(bind<float>(study<Network>(), 1));

  labelled<float> bases = drawn(batch, 1), wanted = drawn(targets, 2);
  study<Network> what = described();
  bound_type bound = bind<float>(what, 1);
  std::vector<float> theta{bound.theta.begin(), bound.theta.end()};

  study<Network> described() const {
    study<Network> s{.training = {.rate = 0.006,
                                  .rule = {.weight_decay = 0.01, .rule = {.weight_decay = 0.01}},
                                  .stop = {.steps = 1e7},
                                  .schedule = {.steps = 1e7},
                                  .rates = {.state = 0.25, .time = 0.25}},
                     .start = {.ssm = Network::begin()}};
    s.data.set.sequences.count = batch;
    s.data.set.sequences.values.assign(bases.x.begin(), bases.x.end());
    s.data.labels.assign(bases.y.begin(), bases.y.end());
    return s;
  }
  template <class T>
  matching_objective<T, model, class_cross_entropy> matching() const {
    const auto as = [](const labelled<float>& d) {
      return labelled<T>{{d.x.begin(), d.x.end()}, {d.y.begin(), d.y.end()}, d.kappa, d.channels, {}};
    };
    auto start = model().template make<T>();
    std::vector<float> all;
    each_number([&](const float& v) { all.push_back(v); }, bound.objective.start_system());
    std::size_t at = 0;
    each_number([&](T& v) { v = T(all[at++]); }, start);
    return {model(), start, {{theta.begin(), theta.end()}}, as(bases), as(wanted), true};
  }
  /// The loss, and its derivative along the gradient, in plain loops.
  bool gradient_is_right() const {
    auto at = bound.objective.workspace();
    std::vector<float> gradient(theta.size());
    const float loss = bound.objective.value_and_gradient(view<float>(theta), std::span<float>(gradient), at);
    const auto moved = [&](double by) {
      plain_loops::numbers to(theta.begin(), theta.end());
      for (std::size_t i = 0; i < to.size(); ++i) to[i] += by * static_cast<double>(gradient[i]);
      return plain_loops::loss<typename Network::plain_network>(to, bases.x, bases.y);
    };
    double square = 0;
    for (const float g : gradient) square += static_cast<double>(g) * static_cast<double>(g);
    const double by = 1e-4 / std::sqrt(square), slope = (moved(by) - moved(-by)) / (2 * by);
    return std::abs(static_cast<double>(loss) - moved(0)) < 1e-5 && std::abs(slope / square - 1) < 1e-4;
  }
  /// 1 - cos and its derivative along itself, by differences in double.
  bool attack_is_right() const {
    auto exact = matching<double>();
    auto ours = matching<float>();
    std::vector<double> x(bases.x.begin(), bases.x.end()), dx(x.size());
    std::vector<float> slope(x.size());
    const double far = exact.value_and_gradient(view<double>(x), std::span<double>(dx));
    const float near = ours.value_and_gradient(view<float>(bases.x), std::span<float>(slope));
    double square = 0, along = 0;
    for (std::size_t i = 0; i < dx.size(); ++i)
      square += dx[i] * dx[i], along += dx[i] * static_cast<double>(slope[i]);
    const auto moved = [&](double by) {
      std::vector<double> to = x;
      for (std::size_t i = 0; i < to.size(); ++i) to[i] += by * dx[i];
      return exact.value(view<double>(to));
    };
    const double by = 1e-3 / std::sqrt(square), difference = (moved(by) - moved(-by)) / (2 * by);
    return std::abs(far - static_cast<double>(near)) < 1e-4 && std::abs(difference / square - 1) < 1e-4 &&
           std::abs(along / square - 1) < 1e-3;
  }
  /// θ, sequences, and what was computed of them, under names that begin with that of the network.
  void write(npz_writer& out) const {
    const std::string name(Network::name);
    std::vector<float> gradient(theta.size()), wanted_gradient(theta.size()), dx(bases.x.size()), losses;
    auto at = bound.objective.workspace();
    bound.objective.value_and_gradient(view<float>(theta), std::span<float>(gradient), at);
    gradient_products<float, model, class_cross_entropy>(model(), bound.objective.start_system(), wanted)
        .gradients(view<float>(theta), std::span<float>(wanted_gradient), {});
    auto ours = matching<float>();
    const float far = ours.value_and_gradient(view<float>(bases.x), std::span<float>(dx));
    auto training = bound.training();
    for (int step = 0; step < 10; ++step) {
      losses.push_back(training.now().loss);
      training.step();
    }
    out.add(name + "/theta", theta).add(name + "/gradient", gradient).add(name + "/losses", losses);
    out.add(name + "/wanted", wanted_gradient).add(name + "/distance", far).add(name + "/slope", dx);
    out.add(name + "/x", bases.x).add(name + "/y", bases.y);
  }
};

template <class Network>
double multiplications() {
  constexpr double n = 64 * 28, w = 32;
  if constexpr (std::is_same_v<Network, rows>) return n * (28 * w + 2 * (w * 64 + w * 8 * 8));
  return n * (28 * w + 4 * w * w);
}

template <class Network>
void add() {
  const std::string name(Network::name);
  using problem_type = problem<Network>;
  const auto p = std::make_shared<problem_type>();
  if constexpr (std::is_same_v<Network, rows>) {
    using training_type = decltype(p->bound.training());
    auto* t = new std::optional<training_type>;  // lives as long as the program
    checked::add(name + "/step/float", 6 * multiplications<Network>(), 4,
                 {[=] { t->emplace(p->bound.training()); }, [=] { return p->gradient_is_right(); },
                  [=](long n) {
                    for (; n > 0; --n) (*t)->step();
                  }});
  } else {
    auto* at = new auto(p->bound.objective.workspace());
    checked::add(name + "/pass/float", 6 * multiplications<Network>(), 4,
                 {[] {}, [=] { return p->gradient_is_right(); },
                  [=, gradient = std::vector<float>(p->theta.size())](long n) mutable {
                    for (; n > 0; --n)
                      p->bound.objective.value_and_gradient(view<float>(p->theta), std::span<float>(gradient),
                                                            *at);
                  }});
  }
  auto* matching = new auto(p->template matching<float>());
  checked::add(name + "/attack/float", 24 * multiplications<Network>(), 4,
               {[] {}, [=] { return p->attack_is_right(); },
                [=, dx = std::vector<float>(p->bases.x.size())](long n) mutable {
                  for (; n > 0; --n)
                    matching->value_and_gradient(view<float>(p->bases.x), std::span<float>(dx));
                }});
}

}  // namespace

int main(int argc, char** argv) {
  constexpr std::string_view flag = "--numbers=";
  if (argc == 2 && std::string_view(argv[1]).starts_with(flag)) {
    npz_writer out;
    problem<rows>().write(out);
    problem<chain>().write(out);
    out.save(std::string(std::string_view(argv[1]).substr(flag.size())));
    return 0;
  }
  add<rows>();
  add<chain>();
  return checked::run(argc, argv);
}
