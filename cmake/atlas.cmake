# SPDX-License-Identifier: BSD-3-Clause
# cmake -DATLAS=<program> -DOUT=<dir> -DFIGURES=<dir of .gp> -DGNUPLOT=<program> -P atlas.cmake
# The six maps of docs/atlas.md into OUT, each with its runs, its tables and a figure; and the statements of that page on a
# second grid. What is there already is gone on with, so that the same command finishes what was stopped.

set(base --seeds 24 --after 1401 --max-steps 20000)
# Another grid: other seeds, and values between those of the first.
set(second --seeds 24 --first-seed 5000 --after 1401 --max-steps 20000)

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
function(draw name title)
  if(NOT GNUPLOT)
    return()
  endif()
  execute_process(COMMAND ${GNUPLOT} -e "data='${OUT}/${name}'" -e "out='${OUT}'" -e "name='${name}'"
                          -e "title='${title}'" atlas.gp
                  WORKING_DIRECTORY ${FIGURES} RESULT_VARIABLE answer)
  if(NOT answer STREQUAL 0)
    message(FATAL_ERROR "gnuplot ended with ${answer} on ${name}")
  endif()
endfunction()

file(MAKE_DIRECTORY ${OUT})
