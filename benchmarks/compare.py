#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Ours and other people's programs side by side: one table of medians and ratios, saved as JSON.

The programs take turns (ours, theirs, ours, theirs, ...), so that whatever else the machine does meets all of them; a number
is the median over the rounds of processor times. A ratio is to ours in the same cell. What is not installed is left out with
a note. Nothing in the table comes from elsewhere.

    compare.py --folder build/bench/benchmarks [--rounds 5] [--out compare.json] [--prefix "chrt -f 10 taskset -c 1"]
"""
import argparse
import json
import os
import pathlib
import platform
import re
import shlex
import statistics
import subprocess
import sys
import tempfile

PEERS = pathlib.Path(__file__).resolve().parent / "peers"
UNITS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}

# Ours are Google Benchmark programs of the folder, with the names to take; "beside" are other people's: programs of the
# folder, or scripts with the modules they need. Rows are compared with `ours` put before their cell. Where there are
# "numbers", our program writes them first, and the scripts take them. "asked" are ratios that the fastest of the others
# should have in a cell.
GROUPS = [
    {"name": "flow", "program": "flow", "filter": "flow/theorem1/(double|lanes|long_double|quad)/",
     "ours": "flow/theorem1/double/", "beside": [("flow", "flow/theorem1/boost"), ("scipy_flow.py", "numpy, scipy.integrate", [])]},
    {"name": "step", "program": "step", "filter": ".*", "ours": "step/gd/",
     "beside": [("peer_plain_step", ".*"), ("peer_eigen_step", ".*"), ("peer_xtensor_step", ".*"),
                ("torch_step.py", "numpy, torch", [])]},
    {"name": "network", "program": "network", "filter": ".*", "ours": "network/adam/",
     "beside": [("torch_step.py", "numpy, torch", ["--network"])]},
    {"name": "sweep", "program": "sweep", "filter": "sweep/(gd|adaptive)/", "ours": "sweep/gd/",
     "beside": [("torch_sweep.py", "numpy, torch", [])]},
    {"name": "rows", "program": "rows", "filter": ".*", "ours": ("rows/", "chain/"), "numbers": True,
     "beside": [("torch_rows.py", "numpy, torch", [])],
     "asked": {"rows/step/float": 3, "chain/pass/float": 4, "rows/attack/float": 1 / 0.6, "chain/attack/float": 1 / 0.6}},
    {"name": "h2", "program": "analysis", "filter": "analysis/h2(_lanes)?/", "ours": "analysis/h2/",
     "beside": [("analysis", "analysis/h2_slicot/")]},
    {"name": "hankel", "program": "analysis", "filter": "analysis/hankel/", "ours": "analysis/hankel/",
     "beside": [("analysis", "analysis/hankel_slicot/")]},
]


def cell_of(name):
    """What is compared: scalar and sizes, or the sixteen published flows."""
    if name.startswith("flow/") and name.endswith("/published"):
        return "published"
    if (found := re.search(r"(rows|chain)/\w+/(float|double)$", name)) is not None:
        return found.group()
    found = re.search(r"(?:(float|double)/)?(d:\d+(?:/kappa:\d+)?)(/special)?", name)
    return "" if found is None else "/".join(p.strip("/") for p in found.groups() if p)


def run_benchmarks(command, pattern, min_time):
    line = command + [f"--benchmark_filter={pattern}", "--benchmark_format=json", f"--benchmark_min_time={min_time}"]
    out = subprocess.run(line, capture_output=True, text=True, check=True).stdout
    rows = {}
    for b in json.loads(out)["benchmarks"] if out.strip() else []:    # nothing by that name: built without this peer
        if b.get("error_occurred"):
            sys.exit(f"{b['name']}: {b['error_message']}")
        each = b["cpu_time"] * UNITS[b["time_unit"]]
        if "student_steps_per_second" in b:
            each = 1e9 / b["student_steps_per_second"]                # nanoseconds a student and step
        rows[b["name"]] = {"nanoseconds": each, **{k: b[k] for k in ("error", "steps") if k in b}}
    return rows


def run_script(command, script, options):
    out = subprocess.run(command + [str(PEERS / script), *options], capture_output=True, text=True, check=True,
                         env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}).stdout
    rows = {}
    for line in out.splitlines():
        r = json.loads(line)
        if "milliseconds" in r:                                        # the sixteen flows by SciPy
            rows[f"flow/theorem1/scipy/{r['name']}/published"] = {"nanoseconds": 1e6 * r["milliseconds"], "error": r["error"]}
        else:
            rows[r["name"]] = {"nanoseconds": r["nanoseconds"]}
    return rows


def turns_of(group, args, prefix):
    """What to call in each round; nothing where our own program is not there."""
    folder = pathlib.Path(args.folder)
    if not (folder / group["program"]).exists():
        print(f"{group['name']}: no program {group['program']}, left out", file=sys.stderr)
        return []
    program = str(folder / group["program"])
    turns = [lambda: run_benchmarks(prefix + [program], group["filter"], args.min_time)]
    numbers = []
    if group.get("numbers"):
        numbers = ["--numbers", str(pathlib.Path(args.scratch) / (group["name"] + ".npz"))]
        subprocess.run([program, "=".join(numbers)], check=True)
    for beside in group["beside"]:
        if len(beside) == 2:
            other, pattern = beside
            if (folder / other).exists():
                turns.append(lambda p=other, q=pattern: run_benchmarks(prefix + [str(folder / p)], q, args.min_time))
            else:
                print(f"{group['name']}: {other} was not built, left out", file=sys.stderr)
        else:
            script, modules, options = beside
            if subprocess.run([args.python, "-c", f"import {modules}"], capture_output=True, check=False).returncode == 0:
                turns.append(lambda s=script, o=options + numbers: run_script(prefix + [args.python], s, o))
            else:
                print(f"{group['name']}: {script} needs {modules}, left out", file=sys.stderr)
    return turns


def rows_of(group, args, prefix):
    samples = {}
    turns = turns_of(group, args, prefix)
    for turn in range(args.rounds if turns else 0):
        print(f"{group['name']}: round {turn + 1} of {args.rounds}", file=sys.stderr)
        for take in turns:
            for name, sample in take().items():
                samples.setdefault(name, []).append(sample)
    rows = []
    for name, taken in samples.items():
        times = [s["nanoseconds"] for s in taken]
        row = {"group": group["name"], "name": name, "nanoseconds": statistics.median(times), "best": min(times), "rounds": len(taken)}
        if "error" in taken[0]:
            row["error"] = max(s["error"] for s in taken)
        if taken[0].get("steps"):
            row["nanoseconds_per_step"] = row["nanoseconds"] / taken[0]["steps"]
        rows.append(row)
    ours = {cell_of(r["name"]): r["nanoseconds"] for r in reversed(rows) if r["name"].startswith(group["ours"])}
    for r in rows:
        cell = cell_of(r["name"])
        if group["name"] == "flow" and cell != "published":
            cell = cell.removeprefix("double/")
            ours.setdefault(cell, ours.get("double/" + cell))
        if ours.get(cell):
            r["ratio"] = r["nanoseconds"] / ours[cell]
    return rows


def asked_of(rows):
    """For each ratio that is asked for, that of the fastest of the others in its best round to ours in its best."""
    asked = []
    for group in GROUPS:
        for cell, least in group.get("asked", {}).items():
            best = {mine: min((r["best"] for r in rows if r["group"] == group["name"] and cell_of(r["name"]) == cell
                               and r["name"].startswith(group["ours"]) == mine), default=None) for mine in (True, False)}
            if None not in best.values():
                asked.append({"cell": cell, "asked": least, "ratio": best[False] / best[True]})
    return asked


def processor():
    try:
        with open("/proc/cpuinfo", encoding="ascii") as info:
            return next(line.split(":")[1].strip() for line in info if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


def print_table(rows):
    print(f"{'':52s} {'median ns':>14s} {'best':>14s} {'ratio':>9s} {'ns/step':>9s} {'error':>9s}")
    for r in rows:
        ratio = f"{r['ratio']:9.2f}" if "ratio" in r else " " * 9
        step = f"{r['nanoseconds_per_step']:9.0f}" if "nanoseconds_per_step" in r else " " * 9
        error = f"{r['error']:9.1e}" if "error" in r else ""
        print(f"{r['name']:52s} {r['nanoseconds']:14.2f} {r['best']:14.2f} {ratio} {step} {error}".rstrip())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", required=True, help="where the benchmark programs are")
    parser.add_argument("--groups", default=",".join(g["name"] for g in GROUPS), help="which to run")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--min-time", type=float, default=0.2, help="seconds of each benchmark in each round")
    parser.add_argument("--out", help="where the table goes as JSON")
    parser.add_argument("--prefix", default="", help="put before every command: a processor, a priority")
    parser.add_argument("--python", default="/usr/bin/python3", help="the interpreter that has SciPy and PyTorch")
    args = parser.parse_args()

    wanted = args.groups.split(",")
    rows = []
    with tempfile.TemporaryDirectory() as args.scratch:
        for group in GROUPS:
            if group["name"] in wanted:
                rows += rows_of(group, args, shlex.split(args.prefix))
    print_table(rows)
    asked = asked_of(rows)
    for a in asked:
        print(f"{a['cell']}: the fastest of the others takes {a['ratio']:.2f} times as long, {a['asked']:.2f} is asked for")
    if args.out:
        with open(args.out, "w", encoding="ascii") as f:
            json.dump({"processor": processor(), "rounds": args.rounds, "rows": rows, "asked": asked}, f, indent=1)
            f.write("\n")


if __name__ == "__main__":
    main()
