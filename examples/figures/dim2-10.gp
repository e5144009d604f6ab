# SPDX-License-Identifier: BSD-3-Clause
setting = "dim2-10"; seeds = "1202"; dim = 20; teacher = "0.99 0.8"; after = 1500
lowest_mode = 0; floor_error = 20.0 / 2 - 1
title = "dim2-10: d = 20 modes, training length κ = 10, teacher of dimension 2, B = C = 1"
load "standalone.gpi"
