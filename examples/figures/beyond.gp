# SPDX-License-Identifier: BSD-3-Clause
# What the students are worth at the end, without and with special sequences: in the settings of Theorem 1, in the discrete
# runs beyond it, and with a network. A dot per seed, a bar and a number for the median.
load "style.gpi"

shift(special) = special > 0 ? 0.23 : -0.23
place(name) = name eq "s1" ? 0 : name eq "s2" ? 1 : name eq "poison6" ? 2.25 : name eq "poison10" ? 3.25 : NaN
right_of(table) = table eq "network" ? 2.25 : 0
shade(special) = special > 0 ? 0xD55E00 : 0x0072B2
x(table) = place(strcol(table eq "theorem1" ? "setting" : "experiment")) + right_of(table) + shift(column("special"))
runs(table) = sprintf("%s/%s.csv", data, table)
# Medians and largest errors: of each table two settings, without and with special sequences.
array middle[12]; array most[12]
table_of(i) = word("theorem1 standalone network", (i - 1) / 4 + 1)
setting_of(i) = word(i < 5 ? "s1 s2" : "poison6 poison10", ((i - 1) / 2) % 2 + 1)
do for [i = 1:12] {
  stats runs(table_of(i)) using (strcol(i < 5 ? "setting" : "experiment") eq setting_of(i) \
    && (column("special") > 0) == (i % 2 == 0) ? column("generalization_error") : NaN) name "M" nooutput
  middle[i] = M_median; most[i] = M_max
}
x_of(i) = place(setting_of(i)) + right_of(table_of(i)) + shift(i % 2 == 0)

do for [format in "svg png"] {
  eval start(format, "beyond", 900, 380)
  set label 90 "without special sequences" at screen 0.085, 0.945 left textcolor rgb blue font ",12"
  set label 91 "with special sequences" at screen 0.36, 0.945 left textcolor rgb vermillion font ",12"
  set label 92 "dots: seeds; bar and number: median" at screen 0.99, 0.945 right textcolor rgb ink
  eval panel(0.085, 0.99, 0.17, 0.84)
  set border 3 linecolor rgb ink linewidth 0.8
  set logscale y; set yrange [3e-5:100]; set ytics nomirror 10; set format y "10^{%T}"
  set ylabel "generalization error (relative)" offset 0.5,0
  set xrange [-0.5:6]
  set xtics nomirror scale 0 ("S1\nd = 10, κ = 7" 0, "S2\nd = 20, κ = 9" 1, "poison6\nd = 10, κ = 6" 2.25, "poison10\nd = 20, κ = 10" 3.25, "poison6\nd = 10, κ = 6" 4.5, "poison10\nd = 20, κ = 10" 5.5)
  set format x "%s"
  set arrow from first 1.67, graph 0 to first 1.67, graph 1 nohead linewidth 0.8 linecolor rgb grey
  set arrow from first 3.92, graph 0 to first 3.92, graph 1 nohead linewidth 0.8 linecolor rgb grey
  set label 93 "Theorem 1: gradient flow of A" at first 0.5, graph 1.045 center textcolor rgb ink
  set label 94 "beyond: discrete steps" at first 2.75, graph 1.045 center textcolor rgb ink
  set label 95 "with a network behind" at first 5, graph 1.045 center textcolor rgb ink
  plot for [i = 1:12] "+" using (x_of(i) - 0.1):(middle[i]):(0.2):(0):(shade(i % 2 == 0)) every ::0::0 \
         with vectors nohead linewidth 1.8 linecolor rgb variable, \
       for [table in "theorem1 standalone network"] runs(table) \
         using (x(table)):"generalization_error":(shade(column("special"))) \
         with points pointtype 7 pointsize 0.9 linecolor rgb variable, \
       for [i = 1:12] "+" using (x_of(i)):(1.7 * most[i]):(sprintf("%.3g", middle[i])):(shade(i % 2 == 0)) every ::0::0 \
         with labels center font ",10" textcolor rgb variable
  unset label; unset arrow
  unset output
}
