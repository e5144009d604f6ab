# SPDX-License-Identifier: BSD-3-Clause
# A map of an atlas: the median of every cell over that of the setting without the axes. White is as there, blue is safer
# (a smaller error, or a larger energy needed), vermillion is worse; grey cells stall. The line is the border, dots are
# cells whose median may lie on either side of it. With effect=1 the map of energies shows instead what poison of the middle
# energy in the paper's direction does: the error with it over the error without. From the files of `atlas --out DIR`;
# name and title can be given, and with xnames='one|two' words for the values 0, 1, ... across:
#
#   cd examples/figures/extra && gnuplot -e "data='../../../atlas'" -e "name='bias'" atlas.gp

load "../style.gpi"
if (!exists("name")) name = "atlas"
if (!exists("title")) title = ""

axes_file = data . "/axes.csv"
map_file = data . "/map.csv"
about = ""; scale = ""; which = ""; border = 1
stats axes_file using (about = about . strcol("about") . "|", scale = scale . strcol("scale") . " ", 0) nooutput
x_about = about[1:strstrt(about, "|") - 1]
y_about = about[strstrt(about, "|") + 1:strlen(about) - 1]
if (exists("xnames") && strstrt(x_about, ",") > 0) { x_about = x_about[1:strstrt(x_about, ",") - 1] }
is_log(i) = word(scale, i) eq "log"
stats data . "/base.csv" using (which = strcol("map"), border = column("border"), base = column("median"), 0) nooutput
if (!exists("effect")) effect = 0
energy = which eq "energy" && !effect
shown = effect ? "effect" : "median"
if (effect) { base = 1 }
centre = base > 0 && base < 1e30 ? base : border  # nothing harms, or all stall, in the setting itself

# Decades away from the base, the worse the larger; what is infinite counts as far away, what is no number stays none.
far = 6
away(v) = v != v ? NaN : v > 1e30 ? (energy ? -far : far) : v <= 0 ? (energy ? far : -far) \
  : (energy ? -1 : 1) * (log10(v) - log10(centre))
finite_away(v) = v > 1e30 || v <= 0 ? NaN : away(v)
stats map_file using (finite_away(column(shown))) name "A" nooutput
if (!exists("A_min")) { A_min = -1; A_max = 1 }  # no cell has a finite number
span = abs(A_min) > abs(A_max) ? abs(A_min) : abs(A_max)
span = span < 0.3 ? 0.3 : span > 2 ? 2 : span
# What the colour bar cannot show is beyond its arrowheads.
above = 0; below = 0
stats map_file using (p = away(column(shown)), above = above + (p > span), below = below + (p < -span), 0) nooutput
stats map_file using "left" name "L" nooutput
stats map_file using "right" name "R" nooutput
stats map_file using "bottom" name "B" nooutput
stats map_file using "top" name "T" nooutput

bar = title eq "" ? 0.57 : 0.51  # its height on the page

do for [format in "svg png"] {
  eval start(format, name, 640, 440)
  eval panel(0.13, 0.74, 0.23, title eq "" ? 0.96 : 0.90)
  if (title ne "") { set label 1 title at screen 0.02, 0.955 left textcolor rgb ink font "DejaVu Sans Bold,10" }
  set palette defined (-1 "#0B4F86", -0.5 "#6BA9D6", 0 "#FFFFFF", 0.5 "#EE9B62", 1 "#B23A00")
  set cbrange [-span:span]
  set colorbox user origin screen 0.77, 0.31 size screen 0.03, bar noborder
  if (above > 0) { eval beyond(2, 0.77, 0.31 + bar, 0.03, 1, "#B23A00") }
  if (below > 0) { eval beyond(3, 0.77, 0.31, 0.03, -1, "#0B4F86") }
  set label 4 (effect ? "harms" : "worse") at screen 0.77, 0.31 + bar + 0.06 left textcolor rgb "#B23A00" font ",10"
  set label 5 (effect ? "helps" : "safer") at screen 0.77, 0.245 left textcolor rgb "#0B4F86" font ",10"
  set cbtics ()
  do for [k = -12:12] {
    p = (energy ? -1 : 1) * (k - log10(centre))
    if (abs(p) > 0.08 * span) { set cbtics add (sprintf("%g", 10.0**k) p) }
  }
  set cbtics add ((effect ? "1 (no effect)" : sprintf(centre == base ? "%.2g (paper)" : "%.2g", centre)) 0)
  set label 2 "colour: median of the " . (effect ? "error with poison over the error without" : energy \
    ? "least energy that harms (sum of squares)" : "generalization error (relative to the teacher)") \
    at screen 0.02, 0.070 left textcolor rgb ink font ",9"
  set label 3 (effect ? "grey: most seeds stall; poison of the middle energy in the paper's direction" : sprintf("line: %g; dots: its 95 %% interval holds %g; grey: most seeds stall%s", border, border, \
    energy ? "; below the bar: none harms" : "")) at screen 0.02, 0.025 left textcolor rgb ink font ",9"
  unset grid
  set border 3 linecolor rgb ink linewidth 0.8
  set tics out
  if (exists("xnames")) {
    set xtics () scale 0
    rest = xnames . "|"; k = 0
    while (rest ne "") { i = strstrt(rest, "|"); set xtics add (rest[1:i - 1] k); rest = rest[i + 1:*]; k = k + 1 }
  }
  if (is_log(1)) {
    set logscale x; set format x "10^{%T}"
    if (R_max < 50 * L_min) {  # too few decades to be read off
      set format x "%g"; set xtics ()
      do for [k = -12:12] { do for [m in "1 2 5"] { set xtics add (m * 10.0**k) } }
    }
  }
  if (is_log(2)) { set logscale y; set format y "10^{%T}" }
  set xrange [L_min:R_max]; set yrange [B_min:T_max]
  set xlabel x_about offset 0,0.3
  set ylabel y_about offset 0.5,0
  set style fill solid 1 border
  set object 1 rectangle from graph 0, 0 to graph 1, 1 fillcolor rgb grey fillstyle solid 1 noborder behind
  plot map_file using "x":(column(shown) == column(shown) ? column("y") : NaN):"left":"right":"bottom":"top":(away(column(shown))) \
         with boxxyerror linewidth 0.3 linecolor palette, \
       map_file using "x":(column("band") > 0 && !effect ? column("y") : NaN) \
         with points pointtype 7 pointsize 0.3 linecolor rgb ink, \
       (effect ? "/dev/null" : data . "/border.csv") using "x1":"y1":(column("x2") - column("x1")):(column("y2") - column("y1")) \
         with vectors nohead linewidth 1.4 linecolor rgb ink
  unset label; unset logscale; set format; unset object
  unset output
}
