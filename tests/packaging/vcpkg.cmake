# SPDX-License-Identifier: BSD-3-Clause
# cmake -DSOURCE=<project> -DWORK=<dir> -DCXX=<compiler> "-DPREFIX_PATH=..." -P vcpkg.cmake
# Runs the port as vcpkg would, with functions that do what vcpkg's do, and looks for what a port must leave.

file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})
set(CURRENT_PORT_DIR ${SOURCE}/packaging/vcpkg/lssm)
set(CURRENT_PACKAGES_DIR ${WORK}/packages)

function(call)
  execute_process(COMMAND ${ARGV} OUTPUT_VARIABLE log ERROR_VARIABLE log RESULT_VARIABLE answer)
  if(NOT answer STREQUAL 0)
    message(FATAL_ERROR "${ARGV}\n${log}")
  endif()
endfunction()
function(vcpkg_cmake_configure)
  cmake_parse_arguments(arg "" "SOURCE_PATH" "OPTIONS" ${ARGN})
  call(${CMAKE_COMMAND} -S ${arg_SOURCE_PATH} -B ${WORK}/build -DCMAKE_INSTALL_PREFIX=${CURRENT_PACKAGES_DIR}
       -DCMAKE_CXX_COMPILER=${CXX} "-DCMAKE_PREFIX_PATH=${PREFIX_PATH}" ${arg_OPTIONS})
endfunction()
function(vcpkg_cmake_install)
  call(${CMAKE_COMMAND} --build ${WORK}/build --target install)
endfunction()
function(vcpkg_cmake_config_fixup)
  cmake_parse_arguments(arg "" "CONFIG_PATH" "" ${ARGN})
  file(RENAME ${CURRENT_PACKAGES_DIR}/${arg_CONFIG_PATH} ${CURRENT_PACKAGES_DIR}/share/lssm/cmake)
endfunction()
function(vcpkg_install_copyright)
  cmake_parse_arguments(arg "" "" "FILE_LIST" ${ARGN})
  file(COPY_FILE ${arg_FILE_LIST} ${CURRENT_PACKAGES_DIR}/share/lssm/copyright)
endfunction()

include(${CURRENT_PORT_DIR}/portfile.cmake)
foreach(file include/lssm/lssm.hpp include/lssm/core/version.hpp share/lssm/copyright share/lssm/cmake/lssmConfig.cmake
             share/lssm/gdb/lssm_printers.py)
  if(NOT EXISTS ${CURRENT_PACKAGES_DIR}/${file})
    message(FATAL_ERROR "The port installs no ${file}")
  endif()
endforeach()
if(EXISTS ${CURRENT_PACKAGES_DIR}/share/doc)
  message(FATAL_ERROR "The port leaves share/doc")
endif()
