# SPDX-License-Identifier: BSD-3-Clause
# cmake -DGDB=<gdb> -DPROGRAM=<shown> -DSOURCE=<project> -P run.cmake

# Each name beside how its value begins.
set(expected "known=7" "open=not set" "held=12" "number=1.5 + -2 ε" "lanes={0.25, 0.25" "pole=0.5 + 0.75 i" "three={1, 2, 4}")
set(commands "")
foreach(name known open held number lanes pole three)
  list(APPEND commands -ex "python print(\"${name}=\" + gdb.selected_frame().read_var(\"${name}\").format_string())")
endforeach()
execute_process(COMMAND ${GDB} -nx -batch -ex "source ${SOURCE}/packaging/gdb/lssm_printers.py" -ex "break look" -ex run -ex up
                        ${commands} ${PROGRAM} OUTPUT_VARIABLE output ERROR_VARIABLE log RESULT_VARIABLE answer)
if("${output}${log}" MATCHES "ptrace|not being run|ython scripting is not supported")
  message(NOTICE "SKIPPED: gdb cannot run programs here, or has no Python:\n${log}")
  return()
endif()
foreach(text IN LISTS expected)
  string(FIND "${output}" "${text}" at)
  if(at EQUAL -1)
    message(FATAL_ERROR "gdb does not show ${text}:\n${output}\n${log}")
  endif()
endforeach()
