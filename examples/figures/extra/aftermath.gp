# SPDX-License-Identifier: BSD-3-Clause
# Generalization error over training steps far beyond the published end: median and quantiles over seeds, a panel for
# each rule. From the files of `aftermath --out DIR`:
#
#   aftermath --out aftermath
#   cd examples/figures/extra && gnuplot -e "data='../../../aftermath'" aftermath.gp

load "../style.gpi"

rules = "adaptive gd adam"
titles = "'adaptive rule of the paper' 'gradient descent' 'Adam'"
file(rule, special) = sprintf("%s/%s_special%d.csv", data, rule, special ? 10 : 0)
left(i) = 0.075 + (i - 1) * 0.31
mine(x, rule, special) = strcol("rule") eq rule && (column("special") > 0) == special ? column(x) : NaN
patch(x, y, opacity) = sprintf("set object rectangle from screen %g, %g to screen %g, %g ", x, y - 0.013, x + 0.03, y + 0.013) \
  . sprintf("fillstyle solid %g noborder fillcolor rgb ink; ", opacity)
words_at(x, y, text) = sprintf("set label '%s' at screen %g, %g left textcolor rgb ink; ", text, x, y)

do for [format in "svg png"] {
  eval start(format, "aftermath", 900, 360)
  set multiplot
  eval entry(0.075, 0.95, "linewidth 2 linecolor rgb ink", "median of the seeds")
  eval patch(0.295, 0.95, 0.35) . words_at(0.332, 0.95, "25 % to 75 %")
  eval patch(0.455, 0.95, 0.15) . words_at(0.492, 0.95, "10 % to 90 %")
  eval words_at(0.615, 0.95, "● 1, 10, 100 times the published length")
  do for [i = 1:3] {
    rule = word(rules, i)
    eval panel(left(i), left(i) + 0.295, 0.16, 0.8)
    set logscale xy
    set xrange [1e2:1.3e6]; set xtics nomirror scale 0.5 (1e3, 1e4, 1e5, 1e6); set mxtics 1; set format x "10^{%T}"
    set yrange [5e-4:5e3]; set ytics nomirror 10; set mytics 1; set ytics scale (i == 1 ? 0.5 : 0)
    set format y (i == 1 ? "10^{%T}" : "")
    set border (i == 1 ? 3 : 1) linecolor rgb ink linewidth 0.8
    set xlabel "training steps" offset 0,0.4
    unset ylabel
    if (i == 1) { set ylabel "generalization error (relative)" offset 0.5,0 }
    set label 99 word(titles, i) at graph 0, 1.06 left textcolor rgb ink font ",12"
    if (i == 3) {
      set label 97 words_for(1) . "s" at graph 0.98, 0.94 right textcolor rgb vermillion
      set label 98 words_for(0) . "s" at graph 0.98, 0.87 right textcolor rgb blue
    }
    plot for [special = 0:1] file(rule, special) using "steps":"error_q10":"error_q90" \
           with filledcurves fillstyle transparent solid 0.15 noborder fillcolor rgb colour(special), \
         for [special = 0:1] file(rule, special) using "steps":"error_q25":"error_q75" \
           with filledcurves fillstyle transparent solid 0.25 noborder fillcolor rgb colour(special), \
         for [special = 0:1] file(rule, special) using "steps":"error_median" \
           with lines linewidth 1.8 linecolor rgb colour(special), \
         for [special = 0:1] data . "/aftermath.csv" using "steps":(mine("error_median", rule, special)) \
           with points pointtype 7 pointsize 0.75 linecolor rgb colour(special)
    unset label; unset arrow; unset object
  }
  unset multiplot
  unset output
}
