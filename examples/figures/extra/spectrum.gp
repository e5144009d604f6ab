# SPDX-License-Identifier: BSD-3-Clause
# Where the eigenvalues of students go that learn from a teacher who oscillates, from `spectrum --out DIR`:
#
#   spectrum --seed 1 --out spectrum
#   cd examples/figures/extra && gnuplot -e "data='../../../spectrum'" spectrum.gp
#
# -e "seed=2" and -e "pairs=8" for other flags of the program.

if (!exists("seed")) seed = 1
if (!exists("pairs")) pairs = 4
load "../style.gpi"

file(student) = sprintf("%s/%s_seed%d.csv", data, student, seed)
re(j) = sprintf("spectrum_%d", 2 * j)
im(j) = sprintf("spectrum_%d", 2 * j + 1)
heading(complex) = complex ? "complex pairs" : "real modes, as many numbers"

do for [format in "svg png"] {
  eval start(format, "spectrum", 900, 430)
  set multiplot
  do for [complex = 1:0:-1] {
    student = complex ? "complex" : "real"
    eval panel(complex ? 0.06 : 0.56, complex ? 0.46 : 0.96, 0.1, 0.9)
    set size ratio -1
    set xrange [-1.1:1.1]; set yrange [-1.1:1.1]
    set xtics 0.5 nomirror scale 0.5; set ytics 0.5 nomirror scale 0.5
    set title heading(complex)
    set parametric
    plot [0:2*pi] cos(t), sin(t) with lines linecolor rgb grey notitle, \
         for [j = 0:2*pairs-1] file(student) using re(j):im(j) with lines linewidth 1 linecolor rgb blue notitle, \
         for [j = 0:2*pairs-1] file(student) using re(j):im(j) every ::0::0 with points pointtype 6 pointsize 0.6 linecolor rgb blue notitle, \
         data . "/teacher.csv" using "re":"im" with points pointtype 2 linewidth 2 linecolor rgb vermillion notitle
    unset parametric
  }
  unset multiplot
  unset output
}
