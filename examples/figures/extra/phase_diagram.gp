# SPDX-License-Identifier: BSD-3-Clause
# A phase diagram: the median generalization error of every cell as a colour, on a logarithmic scale that ends at the
# 2 % and 98 % quantiles of the map, with arrowheads where errors are beyond them. A bracket beside the bar is the error of the
# same settings without special sequences, dots are cells whose error is below .8 of that: there the poison helps. From the files of `phase_diagram --out DIR`; name and title can be given:
#
#   cd examples/figures/extra && gnuplot -e "data='../../../diagram'" -e "name='amplitude_by_count'" phase_diagram.gp

load "../style.gpi"
if (!exists("name")) name = "phase_diagram"
if (!exists("title")) title = ""

axes_file = data . "/axes.csv"
map_file = data . "/map.csv"
set datafile columnheaders
about = ""; scale = ""
stats axes_file using (about = about . strcol("about") . "|", scale = scale . strcol("scale") . " ", 0) nooutput
x_about = about[1:strstrt(about, "|") - 1]
y_about = about[strstrt(about, "|") + 1:strlen(about) - 1]
is_log(i) = word(scale, i) eq "log"

# What is infinite has the colour of the largest.
bounded(e) = log10(e > 1e30 || e != e ? 1e30 : e < 1e-12 ? 1e-12 : e)
stats map_file using (bounded(column("error_median"))) name "E" nooutput
# Quantiles by bisection of the share below: the map may have any number of cells.
do for [side = 1:2] {
  low = E_min; high = E_max
  do for [step = 1:20] {
    middle = (low + high) / 2
    stats map_file using (bounded(column("error_median")) <= middle ? 1 : 0) name "S" nooutput
    if (S_mean < (side == 1 ? 0.02 : 0.98)) { low = middle } else { high = middle }
  }
  if (side == 1) { lowest = high } else { highest = high }
}
if (highest - lowest < 0.1) { lowest = lowest - 0.05; highest = highest + 0.05 }
low_end = E_min < lowest; high_end = E_max > highest
stats map_file using (bounded(column("error_unpoisoned"))) name "W" nooutput
# Where an error is on the bar, on the page.
bar_bottom = 0.25; bar_height = title eq "" ? 0.65 : 0.60
on_bar(e) = bar_bottom + bar_height * ((e < lowest ? lowest : e > highest ? highest : e) - lowest) / (highest - lowest)
helps = 0
stats map_file using (helps = helps + (column("error_median") < 0.8 * column("error_unpoisoned")), 0) nooutput
stats map_file using "left" name "L" nooutput
stats map_file using "right" name "R" nooutput
stats map_file using "bottom" name "B" nooutput
stats map_file using "top" name "T" nooutput

do for [format in "svg png"] {
  eval start(format, name, 640, 440)
  eval panel(0.11, 0.78, 0.25, title eq "" ? 0.96 : 0.91)
  if (title ne "") { set label 1 title at graph 0, 1.05 left textcolor rgb ink font ",12" }
  # Sequential, even in lightness and readable without colours (after matplotlib's viridis).
  set palette defined (0 "#440154", 1 "#46307e", 2 "#365c8d", 3 "#277f8e", 4 "#1fa187", 5 "#4ac16d", 6 "#a0da39", 7 "#fde725")
  set cbrange [lowest:highest]
  set colorbox user origin screen 0.84, bar_bottom size screen 0.03, bar_height noborder
  if (high_end) { eval beyond(2, 0.84, bar_bottom + bar_height, 0.03, 1, "#FDE725") }
  if (low_end) { eval beyond(3, 0.84, bar_bottom, 0.03, -1, "#440154") }
  set arrow 1 from screen 0.826, on_bar(W_min) to screen 0.826, on_bar(W_max) nohead linewidth 1.5 linecolor rgb ink
  do for [k = 2:3] {
    set arrow k from screen 0.826, on_bar(k == 2 ? W_min : W_max) to screen 0.836, on_bar(k == 2 ? W_min : W_max) \
      nohead linewidth 1.5 linecolor rgb ink
  }
  set label 2 sprintf("bracket at the bar: without special sequences, %.2g", 10**W_min) \
    . (W_max > W_min + 0.01 ? sprintf(" to %.2g", 10**W_max) : "") at screen 0.02, 0.075 left textcolor rgb ink font ",9"
  set label 3 helps > 0 ? "dots: below 0.8 of that without special sequences, which help there" \
    : "no cell is below 0.8 of that: special sequences help nowhere" at screen 0.02, 0.03 left textcolor rgb ink font ",9"
  set cbtics ()
  do for [k = -12:30] {
    set cbtics add (sprintf("%g", 10.0**k) k)
    if (highest - lowest < 4) { set cbtics add (sprintf("%g", 3 * 10.0**k) log10(3) + k) }
  }
  set cblabel "generalization error (median)" offset 1,0
  unset grid
  set border 3 linecolor rgb ink linewidth 0.8
  set tics out
  if (is_log(1)) { set logscale x; set format x "10^{%T}" }
  if (is_log(2)) { set logscale y; set format y "10^{%T}" }
  set xrange [L_min:R_max]; set yrange [B_min:T_max]
  set xlabel x_about offset 0,0.3
  set ylabel y_about offset 0.5,0
  set style fill solid 1 border
  plot map_file using "x":"y":"left":"right":"bottom":"top":(bounded(column("error_median"))) \
         with boxxyerror linewidth 0.3 linecolor palette, \
       map_file using "x":(column("error_median") < 0.8 * column("error_unpoisoned") ? column("y") : NaN) \
         with points pointtype 7 pointsize 0.3 linecolor rgb "#FFFFFF"
  unset label; unset arrow; unset object; unset logscale; set format
  unset output
}
