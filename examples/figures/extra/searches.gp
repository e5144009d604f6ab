# SPDX-License-Identifier: BSD-3-Clause
# Best so far of searches for poison: the largest median error on the seeds of the search, over the trainings of a start; a
# line for each start. Below .0001 half of the runs stall or are seen. From the files of `defend --attacks reoptimized --out DIR`:
#
#   cd examples/figures/extra && gnuplot -e "data='../../../build/defence/searches'" searches.gp

load "../style.gpi"
if (!exists("name")) name = "searches"
table = data . "/searches.csv"
stats table using "search_at" name "S" nooutput
stats table using "start" name "R" nooutput
searches = int(S_max) + 1; starts = int(R_max) + 1
array title_of[searches]
keep(i, a, d) = (title_of[i + 1] = a . " against " . d, 0)
stats table using (keep(int(column("search_at")), strcol("attack"), strcol("defence"))) nooutput
array colours[8] = ["#D55E00", "#0072B2", "#009E73", "#9A9A9A", "#222222", "#CC79A7", "#E69F00", "#56B4E9"]

do for [format in "svg png"] {
  eval start(format, name, 820, 400)
  eval panel(0.13, 0.56, 0.14, 0.96)
  set border 3 linecolor rgb ink linewidth 0.8
  set logscale xy
  set yrange [1e-4:*]; set format y "%g"
  set xlabel "trainings of a start" offset 0,0.3
  set ylabel "best median error so far" offset 0.5,0
  set key at screen 0.57, screen 0.95 left top Left reverse noenhanced samplen 2
  plot for [i = 1:searches] for [j = 1:starts] table \
       using (int(column("search_at")) == i - 1 && int(column("start")) == j - 1 ? column("trainings") : NaN):"error" \
       with lines linewidth (j == 1 ? 1.8 : 0.9) linecolor rgb colours[(i - 1) % 8 + 1] title (j == 1 ? title_of[i] : "")
  set key off
  unset logscale
  unset output
}
