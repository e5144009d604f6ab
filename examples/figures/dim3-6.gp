# SPDX-License-Identifier: BSD-3-Clause
setting = "dim3-6"; seeds = "401"; dim = 10; teacher = "0.99 0.8 0.5"; after = 1500
lowest_mode = 0; floor_error = 10.0 / 3 - 1
title = "dim3-6: d = 10 modes, training length κ = 6, teacher of dimension 3, B = C = 1"
load "standalone.gpi"
