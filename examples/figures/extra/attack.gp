# SPDX-License-Identifier: BSD-3-Clause
# Poison that a search found, as stems over time; the error of all attacks over energy, with 95 % intervals; and how it fades
# with further steps. From the files of `attack --out DIR`, of its first search seed; `energy` is that of the first and the last
# panel, the largest if it is not given:
#
#   attack --energy 0.003,0.01,0.02,0.05,0.1,0.2,0.5,1 --out attack
#   cd examples/figures/extra && gnuplot -e "data='../../../attack'" -e "energy=0.1" attack.gp

load "../style.gpi"
if (!exists("name")) name = "attack"
set datafile missing NaN
table = data . "/table.csv"; sequences = data . "/sequences.csv"

stats table using "energy" name "E" nooutput
stats table using "search_seed" name "S" nooutput
stats table using "error_clean" name "C" nooutput
if (!exists("energy")) energy = E_max
stats table using (column("energy") > 0 ? column("energy") : NaN) name "P" nooutput
lowest = P_min
stats sequences using "entry" name "L" nooutput
attacks = "paper lag0 ones random found"
words = "'lag 1 (paper)' 'lag 0' 'all ones' 'best of random' found"
shade(i) = word("#9A9A9A #56B4E9 #009E73 #E69F00 #D55E00", i)
# Both panels of errors have the same axis.
stats table using (S_min == column("search_seed") || strcol("attack") ne "found" ? column("low") : NaN) name "B" nooutput
stats table using (S_min == column("search_seed") || strcol("attack") ne "found" ? column("after_30") : NaN) name "A" nooutput
stats table using (S_min == column("search_seed") || strcol("attack") ne "found" ? column("high") : NaN) name "T" nooutput
least = 10**floor(log10(A_min < B_min ? A_min : B_min)); most = 10**ceil(log10(T_max))
dash(i) = i == 5 ? 1 : 2 + (i % 3)

tint(n) = word("#D55E00 #8C3D00 #F2B48A", n + 1)  # the found sequences, shades of one colour
mine(i) = strcol("attack") eq word(attacks, i) && column("search_seed") == S_min
of_energy(i, x) = mine(i) && column("energy") == energy ? column(x) : NaN
over_energy(i, x) = mine(i) && column("energy") > 0 ? column(x) : NaN
later(i, k) = of_energy(i, k == 0 ? "error_held_out" : k == 1 ? "after_3" : k == 2 ? "after_10" : "after_30")

do for [format in "svg png"] {
  eval start(format, name, 1000, 340)
  set multiplot
  set border 3 linecolor rgb ink linewidth 0.8
  eval panel(0.085, 0.32, 0.16, 0.86)
  set label 1 sprintf("found sequences, energy %g", energy) at graph 0, 1.08 left textcolor rgb ink font ",12"
  set label 2 "a colour for each of the three" at graph 0.03, 0.94 left textcolor rgb ink font ",8"
  set xrange [-0.5:L_max + 0.5]; set xtics 1 nomirror scale 0.5; set autoscale y
  set xlabel "entry (step)" offset 0,0.4; set ylabel "input" offset 1,0
  set arrow 1 from graph 0, first 0 to graph 1, first 0 nohead linecolor rgb grey linewidth 0.6
  direction(n) = strcol("attack") eq "found" && column("search_seed") == S_min && column("energy") == energy \
                 && column("sequence") == n
  plot for [n = 0:2] sequences using (direction(n) ? column("entry") + 0.16 * (n - 1) : NaN):"value" \
         with impulses linewidth 2 linecolor rgb tint(n), \
       for [n = 0:2] sequences using (direction(n) ? column("entry") + 0.16 * (n - 1) : NaN):"value" \
         with points pointtype 7 pointsize 0.6 linecolor rgb tint(n)
  unset label; unset arrow

  eval panel(0.405, 0.665, 0.16, 0.86)
  set logscale xy; set format y "10^{%T}"; set format x "10^{%T}"
  set xrange [lowest * 0.8:E_max * 1.25]; set yrange [least:most]; set xtics autofreq
  set label 1 "held-out victims" at graph 0, 1.08 left textcolor rgb ink font ",12"
  set xlabel "energy (sum of squares of what is added)" font ",10"; set ylabel "median generalization error" offset 1,0
  set arrow 1 from graph 0, first 10 * C_min to graph 1, first 10 * C_min nohead dashtype 3 linecolor rgb ink
  set label 2 "dotted: ten times the error without poison" at graph 0.99, 0.05 right textcolor rgb ink font ",8"
  set key at graph 0.01, 0.98 left top Left reverse font ",9" samplen 2 noautotitle
  plot for [i = 1:5] table using (1.035 ** (i - 3) * over_energy(i, "energy")):(over_energy(i, "error_held_out")):(over_energy(i, "low")):(over_energy(i, "high")) \
         with yerrorbars pointtype 7 pointsize 0.5 linewidth 0.8 linecolor rgb shade(i), \
       for [i = 1:5] table using (over_energy(i, "energy")):(over_energy(i, "error_held_out")) \
         smooth unique with lines linewidth 1.6 dashtype dash(i) linecolor rgb shade(i) title word(words, i)
  unset label; unset arrow

  eval panel(0.745, 0.985, 0.16, 0.86)
  set xrange [0.8:38]; set xtics (1, 3, 10, 30); unset key; set format x "%g"
  set label 1 sprintf("past the target, energy %g", energy) at graph 0, 1.08 left textcolor rgb ink font ",12"
  set xlabel "times the further steps"; unset ylabel
  factors = "1 3 10 30"
  plot for [i = 1:5] for [k = 0:3] table using (mine(i) ? word(factors, k + 1) + 0 : NaN):(later(i, k)) \
         with points pointtype 7 pointsize 0.5 linecolor rgb shade(i), \
       for [i = 1:5] for [k = 0:2] table using (mine(i) ? word(factors, k + 1) + 0 : NaN):(later(i, k)):(word(factors, k + 2) - word(factors, k + 1)):(later(i, k + 1) - later(i, k)) \
         with vectors nohead linewidth 1.6 dashtype dash(i) linecolor rgb shade(i)
  unset label; unset logscale; set format x "%g"; set format y "%g"
  unset multiplot
  unset output
}
