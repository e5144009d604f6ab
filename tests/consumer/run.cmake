# SPDX-License-Identifier: BSD-3-Clause
# Builds the README's program (examples/hello.cpp) as a user would, by WAY, and runs it:
#   find_package      against a copy installed from BUILD
#   add_subdirectory  against the source LSSM
#   fetch_content     by FetchContent from the folder LSSM
#   exporting         by way of a library of one's own that adds the source LSSM and is exported: from its build directory,
#                     then from where it was installed, beside lssm
#   debian            against the unpacked package that cpack makes of BUILD
#   pkg_config        by ${CXX} $(pkg-config --cflags lssm), against a copy installed from BUILD
#   plain             by ${CXX} -std=c++20 -I <source>/include, nothing else
#   single_header     the same with all headers in one file

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

set(by_cmake ${WAY})
if(WAY STREQUAL find_package OR WAY STREQUAL pkg_config)
  call(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/prefix)
elseif(WAY STREQUAL debian)
  call(cpack --config ${BUILD}/CPackConfig.cmake -B ${WORK}/package)
  file(GLOB package ${WORK}/package/liblssm-dev_*_all.deb)
  call(dpkg-deb --extract ${package} ${WORK}/unpacked)
  file(RENAME ${WORK}/unpacked/usr ${WORK}/prefix)
  set(by_cmake find_package)
endif()
if(WAY STREQUAL exporting)
  call(${CMAKE_COMMAND} -G ${GENERATOR} -S ${LSSM}/tests/consumer/exporting -B ${WORK}/mine -DCMAKE_CXX_COMPILER=${CXX}
       "-DCMAKE_PREFIX_PATH=${PREFIX_PATH}" -DCMAKE_INSTALL_PREFIX=${WORK}/prefix)
  call(${CMAKE_COMMAND} -G ${GENERATOR} -S ${LSSM}/tests/consumer/exported -B ${WORK}/from_build -DCMAKE_CXX_COMPILER=${CXX}
       "-DCMAKE_PREFIX_PATH=${PREFIX_PATH}" -Dmine_DIR=${WORK}/mine -Dlssm_DIR=${WORK}/mine/lssm -DPROGRAM=${program})
  call(${CMAKE_COMMAND} --build ${WORK}/from_build --target core_only)
  call(${CMAKE_COMMAND} --build ${WORK}/mine)
  call(${CMAKE_COMMAND} --install ${WORK}/mine)
  set(by_cmake exported)
endif()
set(by_hand "")
if(WAY STREQUAL plain)
  set(by_hand -std=c++20 -I ${LSSM}/include)
elseif(WAY STREQUAL single_header)
  call(${CMAKE_COMMAND} -DINCLUDE=${LSSM}/include -DOUT=${WORK}/lssm/lssm.hpp -P ${LSSM}/cmake/amalgamate.cmake)
  set(by_hand -std=c++20 -I ${WORK})
elseif(WAY STREQUAL pkg_config)
  set(ENV{PKG_CONFIG_PATH} ${WORK}/prefix/share/pkgconfig)
  execute_process(COMMAND pkg-config --cflags lssm OUTPUT_VARIABLE by_hand OUTPUT_STRIP_TRAILING_WHITESPACE
                  COMMAND_ERROR_IS_FATAL ANY)
  separate_arguments(by_hand UNIX_COMMAND "${by_hand}")
endif()
if(by_hand)
  call(${CXX} ${by_hand} ${program} -o ${WORK}/consumer)
  set(built ${WORK}/consumer)
else()
  call(${CMAKE_COMMAND} -G ${GENERATOR} -S ${LSSM}/tests/consumer/${by_cmake} -B ${WORK}/build -DCMAKE_CXX_COMPILER=${CXX}
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
