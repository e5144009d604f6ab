# SPDX-License-Identifier: BSD-3-Clause
# A system's impulse response (of its first channel), poles and Hankel singular values, from `analyse --out DIR`:
#
#   analyse --system student.npz --out analyse
#   cd examples/figures/extra && gnuplot -e "data='../../../analyse'" analyse.gp

load "../style.gpi"

first(x) = column("output") == 0 && column("input") == 0 ? column(x) : NaN

stats data . "/poles.csv" using (sqrt(column("re")**2 + column("im")**2)) name "pole" nooutput
reach = 1.1 * (pole_max > 1 ? pole_max : 1)
values = 0  # of a system that is not stable there are none
stats data . "/hankel.csv" using (values = values + (column("value") > 0)) nooutput

do for [format in "svg png"] {
  eval start(format, "analyse", 1080, 350)
  set multiplot
  eval panel(0.075, 0.32, 0.19, 0.9)
  set format y "%g"
  set xlabel "lag k (steps)" offset 0,0.4
  set ylabel "h_k" offset 1,0
  set xrange [-1:*]  # the first bar stands inside the frame
  set title "impulse response"
  plot data . "/impulse.csv" using "lag":(first("h")) with impulses linewidth 2 linecolor rgb blue notitle
  eval panel(0.40, 0.63, 0.19, 0.9)
  set offsets 0, 0, 0, 0
  set xlabel "real part"
  set ylabel "imaginary part"
  set title "poles"
  set format y
  set size ratio -1
  set xrange [-reach:reach]; set yrange [-reach:reach]
  set parametric
  plot data . "/poles.csv" using "re":"im" with points pointtype 2 pointsize 1.3 linecolor rgb vermillion notitle, \
       [0:2*pi] cos(t), sin(t) with lines linecolor rgb grey notitle
  unset parametric
  set size noratio
  eval panel(0.73, 0.985, 0.19, 0.9)
  set autoscale
  set xlabel "index i"
  set ylabel "σ_i"
  set offsets 0.5, 0.5, 0, 0
  set title "Hankel singular values"
  apart = values > 12 ? 5 : 1
  set xtics apart
  if (values > 0) {
    set logscale y
    set format y "10^{%T}"
    plot data . "/hankel.csv" using "index":"value" with points pointtype 7 linecolor rgb ink notitle
    unset logscale y
    set format y
  } else {
    set label 1 "none: not stable" at graph 0.5, 0.5 center
    plot [0:1] [0:1] NaN notitle
    unset label 1
  }
  set xtics autofreq
  unset multiplot
  unset output
}
