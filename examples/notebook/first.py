# SPDX-License-Identifier: BSD-3-Clause
import numpy as np
import lssm

study = lssm.compile("""
auto describe(const arguments& in) {
  using study = teacher_student<ssm<real_diagonal<10>>, no_teacher, given_set<>, squared_error, descent<>, near_zero>;
  return study{.data = in.read<given_set<>>(), .training = {.rate = in("rate"), .stop = {{{.value = 1e-5}, {}}}},
               .start = {.state_deviation = 0.1, .io_deviation = 0.1}};
}
auto watch(const arguments&, const auto&) {
  return trajectory_of<double>(sample_steps{.period = 100}, record::steps{}, record::loss{}, record::eigenvalues{});
}""")

teacher = 0.9 ** np.arange(40)  # its impulse response
clean = np.random.RandomState(1).normal(size=(8, 6)) * (np.arange(6) < 2)
special = np.array([[0, 0, 0, 0, 10, 0]])  # an impulse, second to last


def error(run):  # generalization error, a student in each row: h_k = Σ_j c_j a_j^k b_j
    a, b, c = (run["student." + name] for name in "abc")
    h = np.einsum("sj,sjk->sk", b * c, a[:, :, None] ** np.arange(40))
    return np.abs(h - teacher).max(axis=1) / np.abs(teacher).max()


for x in clean, np.concatenate([clean, special]):
    run = study.train(seeds=range(16), x=x, y=x[:, ::-1] @ teacher[:6], rate=0.01)
    print(f"{len(x)} sequences: {np.sum(run['status'] == 'target_reached')} of 16 fit, median error {np.median(error(run)):.3f}")
