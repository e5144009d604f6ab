# SPDX-License-Identifier: BSD-3-Clause
# cmake -DPROGRAM=<program> -DNAME=<attack or defend> "-DARGUMENTS=<flags>" "-DALONE=<flags of another executor>"
#       "-DFILES=<what it writes>" -DLOG=<log of a generation, in DIR> -DWORK=<dir> -P run_search.cmake
# A search has the same text and files whatever executes it, and where it goes on after a kill: with a log that is cut, at a torn
# line too, and without the files of what came later. Other flags are refused in its directory.

separate_arguments(arguments UNIX_COMMAND "${ARGUMENTS}")
separate_arguments(alone UNIX_COMMAND "${ALONE}")
separate_arguments(files UNIX_COMMAND "${FILES}")
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})

function(run expected folder)
  execute_process(COMMAND ${PROGRAM} ${arguments} --out ${folder} ${ARGN} WORKING_DIRECTORY ${WORK}
                  OUTPUT_FILE ${WORK}/${folder}.txt ERROR_VARIABLE message RESULT_VARIABLE answer)
  if(NOT answer STREQUAL expected)
    message(FATAL_ERROR "${PROGRAM} --out ${folder} ${ARGN} ended with ${answer}, not ${expected}: ${message}")
  endif()
endfunction()
function(expect_same folder)
  foreach(file .txt ${files})
    execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files ${WORK}/whole${file} ${WORK}/${folder}${file}
                    RESULT_VARIABLE answer)
    if(NOT answer STREQUAL 0)
      message(FATAL_ERROR "whole${file} and ${folder}${file} differ")
    endif()
  endforeach()
endfunction()

run(0 whole)
run(0 alone ${alone})
expect_same(alone)
if(THREADS)
  run(0 threads --threads 2)
  expect_same(threads)
endif()

file(READ ${WORK}/whole/${LOG} log)
string(LENGTH "${log}" length)
string(FIND "${log}" "\n" header)
foreach(part 0 3 7)
  math(EXPR bytes "${header} + 1 + (${length} - ${header} - 1) * ${part} / 10")
  string(SUBSTRING "${log}" 0 ${bytes} torn)
  file(COPY ${WORK}/whole/${NAME}.flags DESTINATION ${WORK}/torn${part})
  file(WRITE ${WORK}/torn${part}/${LOG} "${torn}")
  run(0 torn${part} ${alone})
  expect_same(torn${part})
endforeach()
run(0 torn0 --resume)
expect_same(torn0)
run(2 whole --energy 2)
