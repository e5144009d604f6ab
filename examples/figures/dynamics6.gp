# SPDX-License-Identifier: BSD-3-Clause
setting = "dynamics6"; seeds = "105 100"; dim = 10; teacher = "1"; after = 5000
lowest_mode = 1e-3; floor_error = 0
note = "one more mode stays at 9·10^{-6}"
title = "dynamics6: d = 10 modes, training length κ = 6"
load "standalone.gpi"
