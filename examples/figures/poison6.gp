# SPDX-License-Identifier: BSD-3-Clause
setting = "poison6"; seeds = "200 201 204 205"; dim = 10; teacher = "1"; after = 1500
lowest_mode = 0; floor_error = 0
title = "poison6: d = 10 modes, training length κ = 6"
load "standalone.gpi"
