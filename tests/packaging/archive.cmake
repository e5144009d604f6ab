# SPDX-License-Identifier: BSD-3-Clause
# cmake -DBUILD=<build directory> -DWORK=<dir> -P archive.cmake
# `cpack -G TGZ` packs every header and what CMake, pkg-config and gdb look for.

file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})
get_filename_component(bin ${CMAKE_COMMAND} DIRECTORY)
execute_process(COMMAND ${bin}/cpack --config ${BUILD}/CPackConfig.cmake -G TGZ -B ${WORK} WORKING_DIRECTORY ${BUILD}
                OUTPUT_VARIABLE log ERROR_VARIABLE log RESULT_VARIABLE answer)
if(NOT answer STREQUAL 0)
  message(FATAL_ERROR "cpack -G TGZ\n${log}")
endif()
file(GLOB archive ${WORK}/*.tar.gz)
file(ARCHIVE_EXTRACT INPUT ${archive} DESTINATION ${WORK}/unpacked)
file(GLOB root ${WORK}/unpacked/*)
file(GLOB_RECURSE headers RELATIVE ${SOURCE} ${SOURCE}/include/*.hpp)
foreach(file ${headers} share/cmake/lssm/lssmConfig.cmake share/cmake/lssm/lssmCoreTargets.cmake share/pkgconfig/lssm.pc
             share/lssm/gdb/lssm_printers.py)
  file(GLOB found ${root}/${file} ${root}/usr/${file})
  if(NOT found)
    message(FATAL_ERROR "The archive lacks ${file}")
  endif()
endforeach()
