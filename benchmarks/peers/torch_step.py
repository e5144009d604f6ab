#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""PyTorch on the steps of step.cpp and network.cpp: one full-batch training step, one thread.

Prints one JSON object per program: its name as in our benchmarks, and nanoseconds a step (median of chunks, processor time).

  torch_kernel, torch_kernel_script    autograd through the impulse response; eager, TorchScript
  torch_by_hand, torch_by_hand_script  Gram matrix and hand-derived gradient: the least PyTorch can be asked to do
"""
import argparse
import json
import statistics
import time

import numpy as np
import torch


def measure(step, seconds):
    """Nanoseconds of processor time a step, median over chunks."""
    for _ in range(3):
        step()
    begin = time.process_time()
    step()
    chunk = max(1, int(2e-3 / max(time.process_time() - begin, 1e-7)))
    samples, end = [], time.monotonic() + seconds
    while time.monotonic() < end or len(samples) < 3:
        begin = time.process_time()
        for _ in range(chunk):
            step()
        samples.append((time.process_time() - begin) / chunk)
    return 1e9 * statistics.median(samples)


def kernel_loss(A: torch.Tensor, B: torch.Tensor, C: torch.Tensor, X: torch.Tensor, Y: torch.Tensor, ks: torch.Tensor):
    h = (A.unsqueeze(0) ** ks.unsqueeze(1)) @ (B * C)
    return ((X @ h - Y) ** 2).mean()


def step_by_hand(A: torch.Tensor, B: torch.Tensor, C: torch.Tensor, G2: torch.Tensor, q2: torch.Tensor,
                 ks1: torch.Tensor, one: torch.Tensor, lr: float):
    V = torch.cat([one, torch.cumprod(A.unsqueeze(0).expand(ks1.size(0), A.size(0)), 0)])  # (kappa, d)
    p = B * C
    g = G2 @ (V @ p) - q2
    s = g @ V
    sa = (g[1:] * ks1) @ V[:-1]
    return A - lr * (sa * p), B - lr * (s * C), C - lr * (s * B)


def network_loss(A: torch.Tensor, B: torch.Tensor, C: torch.Tensor, W1: torch.Tensor, W2: torch.Tensor,
                 W3: torch.Tensor, X: torch.Tensor, Y: torch.Tensor, ks: torch.Tensor):
    h = (A.unsqueeze(0) ** ks.unsqueeze(1)) @ (B * C)
    out = torch.relu(torch.relu((X @ h).unsqueeze(1) @ W1) @ W2) @ W3
    return ((out.squeeze(1) - Y) ** 2).mean()


def trained(loss, start, rest, optimizer):
    parameters = [p.clone().requires_grad_(True) for p in start]
    opt = optimizer(parameters)

    def step():
        opt.zero_grad(set_to_none=True)
        loss(*parameters, *rest).backward()
        opt.step()
    step.parameters = lambda: [p.detach() for p in parameters]
    return step


def by_hand(fn, start, rest, lr):
    state = [tuple(p.clone() for p in start)]

    def step():
        with torch.no_grad():
            state[0] = fn(*state[0], *rest, lr)
    step.parameters = lambda: state[0]
    return step


def standalone(d, kappa, n, dtype, lr):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((n, kappa))
    h = np.full(kappa, 1.0 / d)
    h[0] = 1
    y = x[:, ::-1] @ h
    low, high = (0.5, 0.99) if d > 500 else (0.1, 0.6)             # stays clear of denormal powers
    start = [torch.tensor(v, dtype=dtype) for v in (rng.uniform(low, high, d), rng.standard_normal(d) / np.sqrt(d),
                                                    rng.standard_normal(d) / np.sqrt(d))]
    X, Y = torch.tensor(x, dtype=dtype), torch.tensor(y, dtype=dtype)
    ks = torch.arange(kappa, dtype=dtype)
    Xr = X.flip(1)
    G2, q2 = 2 * Xr.T @ Xr / n, 2 * Xr.T @ Y / n
    hand = (G2, q2, ks[1:], torch.ones(1, d, dtype=dtype))
    kernel = (X, Y, ks.flip(0))

    def sgd(parameters):
        return torch.optim.SGD(parameters, lr=lr)
    return {"torch_kernel": lambda: trained(kernel_loss, start, kernel, sgd),
            "torch_kernel_script": lambda: trained(torch.jit.script(kernel_loss), start, kernel, sgd),
            "torch_by_hand": lambda: by_hand(step_by_hand, start, hand, lr),
            "torch_by_hand_script": lambda: by_hand(torch.jit.script(step_by_hand), start, hand, lr)}


def network(dtype, lr, d=10, kappa=6, n=40, m=15):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((n, kappa))
    x[n // 2:, :kappa - 2] = 0
    X = torch.tensor(x, dtype=dtype)
    Y = X.sum(1).abs()
    ks = torch.arange(kappa - 1, -1, -1, dtype=dtype)
    start = [torch.tensor(v, dtype=dtype) for v in
             (rng.uniform(0.1, 0.6, d), rng.standard_normal(d), rng.standard_normal(d), rng.standard_normal((1, m)),
              rng.standard_normal((m, m)) / np.sqrt(m), rng.standard_normal((m, 1)) / np.sqrt(m))]

    def adam(parameters):
        return torch.optim.Adam(parameters, lr=lr)
    return {"torch_kernel": lambda: trained(network_loss, start, (X, Y, ks), adam),
            "torch_kernel_script": lambda: trained(torch.jit.script(network_loss), start, (X, Y, ks), adam)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=0.3, help="measuring time of each program")
    parser.add_argument("--network", action="store_true", help="the network's steps instead")
    args = parser.parse_args()
    torch.set_num_threads(1)
    programs = []
    if args.network:
        programs = [("float/d:10/kappa:6", network(torch.float32, 1e-3))]
    else:
        for scalar, dtype in (("float", torch.float32), ("double", torch.float64)):
            for d, kappa, n in ((10, 6, 18), (20, 10, 18), (1000, 100, 100)):
                programs.append((f"{scalar}/d:{d}/kappa:{kappa}", standalone(d, kappa, n, dtype, 1e-5)))
                # all four must agree
                ends = [[p.double() for p in run(make())] for make in standalone(d, kappa, n, dtype, 1e-2).values()]
                for end in ends[1:]:
                    assert all(torch.allclose(p, q, rtol=1e-4, atol=1e-5) for p, q in zip(end, ends[0])), "programs differ"
    for cell, variants in programs:
        for name, make in variants.items():
            print(json.dumps({"name": f"peer/{name}/{cell}", "nanoseconds": measure(make(), args.seconds)}), flush=True)


def run(step, steps=10):
    for _ in range(steps):
        step()
    return step.parameters()


if __name__ == "__main__":
    main()
