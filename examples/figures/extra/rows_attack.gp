# SPDX-License-Identifier: BSD-3-Clause
# Gradient matching on rows of pictures: copies before and after, target losses of every seed, flips with their intervals. From
# the files of `rows_attack --out DIR`:
#
#   rows_attack --out rows
#   cd examples/figures/extra && gnuplot -e "data='../../../rows'" rows_attack.gp

load "../style.gpi"

arms = "'duplicates' 'noise' 'matched, first rows' 'matched, last rows' 'matched, all, half' 'matched, all rows'"
stats data . "/pictures.csv" using "picture" name "P" nooutput
pictures = P_max + 1  # of each arm, 28 rows of 28 entries
tint(i) = i < 2 ? blue : i == 2 ? grey : vermillion

do for [format in "svg png"] {
  eval start(format, "rows_attack", 1000, 430)
  unset logscale
  set multiplot
  set label 90 "copies of four training pictures of one seed" at screen 0.02, 0.965 left textcolor rgb ink font ",12"
  unset colorbox; unset key; set palette gray negative
  unset xtics; unset ytics; unset xlabel; unset ylabel; unset border; unset grid
  set xrange [-0.5:27.5]; set yrange [27.5:-0.5]; set cbrange [0:1]
  do for [i = 0:5] {
    do for [n = 0:3] {
      eval panel(0.14 + 0.062 * n, 0.20 + 0.062 * n, 0.79 - 0.15 * i, 0.925 - 0.15 * i)
      if (n == 0) { set label 91 word(arms, i + 1) at graph -0.14, 0.5 right textcolor rgb tint(i) font ",9" }
      first = (i * pictures + n) * 784
      plot data . "/pictures.csv" every ::first::(first + 783) using "column":"row":"value" with image
      unset label 90; unset label 91
    }
  }
  set border 1 linecolor rgb ink linewidth 0.8
  set grid xtics linecolor rgb "#E2E2E2" linewidth 0.6 linetype 1
  do for [side = 0:1] {
    eval panel(0.52 + 0.25 * side, 0.735 + 0.25 * side, 0.12, 0.9)
    set yrange [5.6:-0.6]; unset ytics
    set label 92 (side == 0 ? "target loss, over duplicates" : "share of targets mistaken") at graph 0, 1.07 left textcolor rgb ink font ",12"
    if (side == 0) {
      set xlabel "seeds, and their geometric mean" offset 0,0.4
      set logscale x; set xrange [0.7:12]; set xtics nomirror (1, 2, 4, 8)
      do for [i = 0:5] { set label 100 + i word(arms, i + 1) at graph -0.03, first i right textcolor rgb tint(i) font ",9" }
      plot data . "/seeds.csv" using "ratio":(column("place") + 0.02 * (int(column("seed")) % 8 - 4)) \
             with points pointtype 7 pointsize 0.4 linecolor rgb grey, \
           data . "/table.csv" using "ratio":"place" with points pointtype 7 pointsize 0.9 linecolor rgb ink
    } else {
      set xlabel "share, with 95 % interval" offset 0,0.4
      unset logscale; set xrange [0:0.3]; set xtics nomirror 0.1
      plot data . "/table.csv" using "share":"place":"low":"high" with xerrorbars pointtype 7 pointsize 0.8 linewidth 1.6 linecolor rgb ink
    }
    unset label
  }
  unset multiplot
  unset output
}
