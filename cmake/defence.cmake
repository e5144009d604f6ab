# SPDX-License-Identifier: BSD-3-Clause
# cmake -DDEFEND=<program> -DOUT=<dir> -DFIGURES=<dir of .gp> -DGNUPLOT=<program> -P defence.cmake
# Attacks against defences, and detection: tables to the terminal and to OUT, figures into OUT. Runs of before are removed.

foreach(old table order2 teachers drawn searches single paper detection leave_out)
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

run_defend(table)
message(NOTICE "\nOther teachers\n")
run_defend(teachers --teacher .95 --teacher .9 --teacher -.9 --teacher .99,.8 --teacher .99,-.5 --held-out 8
           --attacks none,special,lag0,dense,hidden
           --defences none,longer,clip+longer,clip+certified,order1,growth,leading,leading+clip+floor)
message(NOTICE "\nWhat defences cost a teacher of order 2\n")
run_defend(order2 --teacher .99,.8 --attacks none)
message(NOTICE "\nDrawn teachers\n")
run_defend(drawn --drawn-teachers 20 --held-out 1 --attacks none,special,lag0,dense,hidden,denial
           --defences none,drop,clip,clip+longer,clip+certified,growth,leading,leading+clip+floor)
message(NOTICE "\nSearches, against defences with ten times the budget and five starts\n")
run_defend(searches --attacks none,optimized,reoptimized,unseen --defences leading,leading+clip+floor --seeds 4)
message(NOTICE "\nThe sequence that a long search found\n")
run_defend(single --attacks single --defences leading+clip+floor,leading+clip+floor+longer,leading+clip+floor+decay,leading+clip+floor+certified,growth,leastmass)
message(NOTICE "\nSteps as large as the paper's\n")
run_defend(paper --optimizer paper --held-out 96 --attacks none,special,lag0,dense,hidden,denial,evade --defences none,leading+clip+floor)
message(NOTICE "\nScores that find harmful sets\n")
run_defend(detection --detect 200 --settings --evasion --seeds 4)
message(NOTICE "\nThe same with leave-out, on fewer sets\n")
run_defend(leave_out --detect 60 --leave-out)

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
draw(defence defence table)
draw(defence teachers teachers)
draw(searches searches searches)
draw(detection detection detection)
message(NOTICE "\nIn ${OUT}:\n"
  "  figures, each as .svg and .png   defence teachers searches detection\n"
  "  tables                           table.csv and certificates.csv in table, teachers, order2, drawn, searches, single and paper; besides,\n"
  "                                   searches/searches.csv poisons.csv transfer.csv, and detection/roc.csv\n"
  "  every run                        runs/runs.csv and controls/runs.csv beside these, searches/searches/*/runs.csv")
