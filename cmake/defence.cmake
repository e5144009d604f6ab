# SPDX-License-Identifier: BSD-3-Clause
# cmake -DDEFEND=<program> -DOUT=<dir> -DFIGURES=<dir of .gp> -DGNUPLOT=<program> -P defence.cmake
# Attacks against defences, and detection: tables to the terminal and to OUT, figures into OUT. Runs of before are removed.

foreach(old runs controls searches teachers detection table.csv certificates.csv)
  file(REMOVE_RECURSE ${OUT}/${old})
endforeach()
file(MAKE_DIRECTORY ${OUT})

function(run_defend folder)
  execute_process(COMMAND ${DEFEND} ${ARGN} --out ${OUT}/${folder} RESULT_VARIABLE answer)
  if(NOT answer STREQUAL 0)
    list(JOIN ARGN " " flags)
    message(FATAL_ERROR "${DEFEND} ${flags} ended with ${answer}")
  endif()
endfunction()

run_defend(.)
message(NOTICE "\nOther teachers\n")
run_defend(teachers --teacher .95 --teacher .9 --teacher -.9 --teacher .99,.8 --teacher .99,-.5)
message(NOTICE "\nScores before training\n")
run_defend(detection --detect 200)

if(NOT GNUPLOT)
  message(FATAL_ERROR "The data are in ${OUT}; the figures need gnuplot:\n  sudo apt-get install gnuplot-nox\n")
endif()
function(draw script name folder)
  execute_process(COMMAND ${GNUPLOT} -e "data='${OUT}/${folder}'" -e "out='${OUT}'" -e "name='${name}'" ${script}.gp
                  WORKING_DIRECTORY ${FIGURES} RESULT_VARIABLE answer)
  if(NOT answer STREQUAL 0)
    message(FATAL_ERROR "gnuplot ended with ${answer} on ${script}.gp")
  endif()
endfunction()
draw(defence defence .)
draw(defence teachers teachers)
draw(detection detection detection)
message(NOTICE "\nIn ${OUT}:\n"
  "  figures, each as .svg and .png   defence teachers detection\n"
  "  tables                           table.csv certificates.csv teachers/table.csv teachers/certificates.csv detection/roc.csv\n"
  "  every run                        runs/runs.csv controls/runs.csv searches/*/runs.csv, and in teachers")
