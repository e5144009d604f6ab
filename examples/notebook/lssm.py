# SPDX-License-Identifier: BSD-3-Clause
"""lssm from Python: a study is described as C++ text, compiled once, and trained over NumPy arrays (docs/notebook.md).

    study = lssm.compile(text)                         a shared library, cached by the content of all it is made from
    run = study.train(seeds=range(16), rate=0.01)      a dictionary of arrays, a row for each seed
    lssm.load_run("build/paper/dynamics10.npz")        the same of files that the library's programs write
"""
import concurrent.futures
import csv
import ctypes
import hashlib
import io
import json
import os
import pathlib
import subprocess
import tempfile

import numpy as np

_HERE = pathlib.Path(__file__).resolve().parent
_FLAGS = ["-std=c++20", "-O2", "-march=native", "-ffp-contract=off", "-fPIC", "-shared", "-fvisibility=hidden"]


class Error(Exception):
    """What the library refuses, in its words."""


class CompileError(Error):
    """A description that does not compile: the compiler's first error. `log` has all that it said."""

    def __init__(self, message, log):
        super().__init__(message)
        self.log = log


def compile(text, include=_HERE.parent.parent / "include", compiler=None, flags=(), cache=None):
    """Makes a Study of a description. `include` is the folder of the headers, `cache` one for what was compiled."""
    cache = pathlib.Path(cache or os.environ.get("LSSM_CACHE") or pathlib.Path.home() / ".cache" / "lssm")
    command = [compiler or os.environ.get("CXX", "g++"), *_FLAGS, *flags, "-I", str(include)]
    entry = _HERE / "study.cpp"
    key = hashlib.sha256(repr(command).encode())
    key.update(_run([*command, "-dM", "-E", "-x", "c++", os.devnull]).stdout)  # compiler, version and machine
    for content in [text.encode(), *(f.read_bytes() for f in [entry, *sorted(pathlib.Path(include).rglob("*.hpp"))])]:
        key.update(hashlib.sha256(content).digest())
    library = cache / (key.hexdigest()[:32] + ".so")
    if not library.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as work:
            description, made = pathlib.Path(work, "description"), pathlib.Path(work, "study.so")
            description.write_text(text)
            _run([*command, f'-DLSSM_DESCRIPTION="{description}"', str(entry), "-o", str(made)])
            os.replace(made, library)
    return Study(library)


def _run(command):
    try:
        return subprocess.run(command, capture_output=True, check=True)
    except FileNotFoundError:
        raise CompileError(f"there is no compiler {command[0]}", "") from None
    except subprocess.CalledProcessError as failed:
        log = failed.stderr.decode(errors="replace")
        errors = [line for line in log.splitlines() if "error: " in line] or log.splitlines()[:1] or ["it failed"]
        raise CompileError(errors[0], log) from None


class Study:
    """A compiled description."""

    def __init__(self, path):
        self._library = ctypes.CDLL(str(path))
        self._library.lssm_train.argtypes = [ctypes.c_char_p, ctypes.c_size_t, *[ctypes.c_void_p] * 3]
        self._library.lssm_free.argtypes = [ctypes.c_void_p]
        self._library.lssm_free.restype = None

    def train(self, seeds=0, **given):
        """Trains a student for each seed. `given`: what the description asks for, numbers or arrays, by name.

        The result has a row for each seed: what `watch` recorded (seeds, samples) or (seeds, samples, columns), NaN after a
        row's end; student.*, at_end.*, measure.* and status. Interrupting the kernel gives the training up."""
        seeds = np.atleast_1d(np.asarray(seeds if np.ndim(seeds) == 0 else list(seeds)))
        if seeds.size == 0:
            raise Error("train: seeds must be integers, at least one, given none")
        if seeds.dtype.kind not in "iu" or seeds.ndim != 1:
            raise Error(f"train: seeds must be integers, given {seeds.dtype} of shape {seeds.shape}")
        buffer = io.BytesIO()
        np.savez(buffer, seeds=seeds.astype(np.int64), **{k: _numbers(k, v) for k, v in given.items()})
        stop = ctypes.c_int(0)
        with concurrent.futures.ThreadPoolExecutor(1) as thread:
            working = thread.submit(self._call, buffer.getvalue(), stop)
            try:
                answer, result = working.result()
            except BaseException:
                stop.value = 1
                raise
        if answer != 0:
            raise Error(result.decode() or "train: not enough memory")
        with np.load(io.BytesIO(result)) as arrays:
            return {k: np.array(str(v).split("\n")) if v.dtype.kind == "U" else v for k, v in arrays.items()}

    def _call(self, given, stop):
        out, size = ctypes.c_void_p(), ctypes.c_size_t(0)
        answer = self._library.lssm_train(given, len(given), ctypes.byref(stop), ctypes.byref(out), ctypes.byref(size))
        try:
            return answer, ctypes.string_at(out.value, size.value) if out.value else b""
        finally:
            self._library.lssm_free(out)


def _numbers(name, value):
    try:
        numbers = np.asarray(value)
        if numbers.dtype.kind in "biuf":
            return numbers.astype(float)
        given = f"{numbers.dtype} of shape {numbers.shape}"
    except ValueError as ragged:
        given = str(ragged)
    raise Error(f"train: {name} must be real numbers, given {given}")


def load_run(path):
    """A dictionary of arrays from what the library's programs write: npz, csv (x_0, x_1, ... become one array) or
    json (of several lines a row for each)."""
    path = pathlib.Path(path)
    if path.suffix == ".npz":
        with np.load(path) as arrays:
            return dict(arrays)
    if path.suffix == ".json":
        first, *more = [json.loads(line) for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
        return {k: np.array([v, *(record[k] for record in more)] if more else v) for k, v in first.items()}
    if path.suffix != ".csv":
        raise Error(f"load_run: the file must end in .npz, .csv or .json, given {path}")
    with open(path, newline="", encoding="utf-8-sig") as lines:
        names, *cells = csv.reader(lines)
    columns = {name: _column([row[i] for row in cells]) for i, name in enumerate(names)}
    for name in [n[:-2] for n in names if n.endswith("_0")]:
        parts = [f"{name}_{i}" for i in range(len(names)) if f"{name}_{i}" in columns]
        if parts == [f"{name}_{i}" for i in range(len(parts))] and len(parts) > 1:
            columns[name] = np.stack([columns.pop(part) for part in parts], axis=1)
    return columns


def _column(cells):
    try:
        return np.array(cells, dtype=float)
    except ValueError:
        return np.array(cells)
