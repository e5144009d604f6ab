# SPDX-License-Identifier: BSD-3-Clause
# cmake -DSOURCE=<project> -P names.cmake
# Every public name stands on a page and in a program that is compiled: types, concepts, aliases, constants and functions
# of namespace lssm (its parts `detail` and `kernel` are internal) are words of README.md or docs/*.md, and words of some
# test or example. The class of a function object, X_fn, is known by its object.
#
# The names are read off lines of include/ that begin in the first column, as all of a namespace's do.

cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/../tools/lines_in_namespaces.cmake)

# The words of files, each once.
function(words_of result)
  set(all "")
  foreach(file IN LISTS ARGN)
    file(READ ${file} text)
    string(REGEX MATCHALL "[A-Za-z_][A-Za-z_0-9]*" words "${text}")
    list(APPEND all ${words})
    list(REMOVE_DUPLICATES all)
  endforeach()
  set(${result} "${all}" PARENT_SCOPE)
endfunction()

set(names "")
set(name "[A-Za-z_][A-Za-z_0-9]*")
file(GLOB_RECURSE headers RELATIVE ${SOURCE} ${SOURCE}/include/*.hpp)
foreach(header IN LISTS headers)
  lines_in_namespaces(${SOURCE}/${header} lines)
  foreach(line IN LISTS lines)
    string(REGEX MATCH "^([^|]*)[|](.*)$" line "${line}")
    set(spaces "${CMAKE_MATCH_1}")
    set(line "${CMAKE_MATCH_2}")
    string(REGEX REPLACE "^template <.*> *(struct|class|concept|using|inline|constexpr)" "\\1" line "${line}")
    if(spaces STREQUAL "" OR spaces MATCHES "detail|kernel" OR line MATCHES "^([ }#/]|template|requires|static_assert|friend)")
      continue()
    elseif(line MATCHES "^(struct|class|enum class|concept|using) +(${name})")
      set(found "${CMAKE_MATCH_2}")
    elseif(line MATCHES "^inline constexpr [^(={]*[ &](${name})(<.*>)? *(=|{)" OR
           line MATCHES "^[^(=]*[ &*](${name})\\(")
      set(found "${CMAKE_MATCH_1}")
    else()
      continue()
    endif()
    if(NOT found MATCHES "^(operator|namespace)$|_fn$" AND NOT found IN_LIST names)
      list(APPEND names ${found})
      set(home_${found} ${header})
    endif()
  endforeach()
endforeach()

file(GLOB pages ${SOURCE}/README.md ${SOURCE}/docs/*.md)
file(GLOB_RECURSE programs ${SOURCE}/tests/*.cpp ${SOURCE}/tests/*.hpp ${SOURCE}/examples/*.cpp ${SOURCE}/examples/*.hpp)
words_of(on_pages ${pages})
words_of(in_programs ${programs})
set(failures "")
foreach(found IN LISTS names)
  if(NOT found IN_LIST on_pages)
    string(APPEND failures "  ${found} (${home_${found}}) stands on no page\n")
  endif()
  if(NOT found IN_LIST in_programs)
    string(APPEND failures "  ${found} (${home_${found}}) stands in no test and no example\n")
  endif()
endforeach()

list(LENGTH names count)
if(failures)
  message(FATAL_ERROR "Of ${count} public names:\n${failures}")
endif()
if(count LESS 300)
  message(FATAL_ERROR "Only ${count} names found")
endif()
message(NOTICE "${count} public names")
