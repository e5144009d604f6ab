# SPDX-License-Identifier: BSD-3-Clause
setting = "s2"; dim = 20; seeds = "342 344 345 346"
title = "S2: d = 20 modes, training length κ = 9"
load "setting.gpi"
