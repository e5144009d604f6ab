# SPDX-License-Identifier: BSD-3-Clause
setting = "poison10"; seeds = "1200 1201 1203 1204"; dim = 20; teacher = "1"; after = 1500
lowest_mode = 0; floor_error = 0
title = "poison10: d = 20 modes, training length κ = 10"
load "standalone.gpi"
