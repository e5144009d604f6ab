# SPDX-License-Identifier: BSD-3-Clause
program = "network"; prefix = "network_"; specials = 20
setting = "dynamics6"; seeds = "4541 4543"; dim = 10; teacher = "1"; after = 5000; after_special = 5000
lowest_mode = 1e-4; floor_error = 0; gamma_span = 40
title = "dynamics6 with a network: d = 10 modes, training length κ = 6, two hidden layers of 15"
load "standalone.gpi"
