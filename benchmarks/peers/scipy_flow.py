#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
"""The sixteen published flows of Theorem 1 by SciPy's odeint (LSODA) at its default tolerances.

Prints one JSON object per variant with the milliseconds of all sixteen flows together (median of the repeats) and the
largest relative error of a generalization error against its true value:

  end/numpy, end/scalar            only the end point is asked for; right-hand side in NumPy, or in plain floats
  notebook/numpy, notebook/scalar  at the output times of the paper's notebooks, from 1000 to 10000
"""
import argparse
import json
import statistics
import time

import numpy as np
from scipy.integrate import odeint

S1 = dict(d=10, kappa=7, scale=1e-3, gap_factor=5, horizon=(1e11, 1e4), points=(1000, 1000),
          seeds=(242, 243, 244, 246),
          truth=((0.0011842367161637606346, 0.0012260913374479496418, 0.0013682360933281344557, 0.0013064223999593560942),
                 (0.049185990528351113580, 0.045842089653167333316, 0.054312395501391911096, 0.051078952549449315402)))
S2 = dict(d=20, kappa=9, scale=5e-3, gap_factor=10, horizon=(1e13, 1e7), points=(10000, 1000),
          seeds=(342, 344, 345, 346),
          truth=((0.0072835149837026517938, 0.0077220949973454291158, 0.0070809650745480656863, 0.0072820931568060655379),
                 (0.035012231885767410271, 0.035275353755652671949, 0.034945410326500225292, 0.035259953471833351985)))


def start(setting, seed):
    a = np.sort(setting["scale"] * np.random.RandomState(seed).rand(setting["d"]))[::-1].copy()
    a[1] = a[0] - 0.05 / np.exp(setting["gap_factor"] * np.log10(1 / setting["scale"]))
    return a


def rate_numpy(lags):
    n = len(lags)

    def rate(a, t):
        da = 0.0
        for lag in lags:
            p = a ** (lag - 1)
            da = da - (2.0 / n) * (p @ a - 1.0) * lag * p
        return da
    return rate


def rate_scalar(lags):
    n = len(lags)

    def rate(a, t):
        a = a.tolist()
        da = [0.0] * len(a)
        for lag in lags:
            p = [x ** (lag - 1) for x in a]
            w = -(2.0 / n) * lag * (sum([x * q for x, q in zip(a, p)]) - 1.0)
            da = [y + w * q for y, q in zip(da, p)]
        return da
    return rate


def generalization(a, horizon=20):
    """max_j |h_j - h*_j| / max_j |h*_j| with h_j = sum_i a_i^j and h* = (d, 1, 1, ...)."""
    h = np.array([np.sum(a ** j) for j in range(horizon)])
    h[0] -= len(a)
    h[1:] -= 1
    return np.max(np.abs(h)) / len(a)


def flows():
    for setting in (S1, S2):
        for special in (0, 1):
            for seed, truth in zip(setting["seeds"], setting["truth"][special]):
                yield setting, special, start(setting, seed), truth


def run_all(make_rate, at_end):
    """Processor seconds inside odeint and the largest error."""
    seconds = error = 0.0
    for setting, special, a, truth in flows():
        rate = make_rate([setting["kappa"] - 1] + [1] * special)
        times = np.linspace(0, setting["horizon"][special], 2 if at_end else setting["points"][special])
        begin = time.process_time()
        states = odeint(rate, a, times, mxstep=100_000)  # per output time; 500, the default, do not reach the end at once
        seconds += time.process_time() - begin
        error = max(error, abs(generalization(states[-1]) / truth - 1))
    return seconds, error


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3)
    repeats = parser.parse_args().repeats
    for grid in ("end", "notebook"):
        for name, make_rate in (("numpy", rate_numpy), ("scalar", rate_scalar)):
            run_all(make_rate, grid == "end")
            results = [run_all(make_rate, grid == "end") for _ in range(repeats)]
            print(json.dumps({"name": f"{grid}/{name}", "milliseconds": 1e3 * statistics.median(s for s, _ in results),
                              "error": max(e for _, e in results)}), flush=True)


if __name__ == "__main__":
    main()
