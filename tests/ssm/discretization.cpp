// SPDX-License-Identifier: BSD-3-Clause
// Steps of time against numbers of 36 digits (mpmath) and of control software, in float, double and quad.
#include <doctest/doctest.h>

#include <cmath>
#include <complex>
#include <limits>
#include <lssm/core/dual.hpp>
#include <lssm/core/pack.hpp>
#include <lssm/core/quad.hpp>
#include <lssm/ssm/discretized.hpp>
#include <string>
#include <vector>

#include "../reference.hpp"

using namespace lssm;
using reference::wide;

namespace {

static_assert(Discretization<tustin> && !Discretization<shared_step>);

wide number(const std::string& text) {
  wide x = 0, scale = 1;
  bool behind = false;
  std::size_t i = text[0] == '-' ? 1 : 0;
  for (; i < text.size() && text[i] != 'e'; ++i) {
    if (text[i] == '.') {
      behind = true;
      continue;
    }
    x = x * 10 + (text[i] - '0');
    if (behind) scale *= 10;
  }
  const int power = i < text.size() ? std::stoi(text.substr(i + 1)) : 0;
  for (int k = 0; k < std::abs(power); ++k) power > 0 ? x *= 10 : scale *= 10;
  return (text[0] == '-' ? -x : x) / scale;
}

/// a, t, and e^{at}, t φ₁(at), t φ₂(at) in real and imaginary parts.
struct row {
  double re, im, step;
  const char *exp_re, *exp_im, *phi1_re, *phi1_im, *phi2_re, *phi2_im;
};
const std::vector<row> rows{
    {-0.75, 0.0, 0.125, "0.910510361380034127843504886276252076", "0.0",
     "0.119319518159954496208660151631663899", "0.0", "0.060591806293818707107625049262251745", "0.0"},
    {0.0, 0.0, 0.5, "1.0", "0.0", "0.5", "0.0", "0.25", "0.0"},
    {-0.3, 0.0, 0.0, "1.0", "0.0", "0.0", "0.0", "0.0", "0.0"},
    {-0.5, 3.0, 0.25, "0.645713160436773110144140467732702306", "0.601544094402196735377004058391015369",
     "0.214246021944670664979345074735858914", "0.0823879428636305191220623316331227457",
     "0.114612245456672962108763008662243797", "0.0285699298309936196760793989084808152"},
    {-0.5, 3.0, 0.0, "1.0", "0.0", "0.0", "0.0", "0.0", "0.0"},
    {0.0, 0.0, 0.25, "1.0", "0.0", "0.25", "0.0", "0.125", "0.0"},
    {-1e-09, 0.0, 1.0, "0.999999999000000000499999937551741938", "0.0",
     "0.999999999500000000166666635484204292", "0.0", "0.499999999833333333374999989611401429", "0.0"},
    {-1e-09, 1e-09, 1.0, "0.999999998999999999999999938051741875",
     "0.000000000999999999000000062614924666550006899", "0.999999999499999999999999968942537604",
     "0.000000000499999999666666697890795687368867253", "0.499999999833333333333333322969734757",
     "0.000000000166666666583333343730265232583044163"},
    {-1.0, 0.0, 1e-12, "0.999999999999000000000000500020113352", "0.0",
     "9.99999999999499979886647795942395386e-13", "0.0", "4.99999999999833323276657189634512134e-13", "0.0"},
    {0.1, 0.0, 0.1, "1.01005016708416805866354640842618986", "0.0", "0.100501670841680581056500635175272731",
     "0.0", "0.050167084168057544968886012780437445", "0.0"},
    {-7.3, 0.0, 0.137, "0.367842655066661051845244468007581904", "0.0",
     "0.0865968965662108169229389699472442467", "0.0", "0.0503980636274264483956616552737814229", "0.0"},
    {-2000.0, 0.0, 0.0625, "5.16642063283786098025271860735755786e-55", "0.0", "0.0005", "0.0", "0.000496",
     "0.0"},
    {3.7, 0.0, 0.9, "27.9383417032365124140281338613300704", "0.0", "7.28063289276662462722376498337504642",
     "0.0", "1.91610597380379103341345978613176389", "0.0"},
    {-0.5, 97.38937226128358, 0.1, "-0.904672942663092922143005449175845979",
     "-0.293946057720221439803157267070884212", "-0.00291777133712547240079115572076847633",
     "0.0195722775912112960436291553311630324", "0.00206389365583817096720841869319337976",
     "0.0105570632880243679422795857250680639"},
    {-0.5, 1303.2738, 0.001, "0.264210765563689198903291444124015382",
     "0.963946664081381764807860463838575843", "0.000739851293825329693657915248521205533",
     "0.00056428611454431000727482400309354932", "0.000433052392618523812493713251783260139",
     "0.000199445565450913746840488257506937146"},
    {-0.5, 97.38937226128358, 0.0641, "0.967662968544812316365665184065223944",
     "-0.0392375206618186806877517224386448037", "-0.000401177978884234474774952006238741187",
     "0.0003340982664652094555159758924340525", "0.000106562246551471237473974361559805286",
     "0.0103317777117698946524475548682978321"},
    {-1e-07, 6.283185307179586, 1.0, "0.999999900000004999999837858525834897",
     "-2.44929335336535877144909076079394625e-16", "2.14321232013674719649930859332182452e-16",
     "0.000000015915493513414841132413727770036459", "0.00000000506605905546541103769448615784581021",
     "0.159154943091895227233899373243869515"},
    {-30.1, 0.3, 0.77, "0.0000000000836883600901275036347164852540589581",
     "0.0000000000196833711414065921636448966948344195", "0.0332192914661592362344638575788539974",
     "0.0003310892830619401624457864684388503", "0.0317862892540078637973016637330000417",
     "0.000302521617750954643810976232412516058"},
    {-0.5, 0.7, 1.1, "0.414198424702161981887651472630065762", "0.401635093925228320118074362269760658",
     "0.775736964049430896665058546770963198", "0.282761561818746546195650157700187778",
     "0.442339817258485463187765362646788133", "0.105163813582340475785214330225468853"},
    {0.0, -2.5, 0.4, "0.54030230586813967068991351305637535", "-0.841470984807896536645305333273924834",
     "0.336588393923158614658122133309569934", "-0.18387907765274413172403459477744986",
     "0.183879077652744121516695306931769433", "-0.0634116060768414040262871044450698635"},
    {-1.0, 0.0, 1.0, "0.367879441171442321595523770161460867", "0.0",
     "0.632120558828557678404476229838539133", "0.0", "0.367879441171442321595523770161460867", "0.0"},
    {1.0, 1.0, 1.0, "1.46869393991588515713896759732660426", "2.28735528717884239120817190670050181",
     "1.37802461354736377417356975201355304", "0.909330673631478617034602154686948774",
     "0.643677643589421195604085953350250904", "0.265653030042057421430516201336697869"},
};

using complex_wide = eigenvalue<wide>;
complex_wide operator*(const complex_wide& x, const complex_wide& y) {
  return {x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re};
}
complex_wide operator/(const complex_wide& x, const complex_wide& y) {
  const wide square = y.re * y.re + y.im * y.im;
  return {(x.re * y.re + x.im * y.im) / square, (x.im * y.re - x.re * y.im) / square};
}

template <class T>
void close(const T& re, const T& im, const complex_wide& to, double tolerance) {
  const double off = std::hypot(value_of(wide(re) - to.re), value_of(wide(im) - to.im));
  const double size = std::hypot(value_of(to.re), value_of(to.im));
  CAPTURE(size);
  const double least = epsilon_of<T> > 1e-10 ? 0x1p-126 : 0x1p-1022;
  CHECK(off <= tolerance * size + least);
}
template <class T>
void close(const eigenvalue<T>& z, const complex_wide& to, double tolerance) {
  close(z.re, z.im, to, tolerance);
}
template <class T>
void close(const T& x, const complex_wide& to, double tolerance) {
  close(x, T(0), to, tolerance);
}

/// 4 ε, and in quad 1e-30.
template <class T>
constexpr double tolerance = epsilon_of<T> < 1e-30 ? 1e-30 : 4 * epsilon_of<T>;

/// f(a, t, row) for each row, once as a number where a is real, and as an eigenvalue.
template <class T, class F>
void each_row(F f) {
  for (const row& r : rows) {
    CAPTURE(r.re);
    CAPTURE(r.im);
    CAPTURE(r.step);
    const auto kept = [](double x) { return static_cast<double>(static_cast<T>(x)) == x; };
    if (!kept(r.re) || !kept(r.im) || !kept(r.step)) continue;  // another number in float
    if (r.im == 0) f(T(r.re), T(r.step), r);
    f(eigenvalue<T>{T(r.re), T(r.im)}, T(r.step), r);
  }
}

/// h of a = -3/4, b = 5/4, c = 7/8, t = 1/8, and 2 Re h of a = -1/2 + 3i, b = 1 + i/2, c = 3/4 - i/4, t = 1/4.
template <class Method>
void responses(const std::vector<double>& real, const std::vector<double>& pair) {
  CAPTURE(Method::name);
  const auto m = Method::at(-0.75, 0.125);
  const auto z = Method::at(eigenvalue<double>{-0.5, 3}, 0.25);
  using complex = std::complex<double>;
  const complex cb = complex(0.75, -0.25) * complex(1, 0.5), pole(z.pole.re, z.pole.im);
  complex carried = cb * complex(z.carried.re, z.carried.im);
  double weight = 1.25 * 0.875 * m.carried;
  CHECK(1.25 * 0.875 * m.direct == doctest::Approx(real[0]).epsilon(1e-15));
  CHECK(2 * (cb * complex(z.direct.re, z.direct.im)).real() == doctest::Approx(pair[0]).epsilon(1e-14));
  for (std::size_t k = 1; k < real.size(); ++k, weight *= m.pole, carried *= pole) {
    CHECK(weight == doctest::Approx(real[k]).epsilon(1e-14));
    CHECK(2 * carried.real() == doctest::Approx(pair[k]).epsilon(1e-14));
  }
}

/// (1 + (1-α) z) / (1 - α z) and t / (1 - α z) as they are written.
template <class Alpha, class T, class Z>
void rational(const Z& a, const T& t, const row& r) {
  const wide alpha = wide(Alpha::num) / wide(Alpha::den), step = r.step;
  const complex_wide z{wide(r.re) * step, wide(r.im) * step},
      above{1 + (1 - alpha) * z.re, (1 - alpha) * z.im}, below{1 - alpha * z.re, -alpha * z.im},
      factor = complex_wide{step, 0} / below;
  const auto m = generalized_bilinear<Alpha>::at(a, t);
  close(m.pole, above / below, tolerance<T>);
  close(m.direct, factor, tolerance<T>);
  close(m.carried, above / below * factor, 2 * tolerance<T>);
  const auto n = generalized_tustin<Alpha>::at(a, t);
  close(n.pole, above / below, tolerance<T>);
  close(n.direct, factor * complex_wide{alpha, 0}, tolerance<T>);
  close(n.carried, factor / below, 2 * tolerance<T>);
}

template <class Method>
void there_and_back() {
  each_row<double>([](const auto& a, double t, const row& r) {
    if (t == 0) return;
    const auto m = Method::at(a, t);
    CAPTURE(Method::name);
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(a)>, double>) {
      if (std::is_base_of_v<detail::exact_pole, Method> && !(m.pole > 1e-300)) return;
      const double back = Method::inverse(m.pole, t);
      const double slope = Method::at(dual<double>(a, 1.0), dual<double>(t)).pole.e;
      CHECK(std::abs(Method::at(back, t).pole - m.pole) <= 1e-15 * (std::abs(m.pole) + std::abs(a * slope)));
      if (std::abs(a * t) < 1) CHECK(std::abs(back - a) <= 1e-15 * (1 + 1 / t));
    } else if (std::abs(r.im * t) < 3.1) {
      const auto back = Method::inverse(m.pole, t);
      if (std::hypot(r.re, r.im) * t < 2) {
        CHECK(std::abs(back.re - a.re) <= 4e-15 / t);
        CHECK(std::abs(back.im - a.im) <= 4e-15 / t);
      }
    }
  });
}

}  // namespace

