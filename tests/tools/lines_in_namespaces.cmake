# SPDX-License-Identifier: BSD-3-Clause
# lines_in_namespaces(<header> <result>): the header's lines, each behind the namespaces it stands in: "lssm::detail|int x".
# Namespaces open and close in the first column.

function(lines_in_namespaces header result)
  file(READ ${header} text)
  string(REGEX REPLACE "[][;]" " " text "${text}")          # they would split or join elements of a CMake list
  string(REPLACE "\n" ";" lines "${text}")
  set(spaces "")
  set(all "")
  foreach(line IN LISTS lines)
    if(line MATCHES "^namespace ([A-Za-z_0-9:]+) *{")
      list(APPEND spaces ${CMAKE_MATCH_1})
    elseif(line MATCHES "^} *// namespace")
      list(POP_BACK spaces)
    else()
      list(JOIN spaces "::" within)
      list(APPEND all "${within}|${line}")
    endif()
  endforeach()
  set(${result} "${all}" PARENT_SCOPE)
endfunction()
