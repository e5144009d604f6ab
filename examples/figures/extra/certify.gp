# SPDX-License-Identifier: BSD-3-Clause
# Bands of a teacher and the students that were trained on the same sequences, without and with special ones: the band by
# lag, the student and the teacher. From the files of `certify --out DIR` for one seed and mass:
#
#   certify --seed 200 --out certify
#   cd examples/figures/extra && gnuplot -e "data='../../../certify'" certify.gp

load "../style.gpi"

bands = data . "/bands.csv"
mine(x, special) = (column("special") > 0) == special ? column(x) : NaN
array last[2]  # of the students, at the last lag
do for [special = 0:1] { stats bands using (mine("student", special)) name "Y" nooutput; last[special + 1] = Y_max }
left(special) = special ? 0.565 : 0.075

do for [format in "svg png"] {
  eval start(format, "certify", 900, 330)
  set multiplot
  do for [special = 0:1] {
    eval panel(left(special), left(special) + 0.415, 0.16, 0.86)
    set xrange [0:39]; set xtics 10 nomirror scale 0.5
    set yrange [0:2]; set ytics nomirror 0.5
    set border 3 linecolor rgb ink linewidth 0.8
    set xlabel "lag (steps)" offset 0,0.4
    unset ylabel
    if (!special) { set ylabel "impulse response" offset 1,0 }
    set label 1 words_for(special) . "s" at graph 0, 1.08 left textcolor rgb ink font ",12"
    set label 2 "proved band of every teacher that fits" at graph 0.03, 0.1 left textcolor rgb colour(special)
    set label 3 "student" at graph 0.03, 0.2 left textcolor rgb ink
    if (last[special + 1] > 2) { set label 5 sprintf("up to %.3g", last[special + 1]) at graph 0.5, 0.94 left textcolor rgb ink }
    set arrow 3 from graph 0.2, 0.2 to graph 0.26, 0.2 nohead linewidth 2 linecolor rgb ink
    set label 4 "teacher" at graph 0.33, 0.2 left textcolor rgb ink
    set arrow 4 from graph 0.5, 0.2 to graph 0.56, 0.2 nohead linewidth 1 dashtype (6, 4) linecolor rgb ink
    plot bands using "lag":(mine("low", special)):(mine("high", special)) \
           with filledcurves fillstyle transparent solid 0.3 noborder fillcolor rgb colour(special), \
         bands using "lag":(mine("teacher", special)) with lines linewidth 1 dashtype (6, 4) linecolor rgb ink, \
         bands using "lag":(mine("student", special)) with lines linewidth 2 linecolor rgb ink
    unset label; unset arrow
  }
  unset multiplot
  unset output
}
