# SPDX-License-Identifier: BSD-3-Clause
# A system's impulse response (of its first channel), poles and Hankel singular values, from `analyse --out DIR`:
#
#   analyse --system student.npz --out analyse
#   cd examples/figures/extra && gnuplot -e "data='../../../analyse'" analyse.gp

load "../style.gpi"

first(x) = column("output") == 0 && column("input") == 0 ? column(x) : NaN

do for [format in "svg png"] {
  eval start(format, "analyse", 1000, 330)
  set multiplot
  eval panel(0.05, 0.34, 0.16, 0.9)
  set xlabel "lag" offset 0,0.4
  set title "impulse response"
  plot data . "/impulse.csv" using "lag":(first("h")) with impulses linewidth 2 linecolor rgb blue notitle
  eval panel(0.40, 0.64, 0.16, 0.9)
  unset xlabel
  set title "poles"
  set size ratio -1
  set xrange [-1.1:1.1]; set yrange [-1.1:1.1]
  set parametric
  plot data . "/poles.csv" using "re":"im" with points pointtype 2 linecolor rgb vermillion notitle, \
       [0:2*pi] cos(t), sin(t) with lines linecolor rgb grey notitle
  unset parametric
  set size noratio
  eval panel(0.71, 0.99, 0.16, 0.9)
  set autoscale
  set title "Hankel singular values"
  set logscale y
  set format y "10^{%T}"
  plot data . "/hankel.csv" using "index":"value" with points pointtype 7 linecolor rgb ink notitle
  unset logscale y
  set format y
  unset multiplot
  unset output
}