TEST_CASE_TEMPLATE("holds are exact at zero, near zero and far from it", T, float, double, long double,
                   wide) {
  each_row<T>([](const auto& a, const T& t, const row& r) {
    const complex_wide exp{number(r.exp_re), number(r.exp_im)}, phi1{number(r.phi1_re), number(r.phi1_im)},
        phi2{number(r.phi2_re), number(r.phi2_im)};
    const auto zoh = zero_order_hold::at(a, t);
    close(zoh.pole, exp, tolerance<T>);
    close(zoh.direct, phi1, tolerance<T>);
    close(zoh.carried, exp * phi1, 2 * tolerance<T>);
    const auto foh = first_order_hold::at(a, t);
    close(foh.pole, exp, tolerance<T>);
    close(foh.direct, phi2, tolerance<T>);
    const complex_wide square = t == T(0) ? complex_wide{0, 0} : phi1 * phi1 / complex_wide{wide(t), 0};
    close(foh.carried, square, 2 * tolerance<T>);
    const auto impulse = impulse_invariance::at(a, t);
    close(impulse.pole, exp, tolerance<T>);
    close(impulse.direct, {wide(t), 0}, 0);
    close(impulse.carried, exp * complex_wide{wide(t), 0}, tolerance<T>);
    const auto trapezoidal = exponential_trapezoidal<std::ratio<1, 4>>::at(a, t);
    close(trapezoidal.direct, {wide(t) / 4, 0}, tolerance<T>);
    close(trapezoidal.carried, exp * complex_wide{wide(t), 0}, tolerance<T>);
  });
}

