# SPDX-License-Identifier: BSD-3-Clause
"""Coefficients of include/lssm/kernel/error_function.hpp, fitted in 60 digits.

Needs Python 3 with mpmath (Debian: python3-mpmath). It prints the arrays of C++ and, before each, the largest error of
e^(y^2) erfc(y) or e^r that the polynomial with rounded coefficients makes, in units of the scalar's epsilon.

  H(q) = e^(y^2) erfc(y) (y + s) / s,  q = (y - s) / (y + s), from y = 0 to where erfc(y) is rounded to zero
  E(r) = (e^r - 1 - r) / r^2,        |r| <= bound

Each polynomial interpolates at Chebyshev's points, which is within a small factor of the best one. The product of s and
sqrt 2 has few digits, and s is nearly a number of the scalar: |x| / sqrt 2 / s is then as exact as y / s.
"""

import re

import mpmath as mp

mp.mp.dps = 60


def interpolated(f, low, high, degree):
    """Coefficients, lowest first, of the polynomial through f at the Chebyshev points of [low, high]."""
    n = degree + 1
    middle, half = (high + low) / 2, (high - low) / 2
    angles = [mp.pi * (2 * k + 1) / (2 * n) for k in range(n)]
    values = [f(middle + half * mp.cos(a)) for a in angles]
    chebyshev = [2 * mp.fsum(v * mp.cos(j * a) for v, a in zip(values, angles)) / n for j in range(n)]
    chebyshev[0] /= 2
    # Sum of c_j T_j((x - middle) / half) by Clenshaw, in polynomials of x.
    line = [-middle / half, 1 / half]
    one, two = [mp.mpf(0)], [mp.mpf(0)]
    for c in reversed(chebyshev[1:]):
        one, two = add(add([c], scaled(times(line, one), 2)), scaled(two, -1)), one
    return add(add([chebyshev[0]], times(line, one)), scaled(two, -1))[:n]


def add(p, q):
    size = max(len(p), len(q))
    return [(p[i] if i < len(p) else 0) + (q[i] if i < len(q) else 0) for i in range(size)]


def scaled(p, s):
    return [s * c for c in p]


def times(p, q):
    product = [mp.mpf(0)] * (len(p) + len(q) - 1)
    for i, a in enumerate(p):
        for j, b in enumerate(q):
            product[i + j] += a * b
    return product


def rounded(x, digits):
    """x to the nearest number with that many binary digits."""
    with mp.workprec(digits):
        return +mp.mpf(x)


def short_hex(x):
    return re.sub(r"\.?0*p", "p", float(x).hex())


def show(name, f, low, high, degree, digits, weight):
    c = [rounded(x, digits) for x in interpolated(f, low, high, degree)]
    worst = mp.mpf(0)
    for i in range(2001):
        x = low + (high - low) * i / 2000
        worst = max(worst, abs(mp.polyval(c[::-1], x) - f(x)) * weight(x))
    print(f"// {name}: degree {degree}, error {mp.nstr(worst * mp.mpf(2) ** (digits - 1), 3)} epsilon")
    print(", ".join(short_hex(x) for x in c))


def scaled_erfc(s):
    def h(q):
        if q == 1:
            return 1 / (mp.sqrt(mp.pi) * s)
        y = s * (1 + q) / (1 - q)
        return mp.exp(y * y) * mp.erfc(y) * (y + s) / s
    return h


def exponential(r):
    return (mp.exp(r) - 1 - r) / r**2 if abs(r) > mp.mpf(10) ** -15 else mp.mpf(1) / 2 + r / 6


if __name__ == "__main__":
    for name, digits, s_root_2, last, of_erfc, of_exp in (
        ("float", 24, "1.328125", 11, 12, 5),
        ("double", 53, "3.125", 28, 24, 9),
    ):
        s, bound = mp.mpf(s_root_2) / mp.sqrt(2), mp.mpf("0.3475")
        print(f"// {name}: s = {short_hex(rounded(s, digits))}")
        h = scaled_erfc(s)
        show("H", h, mp.mpf(-1), (last - s) / (last + s), of_erfc, digits, lambda q: 1 / h(q))
        show("E", exponential, -bound, bound, of_exp, digits, lambda r: r**2 * mp.exp(-r))
