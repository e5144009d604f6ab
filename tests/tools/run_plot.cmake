# SPDX-License-Identifier: BSD-3-Clause
# cmake -DPROGRAM=<plot> -DGNUPLOT=<program> -DEXAMPLES=<dir of the examples> -DWORK=<dir> -P run_plot.cmake
# gnuplot draws what `plot` writes: a trajectory from CSV and from npz, a sweep, a map. Each figure is there as .svg and
# .png, has lines or boxes in it, and gnuplot says nothing.

file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})

# draw(<name> <an element that the .svg must have more than `count` times> <count> <arguments>...)
function(draw name element count)
  execute_process(COMMAND ${PROGRAM} ${ARGN} --figures ${EXAMPLES}/figures --out ${name} WORKING_DIRECTORY ${WORK}
                  OUTPUT_FILE ${WORK}/${name}.gp ERROR_VARIABLE error RESULT_VARIABLE answer)
  if(NOT answer STREQUAL 0 OR error)
    message(FATAL_ERROR "plot ${ARGN} ended with ${answer}: ${error}")
  endif()
  execute_process(COMMAND ${GNUPLOT} ${name}.gp WORKING_DIRECTORY ${WORK} OUTPUT_VARIABLE output ERROR_VARIABLE error
                  RESULT_VARIABLE answer)
  if(NOT answer STREQUAL 0 OR output OR error)
    message(FATAL_ERROR "gnuplot ended with ${answer} on ${name}.gp: ${output}${error}")
  endif()
  file(READ ${WORK}/${name}.png bytes LIMIT 8 HEX)
  if(NOT bytes STREQUAL "89504e470d0a1a0a")
    message(FATAL_ERROR "${name}.png is no PNG")
  endif()
  file(READ ${WORK}/${name}.svg svg)
  string(REGEX MATCHALL "${element}" found "${svg}")
  list(LENGTH found times)
  if(NOT times GREATER count)
    message(FATAL_ERROR "${name}.svg has ${times} of ${element}, not more than ${count}")
  endif()
endfunction()

set(files ${EXAMPLES}/plot)
draw(trajectory "<path" 10 ${files}/run.csv)
draw(arrays "<path" 10 ${files}/run.npz)
draw(columns "<path" 4 --x loss --log xy --y eigenvalue_0,eigenvalue_1 ${files}/run.csv)
draw(sweep "<use" 10 ${files}/runs.csv --x rate --y generalization_error --by special)
draw(map "<polygon" 3 ${files}/runs.csv --x rate --y init-scale --z generalization_error)

# Names of columns are text: neither a command of the shell nor markup.
file(WRITE ${WORK}/names.csv "time,`touch told`,it's x{y^2\n1,10,1\n2,1,2\n3,4,3\n")
draw(names "<path" 4 names.csv --y "`touch told`" --y "it's x{y^2")
file(READ ${WORK}/names.svg svg)
if(EXISTS ${WORK}/told OR NOT svg MATCHES "`touch told`" OR NOT svg MATCHES "x{y\\^2")
  message(FATAL_ERROR "names of columns were not drawn as they are")
endif()

# Rows without a place, by NaN or by zero on a logarithmic axis, are in no cell.
draw(gaps "<polygon" 3 ${files}/gaps.csv --x x --y y --z z --log xyz)
file(READ ${WORK}/gaps.gp map)
if(map MATCHES ",[123]000\n")
  message(FATAL_ERROR "rows without a place were drawn")
endif()

# Two rows at a place are a sweep already.
file(WRITE ${WORK}/pairs.csv "rate,error\n1,10\n1,1\n2,20\n2,2\n3,30\n3,3\n")
draw(pairs "<use" 5 pairs.csv --x rate --y error)

# A number with none beside it, which no line shows.
draw(alone "<use" 0 ${files}/gaps.csv --y loss --x time)

# An array of another length than `time` has is passed over, though it is the first.
draw(lengths "<path" 1 ${files}/lengths.npz)

# A trajectory has the same figure from both of its files.
file(READ ${WORK}/trajectory.gp csv)
file(READ ${WORK}/arrays.gp npz)
string(REPLACE "name = 'arrays'" "name = 'trajectory'" npz "${npz}")
if(NOT csv STREQUAL npz)
  message(FATAL_ERROR "run.csv and run.npz give other figures")
endif()
