# SPDX-License-Identifier: BSD-3-Clause
# Counts for how many cells of the maps of `cmake --workflow --preset atlas` each statement of docs/atlas.md holds, on the
# first grid and on the second: python3 docs/atlas.py build/atlas
import csv, math, sys

STALLS = lambda c: c["stalled"] > 0.5  # most seeds
ERROR = lambda low, high: lambda c: low * (1 - 1e-9) <= c["median"] <= high * (1 + 1e-9)  # the list is of rounded numbers
ABOVE = lambda value: lambda c: c["median"] > value
NONE = lambda c: c["median"] == math.inf
EFFECT = lambda low, high: lambda c: low < c["effect"] < high

# (folder, words for the cells, which cells, words for what holds, what holds)
STATEMENTS = [
    ("bias_excitation", "ratio .2 to .6, start at most .6", lambda x, y, c: .2 <= x <= .6 and y <= .6,
     "most seeds stall", STALLS),
    ("bias_excitation", "ratio from .84 on, start .25 to 5", lambda x, y, c: x >= .84 and .25 <= y <= 5,
     "error 1 to 3.5", ERROR(1, 3.5)),
    ("bias_excitation", "ratio at most .05, start 3.5 to 7", lambda x, y, c: x <= .05 and 3.5 <= y <= 7,
     "error above 4", ABOVE(4)),
    ("bias_excitation", "ratio at most .05, start .4 to 1.3", lambda x, y, c: x <= .05 and .4 <= y <= 1.3,
     "error below .6", ERROR(0, .6)),
    ("bias_teacher", "pole -.4 to .4, start at most 1.3", lambda x, y, c: -.4 <= x <= .4 and y <= 1.3,
     "error .9 to 1.01", ERROR(.9, 1.01)),
    ("bias_teacher", "pole at most -.6", lambda x, y, c: x <= -.6,
     "error above 1, or most seeds stall", lambda c: STALLS(c) or c["median"] > 1),
    ("bias_time", "rate at most .01, from 7000 steps on", lambda x, y, c: x <= .01 and y >= 7000,
     "error .08 to .12", ERROR(.08, .12)),
    ("bias_time", "rate at most .01, at most 250 steps", lambda x, y, c: x <= .01 and y <= 250,
     "error above 10", ABOVE(10)),
    ("energy_excitation", "ratio from .84 on, where most seeds do not stall",
     lambda x, y, c: x >= .84 and not STALLS(c), "none up to 10 harms", NONE),
    ("energy_excitation", "start from 3.5 on", lambda x, y, c: y >= 3.5, "none up to 10 harms", NONE),
    ("energy_excitation", "ratio at most .22, start .35 to 1.5, where most seeds do not stall",
     lambda x, y, c: x <= .22 and .35 <= y <= 1.5 and not STALLS(c), "at most .2 harms", ERROR(0, .2)),
    ("energy_time", "start .25 to 1.5, 1200 to 6000 steps", lambda x, y, c: .25 <= x <= 1.5 and 1200 <= y <= 6000,
     "at most .1 harms", ERROR(0, .1)),
    ("energy_time", "start .25 to 1.5, at most 40 steps", lambda x, y, c: .25 <= x <= 1.5 and y <= 40,
     ".5 or more is needed", ERROR(.5, math.inf)),
    ("energy_time", "start from 3.5 on, from 1000 steps on", lambda x, y, c: x >= 3.5 and y >= 1000,
     "none up to 10 harms", NONE),
    ("energy_time", "start 3.5 to 7.5, from 1500 steps on", lambda x, y, c: 3.5 <= x <= 7.5 and y >= 1500,
     "effect below .6: it helps", EFFECT(-1, .6)),
    ("energy_adam", "all", lambda x, y, c: True, "none up to 10 harms", NONE),
    ("energy_adam", "rate from .0015 on, start at most 5.2", lambda x, y, c: x >= .0015 and y <= 5.2,
     "effect below .7: it helps", EFFECT(-1, .7)),
    ("energy_adam", "rate at most .0008, start .25 to 2.7", lambda x, y, c: x <= .0008 and .25 <= y <= 2.7,
     "effect above .9", EFFECT(.9, math.inf)),
    ("energy_dimension", "d 3 to 6, start .25 to 1.4", lambda x, y, c: 3 <= x <= 6 and .25 <= y <= 1.4,
     ".05 to .1 harms", ERROR(.05, .1)),
    ("energy_dimension", "d from 8 on, start .35 to 1.6", lambda x, y, c: x >= 8 and .35 <= y <= 1.6,
     "at most .08 harms", ERROR(0, .08)),
    ("energy_dimension", "d from 8 on, start .35 to .8", lambda x, y, c: x >= 8 and .35 <= y <= .8,
     "at most .04 harms", ERROR(0, .04)),
    ("energy_dimension", "start from 3.5 on", lambda x, y, c: y >= 3.5, "none up to 10 harms", NONE),
    ("energy_size", "length 5 or 6, d from 4 on", lambda x, y, c: 5 <= x <= 6 and y >= 4,
     "at most .1 harms", ERROR(0, .1)),
    ("energy_size", "length 8, d from 8 on", lambda x, y, c: x == 8 and y >= 8, ".1 to .4 harms", ERROR(.1, .4)),
    ("energy_size", "length 6 to 8, d at most 3", lambda x, y, c: 6 <= x <= 8 and y <= 3,
     ".3 or more is needed", ERROR(.3, math.inf)),
    ("energy_size", "length 3", lambda x, y, c: x == 3, "none up to 10 harms", NONE),
    ("energy_learn", "A and B learned", lambda x, y, c: x == 2, "none up to 10 harms", NONE),
    ("energy_learn", "A alone, start from .25 on", lambda x, y, c: x == 3 and y >= .25,
     "effect .99 to 1.01: none", EFFECT(.99, 1.01)),
    ("energy_learn", "A and C learned, start at most .65", lambda x, y, c: x == 1 and y <= .65,
     "at most .1 harms", ERROR(0, .1)),
    ("energy_learn", "A, B and C learned, start .25 to 2", lambda x, y, c: x == 0 and .25 <= y <= 2,
     "at most .1 harms", ERROR(0, .1)),
    ("energy_structure", "dense, start .2 to 5", lambda x, y, c: x == 2 and .2 <= y <= 5,
     "effect below .5: it helps", EFFECT(-1, .5)),
    ("energy_structure", "complex, start .3 to 1", lambda x, y, c: x == 1 and .3 <= y <= 1,
     "effect below .5: it helps", EFFECT(-1, .5)),
    ("energy_structure", "complex, start 1.9 to 3.2", lambda x, y, c: x == 1 and 1.9 <= y <= 3.2,
     "effect above 1.2: it harms", EFFECT(1.2, math.inf)),
    ("energy_structure", "discretized, start .7 to 4", lambda x, y, c: x == 3 and .7 <= y <= 4,
     "effect .97 to 1.03: none", EFFECT(.97, 1.03)),
    ("energy_structure", "dense or discretized, where most seeds do not stall",
     lambda x, y, c: x >= 2 and not STALLS(c), "none up to 10 harms", NONE),
    ("energy_structure", "complex, where most seeds do not stall", lambda x, y, c: x == 1 and not STALLS(c),
     "1 or more is needed", ERROR(1, math.inf)),
    ("energy_size", "length 9", lambda x, y, c: x == 9, "most seeds stall", STALLS),
]


def cells(folder):
    with open(folder + "/map.csv") as f:
        for row in csv.DictReader(f):
            yield {k: float(v) for k, v in row.items()}


def count(folder, chosen, holds):
    of = [c for c in cells(folder) if chosen(c["x"], c["y"], c)]
    return f"{sum(map(bool, map(holds, of)))} of {len(of)}"


for folder, where, chosen, what, holds in STATEMENTS:
    try:
        counts = [count(f"{sys.argv[1]}/{part}{folder}", chosen, holds) for part in ("", "second/")]
    except FileNotFoundError as missing:
        counts = ["no " + str(missing.filename)]
    print("|", " | ".join([folder, where, what] + counts), "|")
