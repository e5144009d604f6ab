#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""PyTorch on many independent students at once (own data, own start), one thread: what sweep.cpp is compared with.

Prints one JSON object per program, nanoseconds of processor time a student and step:

  torch_batched_kernel   autograd through the impulse response, students in the leading dimension
  torch_batched_by_hand  Gram matrices and hand-derived gradient, students in the last dimension: the strongest
"""
import argparse
import json

import numpy as np
import torch

from torch_step import measure


def make(d, kappa, n, students, dtype):
    rng = np.random.default_rng(1)
    x = rng.standard_normal((students, n, kappa))
    h = np.full(kappa, 1.0 / d)
    h[0] = 1
    start = (rng.uniform(0.1, 0.6, (students, d)), rng.standard_normal((students, d)) / np.sqrt(d),
             rng.standard_normal((students, d)) / np.sqrt(d))
    return [torch.tensor(np.ascontiguousarray(v), dtype=dtype) for v in (x[:, :, ::-1], x[:, :, ::-1] @ h, *start)]


def batched_kernel(Xr, Y, A, B, C, lr):
    P = [p.clone().requires_grad_(True) for p in (A, B, C)]
    opt = torch.optim.SGD(P, lr=lr)

    def step():
        opt.zero_grad(set_to_none=True)
        rows = [torch.ones_like(P[0]), P[0]]
        for _ in range(Xr.shape[2] - 2):
            rows.append(rows[-1] * P[0])
        h = torch.bmm(torch.stack(rows, 1), (P[1] * P[2]).unsqueeze(2))
        ((torch.bmm(Xr, h).squeeze(2) - Y) ** 2).mean(1).sum().backward()
        opt.step()
    step.parameters = lambda: [p.detach() for p in P]
    return step


def batched_by_hand(Xr, Y, A, B, C, lr):
    S, n, kappa = Xr.shape
    A, B, C = [p.t().contiguous() for p in (A, B, C)]                       # (d, S)
    G2 = (2 * Xr.transpose(1, 2) @ Xr / n).permute(1, 2, 0).contiguous()    # (kappa, kappa, S)
    q2 = (2 * (Xr.transpose(1, 2) @ Y.unsqueeze(2)).squeeze(2) / n).t().contiguous()
    V = torch.ones(kappa, A.shape[0], S, dtype=A.dtype)
    order = torch.arange(1, kappa, dtype=A.dtype).view(-1, 1)

    def step():
        with torch.no_grad():
            for k in range(1, kappa):
                torch.mul(V[k - 1], A, out=V[k])
            p = B * C
            g = (G2 * (V * p).sum(1)).sum(1) - q2
            s = (V * g.unsqueeze(1)).sum(0)
            sa = (V[:-1] * (g[1:] * order).unsqueeze(1)).sum(0)
            A.addcmul_(sa, p, value=-lr)
            sb = s * C
            C.addcmul_(s, B, value=-lr)
            B.add_(sb, alpha=-lr)
    step.parameters = lambda: [p.t() for p in (A, B, C)]
    return step


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=0.5, help="measuring time of each program")
    parser.add_argument("--students", type=int, default=4096)
    args = parser.parse_args()
    torch.set_num_threads(1)
    for scalar, dtype in (("float", torch.float32), ("double", torch.float64)):
        for d, kappa in ((10, 6), (20, 10)):
            problem = make(d, kappa, 18, args.students, dtype)
            programs = {"torch_batched_kernel": batched_kernel, "torch_batched_by_hand": batched_by_hand}
            ends = []
            for fn in programs.values():
                step = fn(*problem, 1e-2)
                for _ in range(5):
                    step()
                ends.append([p.clone() for p in step.parameters()])
            assert all(torch.allclose(p, q, rtol=1e-3, atol=1e-4) for p, q in zip(*ends)), "programs differ"
            for name, fn in programs.items():
                print(json.dumps({"name": f"peer/{name}/{scalar}/d:{d}/kappa:{kappa}",
                                  "nanoseconds": measure(fn(*problem, 1e-5), args.seconds) / args.students}), flush=True)


if __name__ == "__main__":
    main()
