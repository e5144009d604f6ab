# SPDX-License-Identifier: BSD-3-Clause
# SOURCE must not compile, and the text of its first line, "// expect: <text>", must be in the first line that the
# compiler calls an error: that line is all that many people read. Without SOURCE: compiles what nearly all of them include,
# in HEADER.

list(REMOVE_DUPLICATES INCLUDES)
list(TRANSFORM INCLUDES PREPEND -I)
if(NOT SOURCE)
  file(WRITE ${HEADER} "#include <lssm/core/pack.hpp>\n#include <lssm/all.hpp>\n")
  execute_process(COMMAND ${CXX} -std=c++20 ${INCLUDES} -x c++-header ${HEADER} -o ${HEADER}.gch COMMAND_ERROR_IS_FATAL ANY)
  return()
endif()

file(READ ${SOURCE} text)
if(NOT text MATCHES "^// expect: ([^\n]+)\n")
  message(FATAL_ERROR "${SOURCE} does not start with \"// expect: <text>\"")
endif()
set(expected "${CMAKE_MATCH_1}")
# The header stands in for what nearly all files include. What follows the first error would be most of the time.
set(made_before "")
if(text MATCHES "#include <lssm/all.hpp>")
  set(made_before -include ${HEADER})
endif()
execute_process(COMMAND ${CXX} -std=c++20 -fsyntax-only -Wfatal-errors ${INCLUDES} ${made_before} ${SOURCE} ERROR_VARIABLE log OUTPUT_QUIET
                RESULT_VARIABLE answer)
if(answer STREQUAL 0)
  message(FATAL_ERROR "${SOURCE} compiles")
endif()
if(NOT log MATCHES "(^|\n)([^\n]*error:[^\n]*)")
  message(FATAL_ERROR "${SOURCE}: no error line\n${log}")
endif()
set(line "${CMAKE_MATCH_2}")
string(FIND "${line}" "${expected}" position)
if(position EQUAL -1)
  message(FATAL_ERROR "${SOURCE}\n  expected: ${expected}\n  first error: ${line}\n")
endif()
message(NOTICE "${line}")