TEST_CASE_TEMPLATE("fractions are as they are written", T, float, double, wide) {
  each_row<T>([](const auto& a, const T& t, const row& r) {
    rational<std::ratio<0>>(a, t, r);
    rational<std::ratio<1, 4>>(a, t, r);
    rational<std::ratio<1, 2>>(a, t, r);
    rational<std::ratio<1>>(a, t, r);
  });
}

TEST_CASE("responses are those of control software") {
  responses<zero_order_hold>({0.130505722987450230228222, 0.118826812999465936208753,
                              0.10819304444578146662731, 0.0985108879971345773906278},
                             {0.354333552687266033933338, 0.109848265002754930692777,
                              -0.134094307574465555296256, -0.258722833084158491656976});
  responses<forward_euler>({0.13671875, 0.1239013671875, 0.112285614013671875, 0.10175883769989013671875},
                           {0.4375, 0.3359375, 0.0068359375, -0.4342041015625});
  responses<generalized_bilinear<std::ratio<1, 4>>>(
      {0.133587786259541984732824, 0.121350737136530505215314, 0.110234639078222367332995,
       0.100136809544339402386461},
      {0.4, 0.210844444444444444444444, -0.0959876740740740740740741, -0.363218531871604938271605});
  responses<bilinear>({0.130597014925373134328358, 0.118901759857429271552684, 0.108253841064226650219608,
                       0.0985594672375794875133746},
                      {0.347692307692307692307692, 0.127043786982248520710059, -0.108007734182976786527082,
                       -0.2475871260754175273975});
  responses<backward_euler>(
      {0.125, 0.114285714285714285714286, 0.104489795918367346938776, 0.0955335276967930029154519},
      {0.24358974358974358974359, 0.0604865220249835634451019, -0.0588007215226150137392741,
       -0.105456763323551367854205});
  responses<impulse_invariance>(
      {0.13671875, 0.124483838469926540916104, 0.113343824751226609396534, 0.103200726834434596900223},
      {0.4375, 0.244903001790950939726999, -0.024451160019964356913343, -0.222307521197003175146571});
  responses<exponential_trapezoidal<>>(
      {0.068359375, 0.124483838469926540916104, 0.113343824751226609396534, 0.103200726834434596900223},
      {0.21875, 0.244903001790950939726999, -0.024451160019964356913343, -0.222307521197003175146571});
  responses<tustin>({0.0652985074626865671641791, 0.124749387391401202940521, 0.113577800460827960886146,
                     0.103406654150903068866491},
                    {0.173846153846153846153846, 0.237368047337278106508876, 0.0095180263996358670914883,
                     -0.177797430129197156962291});
  responses<generalized_tustin<std::ratio<1, 4>>>(
      {0.0333969465648854961832061, 0.130528523978789114853446, 0.118571712621953470744734,
       0.107710181694751626096361},
      {0.1, 0.352711111111111111111111, 0.134136414814814814814815, -0.162795388523456790123457});
  responses<first_order_hold>({0.0662722881338642108989649, 0.124575039871832469541001,
                               0.11342686457263434220206, 0.103276335452233485191279},
                              {0.193428947091429278771315, 0.238492515499232885928615,
                               -0.0181831913333126173575885, -0.20922040971279139901291});
}

