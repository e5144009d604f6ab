# SPDX-License-Identifier: BSD-3-Clause
"""python3 run_notebook.py NOTEBOOK FOLDER: runs a notebook from the folder that it is in, as Jupyter would, and keeps it with its
outputs as HTML in FOLDER. Ends with 77 where Jupyter is missing."""
import pathlib
import sys

try:
    import ipykernel  # noqa: F401
    import nbconvert
    import nbformat
    import numpy  # noqa: F401
    from nbconvert.preprocessors import ExecutePreprocessor
except ImportError as missing:
    print(f"SKIPPED: {missing}; on Debian: apt-get install python3-numpy python3-nbconvert python3-ipykernel")
    sys.exit(77)

path, folder = map(pathlib.Path, sys.argv[1:])
notebook = nbformat.read(path, as_version=4)
nbformat.validate(notebook)
ExecutePreprocessor(timeout=600).preprocess(notebook, {"metadata": {"path": str(path.parent)}})
html, _ = nbconvert.HTMLExporter().from_notebook_node(notebook)
folder.mkdir(parents=True, exist_ok=True)
(folder / (path.stem + ".html")).write_text(html, encoding="utf-8")

printed = "".join(o.get("text", "") for cell in notebook.cells for o in cell.get("outputs", []))
print(printed)
few, many = (float(line.split()[-1]) for line in printed.splitlines()[:2])
assert few < many, "the special sequence did no harm"
assert "descent: rate must be finite and positive, given -1" in printed
assert "converged" in printed or "target_reached" in printed
