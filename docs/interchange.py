# SPDX-License-Identifier: BSD-3-Clause
# python3 interchange.py FOLDER: FOLDER has what examples/interchange.cpp wrote; teacher_of_numpy.npz is added to it.
import sys
import json
import numpy as np

folder = sys.argv[1]
teacher = np.load(folder + "/teacher.npz")   # a (d), b (d, m), c (p, d)
data = np.load(folder + "/set.npz")          # x (N, kappa, m), y (N), h_star (kappa, m)
a, b, c = teacher["a"], teacher["b"], teacher["c"]
x, y = data["x"], data["y"]

kappa = x.shape[1]
h = np.array([c @ (a[:, None] ** k * b) for k in range(kappa)])  # h_k = C A^k B: (kappa, p, m)
labels = np.einsum("kq,nkq->n", h[:, 0], x[:, ::-1])             # y = Σ_k h_k x_{kappa-1-k}
assert np.allclose(h[:, 0], data["h_star"], rtol=1e-14, atol=1e-15)
assert np.allclose(labels, y, rtol=1e-13, atol=1e-14)

student = json.load(open(folder + "/student.json"))
print("labels agree; the student's largest eigenvalue is", max(student["a"]))

np.savez(folder + "/teacher_of_numpy.npz", a=np.array([0.5, -0.25]), b=np.ones((2, 1)), c=np.array([[2.0, 1.0]]))