TEST_CASE("Tustin's response is the mean of two neighbours of S4's") {
  const auto s4 = bilinear::at(-0.75, 0.125), control = tustin::at(-0.75, 0.125);
  CHECK(control.direct == doctest::Approx(s4.direct / 2).epsilon(1e-15));
  CHECK(control.carried == doctest::Approx((s4.carried + s4.direct) / 2).epsilon(1e-15));
}

TEST_CASE("a warped step makes the bilinear method exact at its frequency") {
  CHECK(prewarped_step(0.125, 5.0) == doctest::Approx(0.12923449774069820804732).epsilon(1e-15));
  CHECK(prewarped_step(0.25, 5.0) == doctest::Approx(0.288593776396361767995807).epsilon(1e-15));
  CHECK(prewarped_step(0.25, 0.0) == 0.25);
  const auto at_its_own = bilinear::at(eigenvalue<double>{0, 5}, prewarped_step(0.25, 5.0));
  CHECK(at_its_own.pole.re == doctest::Approx(std::cos(1.25)).epsilon(1e-15));
  CHECK(at_its_own.pole.im == doctest::Approx(std::sin(1.25)).epsilon(1e-15));
  CHECK_THROWS_WITH_AS(static_cast<void>(prewarped_step(1.0, 3.25)),
                       "prewarped_step: the frequency times the step must be from 0 to below pi, given 3.25",
                       bad_argument);
  CHECK_THROWS_AS(static_cast<void>(prewarped_step(std::nan(""), 3.2)), bad_argument);
}

