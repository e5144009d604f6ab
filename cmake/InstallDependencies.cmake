# SPDX-License-Identifier: BSD-3-Clause
# Installs the Debian packages that the enabled parts need and that are missing: as root, or by sudo where it asks for
# no password. Otherwise it sets lssm_uninstalled to the line to run. Silent and quick when all is there, and on
# systems without dpkg. Runs before project().

include(${CMAKE_CURRENT_LIST_DIR}/Packages.cmake)

execute_process(COMMAND dpkg-query --show "--showformat=\${db:Status-Status} \${Package}\\n" ${lssm_packages}
                OUTPUT_VARIABLE known ERROR_QUIET RESULT_VARIABLE answer)
if(NOT answer MATCHES "^[0-9]+$")
  message(STATUS "lssm: no dpkg here, nothing is installed")
  return()
endif()
set(wanted "")
foreach(package IN LISTS lssm_packages)
  if(NOT known MATCHES "(^|\n)installed ${package}\n")
    list(APPEND wanted ${package})
  endif()
endforeach()
if(gnuplot-nox IN_LIST wanted)        # any gnuplot will do; its packages exclude each other
  execute_process(COMMAND gnuplot --version OUTPUT_QUIET ERROR_QUIET RESULT_VARIABLE answer)
  if(answer STREQUAL 0)
    list(REMOVE_ITEM wanted gnuplot-nox)
  endif()
endif()
if(NOT wanted)
  return()
endif()

list(JOIN wanted " " line)
set(may TRUE)
set(sudo "")
if(NOT lssm_user_id STREQUAL 0)
  execute_process(COMMAND sudo -n true OUTPUT_QUIET ERROR_QUIET RESULT_VARIABLE answer)
  if(answer STREQUAL 0)
    set(sudo sudo -n)
  else()
    set(may FALSE)
  endif()
endif()

if(may)
  message(STATUS "lssm: installing ${line}")
  set(apt_get ${sudo} env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300)
  file(GLOB lists /var/lib/apt/lists/*Packages*)
  set(answer "")
  if(lists)
    execute_process(COMMAND ${apt_get} install -y --no-install-recommends ${wanted}
                    OUTPUT_VARIABLE log ERROR_VARIABLE log RESULT_VARIABLE answer)
  endif()
  if(NOT answer STREQUAL 0)           # no lists, or lists that are out of date
    execute_process(COMMAND ${apt_get} update OUTPUT_VARIABLE log ERROR_VARIABLE log)
    execute_process(COMMAND ${apt_get} install -y --no-install-recommends ${wanted}
                    OUTPUT_VARIABLE log ERROR_VARIABLE log RESULT_VARIABLE answer)
  endif()
  if(answer STREQUAL 0)
    return()
  endif()
  message(NOTICE "${log}")
endif()
set(lssm_uninstalled "${lssm_apt_get} install ${line}")
