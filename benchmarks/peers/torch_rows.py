#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""PyTorch on the networks of rows.cpp, on the same numbers, one thread, in float.

Prints one JSON object per program: its name as in our benchmarks, and nanoseconds (median of chunks, processor time). SSMs
are convolutions with their responses, by FFT (torch_fft) or by their Toeplitz matrices (torch_toeplitz). `step` is AdamW's,
parameter by parameter, or of all by foreach (torch_..._foreach). `attack` is a double backward: 1 - cos of the gradient and
a wanted one, and its derivative by the inputs.

    rows --numbers=numbers.npz && torch_rows.py --numbers numbers.npz

Each form must first compute what ours has: loss, gradient, ten losses of a training, 1 - cos and its derivative.
"""
import argparse
import json
import math

import numpy as np
import torch
import torch.nn.functional as F

from torch_step import measure

STEPS, WIDTH, PAIRS, CLASSES = 28, 32, 8, 10


def by_fft(u, k):
    """u (N, steps, H) and responses k (H, steps) to (N, steps, H)."""
    n = 2 * STEPS
    y = torch.fft.irfft(torch.fft.rfft(u, n=n, dim=1) * torch.fft.rfft(k, n=n).t(), n=n, dim=1)
    return y[:, :STEPS]


def by_toeplitz(u, k):
    """The same by a matrix (steps, steps) for each channel."""
    matrices = F.pad(k.flip(1), (0, STEPS - 1)).unfold(1, STEPS, 1).flip(1)    # (H, t, s): k[t - s], 0 above
    return torch.bmm(u.permute(2, 0, 1), matrices.transpose(1, 2)).permute(1, 2, 0)


class Rows:
    """28 -> dense -> two of [S4D + D skip, GELU, dense, GLU, residual; layer norm] -> last output -> dense."""
    block = [("re", (WIDTH, PAIRS)), ("im", (WIDTH, PAIRS)), ("c_re", (WIDTH, PAIRS)), ("c_im", (WIDTH, PAIRS)),
             ("step", (WIDTH, 1)), ("skip", (WIDTH,)), ("kernel", (WIDTH, 2 * WIDTH)), ("bias", (2 * WIDTH,)),
             ("gain", (WIDTH,)), ("shift", (WIDTH,))]
    slow = ("re", "im", "step")    # a quarter of the rate, no decay

    def __init__(self, convolve):
        self.convolve, self.times = convolve, torch.arange(STEPS, dtype=torch.float32)

    def response(self, p):
        step = p["step"].exp()
        a = torch.complex(-p["re"].exp(), p["im"])
        weight = torch.complex(p["c_re"], p["c_im"]) * (torch.exp(step * a) - 1) / a
        powers = torch.exp((step * a).unsqueeze(2) * self.times)                # (H, pairs, steps)
        return 2 * torch.bmm(weight.unsqueeze(1), powers).squeeze(1).real

    def through(self, x, p):
        y = self.convolve(x, self.response(p)) + p["skip"] * x
        y = F.glu(torch.matmul(F.gelu(y), p["kernel"]) + p["bias"])
        return F.layer_norm(x + y, (WIDTH,), p["gain"], p["shift"])


class Chain:
    """28 -> dense -> two of [SSM of real modes, GELU] -> last output -> dense."""
    block = [("a", (WIDTH,)), ("b", (WIDTH, WIDTH)), ("c", (WIDTH, WIDTH))]
    slow = ("a",)

    def __init__(self, convolve):
        self.convolve, self.times = convolve, torch.arange(STEPS, dtype=torch.float32)

    def through(self, x, p):
        driven = torch.matmul(x, p["b"].t())
        states = self.convolve(driven, p["a"].unsqueeze(1) ** self.times)
        return F.gelu(torch.matmul(states, p["c"].t()))


class Problem:
    """A network with our numbers."""

    def __init__(self, network, name, numbers):
        self.network = network
        self.ours = {k[len(name) + 1:]: numbers[k] for k in numbers.files if k.startswith(name + "/")}
        self.x = torch.tensor(self.ours["x"]).view(-1, STEPS, STEPS)
        self.y = torch.tensor(self.ours["y"]).long()
        self.start = torch.tensor(self.ours["theta"])
        self.wanted = -torch.tensor(self.ours["wanted"])
        self.wanted = self.wanted / self.wanted.norm()

    def parameters(self):
        """θ cut into tensors of their own: (name, tensor), in our order."""
        shapes = [("kernel", (STEPS, WIDTH)), ("bias", (WIDTH,)), *self.network.block, *self.network.block,
                  ("kernel", (WIDTH, CLASSES)), ("bias", (CLASSES,))]
        parts = torch.split(self.start, [math.prod(shape) for _, shape in shapes])
        return [(name, p.view(shape).clone().requires_grad_(True)) for (name, shape), p in zip(shapes, parts)]

    def loss(self, parameters, x):
        n = len(self.network.block)
        (_, kernel), (_, bias) = parameters[:2]
        y = torch.matmul(x, kernel) + bias
        for first in (2, 2 + n):
            y = self.network.through(y, dict(parameters[first:first + n]))
        (_, kernel), (_, bias) = parameters[-2:]
        return F.cross_entropy(torch.matmul(y[:, -1], kernel) + bias, self.y)

    def pass_program(self):
        parameters = self.parameters()
        tensors = [p for _, p in parameters]
        return lambda: torch.autograd.grad(self.loss(parameters, self.x), tensors)

    def step_program(self, foreach):
        parameters = self.parameters()
        rate, state = 0.006, {"steps": 0}

        def named(wanted):
            return [p for name, p in parameters if (name in self.network.slow) == wanted]
        opt = torch.optim.AdamW([{"params": named(True), "weight_decay": 0, "part": 0.25},
                                 {"params": named(False), "weight_decay": 0.01, "part": 1}], lr=rate, foreach=foreach)

        def step():
            for group in opt.param_groups:
                group["lr"] = rate * group["part"] * (1 + math.cos(math.pi * state["steps"] / 1e7)) / 2
            state["steps"] += 1
            opt.zero_grad(set_to_none=True)
            loss = self.loss(parameters, self.x)
            loss.backward()
            opt.step()
            return loss
        return step

    def attack_program(self):
        parameters = self.parameters()
        tensors = [p for _, p in parameters]
        x = self.x.clone().requires_grad_(True)

        def attack():
            gradient = torch.autograd.grad(self.loss(parameters, x), tensors, create_graph=True)
            far = 1 - F.cosine_similarity(torch.cat([g.reshape(-1) for g in gradient]), self.wanted, dim=0)
            return far, torch.autograd.grad(far, x)[0]
        return attack

    def check(self):
        """Ends the program where PyTorch comes to other numbers than ours did."""
        def same(what, theirs, tolerance):
            ours = torch.tensor(self.ours[what])
            apart = float((theirs.detach().reshape(ours.shape) - ours).norm() / ours.norm())
            assert apart < tolerance, f"{type(self.network).__name__}: {what} is another, by {apart}"
        same("gradient", torch.cat([g.reshape(-1) for g in self.pass_program()()]), 1e-4)
        far, slope = self.attack_program()()
        same("distance", far, 1e-4)
        same("slope", slope, 1e-3)
        if isinstance(self.network, Rows):
            for foreach in (False, True):
                step = self.step_program(foreach)
                same("losses", torch.stack([step() for _ in range(len(self.ours["losses"]))]), 1e-3)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--numbers", required=True, help="what `rows --numbers=FILE` has written")
    parser.add_argument("--seconds", type=float, default=0.3, help="measuring time of each program")
    args = parser.parse_args()
    torch.set_num_threads(1)
    numbers = np.load(args.numbers)
    for form, convolve in (("fft", by_fft), ("toeplitz", by_toeplitz)):
        rows, chain = Problem(Rows(convolve), "rows", numbers), Problem(Chain(convolve), "chain", numbers)
        rows.check()
        chain.check()
        programs = {f"{form}/rows/step": rows.step_program(False), f"{form}_foreach/rows/step": rows.step_program(True),
                    f"{form}/rows/attack": rows.attack_program(), f"{form}/chain/pass": chain.pass_program(),
                    f"{form}/chain/attack": chain.attack_program()}
        for name, program in programs.items():
            row = {"name": f"peer/torch_{name}/float", "nanoseconds": measure(program, args.seconds)}
            print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
