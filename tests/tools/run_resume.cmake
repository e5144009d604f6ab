# SPDX-License-Identifier: BSD-3-Clause
# cmake -DPROGRAM=<program> "-DARGUMENTS=<flags>" -DTABLE=<file> -DWORK=<dir> -P run_resume.cmake
# A table that was killed and resumed by the same command has the bytes of one that was not: logs are cut where a kill might
# have, at a torn line too. Files of other flags are refused, and left as they are, or replaced with --overwrite; a damaged log
# ends the program with exit code 2 before any work.

separate_arguments(arguments UNIX_COMMAND "${ARGUMENTS}")
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})

function(run expected output)
  execute_process(COMMAND ${PROGRAM} ${arguments} ${ARGN} WORKING_DIRECTORY ${WORK} OUTPUT_FILE ${WORK}/${output}
                  ERROR_VARIABLE message RESULT_VARIABLE answer)
  if(NOT answer STREQUAL expected)
    message(FATAL_ERROR "${PROGRAM} ${ARGN} ended with ${answer}, not ${expected}: ${message}")
  endif()
endfunction()
function(expect_same one other)
  execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files ${WORK}/${one} ${WORK}/${other} RESULT_VARIABLE answer)
  if(NOT answer STREQUAL 0)
    message(FATAL_ERROR "${one} and ${other} differ")
  endif()
endfunction()

run(0 whole.txt --out whole)
file(READ ${WORK}/whole/runs/runs.0.log log)
string(LENGTH "${log}" length)
string(FIND "${log}" "\n" header)
foreach(part 0 3 7)
  math(EXPR bytes "${header} + 1 + (${length} - ${header} - 1) * ${part} / 10")
  string(SUBSTRING "${log}" 0 ${bytes} torn)
  file(WRITE ${WORK}/torn${part}/runs/runs.0.log "${torn}")
  run(0 torn${part}.txt --out torn${part} --resume)
  expect_same(whole.txt torn${part}.txt)
  foreach(file ${TABLE} runs/runs.csv)
    expect_same(whole/${file} torn${part}/${file})
  endforeach()
endforeach()

# The same command finds everything done; other flags are refused, and nothing is changed.
run(0 again.txt --out whole)
expect_same(whole.txt again.txt)
run(2 nothing.txt --out whole --energy 2)
run(2 nothing.txt --out whole --resume --energy 2)
file(READ ${WORK}/whole/runs/runs.0.log left)
if(NOT left STREQUAL log)
  message(FATAL_ERROR "a refused run has changed the log")
endif()

# A second sweep that is found damaged once the first has worked is a failure while running.
file(READ ${WORK}/whole/controls/runs.0.log controls)
string(LENGTH "${controls}" length)
math(EXPR half "${length} / 2")
string(SUBSTRING "${controls}" 0 ${half} begin)
file(COPY ${WORK}/whole/defend.flags DESTINATION ${WORK}/damaged)
file(WRITE ${WORK}/damaged/controls/runs.0.log "no log\n${begin}")
run(1 nothing.txt --out damaged)
run(0 other.txt --out whole --overwrite --energy 2)
run(0 back.txt --out whole --overwrite)
expect_same(whole.txt back.txt)