TEST_CASE("a step is taken back where it can be") {
  there_and_back<zero_order_hold>();
  there_and_back<first_order_hold>();
  there_and_back<bilinear>();
  there_and_back<tustin>();
  there_and_back<forward_euler>();
  there_and_back<backward_euler>();
  there_and_back<generalized_bilinear<std::ratio<1, 4>>>();
  CHECK(zero_order_hold::inverse(wide(1) / 2, wide(1) / 4) == 4 * scalar_traits<wide>::log(wide(1) / 2));
  const auto half_turn = zero_order_hold::inverse(eigenvalue<wide>{-1, 0}, wide(1));
  CHECK(value_of(half_turn.im - number("3.14159265358979323846264338327950288")) ==
        doctest::Approx(0).epsilon(1e-30));
  CHECK_THROWS_WITH_AS(
      static_cast<void>(zero_order_hold::inverse(-0.5, 1.0)),
      "inverse: a real eigenvalue must be finite and above 0, as only those are exponentials, given -0.5",
      bad_argument);
  CHECK_THROWS_WITH_AS(
      static_cast<void>(bilinear::inverse(-1.0, 1.0)),
      "inverse: the eigenvalue must be that of a finite one in continuous time, given 1 - 1/alpha",
      bad_argument);
  CHECK_THROWS_WITH_AS(static_cast<void>(bilinear::inverse(0.5, 0.0)),
                       "inverse: the time step must be finite and above 0, given 0", bad_argument);
  CHECK_THROWS_WITH_AS(static_cast<void>(first_order_hold::inverse(eigenvalue<double>{0, 0}, 1.0)),
                       "inverse: a complex eigenvalue must be finite and not 0, given 0", bad_argument);
}

TEST_CASE("lanes have the bits of single numbers") {
  using lanes = pack<double>;
  reference::numbers draws(7);
  for (int turn = 0; turn < 40; ++turn) {
    eigenvalue<lanes> a;
    lanes t;
    for (std::size_t i = 0; i < lanes_of<lanes>; ++i) {
      const double size = std::pow(10.0, 4 * draws.draw<double>());
      scalar_traits<lanes>::set(a.re, i, turn % 5 == 0 ? 0.0 : size * draws.draw<double>());
      scalar_traits<lanes>::set(a.im, i, size * draws.draw<double>());
      scalar_traits<lanes>::set(t, i, turn % 7 == 0 ? 0.0 : std::abs(draws.draw<double>()));
    }
    const auto same = [&]<class Method>(Method) {
      const auto z = Method::at(a, t);
      const auto x = Method::at(a.re, t);
      for (std::size_t i = 0; i < lanes_of<lanes>; ++i) {
        const auto get = [&](const lanes& v) { return scalar_traits<lanes>::get(v, i); };
        const auto one = Method::at(eigenvalue<double>{get(a.re), get(a.im)}, get(t));
        const auto real = Method::at(get(a.re), get(t));
        const auto equal = [](double y, double w) { return y == w || (std::isnan(y) && std::isnan(w)); };
        CHECK((equal(get(z.pole.re), one.pole.re) && equal(get(z.pole.im), one.pole.im)));
        CHECK((equal(get(z.direct.re), one.direct.re) && equal(get(z.direct.im), one.direct.im)));
        CHECK((equal(get(z.carried.re), one.carried.re) && equal(get(z.carried.im), one.carried.im)));
        CHECK((equal(get(x.pole), real.pole) && equal(get(x.direct), real.direct)));
        CHECK(equal(get(x.carried), real.carried));
      }
    };
    same(zero_order_hold());
    same(first_order_hold());
    same(bilinear());
    same(tustin());
  }
}

