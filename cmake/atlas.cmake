# SPDX-License-Identifier: BSD-3-Clause
# cmake -DATLAS=<program> -DOUT=<dir> -DFIGURES=<dir of .gp> -DGNUPLOT=<program> -P atlas.cmake
# The seven maps of docs/atlas.md into OUT, each with its runs, its tables and a figure; and the statements of that page on a
# second grid. What is there already is gone on with, so that the same command finishes what was stopped.

set(base --seeds 24 --after 1401 --max-steps 40000)

function(run_atlas folder)
  string(TIMESTAMP begin "%s")
  execute_process(COMMAND ${ATLAS} ${ARGN} --out ${OUT}/${folder} RESULT_VARIABLE answer)
  if(NOT answer STREQUAL 0)
    list(JOIN ARGN " " flags)
    message(FATAL_ERROR "${ATLAS} ${flags} ended with ${answer}")
  endif()
  string(TIMESTAMP end "%s")
  math(EXPR seconds "${end} - ${begin}")
  message(NOTICE "${folder}: ${seconds} s\n")
endfunction()
# draw(<folder> <name> <effect: 0 or 1> <title>)
function(draw folder name effect title)
  if(NOT GNUPLOT)
    return()
  endif()
  execute_process(COMMAND ${GNUPLOT} -e "data='${OUT}/${folder}'" -e "out='${OUT}'" -e "name='${name}'"
                          -e "effect=${effect}" -e "title='${title}'" atlas.gp
                  WORKING_DIRECTORY ${FIGURES} RESULT_VARIABLE answer)
  if(NOT answer STREQUAL 0)
    message(FATAL_ERROR "gnuplot ended with ${answer} on ${name}")
  endif()
endfunction()

file(MAKE_DIRECTORY ${OUT} ${OUT}/second)

set(time ":14:14010:41:log")
set(scale "init-scale:0.1:10:41:log")
set(energies --energies 1e-3:10:4)
run_atlas(bias_excitation --map bias --x ratio:0:1:41 --y ${scale} ${base})
run_atlas(bias_teacher --map bias --x teacher:-1:1:41 --y ${scale} ${base})
run_atlas(bias_time --map bias --x rate:0.001:0.1:41:log --y after${time} ${base})
run_atlas(energy_time --map energy --x ${scale} --y after${time} ${energies} ${base})
run_atlas(energy_adam --map energy --x rate:0.0003:0.03:41:log --y ${scale} ${energies} ${base} --optimizer adam)
run_atlas(energy_excitation --map energy --x ratio:0:1:41 --y ${scale} ${energies} ${base})
run_atlas(energy_dimension --map energy --x dim:2:64:11:log --y init-scale:0.1:10:21:log ${energies} ${base})

draw(bias_excitation bias_excitation 0 "A little excitation of short lags stalls small starts")
draw(bias_teacher bias_teacher 0 "Students of small starts learn teachers of long memory only")
draw(bias_time bias_time 0 "The bias shows in the end of training, not at the target")
draw(energy_excitation energy_excitation 0 "Only biased students are cheap to poison")
draw(energy_dimension energy_dimension 0 "More modes are cheaper to poison; large starts are not poisoned at all")
draw(energy_time energy_time 0 "Harm is cheapest some thousand steps past the target, and for small starts")
draw(energy_time effect_time 1 "The poison that harms small starts helps large ones")
draw(energy_adam energy_adam 0 "Under Adam no energy of the list harms")
draw(energy_adam effect_adam 1 "Under Adam the poison helps, from a rate of about .0015 on")

# The statements of the page on grids between these values, with other seeds.
set(second --seeds 24 --first-seed 5000 --after 1401 --max-steps 40000)
set(between init-scale:0.113:8.9:9:log)
run_atlas(second/bias_excitation --map bias --x ratio:0.0375:0.9625:9 --y ${between} ${second})
run_atlas(second/bias_teacher --map bias --x teacher:-0.925:0.925:9 --y ${between} ${second})
run_atlas(second/bias_time --map bias --x rate:0.0013:0.08:9:log --y after:20:12000:9:log ${second})
run_atlas(second/energy_time --map energy --x ${between} --y after:20:12000:9:log ${energies} ${second})
run_atlas(second/energy_adam --map energy --x rate:0.0004:0.025:9:log --y ${between} ${energies} ${second} --optimizer adam)
run_atlas(second/energy_dimension --map energy --x dim:5:52:6:log --y ${between} ${energies} ${second})
run_atlas(second/energy_excitation --map energy --x ratio:0.0375:0.9625:9 --y ${between} ${energies} ${second})
if(NOT GNUPLOT)
  message(FATAL_ERROR "The data are in ${OUT}; the figures need gnuplot:\n  sudo apt-get install gnuplot-nox\n")
endif()
message(NOTICE "In ${OUT}: figures as .svg and .png, and a folder of runs and tables for each map")
