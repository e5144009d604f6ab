# SPDX-License-Identifier: BSD-3-Clause
# awk -f doxygen.awk FILE: a page or a header of this project as Doxygen reads it, line by line.
#
#   headers   the comment above #pragma once becomes the page of the file: its first sentence as text, the rest as it stands
#   pages     headings get the anchors that browsers of repositories make of them, links lead to these, $...$ is mathematics

function anchor(text) {
  text = tolower(text)
  gsub(/[^a-z0-9 _-]/, "", text)     # what has more bytes than one goes too, as in tests/docs/links.cmake
  gsub(/[ -]/, "_", text)            # Doxygen's names have no hyphens
  return text
}

function name_of(page) {
  sub(/.*\//, "", page)
  sub(/\.md$/, "", page)
  return "page_" page
}

# Links to pages, with or without a heading, outside code.
function linked(text,    out, link, page, heading) {
  out = ""
  while (match(text, /\]\([^ )]*\)/)) {
    link = substr(text, RSTART + 2, RLENGTH - 3)
    out = out substr(text, 1, RSTART - 1)
    text = substr(text, RSTART + RLENGTH)
    page = heading = link
    sub(/#.*/, "", page)
    if (!sub(/^[^#]*#/, "", heading)) heading = ""
    if (link ~ /^[a-z]+:/)
      out = out "](" link ")"
    else if (page == "" || page ~ /\.md$/)
      out = out "](@ref " name_of(page == "" ? FILENAME : page) (heading == "" ? "" : "_" anchor(heading)) ")"
    else if (page ~ /\.(png|svg)$/)
      out = out "](" link ")"
    else
      out = out "]"                  # a file that has no page
  }
  return out text
}

function prose(text) {
  text = linked(text)
  while (sub(/\$\$/, formula ? "\\f]" : "\\f[", text)) formula = !formula
  gsub(/\$/, "\\f$", text)
  return text
}

FNR == 1 { header = FILENAME ~ /\.hpp$/; above = header }

header && above {
  if (FNR == 1) print "/// @file"
  else if (/^#pragma once/) { print verbatim ? "/// @endverbatim" : ""; above = 0 }
  else if (/^\/\/$/ && !verbatim) { print "/// @verbatim"; verbatim = 1 }
  else if (/^\/\//) print "/" $0
  else print
  next
}
header { print; next }

/^ *```/ { fenced = !fenced; sub(/text|bibtex/, ""); print; next }
fenced { print; next }
/^<!--.*-->$/ { print ""; next }
/^#+ / {
  title = $0
  sub(/^#+ +/, "", title)
  id = name_of(FILENAME) (/^# / ? "" : "_" anchor(title))
  if (seen[id]++) id = id "_" (seen[id] - 1)
  print prose($0) " {#" id "}"
  next
}
{
  out = ""
  for (rest = $0; match(rest, /`+/); code = !code) {
    before = substr(rest, 1, RSTART - 1)
    marks = substr(rest, RSTART, RLENGTH)
    rest = substr(rest, RSTART + RLENGTH)
    out = out (code ? before : prose(before)) marks
  }
  print out (code ? rest : prose(rest))
}
