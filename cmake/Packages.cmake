# SPDX-License-Identifier: BSD-3-Clause
# The Debian packages that the enabled parts need, in lssm_packages, and how to call apt-get, in lssm_apt_get.

set(lssm_packages libxtensor-dev libxsimd-dev libxtensor-blas-dev libopenblas-dev)
if(LSSM_BUILD_TESTS)
  list(APPEND lssm_packages doctest-dev librapidcheck-dev libtbb-dev libopenmpi-dev openmpi-bin)
endif()
if(LSSM_BUILD_EXAMPLES)
  list(APPEND lssm_packages libcli11-dev nlohmann-json3-dev gnuplot-nox fonts-dejavu-core libtbb-dev)
endif()
if(LSSM_BUILD_BENCHMARKS)
  list(APPEND lssm_packages libbenchmark-dev)
endif()
if(LSSM_INSTALL_PEERS)
  list(APPEND lssm_packages libboost-dev libsundials-dev python3-scipy)
endif()

execute_process(COMMAND id -u OUTPUT_VARIABLE lssm_user_id OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(lssm_user_id STREQUAL 0)
  set(lssm_apt_get "apt-get")
else()
  set(lssm_apt_get "sudo apt-get")
endif()
