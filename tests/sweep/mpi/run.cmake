# SPDX-License-Identifier: BSD-3-Clause
# cmake -DMPIEXEC=<mpirun> -DPROGRAM=<mpi_sweep> -DWORK=<dir> -DKILLS=<how many> -P run.cmake
# The table has the same bytes from one, two and four processes, and from sweeps in which a process was killed, at KILLS
# points, and which the same command then went on with, also with another number of processes.

set(kills_in_one_sweep 3)

execute_process(COMMAND id -u OUTPUT_VARIABLE user OUTPUT_STRIP_TRAILING_WHITESPACE)
set(launch ${MPIEXEC} --oversubscribe --mca odls_base_sigkill_timeout 0)   # OpenMPI's
if(user STREQUAL 0)
  list(APPEND launch --allow-run-as-root)
endif()
set(work ${WORK}/lssm-mpi-sweep)
file(REMOVE_RECURSE ${work})

macro(sweep ranks dir)
  execute_process(COMMAND ${launch} -n ${ranks} ${PROGRAM} ${dir} ${ARGN} RESULT_VARIABLE answer OUTPUT_VARIABLE log
                  ERROR_VARIABLE log TIMEOUT 120)
endmacro()
function(must_be_whole ranks dir)
  sweep(${ranks} ${dir} ${ARGN})
  if(NOT answer STREQUAL 0)
    message(FATAL_ERROR "${ranks} processes in ${dir}: ended with ${answer}\n${log}")
  endif()
  file(SHA256 ${dir}/runs.csv sum)
  if(reference AND NOT sum STREQUAL reference)
    message(FATAL_ERROR "${ranks} processes in ${dir}: another table than ${work}/1")
  endif()
  set(reference ${sum} PARENT_SCOPE)
endfunction()

must_be_whole(1 ${work}/1 expect)
must_be_whole(2 ${work}/2)
must_be_whole(4 ${work}/4)
must_be_whole(2 ${work}/4)      # finished: nothing to do

# What one process comes upon ends all of them, soon and with its words.
set(words_thread "rank [0-9] cannot start a thread")
set(words_executor "an executor failed")
set(words_study "a study failed")
set(words_read "reading failed")
set(words_progress "progress failed")
foreach(what thread executor study read progress)
  foreach(rank 0 1 2)
    if(what STREQUAL progress AND NOT rank EQUAL 0)
      continue()   # only rank 0 tells
    endif()
    file(REMOVE_RECURSE ${work}/fails)
    execute_process(COMMAND ${launch} -n 3 ${PROGRAM} ${work}/fails ${rank} ${what} fails RESULT_VARIABLE answer
                    OUTPUT_VARIABLE log ERROR_VARIABLE log TIMEOUT 60)
    foreach(every 0 1 2)
      if(NOT answer STREQUAL 5 OR NOT log MATCHES "rank ${every}: [^\n]*${words_${what}}")
        message(FATAL_ERROR "${what} failed in rank ${rank}: ended with ${answer}, rank ${every} without its words\n${log}")
      endif()
    endforeach()
  endforeach()
endforeach()

# The same points every time: numbers of a linear congruential generator.
set(state 20)
function(one_to most result)
  math(EXPR state "(${state} * 1103515245 + 12345) % 2147483648")
  set(state ${state} PARENT_SCOPE)
  math(EXPR number "(${state} / 65536) % ${most} + 1")
  set(${result} ${number} PARENT_SCOPE)
endfunction()

set(hows none after within)
set(killed 0)
set(trial 0)
while(killed LESS KILLS)
  math(EXPR trial "${trial} + 1")
  if(trial GREATER KILLS)
    message(FATAL_ERROR "only ${killed} of ${trial} sweeps were killed")
  endif()
  set(dir ${work}/killed${trial})
  foreach(again RANGE 1 ${kills_in_one_sweep})
    one_to(2 ranks)
    math(EXPR ranks "${ranks} * 2 - 1 + ${again} % 2")     # 1 to 4
    one_to(${ranks} rank)
    math(EXPR rank "${rank} - 1")
    one_to(2 how)
    list(GET hows ${how} how)
    one_to(12 line)
    sweep(${ranks} ${dir} ${rank} ${how} ${line})
    if(answer STREQUAL 0)
      break()
    endif()
    if(NOT log MATCHES "signal 9")
      message(FATAL_ERROR "${ranks} processes in ${dir}, rank ${rank} to be killed ${how} line ${line}: ${answer}\n${log}")
    endif()
    math(EXPR killed "${killed} + 1")
  endforeach()
  must_be_whole(2 ${dir})
endwhile()
message(NOTICE "${killed} kills in ${trial} sweeps")
