# SPDX-License-Identifier: BSD-3-Clause
# Receiver operating characteristics of scores: of data, left; seen while a student trains and known from elsewhere, right; dotted: a score that knows nothing. From
# the files of `defend --detect N --out DIR`:
#
#   cd examples/figures/extra && gnuplot -e "data='../../../build/defence/detection'" detection.gp

load "../style.gpi"
if (!exists("name")) name = "detection"
roc = data . "/roc.csv"
stats roc using "score_at" name "S" nooutput
scores = int(S_max) + 1
array score[scores]
keep(i, s) = (score[i + 1] = s eq "|gamma^(0)|" ? "|γ⁽⁰⁾|" : s, 0)
stats roc using (keep(int(column("score_at")), strcol("score"))) nooutput
array colours[7] = ["#D55E00", "#0072B2", "#56B4E9", "#009E73", "#9A9A9A", "#222222", "#CC79A7"]
left_ones = "0 1 2 4 5"
right_ones = scores > 17 ? "0 6 7 9 14 15 17" : "0 6 7 9 14 15 16"

do for [format in "svg png"] {
  eval start(format, name, 860, 420)
  set multiplot
  do for [side = 0:1] {
    eval panel(side == 0 ? 0.09 : 0.57, side == 0 ? 0.50 : 0.98, 0.14, 0.9)
    set label 1 (side == 0 ? "scores of the data alone" : "seen in training, and baselines") at graph 0, 1.05 left textcolor rgb ink font ",12"
    set arrow 1 from graph 0, first 0 to graph 1, first 1 nohead back dashtype 3 linewidth 0.8 linecolor rgb grey
    ones = side == 0 ? left_ones : right_ones
    set border 3 linecolor rgb ink linewidth 0.8
    set xrange [0:1]; set yrange [0:1.005]
    set xlabel "share of harmless sets above the threshold" offset 0,0.3
    if (side == 0) { set ylabel "share of harmful sets above it" offset 0.5,0 } else { unset ylabel }
    set key bottom right noenhanced samplen 1.5 spacing 0.85 font ",9"
    plot for [k = words(ones):1:-1] roc using (int(column("score_at")) == int(word(ones, k)) ? column("false") : NaN):"found" \
         with lines linewidth (k == 1 ? 2.2 : 1.2) linecolor rgb colours[k] title score[int(word(ones, k)) + 1]
    set key off
  }
  unset multiplot
  unset output
}
