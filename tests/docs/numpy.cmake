# SPDX-License-Identifier: BSD-3-Clause
# cmake -DPROGRAM=<interchange> -DPYTHON=<python3 with NumPy> -DSCRIPT=<interchange.py> -DWORK=<dir> -P numpy.cmake
# NumPy computes from our files what we say, and we read what it writes.

file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})
foreach(command "${PROGRAM}" "${PYTHON};${SCRIPT};${WORK}" "${PROGRAM};teacher_of_numpy.npz")
  execute_process(COMMAND ${command} WORKING_DIRECTORY ${WORK} RESULT_VARIABLE answer OUTPUT_VARIABLE output
                  ERROR_VARIABLE log)
  if(NOT answer STREQUAL 0)
    message(FATAL_ERROR "${command} ended with ${answer}:\n${log}")
  endif()
endforeach()
# A = diag(0.5, -0.25), B = (1, 1), C = (2, 1): all exact.
if(NOT output STREQUAL "3\n0.75\n0.5625\n0.234375\n")
  message(FATAL_ERROR "NumPy's teacher has another impulse response here:\n${output}")
endif()
