#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Ours, Boost's and SciPy's gradient flows side by side: one table of medians, ratios and errors.

The programs take turns (ours, Boost, SciPy, ours, Boost, ...), so that whatever else the machine does meets all of them;
a number is the median over the rounds of processor times. Ratios are to our sixteen flows one after the other. What is
not installed is left out. Nothing in the table comes from elsewhere.

    compare_flow.py --program build/bench/benchmarks/flow [--rounds 5] [--out flow.json] [--prefix "chrt -f 10 taskset -c 1"]
"""
import argparse
import json
import pathlib
import platform
import shlex
import statistics
import subprocess
import sys

SCIPY = pathlib.Path(__file__).resolve().parent / "peers" / "scipy_flow.py"
OURS = "flow/theorem1/(double|lanes|long_double|quad)/"
BOOST = "flow/theorem1/boost"


def run_benchmarks(command, pattern):
    """Milliseconds, error and steps of one run of the Google Benchmark program, by name."""
    line = command + [f"--benchmark_filter={pattern}", "--benchmark_format=json", "--benchmark_min_time=0.2"]
    out = subprocess.run(line, capture_output=True, text=True, check=True).stdout
    if not out.strip():
        return {}                                              # nothing by that name: built without this peer
    rows = {}
    for b in json.loads(out)["benchmarks"]:
        if b.get("error_occurred"):
            sys.exit(f"{b['name']}: {b['error_message']}")
        rows[b["name"]] = (b["cpu_time"], b["error"], b["steps"])
    return rows


def run_scipy(prefix, python):
    out = subprocess.run(prefix + [python, str(SCIPY)], capture_output=True, text=True, check=True).stdout
    rows = [json.loads(line) for line in out.splitlines()]
    return {f"flow/theorem1/scipy/{r['name']}/published": (r["milliseconds"], r["error"], None) for r in rows}


def has_scipy(python):
    return subprocess.run([python, "-c", "import numpy, scipy.integrate"], capture_output=True, check=False).returncode == 0


def processor():
    try:
        with open("/proc/cpuinfo", encoding="ascii") as info:
            return next(line.split(":")[1].strip() for line in info if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


def print_table(rows, reference):
    print(f"{'':52s} {'ms':>10s} {'best':>10s} {'ratio':>8s} {'ns/step':>9s} {'error':>9s}")
    for r in rows:
        ratio = f"{r['milliseconds'] / reference:8.2f}" if r["name"].endswith("/published") else " " * 8
        step = f"{r['nanoseconds_per_step']:9.0f}" if r["steps"] else " " * 9
        print(f"{r['name']:52s} {r['milliseconds']:10.3f} {r['best']:10.3f} {ratio} {step} {r['error']:9.1e}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True, help="the Google Benchmark program `flow`")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", help="where the table goes as JSON")
    parser.add_argument("--prefix", default="", help="put before every command: a processor, a priority")
    parser.add_argument("--python", default="/usr/bin/python3", help="the interpreter that has SciPy")
    args = parser.parse_args()

    prefix = shlex.split(args.prefix)
    ours = prefix + [args.program]
    turns = [lambda: run_benchmarks(ours, OURS), lambda: run_benchmarks(ours, BOOST)]
    if has_scipy(args.python):
        turns.append(lambda: run_scipy(prefix, args.python))
    else:
        print("SciPy is not installed: left out", file=sys.stderr)
    samples = {}
    for turn in range(args.rounds):
        print(f"round {turn + 1} of {args.rounds}", file=sys.stderr)
        for take in turns:
            for name, sample in take().items():
                samples.setdefault(name, []).append(sample)

    rows = []
    for name, taken in samples.items():
        milliseconds = statistics.median(s[0] for s in taken)
        steps = taken[0][2]
        rows.append({"name": name, "milliseconds": milliseconds, "best": min(s[0] for s in taken), "steps": steps,
                     "nanoseconds_per_step": 1e6 * milliseconds / steps if steps else None,
                     "error": max(s[1] for s in taken), "rounds": len(taken)})
    reference = next(r["milliseconds"] for r in rows if r["name"] == "flow/theorem1/double/published")
    for r in rows:
        r["ratio_to_double_published"] = r["milliseconds"] / reference
    print_table(rows, reference)
    if args.out:
        with open(args.out, "w", encoding="ascii") as f:
            json.dump({"processor": processor(), "rounds": args.rounds, "rows": rows}, f, indent=1)
            f.write("\n")


if __name__ == "__main__":
    main()
