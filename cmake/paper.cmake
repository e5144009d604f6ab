# SPDX-License-Identifier: BSD-3-Clause
# cmake -DTHEOREM1=<program> -DOUT=<dir> -DFIGURES=<dir of .gp> -DGNUPLOT=<program> -P paper.cmake
# Runs the experiments (the table goes to the terminal, the data to OUT), then draws every figure into OUT.

file(MAKE_DIRECTORY ${OUT})
execute_process(COMMAND ${THEOREM1} --out ${OUT} RESULT_VARIABLE answer)
if(NOT answer STREQUAL 0)
  message(FATAL_ERROR "theorem1 ended with ${answer}")
endif()

file(GLOB scripts ${FIGURES}/*.gp)
if(scripts AND NOT GNUPLOT)
  message(FATAL_ERROR "The data are in ${OUT}; the figures need gnuplot:\n  sudo apt-get install gnuplot-nox\n")
endif()
foreach(script IN LISTS scripts)
  execute_process(COMMAND ${GNUPLOT} -e "data='${OUT}'; out='${OUT}'" ${script}
                  WORKING_DIRECTORY ${FIGURES} RESULT_VARIABLE answer)
  if(NOT answer STREQUAL 0)
    message(FATAL_ERROR "gnuplot ended with ${answer} on ${script}")
  endif()
endforeach()

file(GLOB files RELATIVE ${OUT} ${OUT}/*)
list(JOIN files " " files)
message(NOTICE "\nIn ${OUT}: ${files}")
