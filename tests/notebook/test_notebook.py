# SPDX-License-Identifier: BSD-3-Clause
"""python3 test_notebook.py FOLDER [FILE...]: examples/notebook from Python; libraries are kept in FOLDER, and FILE are runs that an
example wrote, each as .csv and .npz. Ends with 77 where NumPy is missing."""
import json
import os
import pathlib
import signal
import sys
import tempfile
import threading
import unittest

try:
    import numpy as np
except ImportError:
    print("SKIPPED: this python3 has no NumPy; on Debian: apt-get install python3-numpy")
    sys.exit(77)

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "examples" / "notebook"
sys.path.insert(0, str(FOLDER))
sys.dont_write_bytecode = True
os.environ["LSSM_CACHE"], *written = sys.argv[1:]
sys.argv = sys.argv[:1]
import lssm  # noqa: E402
import first  # noqa: E402

QUICK = ["-O0"]  # compiles sooner; the last -O counts
FLOW = """
using kind = teacher_student<ssm<real_diagonal<2>, learn<state_matrix>>, given<real_diagonal<>>,
                             training_set<4, unit<at<0>>>>;
auto describe(const arguments& in) {
  return kind{.teacher = {.structure = {.states = 2}, .values = {in.array("a"), in.array("b"), in.array("c")}}};
}
auto watch(const arguments&, const kind&) {
  return trajectory_of<double>({.per_decade = 2}, record::time{}, record::loss{}, record::eigenvalues{});
}
std::map<std::string, double> measure(const auto& end) { return {{"error", end.generalization(20)}}; }
"""
LONG = """
auto describe(const arguments& in) {
  using kind = teacher_student<ssm<real_diagonal<2>>, theorem1_teacher<2>, training_set<4, gaussian<everywhere>>,
                               squared_error, descent<>, near_zero>;
  return kind{.data = {.sequences = {.count = 3}},
              .training = {.rate = 1e-9, .stop = {{{.value = 1e-9}, {.steps = in("steps")}}}}};
}
"""


def clean(x):
    return {"x": x, "y": x[:, ::-1] @ first.teacher[:6]}


def response(run, length):
    a, b, c = (run["student." + name] for name in "abc")
    return np.einsum("sj,sjk->sk", b * c, a[:, :, None] ** np.arange(length))


