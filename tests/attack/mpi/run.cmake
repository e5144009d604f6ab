# SPDX-License-Identifier: BSD-3-Clause
# cmake -DMPIEXEC=<mpirun> -DPROGRAM=<mpi_search> -DWORK=<dir> -P run.cmake
# The tables of a search have the same bytes from one and two processes, on threads and where two go on with what one began.

execute_process(COMMAND id -u OUTPUT_VARIABLE user OUTPUT_STRIP_TRAILING_WHITESPACE)
set(launch ${MPIEXEC} --oversubscribe)   # OpenMPI's
if(user STREQUAL 0)
  list(APPEND launch --allow-run-as-root)
endif()
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})

function(must_be_whole ranks dir)
  execute_process(COMMAND ${launch} -n ${ranks} ${PROGRAM} ${WORK}/${dir} ${ARGN} RESULT_VARIABLE answer OUTPUT_VARIABLE log
                  ERROR_VARIABLE log TIMEOUT 120)
  if(NOT answer STREQUAL 0)
    message(FATAL_ERROR "${ranks} processes in ${dir}: ended with ${answer}\n${log}")
  endif()
  foreach(generation RANGE 3)
    file(SHA256 ${WORK}/${dir}/generation.${generation}/runs.csv sum)
    list(APPEND sums ${sum})
  endforeach()
  if(reference AND NOT sums STREQUAL reference)
    message(FATAL_ERROR "${ranks} processes in ${dir}: other tables than one process writes")
  endif()
  set(reference ${sums} PARENT_SCOPE)
endfunction()

must_be_whole(1 one)
must_be_whole(2 two)
must_be_whole(2 threads threads)
file(MAKE_DIRECTORY ${WORK}/begun)
foreach(generation 0 1)                  # what a search that was killed leaves
  file(COPY ${WORK}/one/generation.${generation} DESTINATION ${WORK}/begun)
endforeach()
must_be_whole(2 begun)
