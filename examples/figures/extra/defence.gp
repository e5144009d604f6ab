# SPDX-License-Identifier: BSD-3-Clause
# Attacks against defences as a heat map: the median error of each pair, on a logarithmic scale, with its number; grey where
# most students stall, or a filter leaves no data. A panel for each rule and teacher. From the files of `defend --out DIR`:
#
#   cd examples/figures/extra && gnuplot -e "data='../../../build/defence'" defence.gp

load "../style.gpi"
if (!exists("name")) name = "defence"
table = data . "/table.csv"

stats table using "teacher_at" name "T" nooutput
stats table using "rule_at" name "U" nooutput
stats table using "attack_at" name "A" nooutput
stats table using "defence_at" name "D" nooutput
rules = int(U_max) + 1; of_rule = int(T_max) + 1; teachers = rules * of_rule; attacks = int(A_max) + 1; defences = int(D_max) + 1
array teacher[teachers]; array attack[attacks]; array defence[defences]
panel_of(u, t) = int(u) * of_rule + int(t)
keep(i, j, k, t, a, d) = (teacher[i + 1] = t, attack[j + 1] = a, defence[k + 1] = d, 0)
stats table using (keep(panel_of(column("rule_at"), column("teacher_at")), int(column("attack_at")), int(column("defence_at")), \
                        (rules > 1 ? strcol("rule") . ", " : "") . "teacher " . strcol("teacher"), strcol("attack"), strcol("defence"))) nooutput

is_stalled(s) = s > 0.5
colour_of(e, s) = is_stalled(s) ? NaN : log10(e < 1e-3 ? 1e-3 : e > 30 ? 30 : e)
short(e) = e < 0.001 ? "< .001" : e < 9.95 ? sprintf("%.2g", e) : sprintf("%.0f", e)
across = teachers > 2 ? 2 : teachers
down = (teachers + across - 1) / across
side = 46; left = teachers > 1 ? 180 : 74; top = 104
width = across * (left + side * defences) + 104
height = down * (top + 25 * attacks) + 14

stats table using (is_stalled(column("stalled")) ? NaN : column("error")) name "E" nooutput

do for [format in "svg png"] {
  eval start(format, name, width, height)
  set multiplot
  set palette defined (0 "#440154", 1 "#46307e", 2 "#365c8d", 3 "#277f8e", 4 "#1fa187", 5 "#4ac16d", 6 "#a0da39", 7 "#fde725")
  set cbrange [-3:log10(30)]
  set cbtics ("0.001" -3, "0.01" -2, "0.1" -1, "1" 0, "10" 1)
  set label 2 "median generalization error" at screen 1 - 12.0 / width, 1 - (top + 12.5 * attacks) / (1.0 * height) center rotate by 90 textcolor rgb ink font ",9"
  unset grid
  set border 0
  set tics scale 0
  set style fill solid 1 noborder
  do for [i = 1:teachers] {
    column_of = (i - 1) % across; row_of = (i - 1) / across
    x = (column_of * (left + side * defences) + left) / (1.0 * width)
    y = 1 - (row_of * (top + 25 * attacks) + top) / (1.0 * height)
    eval panel(x, x + side * defences / (1.0 * width), y - 25 * attacks / (1.0 * height), y)
    if (i == 1 && E_max > 30) { eval beyond(1, 1 - 92.0 / width, y, 14.0 / width, 1, "#FDE725") }
    if (i == 1 && E_min < 1e-3) { eval beyond(2, 1 - 92.0 / width, y - 25.0 * attacks / height, 14.0 / width, -1, "#440154") }
    if (i == 1) { set colorbox user origin screen 1 - 92.0 / width, y - 25.0 * attacks / height size screen 14.0 / width, 25.0 * attacks / height noborder } else { unset colorbox }
    set xrange [-0.5:defences - 0.5]; set yrange [attacks - 0.5:-0.5]
    unset xtics; set x2range [-0.5:defences - 0.5]
    set x2tics rotate by 40 left offset 0,0 nomirror font ",9"; set ytics nomirror font ",9"
    set x2tics (""  0); set ytics ("" 0)
    do for [k = 1:defences] { set x2tics add (defence[k] k - 1) }
    do for [j = 1:attacks] { set ytics add (attack[j] j - 1) }
    set label 1 teacher[i] at screen x - (left > 134 ? 126 : left - 8) / (1.0 * width), y + 0.5 * (top - 12) / height left textcolor rgb ink font ",11"
    if (left <= 134) { set label 3 "defence →\nattack ↓" at screen 8.0 / width, y + 24.0 / height left textcolor rgb "#6E6E6E" font ",8" }
    here(u, t) = panel_of(u, t) == i - 1
    plot table using (here(column("rule_at"), column("teacher_at")) && is_stalled(column("stalled")) ? column("defence_at") : NaN):"attack_at":(0.48):(0.47) \
           with boxxyerror linecolor rgb "#C8C8C8" axes x1y1, \
         table using (here(column("rule_at"), column("teacher_at")) && !is_stalled(column("stalled")) ? column("defence_at") : NaN):"attack_at":(0.48):(0.47):(colour_of(column("error"), column("stalled"))) \
           with boxxyerror linecolor palette, \
         table using (here(column("rule_at"), column("teacher_at")) && is_stalled(column("stalled")) ? column("defence_at") : NaN):"attack_at":("stalled") \
           with labels textcolor rgb ink font ",7", \
         table using (here(column("rule_at"), column("teacher_at")) && !is_stalled(column("stalled")) ? column("defence_at") : NaN):"attack_at":(short(column("error"))):(column("error") > 0.6 ? 0x222222 : 0xFFFFFF) \
           with labels textcolor rgb variable font ",8"
    unset label 1; unset label 3; unset object
  }
  unset label 2
  unset multiplot
  unset output
}