TEST_CASE("sines and cosines carry derivatives, in lanes as in single numbers") {
  CHECK(sin_of(dual<double>(0.5, 2.0)).e == doctest::Approx(2 * std::cos(0.5)).epsilon(1e-15));
  CHECK(cos_of(dual<double>(0.5, 2.0)).e == doctest::Approx(-2 * std::sin(0.5)).epsilon(1e-15));
  const auto in_lanes = sin_of(dual<pack<double>>(pack<double>(0.5), pack<double>(2.0)));
  CHECK(scalar_traits<pack<double>>::get(in_lanes.e, 1) == sin_of(dual<double>(0.5, 2.0)).e);
  CHECK(value_of(quad(sin_of(quad(0.5)) * sin_of(quad(0.5)) + cos_of(quad(0.5)) * cos_of(quad(0.5)) -
                      quad(1))) == doctest::Approx(0).epsilon(1e-33));
}

TEST_CASE("methods are told apart by their names") {
  CHECK(bilinear::name == "generalized_bilinear 1/2");
  CHECK(generalized_tustin<std::ratio<25, 100>>::name == "generalized_tustin 1/4");
  CHECK(exponential_trapezoidal<std::ratio<10, 11>>::name == "exponential_trapezoidal 10/11");
  CHECK(zero_order_hold::name == "zero_order_hold");
}

TEST_CASE("slopes of the zero-order hold are those of dual numbers, near zero and far from it") {
  const auto close = [](double x, double y, double size) { CHECK(std::abs(x - y) <= 1e-13 * size); };
  for (const double re : {-1e-9, -0.3, -0.99, -1.01, -5.0, -40.0})
    for (const double im : {0.0, 1e-7, 0.7, 1.02, 6.2831853, 20.0})
      for (const double t : {0.01, 0.5, 1.0}) {
        CAPTURE(re);
        CAPTURE(im);
        CAPTURE(t);
        using D = dual<double>;
        const eigenvalue<double> a{re, im};
        const mode_slopes<eigenvalue<double>> ours = zero_order_hold::slopes(a, t);
        const auto by_a = zero_order_hold::at(eigenvalue<D>{D(re, 1.0), D(im)}, D(t)),
                   by_step = zero_order_hold::at(eigenvalue<D>{D(re), D(im)}, D(t, 1.0));
        const auto same = [&](const auto& x, const auto& y) {
          close(x.re, y.re.e, 1 + std::abs(re) + std::abs(im)),
              close(x.im, y.im.e, 1 + std::abs(re) + std::abs(im));
        };
        same(ours.by_a.pole, by_a.pole), same(ours.by_a.direct, by_a.direct);
        same(ours.by_a.carried, by_a.carried);
        same(ours.by_step.pole, by_step.pole), same(ours.by_step.direct, by_step.direct);
        same(ours.by_step.carried, by_step.carried);
        if (im != 0) continue;
        const auto real = zero_order_hold::slopes(re, t);
        const auto moving = zero_order_hold::at(D(re, 1.0), D(t));
        close(real.by_a.direct, moving.direct.e, 1);
        close(real.by_a.carried, moving.carried.e, 1);
      }
}

TEST_CASE_TEMPLATE("slopes of the zero-order hold where a step has no square", T, float, double) {
  const T t = std::numeric_limits<T>::max() / T(4);
  for (const T a : {T(-2), T(-0.5)}) {
    const mode_slopes<T> real = zero_order_hold::slopes(a, t);
    CHECK(real.by_a.direct == doctest::Approx(1 / (a * a)));  // δ = -1 / a
    CHECK(real.by_a.carried == T(0));
    const auto along = zero_order_hold::slopes(eigenvalue<T>{a, T(0)}, t);
    CHECK(along.by_a.direct.re == doctest::Approx(1 / (a * a)));
    CHECK(along.by_a.direct.im == T(0));
    CHECK(along.by_a.carried.re == T(0));
  }
  for (const T none : {T(-2), T(0)}) {
    const mode_slopes<T> still = zero_order_hold::slopes(none, T(0));
    CHECK((still.by_a.pole == T(0) && still.by_a.direct == T(0) && still.by_a.carried == T(0)));
    CHECK((still.by_step.pole == none && still.by_step.direct == T(1) && still.by_step.carried == T(1)));
  }
}
