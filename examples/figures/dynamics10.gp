# SPDX-License-Identifier: BSD-3-Clause
setting = "dynamics10"; seeds = "4000 4001"; dim = 20; teacher = "1"; after = 5000
lowest_mode = 3e-5; floor_error = 0
title = "dynamics10: d = 20 modes, training length κ = 10"
load "standalone.gpi"
