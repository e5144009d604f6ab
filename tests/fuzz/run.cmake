# SPDX-License-Identifier: BSD-3-Clause
# cmake -DPROGRAM=<fuzz target> -DRUNS=<inputs> -DWORK=<dir> -P run.cmake
# Inputs that reach new code stay in WORK/corpus, to begin with the next time; one that ends the program is left in WORK.

get_filename_component(name ${PROGRAM} NAME)
file(MAKE_DIRECTORY ${WORK}/corpus)
# Freed memory that the sanitizer keeps for a while counts as used; the stacks that it keeps cost much time.
set(ENV{ASAN_OPTIONS} quarantine_size_mb=16:malloc_context_size=2)
execute_process(COMMAND ${PROGRAM} ${WORK}/corpus -runs=${RUNS} -max_len=4096 -timeout=10 -rss_limit_mb=256
                        -malloc_limit_mb=256 -print_final_stats=1 -artifact_prefix=${WORK}/
                OUTPUT_FILE ${WORK}/log.txt ERROR_FILE ${WORK}/log.txt RESULT_VARIABLE answer)
file(STRINGS ${WORK}/log.txt lines REGEX "^(stat::|SUMMARY|==[0-9]+==ERROR|artifact_prefix)")
list(JOIN lines "\n  " lines)
if(NOT answer STREQUAL 0)
  message(FATAL_ERROR "${name} ended with ${answer}; ${WORK}/log.txt says why\n  ${lines}")
endif()
message(NOTICE "${name}\n  ${lines}")
