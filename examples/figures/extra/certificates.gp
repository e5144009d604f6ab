# SPDX-License-Identifier: BSD-3-Clause
# What is proved over a phase diagram: the verdict on most students of every cell. From the files of
# `phase_diagram --teacher-mass R --out DIR`:
#
#   cd examples/figures/extra && gnuplot -e "data='../../../diagram'" certificates.gp

load "../style.gpi"
if (!exists("name")) name = "certificates"

axes_file = data . "/axes.csv"
map_file = data . "/certificates.csv"
about = ""; scale = ""
stats axes_file using (about = about . strcol("about") . "|", scale = scale . strcol("scale") . " ", 0) nooutput
x_about = about[1:strstrt(about, "|") - 1]
y_about = about[strstrt(about, "|") + 1:strlen(about) - 1]
is_log(i) = word(scale, i) eq "log"
stats map_file using "left" name "L" nooutput
stats map_file using "right" name "R" nooutput
stats map_file using "bottom" name "B" nooutput
stats map_file using "top" name "T" nooutput

# 0 certified, 1 open, 2 proved wrong, 3 the assumption refuted: the largest share, the first of equals.
most(c, o, w, r) = c >= o && c >= w && c >= r ? 0 : o >= w && o >= r ? 1 : w >= r ? 2 : 3

do for [format in "svg png"] {
  eval start(format, name, 560, 440)
  eval panel(0.13, 0.96, 0.14, 0.88)
  set palette maxcolors 4 defined (0 "#0072B2", 1 "#BDBDBD", 2 "#D55E00", 3 "#222222")
  set cbrange [-0.5:3.5]
  unset colorbox
  set label 1 "■ certified" at graph 0, 1.07 left textcolor rgb blue
  set label 2 "■ open" at graph 0.25, 1.07 left textcolor rgb "#BDBDBD"
  set label 3 "■ proved wrong" at graph 0.43, 1.07 left textcolor rgb vermillion
  set label 4 "■ mass R refuted" at graph 0.72, 1.07 left textcolor rgb ink
  unset grid
  set border 3 linecolor rgb ink linewidth 0.8
  set tics out
  if (is_log(1)) { set logscale x; set format x "10^{%T}" }
  if (is_log(2)) { set logscale y; set format y "10^{%T}" }
  set xrange [L_min:R_max]; set yrange [B_min:T_max]
  set xlabel x_about offset 0,0.3
  set ylabel y_about offset 0.5,0
  set style fill solid 1 border
  plot map_file using "x":"y":"left":"right":"bottom":"top":(most(column("certified"), column("open"), column("wrong"), column("refuted"))) \
       with boxxyerror linewidth 0.3 linecolor palette
  unset label; unset logscale; set format
  unset output
}
