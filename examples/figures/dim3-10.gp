# SPDX-License-Identifier: BSD-3-Clause
setting = "dim3-10"; seeds = "1201"; dim = 20; teacher = "0.99 0.8 0.5"; after = 1500
lowest_mode = 0; floor_error = 20.0 / 3 - 1
title = "dim3-10: d = 20 modes, training length κ = 10, teacher of dimension 3, B = C = 1"
load "standalone.gpi"
