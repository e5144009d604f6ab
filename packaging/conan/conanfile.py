# SPDX-License-Identifier: BSD-3-Clause
import os

from conan import ConanFile
from conan.tools.files import copy


class Lssm(ConanFile):
    name = "lssm"
    version = "1.0.0-rc1"
    license = "BSD-3-Clause"
    description = "Linear state space models: training, implicit bias, clean-label poison"
    package_type = "header-library"
    requires = "xtensor/0.24.7", "xsimd/11.1.0"
    no_copy_source = True

    def export_sources(self):
        clone = os.path.join(self.recipe_folder, "..", "..")
        for part in ("LICENSE", "include/*"):
            copy(self, part, clone, self.export_sources_folder)

    def package(self):
        copy(self, "*.hpp", os.path.join(self.source_folder, "include"), os.path.join(self.package_folder, "include"))
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))

    def package_id(self):
        self.info.clear()

    def package_info(self):
        self.cpp_info.bindirs = self.cpp_info.libdirs = []
        self.cpp_info.components["core"].set_property("cmake_target_name", "lssm::core")
        self.cpp_info.components["core"].requires = ["xtensor::xtensor", "xsimd::xsimd"]
        reproducible = self.cpp_info.components["reproducible"]
        reproducible.set_property("cmake_target_name", "lssm::reproducible")
        reproducible.cxxflags = ["-ffp-contract=off"]
