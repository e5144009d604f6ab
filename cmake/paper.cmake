# SPDX-License-Identifier: BSD-3-Clause
# cmake -DTHEOREM1=<program> -DSTANDALONE=<program> -DNETWORK=<program> -DOUT=<dir> -DFIGURES=<dir of .gp> -DGNUPLOT=<program> -P paper.cmake
# Runs the experiments (their tables go to the terminal, the data to OUT), then draws every figure into OUT.

file(MAKE_DIRECTORY ${OUT})

function(run_experiment)
  execute_process(COMMAND ${ARGV} --out ${OUT} --overwrite RESULT_VARIABLE answer)
  if(NOT answer STREQUAL 0)
    list(JOIN ARGV " " command)
    message(FATAL_ERROR "${command} ended with ${answer}")
  endif()
endfunction()

run_experiment(${THEOREM1})
message(NOTICE "\nBeyond Theorem 1: discrete training of A, B and C\n")
run_experiment(${STANDALONE} --paper all)
message(NOTICE "\nWith a network behind the state space model\n")
run_experiment(${NETWORK} --paper all)

file(GLOB scripts ${FIGURES}/*.gp)
if(scripts AND NOT GNUPLOT)
  message(FATAL_ERROR "The data are in ${OUT}; the figures need gnuplot:\n  sudo apt-get install gnuplot-nox\n")
endif()
# Two at a time: the commands of one call run side by side, and gnuplot leaves its standard input alone.
set(figures "")
set(draw ${GNUPLOT} -e "data='${OUT}'" -e "out='${OUT}'")
while(scripts)
  list(POP_FRONT scripts first second)
  set(commands COMMAND ${draw} ${first})
  if(second)
    list(APPEND commands COMMAND ${draw} ${second})
  endif()
  execute_process(${commands} WORKING_DIRECTORY ${FIGURES} RESULTS_VARIABLE answers)
  foreach(answer IN LISTS answers)
    if(NOT answer STREQUAL 0)
      message(FATAL_ERROR "gnuplot ended with ${answers} on ${first} ${second}")
    endif()
  endforeach()
  foreach(script IN ITEMS ${first} ${second})
    get_filename_component(name ${script} NAME_WE)
    list(APPEND figures ${name})
  endforeach()
endwhile()

list(JOIN figures " " figures)
file(GLOB tables RELATIVE ${OUT} ${OUT}/theorem1*.csv ${OUT}/standalone*.csv ${OUT}/network.csv ${OUT}/network_summary.csv)
list(JOIN tables " " tables)
file(GLOB runs ${OUT}/*_seed*.csv)
list(LENGTH runs count)
message(NOTICE "\nIn ${OUT}:\n"
  "  figures, each as .svg and .png   ${figures}\n"
  "  tables                           ${tables}\n"
  "  ${count} runs over time, each as .csv and .npz")
