# SPDX-License-Identifier: BSD-3-Clause
setting = "dim2-6"; seeds = "302"; dim = 10; teacher = "0.99 0.8"; after = 1500
lowest_mode = 0; floor_error = 10.0 / 2 - 1
title = "dim2-6: d = 10 modes, training length κ = 6, teacher of dimension 2, B = C = 1"
load "standalone.gpi"
