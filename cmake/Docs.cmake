# SPDX-License-Identifier: BSD-3-Clause
# The target `docs`, where Doxygen is installed: headers and pages as HTML, in docs/index.html of the build directory. A
# warning fails it.

if(NOT DOXYGEN_FOUND)
  return()
endif()
# The machine's own MathJax draws the formulas; without it they are shown as they are written.
find_path(LSSM_MATHJAX_DIR MathJax.js PATHS /usr/share/javascript/mathjax NO_DEFAULT_PATH)
mark_as_advanced(LSSM_MATHJAX_DIR)
set(lssm_mathjax mathjax)
if(LSSM_MATHJAX_DIR)
  set(lssm_mathjax ${LSSM_MATHJAX_DIR})
endif()
configure_file(docs/Doxyfile.in ${PROJECT_BINARY_DIR}/docs/Doxyfile @ONLY)
add_custom_target(docs
  COMMAND Doxygen::doxygen ${PROJECT_BINARY_DIR}/docs/Doxyfile
  WORKING_DIRECTORY ${PROJECT_BINARY_DIR}/docs
  COMMENT "The documentation in HTML: ${PROJECT_BINARY_DIR}/docs/index.html" VERBATIM)
