# SPDX-License-Identifier: BSD-3-Clause
# Searches of one energy told apart: the best score so far over generations, of those that learn and of random ones, and the
# errors held out over those of the paper's direction, all ones and the random search of the same seed, as medians of paired
# ratios with 95 % intervals. From the files of `attack --out DIR`; `energy` is the largest if it is not given:
#
#   attack --search-seed 1,2,3,4,5 --out searches
#   cd examples/figures/extra && gnuplot -e "data='../../../searches'" attack_searches.gp

load "../style.gpi"
set datafile missing NaN
if (!exists("name")) name = "attack_searches"
table = data . "/table.csv"; curves = data . "/search.csv"

stats table using "energy" name "E" nooutput
stats table using "search_seed" name "S" nooutput
stats curves using "generation" name "G" nooutput
if (!exists("energy")) energy = E_max
others = "paper ones random"
shade(i) = word("#9A9A9A #009E73 #E69F00", i)
of(attack, x) = strcol("attack") eq attack && column("energy") == energy ? column(x) : NaN
by(attack, seed, x) = column("search_seed") == seed ? of(attack, x) : NaN

do for [format in "svg png"] {
  eval start(format, name, 900, 330)
  set multiplot
  set border 3 linecolor rgb ink linewidth 0.8
  eval panel(0.075, 0.47, 0.16, 0.86)
  set yrange [0:*]
  set label 1 sprintf("searches at energy %g (sum of squares)", energy) at graph 0, 1.08 left textcolor rgb ink font ",12"
  set xrange [0:G_max]; set xtics 5 nomirror scale 0.5
  set xlabel "generation" offset 0,0.4; set ylabel "best median error so far" offset 1,0
  set label 2 "evolution" at graph 0.97, 0.11 right textcolor rgb vermillion
  set label 3 "random" at graph 0.97, 0.05 right textcolor rgb "#E69F00"
  plot for [seed = int(S_min):int(S_max)] curves using (by("found", seed, "generation")):(by("found", seed, "score")) \
         with steps linewidth 1.6 linecolor rgb vermillion, \
       for [seed = int(S_min):int(S_max)] curves using (by("random", seed, "generation")):(by("random", seed, "score")) \
         with steps linewidth 1.6 dashtype 2 linecolor rgb "#E69F00"
  unset label

  eval panel(0.575, 0.985, 0.16, 0.86)
  set logscale y; set xrange [S_min - 0.5:S_max + 0.5]; set xtics 1
  set yrange [0.7:50]; set ytics (1, 2, 5, 10, 20)
  set label 1 "found, on victims held out" at graph 0, 1.08 left textcolor rgb ink font ",12"
  set xlabel "search seed"; set ylabel "error over that of ..." offset 1,0
  set arrow 1 from graph 0, first 1 to graph 1, first 1 nohead linecolor rgb ink linewidth 0.8
  set arrow 2 from graph 0, first 6 to graph 1, first 6 nohead dashtype 3 linecolor rgb ink
  set label 4 "6: the aim over the paper" at graph 0.99, first 7.2 right textcolor rgb "#6E6E6E" font ",9"
  set key at graph 0.98, 0.98 right horizontal font ",9" samplen 1 noautotitle
  plot for [i = 1:3] table using (of("found", "search_seed") + 0.15 * (i - 2)):(of("found", "ratio_" . word(others, i))):(of("found", "ratio_" . word(others, i) . "_low")):(of("found", "ratio_" . word(others, i) . "_high")) \
         with yerrorbars pointtype 7 pointsize 0.7 linewidth 1.4 linecolor rgb shade(i), \
       for [i = 1:3] NaN with points pointtype 7 pointsize 1 linecolor rgb shade(i) title word("paper ones random", i)
  unset label; unset arrow; unset logscale; unset key; set autoscale y; set ytics autofreq
  unset multiplot
  unset output
}
