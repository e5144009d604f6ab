# SPDX-License-Identifier: BSD-3-Clause
setting = "s1"; dim = 10; seeds = "242 243 244 246"
title = "S1: d = 10 modes, training length κ = 7"
load "setting.gpi"
