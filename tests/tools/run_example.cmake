# SPDX-License-Identifier: BSD-3-Clause
# Runs PROGRAM with the arguments in CASE.args, in which @examples@ is the directory of CASE; its output must be
# CASE.expected's, where that file exists.

set(arguments "")
if(EXISTS ${CASE}.args)
  file(READ ${CASE}.args arguments)
  string(STRIP "${arguments}" arguments)
  get_filename_component(directory ${CASE} DIRECTORY)
  string(REPLACE "@examples@" "${directory}" arguments "${arguments}")
  separate_arguments(arguments UNIX_COMMAND "${arguments}")
endif()
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})
execute_process(COMMAND ${PROGRAM} ${arguments} WORKING_DIRECTORY ${WORK} OUTPUT_FILE ${WORK}/stdout.txt
                RESULT_VARIABLE answer)
if(NOT answer STREQUAL 0)
  message(FATAL_ERROR "${PROGRAM} ended with ${answer}")
endif()
if(EXISTS ${CASE}.expected)
  execute_process(COMMAND ${COMPARE} ${CASE}.expected ${WORK}/stdout.txt RESULT_VARIABLE answer)
  if(NOT answer STREQUAL 0)
    file(READ ${WORK}/stdout.txt output)
    message(FATAL_ERROR "The output differs from ${CASE}.expected:\n${output}")
  endif()
endif()
