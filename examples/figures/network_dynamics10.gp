# SPDX-License-Identifier: BSD-3-Clause
program = "network"; prefix = "network_"; specials = 20
setting = "dynamics10"; seeds = "4542 4603"; dim = 20; teacher = "1"; after = 20000; after_special = 5000
lowest_mode = 1e-5; floor_error = 0; gamma_span = 400
title = "dynamics10 with a network: d = 20 modes, training length κ = 10, two hidden layers of 25"
load "standalone.gpi"
