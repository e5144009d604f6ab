# SPDX-License-Identifier: BSD-3-Clause
from spack.package import *


class Lssm(CMakePackage):
    """Linear state space models: training, implicit bias, clean-label poison. Headers only; built from a clone, by
    `spack dev-build lssm@1.0.0-rc1` in its root."""

    license("BSD-3-Clause")
    version("1.0.0-rc1")

    variant("blas", default=True, description="dense linear algebra, the target lssm::lssm")

    depends_on("cxx", type="build")
    depends_on("cmake@3.25:", type="build")
    depends_on("xtensor@0.24.3:0.24")
    depends_on("xsimd")
    depends_on("xtensor-blas", when="+blas")
    depends_on("openblas", when="+blas")

    def cmake_args(self):
        return [self.define(f"LSSM_BUILD_{part}", False) for part in ("TESTS", "EXAMPLES", "BENCHMARKS")]