class FromPython(unittest.TestCase):
    def refused(self, *words, **given):
        with self.assertRaises(lssm.Error) as caught:
            first.study.train(**{"seeds": 0, "rate": 0.01, **clean(first.clean), **given})
        for word in words:
            self.assertIn(word, str(caught.exception))

    def test_losses_are_those_of_the_students(self):
        given = clean(first.clean)
        run = first.study.train(seeds=range(7), rate=0.01, **given)
        residuals = response(run, 6) @ given["x"][:, ::-1].T - given["y"]
        np.testing.assert_allclose(run["at_end.loss"], np.mean(residuals**2, axis=1), rtol=1e-12)
        last = np.sum(np.isfinite(run["loss"]), axis=1) - 1
        np.testing.assert_array_equal(run["loss"][np.arange(7), last], run["at_end.loss"])
        np.testing.assert_array_equal(run["steps"][np.arange(7), last], run["at_end.steps"])
        fit = run["status"] == "target_reached"
        np.testing.assert_array_equal(fit, run["at_end.loss"] <= 1e-5)
        self.assertEqual(run["eigenvalue"].shape, (*run["loss"].shape, 10))
        np.testing.assert_array_equal(run["eigenvalue"][np.arange(7), last], np.abs(run["student.a"]))

    def test_a_step_of_gradient_descent_is_that_of_numpy(self):
        start, after = ({"student." + n: np.empty((1, 10)) for n in "abc"} for _ in range(2))
        given = clean(first.clean)
        rates = [1e-300, 1e-3]  # the first goes nowhere
        text = first_text().replace(".stop = {{{.value = 1e-5}, {}}}", ".stop = {{{.value = 1e-5}, {.steps = 1}}}")
        run = lssm.compile(text, flags=QUICK).train(seeds=[3, 3], rate=rates, **given)
        for n in "abc":
            start["student." + n], after["student." + n] = run["student." + n][:1], run["student." + n][1:]
        residuals = response(start, 6) @ given["x"][:, ::-1].T - given["y"]
        slope = 2 / 8 * (residuals @ given["x"][:, ::-1])[0]  # dL/dh
        a, b, c = (start["student." + n][0] for n in "abc")
        powers = a[:, None] ** np.arange(6)
        lower = np.arange(6) * a[:, None] ** np.maximum(np.arange(6) - 1, 0)
        for n, gradient in {"a": b * c * (lower @ slope), "b": c * (powers @ slope), "c": b * (powers @ slope)}.items():
            np.testing.assert_allclose(after["student." + n][0], start["student." + n][0] - 1e-3 * gradient, rtol=1e-13,
                                       atol=1e-16)

    def test_neighbours_and_order_change_no_bit(self):
        given = clean(np.concatenate([first.clean, first.special]))
        together = first.study.train(seeds=range(5), rate=0.01, **given)
        for i, seed in enumerate([4, 2]):
            alone = first.study.train(seeds=seed, rate=0.01, **given)
            for name in ("student.a", "student.b", "student.c", "at_end.loss", "status"):
                np.testing.assert_array_equal(alone[name][0], together[name][seed])
        each = first.study.train(seeds=[4, 4], rate=[0.01, 0.02], **given)
        np.testing.assert_array_equal(each["student.a"][0], together["student.a"][4])
        short, long = (each["loss"][i] for i in np.argsort(each["at_end.steps"]))
        self.assertTrue(np.isfinite(long).all() and np.isnan(short[-1]))

    def test_what_cannot_be_is_refused_in_words(self):
        x = first.clean
        self.refused("seed must be from 0 to 4294967295, given -1", seeds=-1)
        self.refused("seeds must be integers", seeds=0.5)
        self.refused("seeds must be integers, at least one", seeds=[])
        self.refused("the description does not ask for beta, only for rate, x, y", beta=3)
        self.refused("x must be real numbers, given <U1 of shape ()", x="a")
        self.refused("rate must be real numbers, given complex128 of shape ()", rate=0.01 + 1j)
        self.refused("x must be real numbers", x=[[1, 2], [3]])
        self.refused("descent: rate", "given -1", rate=-1)
        self.refused("rate must be a number, or one for each seed, given (2,)", rate=[0.1, 0.2], seeds=[1, 2, 3])
        self.refused("entry 'y'", "8 sequences", "(3,)", y=np.ones(3))
        self.refused("entry 'x'", "finite", "nan", x=x * np.nan)
        with self.assertRaisesRegex(lssm.Error, "no entry 'rate'"):
            first.study.train(seeds=0, **clean(x))

    def test_a_description_that_does_not_compile(self):
        with self.assertRaisesRegex(lssm.CompileError, "the student is no Model") as caught:
            lssm.compile("auto describe(const arguments&) { return teacher_student<int, no_teacher, given_set<>>{}; }")
        self.assertIn("docs/ssm.md", caught.exception.log)
        with self.assertRaisesRegex(lssm.CompileError, "there is no compiler nowhere/g"):
            lssm.compile("", compiler="nowhere/g++")

    def test_what_is_compiled_is_kept_by_content(self):
        before = sorted(os.listdir(os.environ["LSSM_CACHE"]))
        lssm.compile(first_text())
        self.assertEqual(sorted(os.listdir(os.environ["LSSM_CACHE"])), before)

    def test_a_flow_with_measures(self):
        run = lssm.compile(FLOW, flags=QUICK).train(seeds=[242, 7], a=[0.5, 0.25], b=[1, 1], c=[1, 1])
        self.assertEqual(list(run["status"]), ["converged", "converged"])
        h, teacher = response(run, 20), 0.5 ** np.arange(20) + 0.25 ** np.arange(20)
        np.testing.assert_allclose(run["measure.error"], np.abs(h - teacher).max(axis=1) / 2, rtol=1e-9)
        self.assertTrue((run["time"][:, 0] == 0).all())
        self.assertTrue((np.diff(run["loss"][0][np.isfinite(run["loss"][0])]) <= 0).all())

    def test_an_interrupt_gives_up(self):
        study = lssm.compile(LONG, flags=QUICK)
        self.assertEqual(study.train(steps=3)["at_end.steps"], [3])
        main = threading.main_thread().ident
        killer = threading.Timer(0.2, signal.pthread_kill, [main, signal.SIGINT])
        with self.assertRaises(KeyboardInterrupt):
            killer.start()
            study.train(seeds=range(3), steps=1e15)  # years
        killer.join()

    def test_files_of_runs(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "t.csv")
            path.write_text("seed,status,x_0,x_1,y_0\n1,converged,0.5,inf,3\n2,horizon,nan,-1e-5,4\n")
            run = lssm.load_run(path)
            self.assertEqual(set(run), {"seed", "status", "x", "y_0"})
            np.testing.assert_array_equal(run["x"], [[0.5, np.inf], [np.nan, -1e-5]])
            self.assertEqual(list(run["status"]), ["converged", "horizon"])
            path = path.with_suffix(".json")
            path.write_text('{"a":[0.9,-0.3],"structure":"real_diagonal/1"}\n')
            np.testing.assert_array_equal(lssm.load_run(path)["a"], [0.9, -0.3])
            path.write_text('{"seed":1,"error":0.5}\n{"seed":2,"error":0.25}\n')
            np.testing.assert_array_equal(lssm.load_run(path)["error"], [0.5, 0.25])
            with self.assertRaisesRegex(lssm.Error, "must end in .npz, .csv or .json"):
                lssm.load_run(path.with_suffix(".txt"))
        for path in written:  # a trajectory is the same in both formats
            table, arrays = lssm.load_run(path + ".csv"), lssm.load_run(path + ".npz")
            self.assertEqual(set(table), set(arrays))
            for name in table:
                np.testing.assert_array_equal(table[name], arrays[name], err_msg=name)

    def test_the_notebook_has_the_program(self):
        cells = json.loads((FOLDER / "first.ipynb").read_text())["cells"]
        code = [line for cell in cells if cell["cell_type"] == "code" for line in "".join(cell["source"]).splitlines()]
        program = (FOLDER / "first.py").read_text().splitlines()[1:]
        program, code = ([line for line in lines if line] for lines in (program, code))
        self.assertEqual(code[: len(program)], program)


def first_text():
    return (FOLDER / "first.py").read_text().split('"""')[1]


if __name__ == "__main__":
    unittest.main()
