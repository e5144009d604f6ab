# SPDX-License-Identifier: BSD-3-Clause
# Receiver operating characteristics of scores of data and of trained students. From the files of `defend --detect N --out DIR`:
#
#   cd examples/figures/extra && gnuplot -e "data='../../../build/defence'" detection.gp

load "../style.gpi"
if (!exists("name")) name = "detection"
roc = data . "/roc.csv"
stats roc using "score_at" name "S" nooutput
scores = int(S_max) + 1
array score[scores]
keep(i, s) = (score[i + 1] = s, 0)
stats roc using (keep(int(column("score_at")), strcol("score"))) nooutput
array colours[9] = ["#D55E00", "#0072B2", "#56B4E9", "#009E73", "#9A9A9A", "#222222", "#CC79A7", "#E69F00", "#F0E442"]

do for [format in "svg png"] {
  eval start(format, name, 460, 420)
  eval panel(0.17, 0.96, 0.14, 0.96)
  set border 3 linecolor rgb ink linewidth 0.8
  set xrange [0:1]; set yrange [0:1.005]
  set xlabel "share of harmless sets above the threshold" offset 0,0.3
  set ylabel "share of harmful sets above it" offset 0.5,0
  set key bottom right noenhanced samplen 2
  plot for [i = scores:1:-1] roc using (int(column("score_at")) == i - 1 ? column("false") : NaN):"found" \
       with lines linewidth (i == 1 ? 2.2 : 1.2) linecolor rgb colours[i] dashtype i title score[i]
  set key off
  unset output
}
