# SPDX-License-Identifier: BSD-3-Clause
# Builds the README's program (examples/hello.cpp) as a user would, by WAY, and runs it:
#   find_package      against a copy installed from BUILD
#   add_subdirectory  against the source LSSM
#   plain             by ${CXX} -std=c++20 -I <source>/include, nothing else

set(program ${LSSM}/examples/hello.cpp)
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})

function(call)
  execute_process(COMMAND ${ARGV} WORKING_DIRECTORY ${WORK} OUTPUT_VARIABLE log ERROR_VARIABLE log RESULT_VARIABLE answer)
  if(NOT answer STREQUAL 0)
    list(JOIN ARGV " " line)
    message(FATAL_ERROR "${line}\n${log}")
  endif()
endfunction()

if(WAY STREQUAL plain)
  call(${CXX} -std=c++20 -I ${LSSM}/include ${program} -o ${WORK}/consumer)
  set(built ${WORK}/consumer)
else()
  if(WAY STREQUAL find_package)
    call(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/prefix)
  endif()
  call(${CMAKE_COMMAND} -G ${GENERATOR} -S ${LSSM}/tests/consumer/${WAY} -B ${WORK}/build -DCMAKE_CXX_COMPILER=${CXX}
       "-DCMAKE_PREFIX_PATH=${WORK}/prefix;${PREFIX_PATH}" -DPROGRAM=${program})
  call(${CMAKE_COMMAND} --build ${WORK}/build)
  set(built ${WORK}/build/consumer)
endif()

execute_process(COMMAND ${built} OUTPUT_FILE ${WORK}/stdout.txt RESULT_VARIABLE answer)
if(NOT answer STREQUAL 0)
  message(FATAL_ERROR "${built} ended with ${answer}")
endif()
if(EXISTS ${LSSM}/examples/hello.expected)
  execute_process(COMMAND ${COMPARE} ${LSSM}/examples/hello.expected ${WORK}/stdout.txt RESULT_VARIABLE answer)
  if(NOT answer STREQUAL 0)
    message(FATAL_ERROR "${built} prints something else than hello.expected")
  endif()
endif()
