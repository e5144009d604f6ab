# SPDX-License-Identifier: BSD-3-Clause
# `cpack` in the build directory makes liblssm-dev, a Debian package of the headers.

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME liblssm-dev)
set(CPACK_PACKAGE_CONTACT "the lssm project")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
string(REPLACE "-" "~" CPACK_DEBIAN_PACKAGE_VERSION "${lssm_version}")  # 1.0.0~rc1 comes before 1.0.0
set(CPACK_DEBIAN_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libxtensor-dev (>= 0.24.3)")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "libxsimd-dev, libxtensor-blas-dev, libopenblas-dev")
include(CPack)
