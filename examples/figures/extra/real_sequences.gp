# SPDX-License-Identifier: BSD-3-Clause
# Real sequences: what each arm adds or changes, and the error of every seed. From the files of
# `real_sequences --out DIR`:
#
#   real_sequences --out real
#   cd examples/figures/extra && gnuplot -e "data='../../../real'" real_sequences.gp

load "../style.gpi"

arms = "'8 sneakers' '+ 10 more' 'first bin +64/255' 'last bin +1/255' 'last bin +4/255' 'last bin +16/255' " \
  . "'last but one +4/255' 'last but one +16/255' 'in the middle' 'at the end' '10 trousers' 'the 8: last bin +1/255'"
row(i) = i / 4
left(i) = 0.06 + 0.115 * (i % 4)
bottom(i) = 0.68 - 0.27 * row(i)
of(i, c) = column("place") == i ? column(c) : NaN
harmful(i) = i > 2
tint(i) = harmful(i) ? vermillion : blue

do for [format in "svg png"] {
  eval start(format, "real_sequences", 1000, 460)
  unset logscale; set format x "%g"; set grid ytics
  set multiplot
  set label 90 "sequences of one seed: mean brightness of 4 rows, scaled" at screen 0.06, 0.97 left textcolor rgb ink font ",12"
  set label 91 "48 seeds (dots), median and its 95 % interval" at screen 0.63, 0.97 left textcolor rgb ink font ",12"
  do for [i = 0:11] {
    eval panel(left(i), left(i) + 0.1, bottom(i), bottom(i) + 0.19)
    set xrange [-0.4:5.4]; set yrange [0:1.45]
    set xtics (row(i) == 2 ? "0" : "" 0, row(i) == 2 ? "5" : "" 5) nomirror; set ytics nomirror 1; set format y (i % 4 == 0 ? "%g" : "")
    unset xlabel; unset ylabel
    if (row(i) == 2) { set xlabel "entry k" offset 0,0.9 }
    if (i % 4 == 0) { set ylabel "x_k" offset 0.6,0 }
    set border 3 linecolor rgb ink linewidth 0.8
    set label 92 word(arms, i + 1) at graph 0, 1.1 left textcolor rgb tint(i) font ",8"
    plot data . "/sequences.csv" using (of(i, "entry") + 0.02 * (column("sequence") - 9)):(column("value")) \
      with impulses linewidth 0.7 linecolor rgb tint(i)
    unset label 90; unset label 91; unset label 92
  }
  eval panel(0.73, 0.985, 0.12, 0.93)
  set xrange [0.05:1000]; set logscale x; set xtics nomirror (0.1, 1, 10, 100, 1000); set format x "10^{%T}"
  set yrange [11.6:-0.6]; set format y ""; unset ytics; set grid xtics linecolor rgb "#E2E2E2" linewidth 0.6 linetype 1
  set border 1 linecolor rgb ink linewidth 0.8
  set xlabel "largest error of 40 lags (relative)" offset 0,0.5; unset ylabel
  do for [i = 0:11] { set label 100 + i word(arms, i + 1) at graph -0.03, first i right textcolor rgb tint(i) font ",9" }
  plot data . "/errors.csv" using "error":(column("place") + 0.011 * (int(column("seed")) % 48 - 24)) \
         with points pointtype 7 pointsize 0.25 linecolor rgb grey, \
       data . "/table.csv" using "error":"place":"low":"high" with xerrorbars pointtype 7 pointsize 0.7 linewidth 1.6 linecolor rgb ink
  unset multiplot; unset label
  unset output
}
