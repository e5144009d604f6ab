# SPDX-License-Identifier: BSD-3-Clause
# The README's picture: how the modes of the smaller setting move without and with the special sequence, and what the
# students of both settings are worth at the end.
setting = "s1"; dim = 10; seeds = "242 243 244 246"

load "style.gpi"
load "time_axis.gpi"

marks = 3  # on an axis
array middle[4]  # medians: S1 without and with, S2 without and with
do for [i = 1:4] {
  stats data . "/theorem1.csv" using (strcol("setting") eq (i < 3 ? "s1" : "s2") && (column("special") > 0) == (i % 2 == 0) \
    ? column("generalization_error") : NaN) name "M" nooutput
  middle[i] = M_median
}
half = 0.148
left(special, part) = (special ? 0.43 : 0.075) + part * (half + 0.006)

do for [format in "svg png"] {
  eval start(format, "overview", 900, 310)
  set multiplot
  eval legend(0.01, 0.955)
  eval entry(0.545, 0.955, teacher_line, "mode 1 of the teacher (its other is 0)")
  line = 0.052
  eval time_words(0.01, 0.085)
  row = 2
  do for [special = 0:1] {
    do for [part = 0:1] {
      eval panel(left(special, part), left(special, part) + half, 0.3, 0.8)
      eval time_axis
      set xlabel (part == 0 ? "flow time passed" : "flow time left") offset 0,0.4
      if (part == 0 && special == 0) { set ylabel "eigenvalues |a_j|" offset 0.5,0 }
      if (part == 0) { set label 99 words_for(special) at graph 0, 1.09 left textcolor rgb colour(special) font ",12" }
      load "modes.gpi"
      unset label; unset arrow
    }
  }

  eval panel(0.8, 0.99, 0.3, 0.8)
  unset logscale; unset xlabel; unset ylabel
  set logscale y; set yrange [8e-4:0.15]; set ytics nomirror 10 scale 0.5; set mytics default; set format y "10^{%T}"
  set xrange [-0.6:1.6]; set xtics nomirror scale 0 ("S1" 0, "S2" 1); set format x "%s"
  set border 3 linecolor rgb ink linewidth 0.8
  set label "generalization error" at graph 0, 1.09 left textcolor rgb ink font ",12"
  set xlabel "dots: seeds, bars: medians" offset 0,0.2 font ",10"
  place(name, special) = (name eq "s1" ? 0 : 1) + (special > 0.5 ? 0.14 : -0.14)
  shade(special) = special > 0.5 ? 0xD55E00 : 0x0072B2
  plot for [i = 1:4] "+" using (place(i < 3 ? "s1" : "s2", i % 2 == 0) - 0.1):(middle[i]):(0.2):(0):(shade(i % 2 == 0)) every ::0::0 \
         with vectors nohead linewidth 1.5 linecolor rgb variable, \
       data . "/theorem1.csv" using (place(strcol("setting"), column("special"))):"generalization_error":(shade(column("special"))) \
         with points pointtype 7 pointsize 0.8 linecolor rgb variable
  unset label
  unset multiplot
  unset output
}
