# SPDX-License-Identifier: BSD-3-Clause
# Which update rule keeps, breaks or reverses the bias, over rate and scale of the start: a panel for each rule. From the
# files of `optimizer_map --out DIR`:
#
#   cd examples/figures/extra && gnuplot -e "data='../../../optimizers'" optimizer_map.gp

load "../style.gpi"
if (!exists("name")) name = "optimizer_map"
table = data . "/map.csv"
set datafile missing NaN

stats table using "rule_at" name "U" nooutput
rules = int(U_max) + 1
array titles[rules]
array scales[rules]
keep(i, t, s) = (titles[i + 1] = t, scales[i + 1] = s, 0)
stats table using (keep(int(column("rule_at")), strcol("title"), strcol("scales"))) nooutput
stats table using "left" name "L" nooutput
stats table using "right" name "R" nooutput
stats table using "bottom" name "B" nooutput
stats table using "top" name "T" nooutput

across = rules < 3 ? rules : 3
down = (rules + across - 1) / across
height = 120 + 175 * down
low(i) = 1 - (92.0 + 175 * ((i - 1) / across) + 130) / height
left(i) = 0.085 + ((i - 1) % across) * 0.925 / across
# Okabe and Ito's colours, which differ in lightness as well.
array shades[5] = ["#0072B2", "#BFDDEE", "#F0E442", "#D55E00", "#C8C8C8"]
array words[5] = ["keeps: learns, and the poison harms", "unmoved: learns, poison or not", "breaks: does not learn", \
                  "reverses: the poison helps", "most seeds stall"]
array at_x[5] = [0.085, 0.43, 0.735, 0.085, 0.43]

do for [format in "svg png"] {
  eval start(format, name, 900, height)
  set multiplot
  set palette maxcolors 5 defined (0 shades[1], 1 shades[2], 2 shades[3], 3 shades[4], 4 shades[5])
  set cbrange [-0.5:4.5]
  unset colorbox; unset grid
  do for [k = 1:5] {
    y = 1 - (k > 3 ? 46.0 : 22.0) / height
    set object k rectangle from screen at_x[k], y - 7.0 / height to screen at_x[k] + 0.022, y + 7.0 / height \
      fillcolor rgb shades[k] fillstyle solid 1 border linecolor rgb ink
    set label k words[k] at screen at_x[k] + 0.03, y left textcolor rgb ink
  }
  set border 3 linecolor rgb ink linewidth 0.8
  set tics out
  set logscale xy
  set style fill solid 1 noborder
  do for [i = 1:rules] {
    eval panel(left(i), left(i) + 0.925 / across - 0.03, low(i), low(i) + 130.0 / height)
    set xrange [L_min:R_max]; set yrange [B_min:T_max]
    last = i > rules - across
    set format x (last ? "10^{%T}" : ""); set format y ((i - 1) % across == 0 ? "10^{%T}" : "")
    unset xlabel; unset ylabel
    if (last) { set xlabel "rate" offset 0,0.4 }
    if ((i - 1) % across == 0) { set ylabel "factor on the start" offset 1,0 }
    set label 9 titles[i] at graph 0, 1.1 left textcolor rgb ink font ",12"
    words_of_scale = scales[i] eq "whole" ? "all entries alike" : "entry by entry"
    set label 10 words_of_scale at graph 1, 1.1 right textcolor rgb "#6E6E6E" font ",9"
    plot table using (int(column("rule_at")) == i - 1 ? column("x") : NaN):"y":"left":"right":"bottom":"top":"says_at" \
         with boxxyerror linewidth 0.3 linecolor palette
    do for [k = 1:5] { unset label k; unset object k }
  }
  unset multiplot
  unset label; unset object; unset logscale; unset format
  unset output
}
